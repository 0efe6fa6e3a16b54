"""
Film and sound: recorded by type, and by length where their headers tell it. Nothing is decoded.

Source:  ISO/IEC 14496-12 8.2.2 (mvhd: MP4, MOV, M4A, 3GP); Microsoft's AVI RIFF reference (avih);
         tinytag for WMV and WMA, MP3, WAV, FLAC, Ogg, AIFF.
Refuses: nothing. What does not tell its length is film or sound all the same.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from parsers import binary
from parsers.types import Damaged, File, Other, Part, ResourceBudget
from rulebook.model import FileRole

_MAX_SECONDS = 7 * 24 * 3600.0
"""Seconds; a header that claims more is wrong."""

ERRORS: tuple[type[Exception], ...] = (
    struct.error,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
)
"""What tinytag lets through, beside its own errors, where headers are broken."""


def claims(file: File) -> bool:
    """Everything under video/ and audio/."""
    return file.media_type.startswith(("video/", "audio/"))


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield one Other with the role MEDIA."""
    budget.check_time()
    yield Other(file.path, file.media_type, FileRole.MEDIA, seconds=length(file.data))


def length(data: bytes) -> float | None:
    """How many seconds it lasts, None where that cannot be told."""
    try:
        seconds = _seconds(data)
    except Damaged:
        return None
    return round(seconds, 1) if seconds and 0 < seconds <= _MAX_SECONDS else None


def _seconds(data: bytes) -> float | None:
    if data[4:8] in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip"):
        return _of_movie(data)
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        offset = data.find(b"avih", 0, 4096)
        if offset < 0:
            return None
        frame_micros, _, _, _, frames = binary.unpack("<5I", data, offset + 8)
        return float(frame_micros * frames / 1e6)
    return _by_tinytag(data)


def _of_movie(data: bytes) -> float | None:
    """Return the duration in the movie header, whether it stands before or behind the pictures."""
    movie = _box(data, b"moov", 0, len(data))
    header = _box(data, b"mvhd", *movie) if movie else None
    if header is None:
        return None
    start, _ = header
    if binary.byte(data, start) == 1:
        (scale,) = binary.unpack(">I", data, start + 20)
        (duration,) = binary.unpack(">Q", data, start + 24)
    else:
        scale, duration = binary.unpack(">II", data, start + 12)
    return float(duration) / scale if scale else None


def _box(data: bytes, kind: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the content of the first box of a kind begins and ends, among the boxes of a stretch."""
    while start + 8 <= end:
        (size,) = binary.unpack(">I", data, start)
        found = data[start + 4 : start + 8]
        head = 8
        if size == 1 and start + 16 <= end:
            (size,) = binary.unpack(">Q", data, start + 8)
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            return None
        if found == kind:
            return start + head, min(start + size, end)
        start += size
    return None


def _by_tinytag(data: bytes) -> float | None:
    from tinytag import TinyTag, TinyTagException  # a letter with film or sound is rare

    errors: tuple[type[Exception], ...] = (TinyTagException, *ERRORS)
    try:
        return TinyTag.get(file_obj=io.BytesIO(data), tags=False).duration
    except errors as error:
        raise Damaged from error
