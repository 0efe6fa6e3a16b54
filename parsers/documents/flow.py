"""How text runs: lines become paragraphs, cells become rows. Shared by the readers of documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

Table = tuple[tuple[str, ...], ...]

_NEAR_FULL = 0.8
"""A line at least this part of the widest one was broken by the margin, not by its author."""

_ENDS = "。！？；：…”』」）!?;:"
_INDENT = re.compile(r"^(?:\u3000| {2,}|\t)")
_ITEM = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}[.、．])")
_OVERLAID = re.compile(r"\s*EQ\b.*\\o.*[,，;；]([^()（）,，;；]+)\)\s*$", re.IGNORECASE | re.DOTALL)
_MAX_CODE = 300
_BLANK = " \t\r\n\v\f\xa0\u3000\u200b\u200e\u200f\ufeff"


def paragraphs(text: str) -> list[str]:
    """Return the lines that are not empty, without the blanks at both ends."""
    return [line for raw in text.splitlines() if (line := raw.strip(_BLANK))]


def row(cells: Sequence[str]) -> list[str]:
    """
    Return a table's row as it is read: one paragraph, cells joined by tabs.

    Where only one cell says anything the table is mere layout and the cell's own paragraphs stay
    apart.
    """
    said = [cell for cell in cells if cell.strip(_BLANK)]
    if len(said) < 2:
        return [line for cell in said for line in paragraphs(cell)]
    return ["\t".join(" ".join(paragraphs(cell)) for cell in cells)]


def table(rows: Iterable[Sequence[str]]) -> Table:
    """Rows of cells, each cell's lines trimmed, empty rows left out."""
    trimmed = (tuple("\n".join(paragraphs(cell)) for cell in cells) for cells in rows)
    return tuple(cells for cells in trimmed if any(cells))


def overlaid(code: str) -> str:
    r"""
    Return what a field EQ shows whose code writes one thing over another.

    That is the words under a 拼音指南 (“\o\ad(\s\up 9(hu),湖)”), the figure in a circle. Other fields
    show their result: "".
    """
    found = _OVERLAID.match(code) if len(code) <= _MAX_CODE else None
    return found[1].strip() if found else ""


def width(line: str) -> int:
    """Columns: 2 for a full-width character, 1 for any other."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def join_lines(lines: Sequence[str], widest: int = 0) -> list[str]:
    """
    Return printed lines put together again to paragraphs.

    A line goes on in the next one when it is nearly as wide as the widest and no sentence ends with
    it. Headings and items stand alone.

    Args:
        lines:  as they are printed.
        widest: in columns, of the lines among which these stand; 0: of these alone.
    """
    widest = widest or max(map(width, lines), default=0)
    joined: list[str] = []
    goes_on = False
    for line in lines:
        text = line.strip(_BLANK)
        if not text:
            goes_on = False
            continue
        if goes_on and not _INDENT.match(line) and not _ITEM.match(line):
            joined[-1] += _gap(joined[-1], text) + text
        else:
            joined.append(text)
        goes_on = width(line.rstrip(_BLANK)) >= _NEAR_FULL * widest and text[-1] not in _ENDS
    return joined


def _gap(before: str, after: str) -> str:
    """Return a blank between Latin words, none between hanzi."""
    return " " if before[-1].isascii() and after[0].isascii() and before[-1].isalpha() else ""
