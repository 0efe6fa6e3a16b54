"""What calamine does not tell of an .xlsx sheet: hidden rows and columns, addresses behind cells."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAILTO = re.compile(r"mailto:([^?]+)", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks of a sheet. Rows and columns count from 0; `links`: e-mail address behind (row, column)."""

    rows_hidden: frozenset[int] = frozenset()
    columns_hidden: frozenset[int] = frozenset()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)


def marks_of(raw: bytes, number: int) -> Marks:
    """Find the marks of the sheet with that place among the tabs, from 0; other formats have none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            part = _part_of_sheet(package, number)
            tree = _xml(package, part)
            links = _links(package, part, tree)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, IndexError):
        return Marks()
    rows = frozenset(
        int(row.get("r", "0")) - 1
        for row in tree.iter(f"{_MAIN}row")
        if row.get("hidden") in ("1", "true") and row.get("r", "").isdigit()
    )
    columns: set[int] = set()
    for column in tree.iter(f"{_MAIN}col"):
        if column.get("hidden") in ("1", "true"):
            columns |= set(range(int(column.get("min", "1")) - 1, int(column.get("max", "1"))))
    return Marks(rows, frozenset(columns), links)


def _links(package: zipfile.ZipFile, part: str, tree: etree._Element) -> dict[tuple[int, int], str]:
    cells = [
        (found, one.get(_RELATION))
        for one in tree.iter(f"{_MAIN}hyperlink")
        if (found := _CELL.fullmatch(one.get("ref", ""))) and one.get(_RELATION)
    ]
    if not cells:
        return {}
    folder, name = posixpath.split(part)
    targets = _targets(package, f"{folder}/_rels/{name}.rels")
    return {
        (int(found[2]) - 1, _column(found[1])): unquote(address[1]).strip()
        for found, relation in cells
        if (address := _MAILTO.match(targets.get(relation, "")))
    }


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _part_of_sheet(package: zipfile.ZipFile, number: int) -> str:
    """Return the part that holds a sheet: the order of the tabs is not that of the parts."""
    sheet = list(_xml(package, "xl/workbook.xml").iter(f"{_MAIN}sheet"))[number]
    target = _targets(package, "xl/_rels/workbook.xml.rels")[sheet.get(_RELATION)]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _targets(package: zipfile.ZipFile, part: str) -> dict[str | None, str]:
    return {one.get("Id"): one.get("Target", "") for one in _xml(package, part)}


def _xml(package: zipfile.ZipFile, part: str) -> etree._Element:
    return etree.fromstring(package.read(part), etree.XMLParser(resolve_entities=False))
