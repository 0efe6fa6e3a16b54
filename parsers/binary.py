"""Numbers out of binary formats, each looked for within bounds: what lies beyond the end is damage."""

from __future__ import annotations

import struct

from parsers.types import Damaged


def unpack(layout: str, data: bytes, offset: int = 0) -> tuple[int, ...]:
    """
    Read integers at an offset.

    Args:   layout: as of `struct`, integers alone.
    Raises: Damaged when they do not lie within the data.
    """
    if not 0 <= offset <= len(data) - struct.calcsize(layout):
        raise Damaged
    return struct.unpack_from(layout, data, offset)


def byte(data: bytes, offset: int) -> int:
    """Read one byte. Raises Damaged when it does not lie within the data."""
    if not 0 <= offset < len(data):
        raise Damaged
    return data[offset]
