"""
Whether what a server gave is the whole letter.

Servers tell sizes that are only near (Exchange estimates), and some give an empty or a cut literal
though they told the size before.
"""

from __future__ import annotations

import re

NEAR = 4096
"""Bytes by which a told size may be off where the server gives the same bytes twice."""

HEAD = 65_536
TAIL = 4096
"""Bytes of the beginning and of the end that are looked at."""

_BOUNDARY = re.compile(
    rb"^content-type:[ \t\r\n]*multipart/[^;\r\n]*;(?:[^\r\n]|\r?\n[ \t])*?boundary=(?:\"([^\"\r\n]+)\"|([^\s;\"]+))",
    re.IGNORECASE | re.MULTILINE,
)


def closed(head: bytes, tail: bytes) -> bool | None:
    """Tell whether a multipart letter ends with its last boundary; None for any other letter."""
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    found = _BOUNDARY.search(block)
    if found is None:
        return None
    return b"--" + (found[1] or found[2]) + b"--" in tail


def is_whole(head: bytes, tail: bytes, length: int, told: int) -> bool:
    """
    Tell whether `length` bytes that begin and end so are a letter of which `told` bytes were told.

    One that is shorter is whole where its last boundary shows that nothing is missing.
    """
    if not length:
        return False
    return length >= told or closed(head, tail) is True


def near(length: int, told: int) -> bool:
    """Tell whether bytes that came the same twice may be the letter though they are fewer than told."""
    return bool(length) and told - length <= min(NEAR, told // 10)
