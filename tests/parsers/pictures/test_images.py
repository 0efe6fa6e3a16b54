from __future__ import annotations

import io
import resource
import struct
import sys
import warnings
import zlib
from datetime import datetime

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags
from PIL import Image as Pillow

from parsers import mediatypes
from parsers.pictures import images, thumbnails
from parsers.types import File, Image, Limits, Other, ResourceBudget

FORMS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")


def picture(form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Pillow.effect_noise((160, 120), 80).convert("RGB").save(buffer, form, **options)
    return buffer.getvalue()


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Pillow.new("RGB", (64, 48))).save(buffer)
    return buffer.getvalue()


def read(data: bytes, path: str = "a", limits: Limits | None = None) -> Image | Other:
    file = File(path, data, mediatypes.sniff(File(path, data)))
    (fact,) = images.parse(file, ResourceBudget(limits or Limits()))
    assert isinstance(fact, Image | Other)
    return fact


def image(data: bytes, path: str = "a") -> Image:
    fact = read(data, path)
    assert isinstance(fact, Image)
    return fact


@pytest.mark.parametrize("form", FORMS)
def test_size_and_wholeness_are_told(form):
    fact = read(picture(form))
    assert fact == Image("a", f"image/{form.lower()}", 160, 120)


@pytest.mark.parametrize("form", FORMS)
def test_half_a_picture_is_not_whole(form):
    data = picture(form)
    fact = read(data[: len(data) // 2])
    assert isinstance(fact, Image) and not fact.whole


def test_a_heic_is_read_and_half_of_one_is_not_whole():
    data = heic()
    fact = read(data)
    assert isinstance(fact, Image)
    assert (fact.media_type, fact.width, fact.height, fact.whole) == ("image/heic", 64, 48, True)
    half = read(data[: len(data) // 2])
    assert isinstance(half, Image) and not half.whole


def test_a_thumbnail_does_not_make_half_a_photo_whole():
    data = picture("JPEG")
    thumbnail = b"\xff\xe1" + (2 + len(data[:9000])).to_bytes(2, "big") + data[:8998] + b"\xff\xd9"
    photo = data[:2] + thumbnail + data[2:]
    assert image(photo).whole
    assert not image(photo[:-200]).whole


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
def test_bytes_behind_the_end_are_tolerated(form):
    fact = read(picture(form) + b"\0" * 500)
    assert isinstance(fact, Image) and fact.whole


def test_the_day_of_a_photo_comes_from_its_exif():
    exif = Pillow.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:05 09:08:07"
    fact = read(picture("JPEG", exif=exif))
    assert isinstance(fact, Image) and fact.taken_at == datetime(2026, 3, 5, 9, 8, 7)  # noqa: DTZ001


def test_a_day_that_is_none_is_left_out():
    exif = Pillow.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    fact = read(picture("JPEG", exif=exif))
    assert isinstance(fact, Image) and fact.taken_at is None and fact.whole


def huge() -> bytes:
    buffer = io.BytesIO()
    Pillow.new("1", (12_000, 9_000)).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_of_108_megapixels_is_recorded_by_its_header_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fact = read(huge())
    assert isinstance(fact, Image)
    assert (fact.width, fact.height, fact.huge, fact.whole) == (12_000, 9_000, True, True)


def test_the_bound_is_the_offices_own():
    fact = read(huge(), limits=Limits(pixels=200_000_000))
    assert isinstance(fact, Image) and fact.width == 12_000 and not fact.huge


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "TIFF", "GIF"])
def test_a_head_that_claims_four_thousand_megapixels_costs_nothing(form):
    data = bytearray(picture(form))
    side = 65_000
    match form:
        case "PNG":
            data[16:24] = struct.pack(">2L", side, side)
            data[29:33] = struct.pack(">L", zlib.crc32(data[12:29]))
        case "JPEG":
            place = data.index(b"\xff\xc0")
            data[place + 5 : place + 9] = struct.pack(">2H", side, side)
        case "BMP":
            data[18:26] = struct.pack("<2l", side, side)
        case "GIF":
            data[6:10] = struct.pack("<2H", side, side)
        case "TIFF":
            entries = int.from_bytes(data[4:8], "little") + 2
            for place in range(entries, entries + 24, 12):
                assert data[place] in (0, 1)  # 0x0100 and 0x0101: width and height
                data[place + 2 : place + 12] = struct.pack("<HLL", 4, 1, side)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fact = read(bytes(data))
    assert isinstance(fact, Image)
    assert (fact.width, fact.height, fact.huge) == (side, side, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_picture_in_a_document_is_embedded():
    data = picture("PNG")
    assert image(data, "稿件.zip/稿件.docx/image1.png").embedded
    assert image(data, "稿件.odt/1.png").embedded
    assert not image(data, "稿件.zip/图片/1.png").embedded


@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/emf", "image/wmf"])
def test_drawings_are_other_files(media_type):
    (fact,) = images.parse(File("a", b"x", media_type), ResourceBudget(Limits()))
    assert isinstance(fact, Other)


@pytest.mark.parametrize("form", [*FORMS, "HEIC"])
@given(rest=st.binary(max_size=200))
def test_a_header_with_rubbish_is_a_picture_that_is_not_whole(form, rest):
    media_type = f"image/{form.lower()}"
    head = heic()[:40] if form == "HEIC" else b""
    (fact,) = images.parse(File("a", head + rest, media_type), ResourceBudget(Limits()))
    assert isinstance(fact, Image) and not fact.whole


@pytest.mark.parametrize("size", [(640, 480), (1200, 900)])
def test_without_its_library_a_heic_photo_still_tells_its_size_and_is_no_damage(monkeypatch, size):
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Pillow.new("RGB", size)).save(buffer)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert image(buffer.getvalue()) == Image("a", "image/heic", *size)
    assert not image(buffer.getvalue()[:200]).whole


def test_avif_is_opened_by_pillow_itself() -> None:
    out = io.BytesIO()
    Pillow.new("RGB", (64, 48), "red").save(out, "AVIF")
    (fact,) = images.parse(File("图.avif", out.getvalue(), "image/avif"), ResourceBudget(Limits()))
    assert isinstance(fact, Image)
    assert (fact.width, fact.height, fact.whole) == (64, 48, True)
    small = thumbnails.upright(out.getvalue(), 32, 10_000)
    assert small is not None
    assert small.size == (32, 24)
