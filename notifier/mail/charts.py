"""Small charts as PNG for mail, where SVG does not survive. No words are drawn: no font need be there."""

from __future__ import annotations

import io
from collections.abc import Sequence

SCALE = 2
"""Pixels per point, for sharp screens."""


def stacked_bars(
    columns: Sequence[Sequence[int]],
    colours: Sequence[str],
    width: int,
    height: int,
) -> bytes:
    """
    Draw one bar a column, its values stacked from the foot in the order of `colours`, as PNG.

    A column of zeros is a thin line, so that a quiet day is seen to
    be a day. The ground is left open: the picture stands on a white page as well as on a dark one.

    Units:  `width` and `height` in points.
    Raises: ValueError when a column has more values than there are colours.
    """
    from PIL import Image, ImageDraw  # slow to load, and few letters have a chart

    image = Image.new("RGBA", (width * SCALE, height * SCALE))
    draw = ImageDraw.Draw(image)
    highest = max((sum(column) for column in columns), default=0) or 1
    step = image.width / max(len(columns), 1)
    gap = max(SCALE, int(step * 0.28))
    foot = image.height - SCALE
    for number, column in enumerate(columns):
        if len(column) > len(colours):
            raise ValueError("a column has more values than there are colours")
        left = round(number * step + gap / 2)
        right = round((number + 1) * step - gap / 2) - 1
        top = foot
        for value, colour in zip(column, colours, strict=False):
            rise = round(value / highest * (foot - SCALE))
            if value:
                rise = max(rise, SCALE)
                draw.rectangle((left, top - rise, right, top), fill=colour)
                top -= rise
        draw.rectangle((left, foot, right, foot + SCALE - 1), fill="#9aa5b1")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
