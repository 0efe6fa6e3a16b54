"""Film and sound: told by type, and by length where their headers tell it."""

from __future__ import annotations

import io
import struct
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parsers
from parsers.pictures import media
from parsers.types import File, Limits, Other, ResourceBudget


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def movie(seconds: int, brand: bytes = b"isom", *, wide: bool = False, last: bool = True) -> bytes:
    """An MP4 or MOV, as far as anybody looks: ISO/IEC 14496-12 8.2.2."""
    if wide:
        times = struct.pack(">IQQIQ", 1 << 24, 0, 0, 1000, 1000 * seconds)
    else:
        times = struct.pack(">IIIII", 0, 0, 0, 600, 600 * seconds)
    moov = box(b"moov", box(b"mvhd", times + bytes(80)))
    film = box(b"mdat", b"\1" * 5000)
    return box(b"ftyp", brand + bytes(4) + brand) + (film + moov if last else moov + film)


def wav(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000 * seconds))
    return out.getvalue()


def avi(seconds: int) -> bytes:
    head = struct.pack("<5I", 40_000, 0, 0, 0, 25 * seconds)
    return (
        b"RIFF"
        + bytes(4)
        + b"AVI LIST"
        + bytes(4)
        + b"hdrlavih"
        + struct.pack("<I", 56)
        + head
        + bytes(36)
    )


MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 100


@pytest.mark.parametrize(
    ("data", "media_type", "seconds"),
    [
        (movie(17), "video/mp4", 17),
        (movie(17, last=False), "video/mp4", 17),
        (movie(17, wide=True), "video/mp4", 17),
        (movie(3, b"qt  "), "video/quicktime", 3),
        (wav(2), "audio/x-wav", 2),
        (avi(9), "video/x-msvideo", 9),
        (MP3, "audio/mpeg", 2.6),
    ],
    ids=["mp4", "header first", "64 bit", "live photo", "wav", "avi", "mp3"],
)
def test_type_and_length_are_told(data: bytes, media_type: str, seconds: float) -> None:
    (fact,) = parsers.read([File("稿件.zip/现场.dat", data)], ResourceBudget(Limits()))
    assert isinstance(fact, Other)
    assert (fact.role, fact.media_type, fact.seconds) == ("media", media_type, seconds)


@pytest.mark.parametrize(
    "data",
    [
        movie(17)[:60],
        movie(0),
        movie(10**6),
        box(b"ftyp", b"isom") + struct.pack(">I4s", 4, b"moov"),
        box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"moov", 1 << 63),
        movie(17).replace(struct.pack(">I", 600), bytes(4)),
        avi(9)[:40],
        b"\x1aE\xdf\xa3" + bytes(200),
    ],
)
def test_what_a_header_does_not_tell_stays_open(data: bytes) -> None:
    assert media.length(data) is None


HEADS = (b"", movie(1)[:40], avi(1)[:60], wav(1)[:44], MP3[:400], b"fLaC", b"OggS", b"ID3\4")


@settings(deadline=None)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=400))
def test_no_header_trips_us(head: bytes, rest: bytes) -> None:
    assert (media.length(head + rest) or 1) > 0
