"""
Tables of any file that offices hand in, as rows of text with their own row numbers.

.xlsx, .xls and .ods by calamine, .csv and “Unicode text” whatever their charset, tables of Word and
WPS documents as drafts are read. Merged cells are filled; what is hidden is told, not read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from console.spreadsheets.errors import SheetError
from console.spreadsheets.roster_cells import plain
from console.spreadsheets.xlsx_marks import Marks, marks_of
from ledger.os_errors import describe
from parsers import reading
from parsers.charsets import decode
from parsers.types import File, Limits, Other, ResourceBudget, Text, UnreadableFile

MAX_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Grid:
    """
    One table. `filled`: blanks under a merged cell hold its text already.

    `name` is that of the sheet, empty where there are none. `rows`: (number as people see it, cells).
    `above` is all text that stands outside of the table; `hidden`: what was left out, in sentences.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    above: str = ""
    filled: bool = True
    hidden: tuple[str, ...] = ()


def read_grids(path: Path) -> list[Grid]:
    """Read every table of a file. Raises SheetError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SheetError(f"打不开 {path}：{describe(error)}。请检查文件名。") from error
    suffix = path.suffix.lower()
    if suffix in (".doc", ".docx", ".wps", ".odt", ".rtf"):
        return list(_of_document(path, raw))
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        return list(_of_workbook(path, raw))
    text = decode(raw)
    if text is None:
        raise SheetError(f"{path.name} 不是可读的表格，请另存为 .xlsx 再试。")
    return [_of_text(text)]


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


def _of_workbook(path: Path, raw: bytes) -> Iterator[Grid]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for number, sheet in enumerate(book.sheets_metadata):
            if sheet.visible != SheetVisibleEnum.Visible:
                yield Grid(sheet.name, (), hidden=(f"工作表“{sheet.name}”是隐藏的，没有读",))
                continue
            yield _of_sheet(sheet.name, book.get_sheet_by_index(number), marks_of(raw, number))
    except (CalamineError, ValueError, OSError) as error:
        raise SheetError(
            f"{path.name} 不是可读的表格，可能已损坏或加了密码。请另存一份再试。"
        ) from error


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
    for (number, column), address in sorted(marks.links.items()):
        written = (
            cells[number][column] if number < len(cells) and column < len(cells[number]) else ""
        )
        if "@" in plain(written) and address.lower() not in plain(written).lower():
            told.append(f"第{number + 1}行写着“{written}”，链接却是 {address}；按写的登记")
    return Grid(name, tuple(shown), filled=merged is not None, hidden=tuple(told))


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


def _of_document(path: Path, raw: bytes) -> Iterator[Grid]:
    facts = list(reading.read([File(path.name, raw)], ResourceBudget(Limits())))
    texts = [fact for fact in facts if isinstance(fact, Text)]
    if not texts:
        known = any(isinstance(fact, Other | UnreadableFile) for fact in facts)
        raise SheetError(
            f"{path.name} {'读不出来，可能已损坏或加了密码' if known else '不是可读的文档'}。请另存一份再试。"
        )
    for text in texts:
        if not text.tables:
            raise SheetError(f"{path.name} 里没有表格。")
        above = "\n".join(one for one in text.paragraphs if "\t" not in one)
        for table in text.tables:
            rows = tuple(
                (number, tuple(re.sub(r"\s*\n\s*", "\n", cell.strip()) for cell in row))
                for number, row in enumerate(table, 1)
            )
            yield Grid("", rows, above, filled=False)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a phone number typed into a number cell
    return str(value).replace("\r\n", "\n").strip()
