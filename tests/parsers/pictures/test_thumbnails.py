"""Pictures made small for people: every kind that comes, and nothing of the sender's bytes in them."""

from __future__ import annotations

import io

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags
from PIL import Image as Pillow

from parsers.pictures import thumbnails

MOST = 120_000_000
HEADS = (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\0\0\0\x18ftypheic")


def half_and_half(mode: str = "RGB", size: tuple[int, int] = (400, 200)) -> Pillow.Image:
    """White on the left, black on the right."""
    picture = Pillow.new("L", size, 0)
    picture.paste(255, (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def saved(picture: Pillow.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def shown(data: bytes, edge: int = 100, most: int = MOST) -> Pillow.Image:
    found = thumbnails.upright(data, edge, most)
    assert found is not None
    return found


def is_light(picture: Pillow.Image, x: float, y: float) -> bool:
    value = picture.convert("L").getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(value, int)
    return value > 128


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGB"),
        ("TIFF", "1"),
        ("TIFF", "CMYK"),
        ("TIFF", "F"),
    ],
)
def test_every_kind_and_depth_becomes_plain_colours(form: str, mode: str) -> None:
    if mode == "I;16":
        source = Pillow.new("I;16", (400, 200), 300)
        source.paste(40_000, (0, 0, 200, 200))
    else:
        source = half_and_half(mode)
    small = shown(saved(source, form))
    assert (small.mode, small.size) == ("RGB", (100, 50))
    assert is_light(small, 0.2, 0.5) and not is_light(small, 0.8, 0.5)


def test_a_photo_of_an_iphone_is_shown() -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(half_and_half()).save(out)
    small = shown(out.getvalue())
    assert small.size == (100, 50) and is_light(small, 0.2, 0.5)


def test_what_is_transparent_is_white() -> None:
    clear = Pillow.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert shown(saved(clear, "PNG")).getpixel((5, 5)) == (255, 255, 255)


def test_of_a_moving_picture_the_first_frame_is_shown() -> None:
    frames = [half_and_half("P"), Pillow.new("P", (400, 200), 0)]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert is_light(shown(moving), 0.2, 0.5)


@pytest.mark.parametrize(
    ("turn", "light"), [(1, (0.2, 0.5)), (3, (0.8, 0.5)), (6, (0.5, 0.2)), (8, (0.5, 0.8))]
)
def test_a_picture_stands_as_it_was_taken(turn: int, light: tuple[float, float]) -> None:
    exif = Pillow.Exif()
    exif[ExifTags.Base.Orientation] = turn
    small = shown(saved(half_and_half(), "JPEG", exif=exif))
    assert is_light(small, *light)
    assert not is_light(small, 1 - light[0], 1 - light[1])


def test_the_place_where_it_was_taken_is_not_in_what_is_shown() -> None:
    exif = Pillow.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (31.0, 42.0, 3.0)
    exif[ExifTags.Base.Make] = "Kamera-Marke"
    photo = saved(half_and_half(), "JPEG", exif=exif, comment=b"secret")
    assert b"Kamera-Marke" in photo and b"secret" in photo
    small = thumbnails.jpeg(shown(photo), 80)
    assert b"Kamera-Marke" not in small and b"secret" not in small and b"Exif" not in small
    assert not Pillow.open(io.BytesIO(small)).getexif()


def test_a_bomb_is_not_decoded() -> None:
    bomb = saved(Pillow.new("1", (12_000, 9_000)), "PNG")
    assert thumbnails.upright(bomb, 100, 100_000_000) is None
    assert len(bomb) < 30_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF"])
def test_half_a_picture_is_not_shown(form: str) -> None:
    noise = Pillow.effect_noise((300, 200), 80).convert("RGB")
    data = saved(noise, form)
    assert thumbnails.upright(data[: len(data) // 2], 100, MOST) is None


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"%!PS-Adobe\n%%BoundingBox: 0 0 9 9\n", b"\x01\0\0\0"]
)
def test_what_programs_would_have_to_draw_is_not_shown(data: bytes) -> None:
    assert thumbnails.upright(data, 100, MOST) is None


@settings(deadline=None)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=300))
def test_rubbish_behind_a_signature_does_no_harm(head: bytes, rest: bytes) -> None:
    thumbnails.upright(head + rest, 100, MOST)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_beyond_the_bound_is_shown_if_it_can_be_decoded_small(progressive: bool) -> None:
    buffer = io.BytesIO()
    Pillow.new("RGB", (4_000, 3_000), "red").save(buffer, "JPEG", progressive=progressive)
    found = thumbnails.upright(buffer.getvalue(), 360, 1_000_000)
    assert (found is None) is progressive


def test_all_pages_of_a_tiff_are_shown_one_below_the_other() -> None:
    out = io.BytesIO()
    pages = [Pillow.new("RGB", (200, 100), colour) for colour in ("red", "lime", "blue")]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    shown = thumbnails.all_pages(out.getvalue(), 100, 10_000_000)
    assert shown is not None
    assert shown.size == (100, 150)
    assert [shown.getpixel((50, y)) for y in (25, 75, 125)] == [
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
    ]
    assert thumbnails.all_pages(b"II*\0 rubbish", 100, 10_000_000) is None
