"""How the parts of a split archive are called, and how an archive shows that its end is there."""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import dataclass
from enum import Enum

from parsers import spool, zip_errors
from parsers.spool import Content

_COPY = r"(?:\s{0,3}[(（\[]\d{1,3}[)）\]]|\s{0,3}[-_]{0,2}\s{0,3}副本(?:\s{0,3}[(（]\d{1,3}[)）])?)"
"""What browsers and desktops put behind the name of a file that is there already: x.part1(1).rar."""

_PATTERNS = (
    re.compile(rf"^(?P<stem>.+)\.(?P<number>\d{{3}}){_COPY}?$"),
    re.compile(rf"^(?P<stem>.+)\.part(?P<number>\d{{1,4}}){_COPY}?\.rar$", re.IGNORECASE),
    re.compile(rf"^(?P<stem>.+)\.r(?P<number>\d\d){_COPY}?$", re.IGNORECASE),
    re.compile(rf"^(?P<stem>.+)\.z(?P<number>\d\d){_COPY}?$", re.IGNORECASE),
)
_COPIED_STEM = re.compile(rf"{_COPY}(?=(?:\.(?:zip|7z|rar|tar))?$)", re.IGNORECASE)
_7Z_HEADER = struct.Struct("<6sBBIQQI")


class Scheme(Enum):
    """The ways in which archivers number their volumes."""

    CHUNKS = 0  # x.zip.001: plain slices of one file
    PARTS = 1  # x.part1.rar
    OLD_RAR = 2  # x.rar, x.r00, x.r01
    SPANNED = 3  # x.z01, x.z02, x.zip


@dataclass(frozen=True, slots=True)
class Volume:
    """One part: the name it shares with the others, the scheme, its number as written."""

    stem: str
    scheme: Scheme
    number: int


def volume(name: str) -> Volume | None:
    """Return what a name says about a part; None for a name that says nothing."""
    for scheme, pattern in zip(Scheme, _PATTERNS, strict=True):
        if found := pattern.match(name):
            return Volume(stem(found["stem"]), scheme, int(found["number"]))
    return None


def stem(name: str) -> str:
    """Return the name that parts share, in lower case, without the mark of a copy."""
    return _COPIED_STEM.sub("", name).lower()


def is_part(name: str) -> bool:
    """Whether a name is one that only parts of split archives bear."""
    return volume(name) is not None


def is_whole_zip(data: Content) -> bool:
    """Whether a zip ends in the data whose beginning is not in another volume."""
    try:
        return zipfile.is_zipfile(spool.opened(data))
    except zip_errors.ERRORS:  # raised for zip64 volumes
        return False


def is_whole_7z(data: Content) -> bool:
    """Whether the header at the end, which the start header points to, lies within the data."""
    if len(data) < _7Z_HEADER.size:
        return False
    _, _, _, _, offset, size, _ = _7Z_HEADER.unpack(data[: _7Z_HEADER.size])
    return bool(_7Z_HEADER.size + offset + size <= len(data))
