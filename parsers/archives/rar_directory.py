"""
The directory of a RAR archive as rarfile reads it: names, links, locks, members across volumes.

7zz unpacks, but lists links with sizes that it never writes (a symbolic link of RAR 5 has no bytes of
its own). Where rarfile gives up (headers that are encrypted, damage), 7zz lists after all.

Source: RARLAB, "RAR 5.0 archive format"; unrar's headers for RAR 1.5 to 4, by rarfile.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import rarfile

from parsers.archives.sevenzip.program import Entry
from parsers.types import ResourceBudget

ERRORS: tuple[type[Exception], ...] = (
    rarfile.Error,
    struct.error,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    OSError,
    EOFError,
)
"""What rarfile raises over damage, and over what it does not know."""

_WITHOUT_BYTES = (
    rarfile.RAR5_XREDIR_UNIX_SYMLINK,
    rarfile.RAR5_XREDIR_WINDOWS_SYMLINK,
    rarfile.RAR5_XREDIR_WINDOWS_JUNCTION,
    rarfile.RAR5_XREDIR_HARD_LINK,
)
_UNICODE = 0x0200
"""RAR 3's flag for a name that is given in Unicode, too."""


def entries(source: BinaryIO | str, budget: ResourceBudget) -> list[Entry] | None:
    """
    Read the directory, in the order in which 7zz unpacks; None where rarfile cannot read it.

    Args:
        source: an archive, or the path of the first of its volumes.
        budget: what the letter may still bring.

    Raises: LimitHit for more entries than a letter may bring.
    """
    try:
        with rarfile.RarFile(source) as archive:
            if archive.needs_password() and not archive.infolist():
                return None  # its headers are encrypted
            budget.check_entries(len(archive.infolist()))
            listed = [_entry(info) for info in archive.infolist()]
            # rarfile says nothing of an end that is missing; where nothing is unpacked, 7zz does
            return listed if any(entry.regular for entry in listed) else None
    except ERRORS:
        return None


def _entry(info: rarfile.RarInfo) -> Entry:
    redirection = info.file_redir[0] if info.file_redir else 0
    without_bytes = info.is_dir() or redirection in _WITHOUT_BYTES
    is_link = info.is_symlink() or redirection in _WITHOUT_BYTES
    copied = redirection == rarfile.RAR5_XREDIR_FILE_COPY
    encrypted = bool(info.needs_password())
    return Entry(
        name=_name(info),
        size=0 if without_bytes else int(info.file_size or 0),
        # a locked member's checksum may be a keyed one: 7zz checks it
        crc=None if encrypted or copied or is_link else info.CRC,
        regular=not info.is_dir() and not is_link,
        encrypted=encrypted,
        hard_link=redirection == rarfile.RAR5_XREDIR_HARD_LINK,
    )


def _name(info: rarfile.RarInfo) -> bytes:
    """Return the name's bytes: UTF-8 where it is given in Unicode, else as they were written."""
    if info.flags & _UNICODE or not isinstance(info.orig_filename, bytes):
        return str(info.filename).rstrip("/").encode("utf-8", "surrogateescape")
    return bytes(info.orig_filename)
