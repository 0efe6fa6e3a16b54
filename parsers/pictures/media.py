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

from parsers.types import File, Other, Part, ResourceBudget

_LONGEST = 7 * 24 * 3600.0
"""Seconds; a header that claims more is wrong."""


def claims(file: File) -> bool:
    """Everything under video/ and audio/."""
    return file.media_type.startswith(("video/", "audio/"))


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """One Other with the role "media"."""
    budget.check_time()
    yield Other(file.path, file.media_type, "media", seconds=length(file.data))


def length(data: bytes) -> float | None:
    """How many seconds it lasts, None where that cannot be told."""
    try:
        seconds = _told(data)
    except Exception:  # headers are as broken as their writers
        return None
    return round(seconds, 1) if seconds and 0 < seconds <= _LONGEST else None


def _told(data: bytes) -> float | None:
    if data[4:8] in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip"):
        return _of_movie(data)
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        place = data.index(b"avih", 0, 4096)
        frame_micros, _, _, _, frames = struct.unpack_from("<5I", data, place + 8)
        return float(frame_micros * frames / 1e6)
    return _by_tinytag(data)


def _of_movie(data: bytes) -> float | None:
    """The duration in the movie header, whether it stands before or behind the pictures."""
    movie = _box(data, b"moov", 0, len(data))
    header = _box(data, b"mvhd", *movie) if movie else None
    if header is None:
        return None
    start, _ = header
    if data[start] == 1:
        scale, duration = struct.unpack_from(">IQ", data, start + 20)
    else:
        scale, duration = struct.unpack_from(">II", data, start + 12)
    return float(duration) / scale if scale else None


def _box(data: bytes, kind: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the content of the first box of a kind begins and ends, among the boxes of a stretch."""
    while start + 8 <= end:
        size, found = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, start + 8)
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
    from tinytag import TinyTag  # a letter with film or sound is rare

    return TinyTag.get(file_obj=io.BytesIO(data), tags=False).duration
