"""Headings that an office has re-worded in its own notice.docx, so that the workbook bears them, too."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell
from lxml.etree import XMLSyntaxError

_TAG = re.compile(r"\{\{\s*row\.(\w+)\s*\}\}")
_LOOP = re.compile(r"\{%tr\s+for\s+row\s+in\s+([\w.]+)")
Labels = Mapping[tuple[str, str, int], str]
"""By the list that a table shows, the field of a column and the level of its heading."""


def renamer(own: bytes | None, ours: Callable[[], bytes]) -> Callable[[str], str]:
    """
    Return what puts a heading of ours into the office's words.

    Args: `own`: the office's template, None without one; `ours`: makes the one that it stands for.
    """
    if own is None:
        return str
    try:
        theirs, shipped = labels(own), labels(ours())
    except (PackageNotFoundError, BadZipFile, XMLSyntaxError, KeyError, ValueError):
        return str  # it cannot be filled either, which is told by whoever fills it
    words: dict[str, str] = {}
    for key, label in shipped.items():
        other = theirs.get(key, "")
        if other and other != label and "{" not in other:
            words.setdefault(label, other)
    return lambda label: words.get(_bare(label), label)


def labels(template: bytes) -> Labels:
    """Read the headings of every table of a template, by the tag in their column."""
    found: dict[tuple[str, str, int], str] = {}
    for table in Document(io.BytesIO(template)).tables:
        found |= dict(_of_table(table))
    return found


def _of_table(table: Table) -> Iterator[tuple[tuple[str, str, int], str]]:
    heads: list[list[_Cell]] = []
    listed = ""
    for row in table.rows:
        cells = row.cells
        text = "".join(cell.text for cell in cells)
        if loop := _LOOP.search(text):
            listed = loop[1]
            continue
        fields = [_TAG.search(cell.text) for cell in cells]
        if listed and any(fields):
            for column, field in enumerate(fields):
                for level, head in enumerate(heads):
                    if field and column < len(head):
                        yield (listed, field[1], level), _bare(head[column].text)
            return
        heads.append(cells)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
