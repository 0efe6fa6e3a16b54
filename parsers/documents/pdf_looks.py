"""
How the lines of a PDF's page stand out: larger print, bold print, centred, first of a new page.

A PDF has no headings of its own; what a reader takes for one is a line in larger print than the text.
"""

from __future__ import annotations

import ctypes
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import pypdfium2
import pypdfium2.raw as raw

from parsers.documents import flow
from parsers.types import Look

_SAMPLE = 12
"""Characters of a line that are measured: enough to tell its print."""

_LARGER = 1.12
"""Print of a heading against that of the text."""

_BOLD = 650
_BOLD_NAMES = re.compile("Bold|Black|Heavy|SimHei|黑体|小标宋|XBS", re.IGNORECASE)
_MOST_CHARACTERS = 50_000
_CENTRE = 0.03
_MARGIN = 0.06
_UNFILLED = 0.25
"""A page of which so much is empty at its foot was ended by its author."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line as it is measured: points, and shares of the page. `foot`: how much is empty below."""

    size: float
    bold: bool
    left: float
    right: float
    foot: float


Printed = tuple[str, Line | None]
"""A printed line and how it looks, where that was measured."""


def measured(words: pypdfium2.PdfTextPage, page: pypdfium2.PdfPage) -> dict[str, Line]:
    """Return a page's lines by their text without blanks."""
    count = raw.FPDFText_CountChars(words)
    width, height = page.get_size()
    if count > _MOST_CHARACTERS or width <= 0 or height <= 0:
        return {}
    lines: dict[str, Line] = {}
    for text, places in _by_line(words, count):
        if line := _measure(words, places, width, height):
            lines.setdefault(text, line)
    return lines


def key(line: str) -> str:
    """Return a line as it is found again: without blanks."""
    return _BLANKS.sub("", line)


def paragraphs(pages: Sequence[Sequence[Printed]]) -> tuple[list[str], list[Look]]:
    """
    Join printed lines to paragraphs, and tell which of these stand out.

    Lines in larger or bolder print are never joined to those in the text's own.
    """
    usual = _Usual.of(pages)
    joined: list[str] = []
    looks: list[Look] = []
    for run in _runs(pages, usual):
        start = len(joined)
        joined += flow.join_lines(run.lines, 0 if run.level or run.bold else usual.width)
        for number in range(start, len(joined)):
            centred = (
                run.centred and run.level < 2
            )  # a smaller line in the middle is a heading within
            opens = run.opens and number == start
            if run.level or run.bold or opens:
                looks.append(Look(number, run.level, centred, run.bold, opens))
    return joined, looks


@dataclass(frozen=True, slots=True)
class _Usual:
    """The print of most of a document: its size, whether it is bold, its widest line; and larger sizes."""

    size: int
    bold: bool
    width: int
    larger: tuple[int, ...]

    @classmethod
    def of(cls, pages: Sequence[Sequence[Printed]]) -> _Usual:
        sizes: Counter[int] = Counter()
        bold: Counter[bool] = Counter()
        widest = 0
        for text, line in itertools.chain.from_iterable(pages):
            widest = max(widest, flow.width(text))
            if line is not None:
                sizes[round(line.size)] += len(text)
                bold[line.bold] += len(text)
        usual = sizes.most_common(1)[0][0] if sizes else 0
        larger = sorted((size for size in sizes if size >= usual * _LARGER), reverse=True)
        return cls(usual, bold[True] > bold[False], widest, tuple(larger) if usual else ())

    def level(self, line: Line | None) -> int:
        """Return 1 for the largest print, 2 for the next, 0 for that of the text."""
        size = round(line.size) if line else 0
        return 1 + self.larger.index(size) if size in self.larger else 0

    def is_bold(self, line: Line | None) -> bool:
        return line is not None and line.bold and not self.bold


@dataclass(slots=True)
class _Run:
    """Lines in one print. `opens`: they begin a page after one that its author ended."""

    level: int
    bold: bool
    centred: bool
    opens: bool
    lines: list[str]


def _runs(pages: Sequence[Sequence[Printed]], usual: _Usual) -> Iterator[_Run]:
    run: _Run | None = None
    ended = False
    for page in pages:
        for number, (text, line) in enumerate(page):
            level, bold = usual.level(line), usual.is_bold(line)
            opens = number == 0 and ended
            if run is not None and (run.level, run.bold) == (level, bold) and not opens:
                run.lines.append(text)
                continue
            if run is not None:
                yield run
            centred = line is not None and _is_centred(line) and (level > 0 or bold)
            run = _Run(level, bold, centred, opens, [text])
        last = page[-1][1] if page else None
        ended = last is not None and last.foot >= _UNFILLED
    if run is not None:
        yield run


def _by_line(words: pypdfium2.PdfTextPage, count: int) -> Iterator[tuple[str, list[int]]]:
    characters: list[str] = []
    places: list[int] = []
    for index in range(count):
        character = chr(raw.FPDFText_GetUnicode(words, index) or 0x20)
        if character == "\n":
            if places:
                yield key("".join(characters)), places
            characters, places = [], []
        elif not character.isspace():
            characters.append(character)
            places.append(index)
    if places:
        yield key("".join(characters)), places


def _measure(
    words: pypdfium2.PdfTextPage, places: Sequence[int], width: float, height: float
) -> Line | None:
    sample = places[:_SAMPLE]
    ends = [*places[:3], *places[-3:]]
    sizes = [_height(words, index) for index in sample]
    boxes = [_box(words, index) for index in (places[0], places[-1])]
    if not any(sizes):
        return None
    bold = all(_is_bold(words, index) for index in ends)
    return Line(
        median(sizes),
        bold,
        boxes[0].left / width,
        boxes[-1].right / width,
        boxes[0].bottom / height,
    )


def _height(words: pypdfium2.PdfTextPage, index: int) -> float:
    """Return the print's size: that of its box, since a page may scale its fonts."""
    box = _box(words, index)
    return float(box.top - box.bottom)


def _box(words: pypdfium2.PdfTextPage, index: int) -> raw.FS_RECTF:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(words, index, ctypes.byref(box))
    return box


def _is_bold(words: pypdfium2.PdfTextPage, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(words, index) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(words, index, name, len(name), None)
    return _BOLD_NAMES.search(name.value.decode("utf-8", "replace")) is not None


def _is_centred(line: Line) -> bool:
    return abs(line.left + line.right - 1) <= 2 * _CENTRE and line.left >= _MARGIN
