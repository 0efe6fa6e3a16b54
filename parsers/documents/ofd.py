"""
OFD, the fixed-layout documents of Chinese offices.

Source:  GB/T 33190-2016: 7.4 (OFD.xml), 7.5 (Document.xml), 7.7 (pages), 11.3 (TextObject, TextCode).
Reads:   the text of each page by its place, runs joined to lines and lines to paragraphs.
         Templates and annotations (stamps, watermarks) are left out.
Refuses: documents of pictures alone, locked and damaged ones, bombs.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from parsers import mediatypes
from parsers.documents import flow, package
from parsers.documents.package import Package
from parsers.documents.xml import Element, attribute, local
from parsers.types import File, Part, Refusal, ResourceBudget, ScannedDocument, Text
from rulebook.reasons import Reason

MAX_PAGES = 300
_SAME_LINE = 0.5
"""Baselines nearer than this part of the font's size are one line."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of text: `x`, `y` of its start and its font's `size`, all in mm."""

    x: float
    y: float
    size: float
    text: str


def claims(file: File) -> bool:
    """Zips with an OFD.xml."""
    return file.media_type == mediatypes.OFD


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the text of all documents in the file (there may be several)."""
    opened = package.opened(file, budget)
    lines: list[str] = []
    pages = 0
    for page in _pages(opened):
        pages += 1
        if pages > MAX_PAGES:
            raise Refusal(Reason.UNREADABLE_DRAFT, f"超过{MAX_PAGES}页")
        budget.check_characters(sum(map(len, lines)))
        lines += _lines(_runs(opened.xml(page)))
    paragraphs = flow.join_lines(lines)
    if pages and not paragraphs:
        yield from opened.pictures("")  # the pages themselves
        raise ScannedDocument("是扫描件，没有文字")
    yield Text(file.path, file.media_type, tuple(paragraphs))


def _pages(opened: Package) -> Iterator[str]:
    for root in _named(opened.xml("OFD.xml"), "DocRoot"):
        document = posixpath.normpath((root.text or "").strip()).lstrip("/")
        folder = posixpath.dirname(document)
        tree = opened.xml(document)
        for pages in (child for child in tree if local(child) == "Pages"):
            for page in pages:
                place = attribute(page, "BaseLoc")
                absolute = posixpath.normpath(place).lstrip("/")
                relative = posixpath.normpath(posixpath.join(folder, place)).lstrip("/")
                if found := next(filter(opened.has, (relative, absolute)), None):
                    yield found


def _named(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local(element) == name)


def _runs(page: Element) -> list[_Run]:
    """Return the runs of a page. A TextCode without X or Y goes on where the one before it began."""
    runs: list[_Run] = []
    for shape in _named(page, "TextObject"):
        left, top, _, height, *_ = [*_numbers(attribute(shape, "Boundary")), *(0.0,) * 4]
        a, b, c, d, e, f, *_ = [*_numbers(attribute(shape, "CTM")), *(0.0,) * 6]
        if not any((a, b, c, d)):
            a = d = 1.0
        # a font of no size is as high as its box
        size = abs(d or b) * next(iter(_numbers(attribute(shape, "Size"))), height or 4.0)
        x = y = 0.0
        for code in _named(shape, "TextCode"):
            x = next(iter(_numbers(attribute(code, "X"))), x)
            y = next(iter(_numbers(attribute(code, "Y"))), y)
            if code.text:
                place = left + a * x + c * y + e, top + b * x + d * y + f
                runs.append(_Run(*place, size, code.text))
    return runs


def _lines(runs: list[_Run]) -> list[str]:
    """Sort runs by their baselines, from the top down, each line from left to right."""
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: run.y):
        if lines and run.y - lines[-1][0].y <= _SAME_LINE * max(run.size, 0.1):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [
        "".join(run.text for run in sorted(line, key=lambda run: run.x)).replace("\n", "")
        for line in lines
    ]


def _numbers(value: str) -> list[float]:
    """Numbers between blanks; nothing of a list that has anything else in it."""
    try:
        found = [float(word) for word in value.split()[:8]]
    except ValueError:
        return []
    return found if all(abs(number) < 1e6 for number in found) else []
