"""
Charts as geometry: plain numbers in, rectangles out; the templates draw them as SVG.

Across in hundredths of the drawing's width, up and down in pixels: a chart fills whatever room it has,
and its words keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 100.0, 200.0
LEFT, TOP, BOTTOM = 3.0, 16.0, 24.0

TAKEN = "taken"
"""The series of what is taken away."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a bar; `series` names its colour."""

    x: float
    y: float
    width: float
    height: float
    series: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its label under it ("" where there is no room) and what it says when pointed at."""

    bars: tuple[Bar, ...]
    x: float
    width: float
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across at a round number."""

    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns, `height` pixels tall."""

    height: float
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]


def columns(
    points: Sequence[tuple[str, str, Mapping[str, int | float]]],
    series: Sequence[str],
    every: int = 1,
) -> Columns:
    """
    Lay out stacked columns.

    Args:
        points: (label, title, number by series).
        series: the names in the order in which they are stacked.
        every: every n-th label is shown, counted from the last.
    """
    top = ceiling(max((sum(numbers.values()) for _, _, numbers in points), default=0))
    room = HEIGHT - TOP - BOTTOM
    step = (WIDTH - LEFT) / max(1, len(points))
    thick = step * 0.66
    drawn = []
    for index, (label, title, numbers) in enumerate(points):
        x = LEFT + index * step + (step - thick) / 2
        y = HEIGHT - BOTTOM
        bars = []
        for name in series:
            tall = numbers.get(name, 0) / top * room
            if tall:
                y -= tall
                bars.append(Bar(_r(x), _r(y), _r(thick), _r(tall), name))
        shown_label = label if (len(points) - 1 - index) % every == 0 else ""
        drawn.append(
            Column(tuple(bars), _r(LEFT + index * step), _r(step), shown_label, f"{label} {title}")
        )
    ticks = tuple(Tick(_r(HEIGHT - BOTTOM - number / top * room), number) for number in _steps(top))
    return Columns(HEIGHT, tuple(drawn), ticks)


@dataclass(frozen=True, slots=True)
class Stack:
    """A row of a chart of rows: its pieces lie in a box of 100 × 1."""

    label: str
    bars: tuple[Bar, ...]
    total: int | float
    title: str


def stacks(
    rows: Sequence[tuple[str, str, Mapping[str, int | float]]], series: Sequence[str]
) -> tuple[Stack, ...]:
    """
    Lay out rows of stacked pieces, all on one scale. `rows`: (label, title, number by series).

    What is negative lies over the end of what it is taken from, as far as there is any.
    """
    most = max((sum(_given(numbers)) for _, _, numbers in rows), default=0) or 1
    rows_drawn = []
    for label, title, numbers in rows:
        x = 0.0
        bars = []
        for name in series:
            wide = max(0, numbers.get(name, 0)) / most * 100
            if wide:
                bars.append(Bar(_r(x), 0, _r(wide), 1, name))
                x += wide
        taken = -sum(one for one in numbers.values() if one < 0) / most * 100
        if taken and x:
            bars.append(Bar(_r(max(0.0, x - taken)), 0, _r(min(taken, x)), 1, TAKEN))
        rows_drawn.append(Stack(label, tuple(bars), round(sum(numbers.values()), 4), title))
    return tuple(rows_drawn)


def _given(numbers: Mapping[str, int | float]) -> list[int | float]:
    return [one for one in numbers.values() if one > 0]


def ceiling(most: float) -> int:
    """Return the round number at which a scale ends: 4, 10, 20, 40, 100, and so on."""
    if most <= 4:
        return 4
    step = 1
    while True:
        for round_number in (10, 20, 40, 50):
            if most <= round_number * step:
                return round_number * step
        step *= 10


def _steps(top: int) -> tuple[int, ...]:
    return tuple(top * part // 4 for part in (1, 2, 3, 4)) if top % 4 == 0 else (top // 2, top)


def _r(number: float) -> float:
    return round(number, 2)
