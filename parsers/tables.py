"""
Tables of any file that offices hand in, as rows of text with their own row numbers.

.xlsx, .xls and .ods by calamine, .csv and “Unicode text” whatever their charset, tables of Word and WPS
documents as drafts are read. Merged cells are filled; what is hidden is told, not read.

calamine keeps a sheet as a full rectangle, and ends the process where it gets no memory for it: outside
of a confined worker only files of our own are to be read here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from parsers import reading
from parsers.charsets import decode
from parsers.documents import sheet as spreadsheets
from parsers.sheet_marks import Marks, marks_of, opendocument_comments
from parsers.types import (
    Damaged,
    File,
    LimitHit,
    Limits,
    Other,
    Refusal,
    ResourceBudget,
    Text,
    TextTooLong,
    UnreadableFile,
)

MAX_ROWS = 5000
_DOCUMENTS = (".doc", ".docx", ".wps", ".odt", ".rtf")


class Unreadable(Enum):
    """Why a file gives no table."""

    NO_TABLE_FILE = auto()
    DAMAGED = auto()
    NO_TABLE = auto()
    NO_DOCUMENT = auto()
    TOO_LARGE = auto()


@dataclass(frozen=True, slots=True)
class Link:
    """An e-mail address behind a cell: `row` as people see it, `column` from 0, what the cell says."""

    row: int
    column: int
    written: str
    address: str


@dataclass(frozen=True, slots=True)
class Grid:
    """
    One table. `filled`: blanks under a merged cell hold its text already.

    `name` is that of the sheet, empty where there are none. `rows`: (number as people see it, cells).
    `above` is all text that stands outside of the table; `hidden`: what was left out, `comments`: what
    was noted on cells, both in sentences.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    above: str = ""
    filled: bool = True
    hidden: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    comments: tuple[str, ...] = ()


TableReader = Callable[[str, bytes], tuple[Grid, ...] | Unreadable]
"""(file name, its bytes) -> its tables, or why there are none."""


def read(name: str, raw: bytes, limits: Limits | None = None) -> tuple[Grid, ...] | Unreadable:
    """Read every table of a file, within the limits of a letter."""
    suffix = name.rpartition(".")[2].lower()
    file, budget = File(name, raw), ResourceBudget(limits or Limits())
    try:
        if f".{suffix}" in _DOCUMENTS:
            return _of_document(file, budget)
        if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
            return tuple(_of_workbook(file, budget))
    except (LimitHit, TextTooLong, MemoryError):
        return Unreadable.TOO_LARGE
    except Refusal:
        return Unreadable.DAMAGED
    text = decode(raw)
    return Unreadable.NO_TABLE_FILE if text is None else (_of_text(text),)


def _of_text(text: str) -> Grid:
    """Read lines parted by tabs (“Unicode 文本”) or commas; each row bears its first line's number."""
    delimiter = "\t" if text[:2000].count("\t") > text[:2000].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    before = 0
    for cells in reader:
        rows.append((before + 1, tuple(_unquoted(cell) for cell in cells)))
        before = reader.line_num
    return Grid("", tuple(rows[:MAX_ROWS]), filled=False, hidden=_too_long(len(rows)))


def _unquoted(cell: str) -> str:
    """Take off what keeps Excel from making a number of a phone: ="138…", '138…."""
    found = re.fullmatch(r'="([^"]*)"', cell.strip())
    text = found[1] if found else cell.strip().removeprefix("'")
    return text.replace("\r\n", "\n").strip()


def _of_workbook(file: File, budget: ResourceBudget) -> Iterator[Grid]:
    if file.data[:2] == b"PK" and not spreadsheets.is_sane(file, budget):
        raise Damaged
    marks = marks_of(file, budget) if file.data[:2] == b"PK" else {}
    noted = opendocument_comments(file, budget) if file.data[:2] == b"PK" and not marks else {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        for number, sheet in enumerate(book.sheets_metadata):
            budget.check_time()
            if sheet.visible != SheetVisibleEnum.Visible:
                yield Grid(sheet.name, (), hidden=(f"工作表“{sheet.name}”是隐藏的，没有读",))
                continue
            opened = book.get_sheet_by_index(number)
            grid = _of_sheet(sheet.name, opened, marks.get(number, Marks()))
            yield replace(grid, comments=(*grid.comments, *noted.get(sheet.name, ())))
    except spreadsheets.ERRORS as error:
        raise Damaged from error


def _of_sheet(name: str, sheet: CalamineSheet, marks: Marks) -> Grid:
    cells = [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = sheet.merged_cell_ranges
    for (top, left), (bottom, right) in merged or ():
        for below in cells[top : bottom + 1]:
            for column in range(left, min(right + 1, len(below))):
                below[column] = cells[top][left]
    told = list(_too_long(len(cells)))
    shown = []
    for number, row in enumerate(cells[:MAX_ROWS]):
        if number in marks.rows_hidden:
            if any(row):
                words = "，".join(one for one in row if one and not re.search(r"\d{7}|@", one))
                told.append(f"第{number + 1}行是隐藏的，没有读：{words[:40]}")
            continue
        shown.append(
            (
                number + 1,
                tuple("" if at in marks.columns_hidden else one for at, one in enumerate(row)),
            )
        )
    headings = (_heading(cells, at) for at in sorted(marks.columns_hidden))
    told += [f"“{heading}”一列是隐藏的，没有读" for heading in headings if heading]
    links = tuple(
        Link(
            number + 1,
            column,
            cells[number][column] if number < len(cells) and column < len(cells[number]) else "",
            address,
        )
        for (number, column), address in sorted(marks.links.items())
    )
    comments = tuple(
        f"第{number + 1}行有批注，只供参考，没有登记：{words}"
        for (number, _), words in sorted(marks.comments.items())
    )
    return Grid(
        name,
        tuple(shown),
        filled=merged is not None,
        hidden=tuple(told),
        links=links[:MAX_ROWS],
        comments=comments,
    )


def _heading(cells: Sequence[Sequence[str]], column: int) -> str:
    """Find the heading of a column: its first cell in a row of several different ones, not the title's."""
    return next(
        (
            row[column]
            for row in cells
            if column < len(row) and row[column] and len(set(filter(None, row))) > 2
        ),
        "",
    )


def _too_long(rows: int) -> tuple[str, ...]:
    return (f"只读了前 {MAX_ROWS} 行，共有 {rows} 行",) if rows > MAX_ROWS else ()


def _of_document(file: File, budget: ResourceBudget) -> tuple[Grid, ...] | Unreadable:
    facts = list(reading.read([file], budget))
    texts = [fact for fact in facts if isinstance(fact, Text)]
    if not texts:
        known = any(isinstance(fact, Other | UnreadableFile) for fact in facts)
        return Unreadable.DAMAGED if known else Unreadable.NO_DOCUMENT
    if not all(text.tables for text in texts):
        return Unreadable.NO_TABLE
    return tuple(_of_tables(texts))


def _of_tables(texts: Sequence[Text]) -> Iterator[Grid]:
    for text in texts:
        above = "\n".join(one for one in text.paragraphs if "\t" not in one)
        for table in text.tables:
            rows = tuple(
                (number, tuple(re.sub(r"\s*\n\s*", "\n", cell.strip()) for cell in row))
                for number, row in enumerate(table, 1)
            )
            yield Grid("", rows, above, filled=False)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # a phone number typed into a number cell
    return str(value).replace("\r\n", "\n").strip()
