"""Pages as a camera or a scanner sees them, drawn for the tests in whatever font for hanzi is here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
PATTERNS = ("NotoSansCJK-Regular*", "NotoSerifCJK-Regular*", "wqy-*", "simsun*", "*CJK*Regular*")
LEADING = 1.7
MARGIN = 90


@cache
def _font_file() -> Path | None:
    for pattern in PATTERNS:
        for folder in FOLDERS:
            for found in sorted(folder.rglob(pattern)):
                return found
    return None


def font(size: int) -> ImageFont.FreeTypeFont:
    """A font with hanzi; a test that finds none is skipped."""
    found = _font_file()
    if found is None:
        pytest.skip("no font with hanzi is installed (apt install fonts-noto-cjk)")
    return ImageFont.truetype(found, size)


def page(
    lines: Sequence[str], size: tuple[int, int] = (900, 1270), letter: int = 28
) -> Image.Image:
    """Lines of print on white paper; a tab jumps to the next of four columns."""
    paper = Image.new("RGB", size, "white")
    pen, face = ImageDraw.Draw(paper), font(letter)
    column = (size[0] - 2 * MARGIN) // 4
    for number, line in enumerate(lines):
        for place, cell in enumerate(line.split("\t")):
            at = (MARGIN + place * column, MARGIN + number * letter * LEADING)
            pen.text(at, cell, font=face, fill="black")
    return paper


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def scanned_pdf(*pages: Image.Image) -> bytes:
    """A document of pictures, as scanners make it."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()
