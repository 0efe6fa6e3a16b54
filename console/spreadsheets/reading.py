"""Tables that people hand in: .csv, .xls, .xlsx and tables in .docx, with their headings found."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.spreadsheets.errors import SheetError as SheetError
from console.spreadsheets.grids import read_grids
from parsers import tables
from parsers.tables import TableReader

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


def read_sheet(
    path: Path,
    columns: Mapping[str, str],
    needed: Collection[str],
    reader: TableReader = tables.read,
) -> Sheet:
    """
    Read the first table of a file.

    Args: `columns`: field by heading; `needed`: the fields that must be there; `reader`: see read_grids.
    Raises: SheetError.
    """
    grid = next((one for one in read_grids(path, reader) if one.rows), None)
    above, rows = (grid.above, grid.rows) if grid else ("", ())
    for number, (_, row) in enumerate(rows[:HEADING_WITHIN]):
        fields: dict[str, int] = {}
        for column, cell in enumerate(row):
            field = columns.get(re.sub(r"\s+", "", cell))
            if field is not None:
                fields.setdefault(field, column)
        if set(needed) <= set(fields):
            numbered = ((line, _values(cells, fields)) for line, cells in rows[number + 1 :])
            filled = tuple((line, values) for line, values in numbered if any(values.values()))
            return Sheet(
                filled, "\n".join([above, *("\t".join(cells) for _, cells in rows[:number])])
            )
    names = {field: heading for heading, field in reversed(list(columns.items()))}
    headings = "、".join(dict.fromkeys(names.values()))
    must = "、".join(names[field] for field in needed)
    raise SheetError(f"{path.name} 的表头不对：应有“{headings}”各列，其中{must}必填。")


def _values(cells: Sequence[str], fields: Mapping[str, int]) -> dict[str, str]:
    return {
        field: cells[column].strip() if column < len(cells) else ""
        for field, column in fields.items()
    }
