"""
OLE files (compound files): their streams, by name.

Source: [MS-CFB]; read by olefile.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import olefile

from parsers import spool
from parsers.spool import Content
from parsers.types import Damaged

ERRORS: tuple[type[Exception], ...] = (
    OSError,  # olefile's own errors are of this kind
    ValueError,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
)
"""What olefile raises where the numbers of a header lead nowhere."""


def stream_names(data: Content) -> set[str]:
    """Tell the topmost names of storages and streams, in lower case. Raises Damaged."""
    try:
        with olefile.OleFileIO(spool.opened(data)) as storage:
            return {path[0].lower() for path in storage.listdir()}
    except ERRORS as error:
        raise Damaged from error


def read(data: Content, names: Sequence[str]) -> dict[str, bytes]:
    """Read these streams; one that is missing is left out. Raises Damaged."""
    try:
        with olefile.OleFileIO(spool.opened(data)) as storage:
            return {name: storage.openstream(name).read() for name in names if storage.exists(name)}
    except ERRORS as error:
        raise Damaged from error
