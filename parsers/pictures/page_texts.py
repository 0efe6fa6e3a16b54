"""
The lines of several pages put together to one text: without what every page repeats, with its borders.

Pure: it knows nothing of who recognised the lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.documents import flow
from parsers.pictures import ocr_layout
from parsers.pictures.ocr_layout import Line

_PAGE_NUMBER = re.compile(
    r"[\s\-—–_·.]*(?:第\s*\d{1,3}\s*页)?\s*(?:[,，/]?\s*共\s*\d{1,3}\s*页)?[\s\-—–_·.]*"
    r"|[\s\-—–_·.]*\d{1,3}\s*(?:/\s*\d{1,3})?[\s\-—–_·.]*"
)
_NOT_SAID = re.compile(r"[\W\d_]+")
_SENTENCE = re.compile(r"[：:。；，,]")
EDGE_LINES = 2
"""Lines at the head and at the foot of a page that may be repeated on the next."""


@dataclass(frozen=True, slots=True)
class PagesText:
    """
    What pages say. `borders`: numbers of the paragraphs with which a page begins under a large heading.

    The first page is none: it begins the text anyway.
    """

    paragraphs: tuple[str, ...]
    table: flow.Table
    borders: tuple[int, ...] = ()


def text_of(pages: Sequence[Sequence[Line]]) -> PagesText:
    """Put the lines of pages together; a page under a large centred heading begins anew."""
    bare = _without_repeats([_without_numbers(page) for page in pages])
    runs: list[list[list[str]]] = []
    for number, page in enumerate(bare):
        begins = bool(page) and page[0].large and page[0].centred
        if not runs or (begins and number > 0 and _has_print(runs[-1])):
            runs.append([])
        runs[-1].append([line.text for line in page])
    paragraphs: list[str] = []
    rows: list[tuple[str, ...]] = []
    borders = []
    for run in runs:
        said, table = ocr_layout.paragraphs(run)
        if paragraphs and said:
            borders.append(len(paragraphs))
        paragraphs += said
        rows += table
    return PagesText(tuple(paragraphs), tuple(rows), tuple(borders))


def _has_print(run: Sequence[Sequence[str]]) -> bool:
    return sum(len(line) for page in run for line in page) >= 30


def _without_numbers(page: Sequence[Line]) -> list[Line]:
    """Leave out a page's number, at its head or its foot."""
    lines = list(page)
    for place in (-1, 0):
        if lines and _PAGE_NUMBER.fullmatch(lines[place].text.strip()):
            del lines[place]
    return lines


def _without_repeats(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """
    Leave out running headers and footers: lines at the edge of most pages, numbers aside.

    On the first page a line stays that may be the title which the others repeat: a large one, and one
    below which no other line looks like a title. By-lines and sentences stay on every page.
    """
    if len(pages) < 2:
        return [list(page) for page in pages]
    seen = Counter(
        said
        for page in pages
        for said in {_said(line) for line in _edges(page) if not _SENTENCE.search(line.text)}
        if len(said) > 1
    )
    repeated = {said for said, times in seen.items() if times >= max(2, 0.6 * len(pages))}
    kept = []
    for number, page in enumerate(pages):
        edges = {id(line) for line in _edges(page)}
        kept.append(
            [
                line
                for line in page
                if id(line) not in edges
                or _said(line) not in repeated
                or (number == 0 and _may_be_title(page, line))
            ]
        )
    return kept


def _may_be_title(page: Sequence[Line], line: Line) -> bool:
    place = next(number for number, one in enumerate(page) if one is line)
    if place >= EDGE_LINES:
        return False
    below = page[place + 1 : place + 1 + EDGE_LINES]
    return line.large or not any(one.large or one.centred for one in below)


def _edges(page: Sequence[Line]) -> list[Line]:
    return [*page[:EDGE_LINES], *page[EDGE_LINES:][-EDGE_LINES:]]


def _said(line: Line) -> str:
    return _NOT_SAID.sub("", line.text)
