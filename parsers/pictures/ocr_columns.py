"""Boxes of print on a page, and the columns that they stand in: those of a paper, or of two pages side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

PROSE = 8.0
"""A column of prose is so many characters wide; cells of a table are narrower."""

LEAST_LINES = 4
"""Lines of prose that stand in each of two columns."""

_CROSSING = 0.15
"""Of all lines so many at most lie across both columns: headings, the head of the paper."""


@dataclass(frozen=True, slots=True)
class Box:
    """Text within upright edges, in pixels, y down."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Where the middle of its height lies."""
        return (self.top + self.bottom) / 2


def blocks(boxes: Sequence[Box], size: float) -> list[list[Box]]:
    """
    Divide a page into blocks in reading order: what lies across, then the left column, then the right.

    A page in one column is one block. `size`: the height of the page's print.
    """
    gutter = _gutter(boxes, size)
    if gutter is None:
        return [list(boxes)]
    across = sorted(
        (box for box in boxes if box.left < gutter < box.right), key=lambda box: box.top
    )
    found: list[list[Box]] = []
    above = float("-inf")
    for border in [*across, None]:
        below = border.middle if border else float("inf")
        between = [box for box in boxes if box not in across and above <= box.middle < below]
        for column in (
            [box for box in between if box.right <= gutter],
            [box for box in between if box.left >= gutter],
        ):
            if column:
                found += blocks(column, size) if len(column) < len(boxes) else [column]
        if border:
            found.append([border])
        above = below
    return found


def _gutter(boxes: Sequence[Box], size: float) -> float | None:
    """Find where a bare stripe parts two columns of prose, None where nothing does."""
    if len(boxes) < 2 * LEAST_LINES:
        return None
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    step = max(1.0, size / 4)
    best: tuple[float, float] | None = None
    start: float | None = None
    place = left + 0.25 * (right - left)
    while place <= left + 0.75 * (right - left):
        crossing = sum(box.left < place < box.right for box in boxes)
        bare = crossing <= _CROSSING * len(boxes)
        if bare and start is None:
            start = place
        if start is not None and (not bare or place + step > left + 0.75 * (right - left)):
            if best is None or place - start > best[1] - best[0]:
                best = (start, place)
            start = None
        place += step
    if best is None or best[1] - best[0] < 0.6 * size:
        return None
    middle = (best[0] + best[1]) / 2
    sides = (
        [box for box in boxes if box.right <= middle],
        [box for box in boxes if box.left >= middle],
    )
    return middle if all(_is_prose(side, size) for side in sides) else None


def _is_prose(column: Sequence[Box], size: float) -> bool:
    wide = [box for box in column if box.right - box.left >= PROSE * size]
    return (
        len(wide) >= LEAST_LINES and median(box.right - box.left for box in column) >= PROSE * size
    )
