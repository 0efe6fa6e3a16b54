"""
What calamine does not tell of an .xlsx sheet: hidden rows and columns, addresses behind cells, notes on them.

Source: ECMA-376-1 (SpreadsheetML), ECMA-376-2 (relationships). The package is opened once for all sheets,
and what comes out of it is counted.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from parsers.documents import xml
from parsers.documents.package import Package, opened
from parsers.types import Damaged, File, ResourceBudget

MAX_COLUMNS = 16_384
"""Columns of a sheet (XFD)."""

MAX_COMMENTS = 500
COMMENT_CHARACTERS = 200
"""So much of a note is shown."""

_MAILTO = re.compile(r"mailto:([^?]+)", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class Marks:
    """
    Marks of a sheet. Rows and columns count from 0.

    `links`: the e-mail address behind (row, column); `comments`: what somebody noted on it (批注).
    """

    rows_hidden: frozenset[int] = frozenset()
    columns_hidden: frozenset[int] = frozenset()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)


def marks_of(file: File, budget: ResourceBudget) -> dict[int, Marks]:
    """
    Find the marks of each sheet by its place among the tabs, from 0; none where they cannot be read.

    Raises: LimitHit, and Refusal for a bomb.
    """
    try:
        package = opened(file, budget)
        sheets = [
            xml.attribute(element, "id")
            for element in package.xml("xl/workbook.xml").iter()
            if xml.local(element) == "sheet"
        ]
        targets = _targets(package, "xl/_rels/workbook.xml.rels")
    except Damaged:  # another format, or none
        return {}
    found: dict[int, Marks] = {}
    for number, relation in enumerate(sheets):
        target = targets.get(relation, "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        try:
            found[number] = _marks_of_part(package, part)
        except Damaged:
            continue
    return found


def opendocument_comments(file: File, budget: ResourceBudget) -> dict[str, tuple[str, ...]]:
    """
    Read the notes of an .ods by the name of their sheet, each with the text of its cell.

    Source: ODF 1.3 part 3, 14.1 (office:annotation). Raises: LimitHit, and Refusal for a bomb.
    """
    try:
        root = opened(file, budget).xml("content.xml")
    except Damaged:
        return {}
    found = {}
    for table in (one for one in root.iter() if xml.local(one) == "table"):
        notes: list[str] = []
        for cell in (one for one in table.iter() if xml.local(one) == "table-cell"):
            note = next((one for one in cell if xml.local(one) == "annotation"), None)
            if note is not None and len(notes) < MAX_COMMENTS:
                shown = _paragraphs(cell)
                where = f"“{shown[:20]}”一格" if shown else "一个空格子"
                notes.append(f"{where}有批注，只供参考，没有登记：{_paragraphs(note)}")
        found[xml.attribute(table, "name")] = tuple(notes)
    return found


def _paragraphs(element: xml.Element) -> str:
    """Return the text of an element's own paragraphs, cut."""
    parts = [
        "".join(str(words) for words in one.itertext()) for one in element if xml.local(one) == "p"
    ]
    return " ".join(" ".join(parts).split())[:COMMENT_CHARACTERS]


def _marks_of_part(package: Package, part: str) -> Marks:
    rows: set[int] = set()
    columns: set[int] = set()
    cells: list[tuple[int, int, str]] = []
    for element in package.xml(part).iter():
        match xml.local(element):
            case "row" if element.get("hidden") in _TRUE:
                rows.add(_number(element.get("r")) - 1)
            case "col" if element.get("hidden") in _TRUE:
                last = min(_number(element.get("max")), MAX_COLUMNS)
                columns |= set(range(max(0, _number(element.get("min")) - 1), last))
            case "hyperlink":
                place = _CELL.fullmatch(element.get("ref", ""))
                if place and (relation := xml.attribute(element, "id")):
                    cells.append((int(place[2]) - 1, _column(place[1]), relation))
    return Marks(
        frozenset(rows - {-1}),
        frozenset(columns),
        _links(package, part, cells),
        _comments(package, part),
    )


def _links(
    package: Package, part: str, cells: list[tuple[int, int, str]]
) -> dict[tuple[int, int], str]:
    if not cells:
        return {}
    folder, name = posixpath.split(part)
    try:
        targets = _targets(package, f"{folder}/_rels/{name}.rels")
    except Damaged:
        return {}
    return {
        (row, column): unquote(address[1]).strip()
        for row, column, relation in cells
        if (address := _MAILTO.match(targets.get(relation, "")))
    }


def _comments(package: Package, part: str) -> dict[tuple[int, int], str]:
    """Read the notes of a sheet (ECMA-376-1, 18.7); none where they cannot be read."""
    folder, name = posixpath.split(part)
    try:
        target = next(
            (
                one.get("Target", "")
                for one in package.xml(f"{folder}/_rels/{name}.rels")
                if one.get("Type", "").endswith("/comments")
            ),
            "",
        )
        if not target:
            return {}
        inside = (
            target.removeprefix("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        comments = [one for one in package.xml(inside).iter() if xml.local(one) == "comment"]
    except Damaged:
        return {}
    found = {}
    for one in comments[:MAX_COMMENTS]:
        place = _CELL.fullmatch(one.get("ref", ""))
        words = "".join(run.text or "" for run in one.iter() if xml.local(run) == "t")
        words = " ".join(words.split())[:COMMENT_CHARACTERS]
        if place and words:
            found[int(place[2]) - 1, _column(place[1])] = words
    return found


def _targets(package: Package, part: str) -> dict[str, str]:
    return {one.get("Id", ""): one.get("Target", "") for one in package.xml(part)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 7 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
