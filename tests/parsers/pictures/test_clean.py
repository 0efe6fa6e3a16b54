"""Pictures for printing: every pixel, upright, and nothing of the camera or of the sender's bytes left."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from parsers.pictures import clean

MOST = 100_000_000


def photo(form: str = "JPEG", size: tuple[int, int] = (64, 32), **options: object) -> bytes:
    """White on the left, black on the right."""
    picture = Image.new("RGB", size, "black")
    picture.paste("white", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def exif_with_place(turn: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010F] = "某相机"
    exif[0x8825] = {1: "N", 2: (31.0, 40.0, 0.0), 3: "E", 4: (119.0, 57.0, 0.0)}
    return exif.tobytes()


def test_a_photo_keeps_its_pixels_and_loses_place_and_camera() -> None:
    raw = photo(exif=exif_with_place(1), comment=b"secret words")
    (one,) = clean.cleaned(raw, MOST)
    assert (one.width, one.height, one.suffix) == (64, 32, ".jpg")
    for written in (one.content, one.small):
        assert b"Exif" not in written
        assert b"secret words" not in written
        with Image.open(io.BytesIO(written)) as again:
            assert not dict(again.getexif())
            assert not {"exif", "xmp", "icc_profile", "comment"} & again.info.keys()


def test_a_photo_is_turned_upright() -> None:
    (one,) = clean.cleaned(photo(exif=exif_with_place(6)), MOST)
    assert (one.width, one.height) == (32, 64)
    with Image.open(io.BytesIO(one.content)) as again:
        upper, lower = again.convert("L").getpixel((16, 8)), again.convert("L").getpixel((16, 56))
        assert (upper, lower) == (255, 0)


def test_the_original_keeps_its_size_and_the_copy_for_documents_is_small() -> None:
    (one,) = clean.cleaned(photo(size=(4000, 3000)), MOST)
    assert (one.width, one.height) == (4000, 3000)
    with Image.open(io.BytesIO(one.small)) as small:
        assert small.size == (1600, 1200)


def test_a_screenshot_stays_lossless_and_the_pages_of_a_fax_are_all_there() -> None:
    (shot,) = clean.cleaned(photo("PNG"), MOST)
    assert shot.suffix == ".png"
    pages = [Image.new("L", (50, 70), value) for value in (10, 200)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert [one.suffix for one in clean.cleaned(out.getvalue(), MOST)] == [".jpg", ".jpg"]


def test_wider_colours_become_those_of_every_screen() -> None:
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    broken = linear[:200]
    for profile in (linear, broken):
        (one,) = clean.cleaned(photo(icc_profile=profile), MOST)
        with Image.open(io.BytesIO(one.content)) as again:
            assert again.mode == "RGB"


def test_what_is_too_large_or_no_picture_gives_none() -> None:
    assert list(clean.cleaned(photo(), 100)) == []
    assert list(clean.cleaned(b"no picture", MOST)) == []


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_damage_never_escapes(noise: bytes, place: int) -> None:
    raw = photo()
    list(clean.cleaned(raw[:place] + noise + raw[place + len(noise) :], 1_000_000))


def told(form: str) -> bytes:
    """A sideways picture, red above blue, with everything a camera and a person may leave in such a file."""
    picture = Image.new("RGB", (40, 20), "red")
    picture.paste("blue", (20, 0, 40, 20))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 46.0, 1.0), 29: "SECRET day"})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET</x:xmpmeta>"
    out = io.BytesIO()
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SECRET")
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        picture.save(out, form, exif=exif, pnginfo=text)
    elif form == "TIFF":
        picture.save(out, form, exif=exif, description="SECRET")
    elif form == "WEBP":
        picture.save(out, form, exif=exif, xmp=xmp, lossless=True)
    else:
        picture.save(out, form, exif=exif, xmp=xmp, comment=b"SECRET", quality=95)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_of_every_format_nothing_but_the_upright_picture_stays(form: str) -> None:
    assert b"SECRET" in told(form)
    (one,) = clean.cleaned(told(form), MOST)
    assert (one.width, one.height) == (20, 40)
    for content in (one.content, one.small):
        for mark in (b"SECRET", b"Exif", b"eXIf", b"tEXt", b"iTXt", b"xmp"):
            assert mark not in content
        with Image.open(io.BytesIO(content)) as picture:
            assert not picture.getexif()
            upper = picture.convert("RGB").crop((0, 0, 20, 10)).resize((1, 1)).tobytes()
            assert upper[0] > 200 > 100 > upper[2]
