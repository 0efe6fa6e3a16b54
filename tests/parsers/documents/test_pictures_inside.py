"""Pictures inside .doc, .wps, .rtf and PDF are taken out whole, each once; what is broken harms no text."""

from __future__ import annotations

import hashlib
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

import parsers
from parsers import mediatypes
from parsers.documents import blips
from parsers.types import File, Image, Limits, ResourceBudget, Text
from tests import paper

PHOTO = paper.jpeg(Pillow.effect_noise((320, 240), 60).convert("RGB"))

FOLDED = "\n".join(PHOTO.hex()[at : at + 78] for at in range(0, 2 * len(PHOTO), 78))


def blip(picture: bytes, kind: int = 0xF01D, instance: int = 0x46A) -> bytes:
    digests = 16 if instance in (0x46A, 0x6E0) else 32
    body = b"\1" * digests + b"\xff" + picture
    return struct.pack("<HHL", instance << 4, kind, len(body)) + body


def pdf(*parts: bytes, text: bytes = b"Report", size: tuple[int, int] = (200, 150)) -> bytes:
    """One page with a line of text, and pictures side by side."""
    names = b" ".join(b"/I%d %d 0 R" % (n, 10 + n) for n in range(len(parts)))
    drawn = b" ".join(
        b"q %d 0 0 %d %d 300 cm /I%d Do Q" % (*size, 10 * n, n) for n in range(len(parts))
    )
    content = b"BT /F 24 Tf 72 700 Td (" + text + b") Tj ET " + drawn
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
        b"<</Font<</F 5 0 R>>/XObject<<" + names + b">>>>>>",
        4: b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for n, picture in enumerate(parts):
        objects[10 + n] = (
            b"<</Type/XObject/Subtype/Image/Width 320/Height 240/ColorSpace/DeviceRGB"
            b"/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n"
            % len(picture)
            + picture
            + b"\nendstream"
        )
    body = b"".join(b"%d 0 obj" % n + one + b"\nendobj\n" for n, one in objects.items())
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def rtf(*pictures: str) -> bytes:
    return ("{\\rtf1\\ansi Report" + "".join(pictures) + "\\par}").encode("ascii")


def told(name: str, data: bytes) -> tuple[Text, list[Image]]:
    text, *images = parsers.read([File(name, data)], ResourceBudget(Limits()))
    assert isinstance(text, Text)
    assert all(isinstance(one, Image) and one.embedded and one.whole for one in images)
    return text, images  # type: ignore[return-value]


def is_the_photo(image: Image) -> bool:
    return image.digest == hashlib.sha256(PHOTO).hexdigest()


def test_a_photo_in_a_pdf_is_taken_out_byte_by_byte_and_once() -> None:
    text, images = told("稿件.pdf", pdf(PHOTO, PHOTO))
    assert text.paragraphs == ("Report",)
    (image,) = images
    assert (image.path, image.width, image.height) == ("稿件.pdf/image1.jpg", 320, 240)
    assert is_the_photo(image)


def test_the_scan_below_a_recognised_text_is_no_picture() -> None:
    assert told("稿件.pdf", pdf(PHOTO, size=(590, 840)))[1] == []


def test_a_broken_picture_leaves_a_pdfs_text_as_it_is() -> None:
    text, images = told("稿件.pdf", pdf(b"no jpeg", PHOTO))
    assert text.paragraphs == ("Report",)
    assert [is_the_photo(one) for one in images] == [True]


@pytest.mark.parametrize(
    "picture",
    [
        "{\\pict\\jpegblip\\picw320\\pich240 " + PHOTO.hex() + "}",
        "{\\*\\shppict{\\pict{\\*\\blipuid 00ff}\\picw1\\jpegblip\n" + PHOTO.hex() + "}}",
        "{\\pict\\jpegblip\\bliptag1{\\*\\blipuid 00ff}" + FOLDED + "}",
    ],
)  # fmt: skip
def test_a_photo_in_rich_text_is_taken_out_however_it_is_wrapped(picture: str) -> None:
    text, (image,) = told("稿件.rtf", rtf(picture, picture))
    assert text.paragraphs == ("Report",)
    assert is_the_photo(image)


def test_a_photo_in_rich_text_may_be_binary() -> None:
    head = b"{\\rtf1\\ansi Report{\\pict\\jpegblip\\bin%d " % len(PHOTO)
    _, (image,) = told("稿件.rtf", head + PHOTO + b"}\\par}")
    assert is_the_photo(image)


def streams(*pieces: bytes) -> list[bytes]:
    file = File("稿件.doc", b"", mediatypes.DOC)
    return [bytes(one.data) for one in blips.of_streams(file, pieces, ResourceBudget(Limits()))]


def test_pictures_in_words_streams_are_told_by_their_records() -> None:
    other = blip(PHOTO + b"\0", instance=0x46B)
    assert streams(b"noise" + blip(PHOTO) + b"noise" + other, blip(PHOTO)) == [PHOTO, PHOTO + b"\0"]


@pytest.mark.parametrize(
    "stream",
    [
        blip(PHOTO)[:200],
        blip(PHOTO, instance=0x123),
        blip(b"GIF89a" + bytes(50)),
        struct.pack("<HHL", 0x46A0, 0xF01D, 0),
        struct.pack("<HHL", 0x46A0, 0xF01D, 0xFFFFFFFF) + PHOTO,
        b"",
    ],
)
def test_what_is_no_whole_record_of_a_picture_is_left(stream: bytes) -> None:
    assert streams(stream) == []


def test_rubbish_in_rich_text_takes_no_time() -> None:
    started = time.process_time()
    for rubbish in (
        b"\\pngblip" + b"\\a " * 300_000,
        b"\\pngblip" * 100_000,
        b"\\jpegblip" + b" " * 900_000,
    ):
        told("稿件.rtf", b"{\\rtf1 Report" + rubbish + b"\\par}")
    assert time.process_time() - started < 60


@given(
    st.lists(
        st.sampled_from([blip(PHOTO)[:40], blip(PHOTO), b"\xa0\x46\x1d\xf0", b"\xff" * 9, PHOTO])
    )
)
@settings(max_examples=100, deadline=None)
def test_whatever_lies_in_a_stream_only_whole_pictures_come_out(pieces: list[bytes]) -> None:
    assert all(blips.suffix(one) for one in streams(b"".join(pieces)))
