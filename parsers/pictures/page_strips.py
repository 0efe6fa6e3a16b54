"""A long screenshot cut into strips of a page's shape, between the lines of its print."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image as Pillow

LONG = 2.6
"""So many times as high as wide, a picture is a long screenshot; a telephone's screen has 2.2."""

LEAST_WIDTH = 200
"""Pixels; what is narrower shows no lines of print."""

STRIP = 1.5
"""Height of a strip in widths."""

MAX_STRIPS = 12
"""Strips of one picture that are looked at."""


def is_long(width: int, height: int) -> bool:
    """Whether a picture is too long to be read as one page."""
    return width >= LEAST_WIDTH and height > LONG * width


def strips(picture: Pillow.Image) -> Iterator[Pillow.Image]:
    """Yield the picture, or its strips from top to bottom where it is long."""
    if not is_long(*picture.size):
        yield picture
        return
    high = round(STRIP * picture.width)
    ink = _ink(picture)
    top = 0
    for _ in range(MAX_STRIPS):
        if top >= picture.height:
            return
        bottom = picture.height
        if bottom - top > 1.25 * high:
            bottom = top + high
            window = ink[bottom - high // 4 : bottom]
            bottom -= high // 4 - _widest_gap(window)
        yield picture.crop((0, top, picture.width, bottom))
        top = bottom


def _ink(picture: Pillow.Image) -> np.ndarray:
    """Return for each row of pixels how much it changes from left to right."""
    grey = np.asarray(picture.convert("L"), dtype=np.int16)
    changes: np.ndarray = np.abs(np.diff(grey, axis=1)).max(axis=1)
    return changes


def _widest_gap(ink: np.ndarray) -> int:
    """Return the middle of the longest run of bare rows, the last row where there is none."""
    best, start, place = 0, -1, len(ink)
    for row, changes in enumerate([*(ink > 40), True]):
        if not changes and start < 0:
            start = row
        elif changes and start >= 0:
            if row - start > best:
                best, place = row - start, (row + start) // 2
            start = -1
    return place
