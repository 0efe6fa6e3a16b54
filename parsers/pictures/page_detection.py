"""
Whether a picture shows a page of text: cheap, before anything is recognised in it.

A page is bright and smooth, and on it lie small dark strokes that stand out. Looked at in squares:
those full of strokes are text, those without contrast are paper. A photograph of people, streets,
machines has much that is neither. Measured on 30 photographs and renderings: pages have 0.10 or
more of text, with much paper beside it; those with a few lines 0.02 and are nearly all paper.
Scenes that have 0.05 of text have little paper. An error costs the time of recognising nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import islice

import numpy as np
from PIL import Image as Pillow

from parsers.pictures import page_light, page_strips, pdf_pages, thumbnails
from parsers.types import File

READ_EDGE = 2000
"""Pixels of the longer side in which text is recognised: 9-point print on A4 stays legible."""

MIN_EDGE = 480
"""A picture whose shorter side is smaller is an icon or a logo."""

_LOOK_EDGE = 1000
_SQUARE = 25
_PAGES = ((0.10, 0.40), (0.05, 0.55), (0.02, 0.85), (0.004, 0.97))
"""
Least parts of text, and of text and paper together: of a page that lies on a desk, of one that
fills the picture, of one with a few lines on it, of one with a short text on much paper.
"""

TRIED = 2
"""Pages of a file that are looked at: the first may be bare or a cover."""

_DARK = 60
"""Grey below which nine tenths of a picture lie that was taken in the dark."""

_PAPER = 0.2
"""Of any page so much is bare; gravel and chessboards have strokes everywhere."""


def pages(file: File, most: int, most_pixels: int, edge: int = READ_EDGE) -> Iterator[Pillow.Image]:
    """
    Yield the pages of a file, upright, as plain RGB.

    Those of a scanned PDF and of a TIFF, the strips of a long screenshot, else the one picture.
    """
    if pdf_pages.claims(file):
        yield from pdf_pages.pages(file.data, edge, most)
        return
    for picture in islice(thumbnails.frames(file.data, edge, most_pixels), most):
        yield from islice(page_strips.strips(picture), most)


class Look(Enum):
    """What a first look at a picture tells; the value is told to the sender."""

    PAGE = "是文字的照片或扫描件"
    NOT_OPENED = "图片打不开"
    DARK = "图片太暗，看不出文字"
    SCENE = "图片里看不出成篇的文字"


def look(file: File, most_pixels: int, *, thorough: bool = True) -> Look:
    """
    Tell what the first pages of a file show. Takes some 20 ms.

    `thorough`: in whatever light and size of print, which takes some 200 ms where nothing is found.
    """
    found = Look.NOT_OPENED
    for picture in pages(file, TRIED, most_pixels, 2 * _LOOK_EDGE if thorough else _LOOK_EDGE):
        if shows_page(picture) if thorough else _shows_print(picture, _LOOK_EDGE):
            return Look.PAGE
        light = float(np.percentile(np.asarray(picture.convert("L")), 90))
        found = Look.DARK if light < _DARK else Look.SCENE
    return found


def is_page(file: File, most_pixels: int) -> bool:
    """Whether the first pages of a file show text."""
    return look(file, most_pixels) is Look.PAGE


def shows_page(picture: Pillow.Image) -> bool:
    """Return whether a picture in hand shows a page of text, in whatever light and size of print."""
    small = picture.copy()
    small.thumbnail((2 * _LOOK_EDGE, 2 * _LOOK_EDGE))
    if _shows_print(small, _LOOK_EDGE):
        return True
    even = page_light.evened(small)
    return _shows_print(even, _LOOK_EDGE) or _shows_print(even, 2 * _LOOK_EDGE)


def _shows_print(picture: Pillow.Image, edge: int) -> bool:
    grey = picture.convert("L")
    grey.thumbnail((edge, edge))
    squares = _squares(np.asarray(grey, dtype=np.int16))
    if not len(squares):
        return False
    flat = squares.reshape(len(squares), -1)
    light = np.percentile(flat, 85, axis=1)
    contrast = light - np.percentile(flat, 3, axis=1)
    strokes = squares < (light - 0.5 * contrast)[:, None, None]
    inked = strokes.mean((1, 2))
    smooth = (np.abs(flat - light[:, None]) < 0.22 * contrast[:, None]).mean(1)
    across = (strokes[:, :, 1:] != strokes[:, :, :-1]).sum((1, 2)) / _SQUARE
    down = (strokes[:, 1:, :] != strokes[:, :-1, :]).sum((1, 2)) / _SQUARE
    text = (
        (light > 90)
        & (contrast > 45)
        & (smooth > 0.45)
        & (inked > 0.03)
        & (inked < 0.4)
        & (across > 1.2)
        & (down > 1.0)
    )
    paper = (light > 100) & (contrast < 35)
    part, bare = text.mean(), (paper & ~text).mean()
    return bool(
        bare >= _PAPER and any(part >= least and part + bare >= whole for least, whole in _PAGES)
    )


def _squares(grey: np.ndarray) -> np.ndarray:
    """Return the picture cut into squares; what is left at the edges is not looked at."""
    high, wide = (length // _SQUARE for length in grey.shape)
    cut = grey[: high * _SQUARE, : wide * _SQUARE]
    return cut.reshape(high, _SQUARE, wide, _SQUARE).swapaxes(1, 2).reshape(-1, _SQUARE, _SQUARE)
