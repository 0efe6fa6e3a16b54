"""
Words recognised on a page, each in its box, put together to lines, paragraphs and rows of tables.

Pure: it knows nothing of who recognised them. Boxes are in pixels, x to the right, y down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from parsers.documents import flow
from parsers.pictures import ocr_columns
from parsers.pictures.ocr_columns import Box

_TALL = 1.5
"""A box that much higher than wide holds a line that runs down or up the page."""

SURE = 0.8
"""Words recognised with less are marked."""

DOUBTFUL, LOST = "〔？〕", "〔此处文字未能识别〕"
"""Marks in the recognised text, for whoever compares it with the picture."""

LARGE = 1.25
"""So many times as high as the page's print, a line is a heading."""

_COLUMN_GAP = 2.0
"""Blank space of so many characters in a row parts two cells, less parts two words."""

_HAN = "\u3400-\u9fff，。、；：？！（）《》“”"
_HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HALF_WIDTH = re.compile(rf"(?<=[{_HAN}])[,;:?!()]|[,;:?!()](?=[{_HAN}])")
_RUN_ON = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=(?:审\s*核|审\s*稿|审\s*签|签\s*发|核\s*稿|供\s*稿|供\s*图|撰\s*稿|通讯员|摄\s*影|编\s*辑|校\s*对|责任编辑)[人者]?\s*[：:])"
)
"""Where one part of a by-line ended and the next begins: the blank between them is not recognised."""


@dataclass(frozen=True, slots=True)
class Word:
    """
    Text in a box; `corners` begin at its upper left and go round clockwise.

    `score` in 0..1. `flipped`: it had to be turned by half before it could be read. `lost`: the box
    shows more than could be read in it.
    """

    text: str
    corners: tuple[tuple[float, float], ...]
    score: float = 1.0
    flipped: bool = False
    lost: bool = False

    @property
    def marked(self) -> str:
        """Its text, with a mark where a person should look at the picture."""
        text = self.text.strip()
        if self.lost:
            return LOST
        return f"{text}{DOUBTFUL}" if text and self.score < SURE else text


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of a page: `large` beside the rest of the page's print, `centred` between its margins.

    The first line of a paragraph is indented, cells are parted by tabs.
    """

    text: str
    large: bool = False
    centred: bool = False


def page_lines(words: Sequence[Word], width: float, height: float) -> list[Line]:
    """
    Return the lines of a page from top to bottom, column after column.

    A page that lies on its side or upside down is turned first.
    """
    boxes = _levelled(_turned(words, width, height))
    if not boxes:
        return []
    size = median(box.height for box in boxes)
    found: list[Line] = []
    for block in ocr_columns.blocks(boxes, size):
        rows = _rows(block)
        margin = _margin(rows, size)
        beside = block if len(rows) > 1 else boxes  # a heading across columns
        left, right = min(box.left for box in beside), max(box.right for box in beside)
        found += [
            Line(
                _line(row, margin, size),
                max(box.height for box in row) >= LARGE * size,
                _is_centred(row, left, right, size),
            )
            for row in rows
        ]
    return [line for line in found if line.text.strip()]


def lines(words: Sequence[Word], width: float, height: float) -> list[str]:
    """Return what the lines of a page say."""
    return [line.text for line in page_lines(words, width, height)]


def _is_centred(row: Sequence[Box], left: float, right: float, size: float) -> bool:
    before, after = row[0].left - left, right - row[-1].right
    return min(before, after) > 1.2 * size and abs(before - after) < 0.3 * max(before, after)


def paragraphs(lines_of_pages: Sequence[Sequence[str]]) -> tuple[list[str], flow.Table]:
    """Return the paragraphs of all pages as one text, and the rows that have several cells as a table."""
    found = [line for page in lines_of_pages for line in page]
    said: list[str] = []
    for in_table, run in groupby(found, lambda line: "\t" in line):
        lines_of_run = list(run)
        said += [row.strip() for row in lines_of_run] if in_table else flow.join_lines(lines_of_run)
    table = flow.table(line.strip().split("\t") for line in found if "\t" in line)
    return said, table if len(table) > 1 else ()


def _turned(words: Sequence[Word], width: float, height: float) -> list[Word]:
    """Return the words as they lie on the upright page."""
    letters = sum(len(word.text) for word in words)
    tall = sum(len(word.text) for word in words if _is_tall(word)) * 2 > letters
    flipped = sum(len(word.text) for word in words if word.flipped) * 2 > letters
    if not tall and not flipped:
        return [word for word in words if word.marked]

    def turn(x: float, y: float) -> tuple[float, float]:
        if not tall:
            return width - x, height - y
        return (height - y, x) if flipped else (y, width - x)

    return [
        replace(word, corners=tuple(turn(*corner) for corner in word.corners))
        for word in words
        if word.marked
    ]


def _is_tall(word: Word) -> bool:
    xs, ys = zip(*word.corners, strict=True)
    return bool(max(ys) - min(ys) > _TALL * (max(xs) - min(xs)))


def _levelled(words: Sequence[Word]) -> list[Box]:
    """Boxes without the slant of a page that was laid askew: long lines tell it."""
    slants = []
    for word in words:
        (left, top), (right, bottom) = _ends(word)
        if right - left > 8 * max(1.0, abs(bottom - top)):
            slants.append((bottom - top) / (right - left))
    slant = median(slants) if slants else 0.0
    boxes = []
    for word in words:
        xs = [x for x, _ in word.corners]
        ys = [y - slant * x for x, y in word.corners]
        boxes.append(Box(word.marked, min(xs), max(xs), min(ys), max(ys)))
    return boxes


def _ends(word: Word) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the middles of a word's left and right edges."""
    by_x = sorted(word.corners)
    left, right = by_x[:2], by_x[-2:]
    return (
        (sum(x for x, _ in left) / 2, sum(y for _, y in left) / 2),
        (sum(x for x, _ in right) / 2, sum(y for _, y in right) / 2),
    )


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes side by side, the rows from top to bottom, each from left to right."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        row = rows[-1] if rows else []
        within = row and box.middle - sum(one.middle for one in row) / len(row) < 0.5 * min(
            box.height, min(one.height for one in row)
        )
        if within and all(box.left >= one.right or box.right <= one.left for one in row):
            row.append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.left) for row in rows]


def _margin(rows: Sequence[Sequence[Box]], size: float) -> float:
    """Where lines begin: the leftmost place at which more than one does, else the leftmost."""
    starts = sorted(row[0].left for row in rows)
    for start, following in pairwise(starts):
        if following - start < 0.8 * size:
            return start
    return starts[0]


def _line(row: Sequence[Box], margin: float, size: float) -> str:
    text = row[0].text
    for before, box in pairwise(row):
        gap = box.left - before.right
        text += ("\t" if gap > _COLUMN_GAP * size else "　" if gap > 0.6 * size else "") + box.text
    indented = row[0].left - margin > 1.2 * size
    return ("　　" if indented else "") + mended(text)


def mended(text: str) -> str:
    """Set marks beside hanzi in full width, and part the parts of a by-line again."""
    wide = _HALF_WIDTH.sub(lambda mark: _HALF[mark[0]], text)
    return _RUN_ON.sub("　", wide)
