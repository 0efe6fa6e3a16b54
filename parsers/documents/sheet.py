"""
Spreadsheets (.xlsx, .xls), just far enough to tell a form from a draft.

Source:  ECMA-376-1 (SpreadsheetML), [MS-XLS]; read by calamine.
Reads:   the first sheet, at most 200 rows by 30 columns, as one table without paragraphs.
Refuses: bombs. A sheet is no draft; one that is damaged or locked is told as a file that nobody
         could read, and an immense one is simply another file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import python_calamine

from parsers import mediatypes, subprocess_task
from parsers.documents import flow, package
from parsers.types import File, Other, Part, Refusal, ResourceBudget, Text
from rulebook.model import FileRole
from rulebook.reasons import Reason

MAX_ROWS = 200
MAX_COLUMNS = 30
MAX_CELLS = 2_000_000
"""calamine keeps a sheet as a full rectangle, so that two cells far apart would take all memory."""

MAX_BYTES = 50_000_000

ERRORS: tuple[type[Exception], ...] = (
    python_calamine.CalamineError,
    OSError,
    ValueError,
    OverflowError,
    TypeError,
    IndexError,
)
"""What calamine raises on damage; where it panics, its process ends."""

_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]{0,80}?\br="([A-Z]{1,3})(\d{1,7})"')


def claims(file: File) -> bool:
    """Excel's formats, old and new."""
    return file.media_type in (mediatypes.XLSX, mediatypes.XLS)


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """One Text with the table in it, or Other when there is nothing that can be read."""
    other = Other(file.path, file.media_type)
    lost = replace(other, role=FileRole.UNREAD)
    if file.media_type == mediatypes.XLSX:
        try:
            immense = not _is_bounded(file, budget)
        except Refusal as refusal:
            if refusal.reason is Reason.UNSAFE_ARCHIVE:
                raise
            yield lost
            return
        if immense:
            yield other
            return
    # calamine reserves what a sheet says of itself; where that cannot be had, Rust ends the process
    cells = subprocess_task.rows_of(lambda: _first_sheet(file.data), budget.seconds_left())
    budget.check_time()
    if cells is None:
        yield lost
        return
    rows = flow.table(cells)
    yield Text(file.path, file.media_type, (), (rows,)) if rows else other


def _first_sheet(data: bytes) -> list[list[str]] | None:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            cells = book.get_sheet_by_index(0).to_python(nrows=MAX_ROWS)
    except ERRORS:
        return None
    return [[_shown(cell) for cell in row[:MAX_COLUMNS]] for row in cells]


def _shown(cell: object) -> str:
    """Return a cell as it is shown: whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def is_sane(file: File, budget: ResourceBudget) -> bool:
    """Whether calamine may be trusted with a workbook: sound, and not immense. Raises LimitHit."""
    try:
        return _is_bounded(file, budget)
    except Refusal as refusal:
        if refusal.reason is Reason.UNSAFE_ARCHIVE:
            raise
        return False


def _is_bounded(file: File, budget: ResourceBudget) -> bool:
    """
    Whether the workbook's members are of a size that calamine may be trusted with.

    They are unpacked here first, and counted. Raises LimitHit, and Refusal for damage, locks and bombs.
    """
    opened = package.opened(file, budget)
    before = budget.bytes_out
    for name in opened.members:
        if not name.startswith("xl/") or not name.endswith((".xml", ".bin")):
            continue
        content = opened.read(name)
        if budget.bytes_out - before > MAX_BYTES:
            return False
        if name.startswith("xl/worksheets/") and _rectangle(content) > MAX_CELLS:
            return False
    return True


def _rectangle(sheet: bytes) -> int:
    """Cells in the rectangle that all cells of a sheet span."""
    rows: set[int] = set()
    columns: set[bytes] = set()
    for column, row in _CELL.findall(sheet):
        rows.add(int(row))
        columns.add(column)
    if not rows:
        return 0
    numbers = [_number(name) for name in columns]
    return (max(rows) - min(rows) + 1) * (max(numbers) - min(numbers) + 1)


def _number(column: bytes) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number
