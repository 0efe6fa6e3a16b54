"""Tables that people hand in: .csv, .xls, .xlsx and tables in .docx, with their headings found."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from console.spreadsheets.errors import SheetError as SheetError
from ledger.os_errors import describe

HEADING_WITHIN = 10
"""Rows among which the headings must stand: a form may have a title above them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    The rows under the headings: (row number as the office program shows it, value by field).

    `above` is all text that stands before the table.
    """

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    above: str


def read_sheet(path: Path, columns: Mapping[str, str], needed: Collection[str]) -> Sheet:
    """
    Read the table of a file. `columns`: field by heading; `needed`: the fields that must be there.

    Raises: SheetError.
    """
    above, rows = _rows(path)
    for number, row in enumerate(rows[:HEADING_WITHIN]):
        fields: dict[str, int] = {}
        for column, cell in enumerate(row):
            field = columns.get(re.sub(r"\s+", "", cell))
            if field is not None:
                fields.setdefault(field, column)
        if set(needed) <= set(fields):
            numbered = (
                (line, _values(cells, fields))
                for line, cells in enumerate(rows[number + 1 :], number + 2)
            )
            filled = tuple((line, values) for line, values in numbered if any(values.values()))
            return Sheet(filled, "\n".join([above, *("\t".join(cells) for cells in rows[:number])]))
    names = {field: heading for heading, field in reversed(list(columns.items()))}
    headings = "、".join(dict.fromkeys(names.values()))
    must = "、".join(names[field] for field in needed)
    raise SheetError(f"{path.name} 的表头不对：应有“{headings}”各列，其中{must}必填。")


def _values(cells: Sequence[str], fields: Mapping[str, int]) -> dict[str, str]:
    return {field: cells[column] if column < len(cells) else "" for field, column in fields.items()}


def _rows(path: Path) -> tuple[str, list[list[str]]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SheetError(f"打不开 {path}：{describe(error)}。请检查文件名。") from error
    if raw[:2] == b"PK" and path.suffix.lower() == ".docx":
        return _of_docx(path, raw)
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        try:
            table = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        except (CalamineError, ValueError) as error:
            raise SheetError(f"{path.name} 不是可读的表格：{error}") from error
        return "", [[_cell(cell) for cell in row] for row in table.to_python()]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    return "", [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]


def _of_docx(path: Path, raw: bytes) -> tuple[str, list[list[str]]]:
    import docx  # slow to load, and few rosters come as Word documents

    try:
        document = docx.Document(io.BytesIO(raw))
    except Exception as error:  # python-docx lets whatever its parts raise through
        raise SheetError(f"{path.name} 不是可读的 Word 文档：{error}") from error
    if not document.tables:
        raise SheetError(f"{path.name} 里没有表格。")
    above = "\n".join(paragraph.text for paragraph in document.paragraphs)
    rows = [[cell.text.strip() for cell in row.cells] for row in document.tables[0].rows]
    return above, rows


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a phone number typed into a number cell
    return str(value).strip()
