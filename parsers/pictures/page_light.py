"""Print in ordinary light: a page that was taken in the dark, unevenly, or on a dark screen, made black on white."""

from __future__ import annotations

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFilter

_LOOK_EDGE = 256
"""The light on a page is told from a picture of this size."""

_NEIGHBOURHOOD = 15
"""Pixels of that picture, within which some paper is bare."""

DARK = 110
"""Grey (0..255) below which most of a page lies that is shown light on dark."""

EVEN = 1.2
"""So many times as bright the brightest paper may be before the light counts as uneven."""

WHITE = 200
"""Grey from which on paper counts as bright enough."""


def evened(picture: Pillow.Image) -> Pillow.Image:
    """
    Return the picture with its paper white and its print dark; one in good light as it is.

    What is mostly dark, with lighter print, is turned round. Then each place is divided by the
    brightness of the paper around it.
    """
    grey = picture.convert("L")
    if _is_light_on_dark(grey):
        grey = grey.point(lambda value: 255 - value)
        picture = grey.convert("RGB")
    paper = _paper(grey)
    if float(np.percentile(paper, 10)) >= WHITE and _spread(paper) < EVEN:
        return picture
    shade = Pillow.fromarray(paper).resize(grey.size, Pillow.Resampling.BILINEAR)
    light = np.maximum(np.asarray(shade, dtype=np.float32), 24.0)
    even = np.asarray(grey, dtype=np.float32) * (245.0 / light)
    return Pillow.fromarray(np.clip(even, 0, 255).astype(np.uint8)).convert("RGB")


def _is_light_on_dark(grey: Pillow.Image) -> bool:
    small = grey.copy()
    small.thumbnail((_LOOK_EDGE * 2, _LOOK_EDGE * 2))
    dark, middle, light = np.percentile(np.asarray(small), (3, 50, 99))
    return bool(middle < DARK and light - middle > 60 and light - middle > 2 * (middle - dark))


def _paper(grey: Pillow.Image) -> np.ndarray:
    """Return how bright the bare paper is, place by place, in a small picture."""
    small = grey.copy()
    small.thumbnail((_LOOK_EDGE, _LOOK_EDGE))
    size = min(_NEIGHBOURHOOD, (min(small.size) - 1) | 1)
    if size < 3:
        return np.asarray(small)
    bare = small.filter(ImageFilter.MaxFilter(size))
    return np.asarray(bare.filter(ImageFilter.GaussianBlur(size / 2)))


def _spread(paper: np.ndarray) -> float:
    low, high = np.percentile(paper, (5, 95))
    return float(high / max(low, 1.0))
