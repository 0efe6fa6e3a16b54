"""Tables of files that offices hand in; see parsers/tables.py. Uploads are read behind the walls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.spreadsheets.errors import SheetError
from console.spreadsheets.roster_cells import plain
from ledger.os_errors import describe
from parsers import tables
from parsers.tables import Grid, TableReader, Unreadable

_SENTENCES = {
    Unreadable.NO_TABLE_FILE: "{name} 不是可读的表格，请另存为 .xlsx 再试。",
    Unreadable.DAMAGED: "{name} 不是可读的表格，可能已损坏或加了密码。请另存一份再试。",
    Unreadable.NO_TABLE: "{name} 里没有表格。",
    Unreadable.NO_DOCUMENT: "{name} 不是可读的文档。请另存一份再试。",
    Unreadable.TOO_LARGE: "{name} 内容太大或太复杂，没有读。请只保留表格本身，另存为 .xlsx 再试。",
}


def read_grids(path: Path, reader: TableReader = tables.read) -> list[Grid]:
    """
    Read every table of a file.

    Args: `reader`: who reads the bytes; behind the walls where they come from elsewhere.
    Raises: SheetError.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SheetError(f"打不开 {path}：{describe(error)}。请检查文件名。") from error
    found = reader(path.name, raw)
    if isinstance(found, Unreadable):
        raise SheetError(_SENTENCES[found].format(name=path.name))
    return [replace(grid, hidden=(*grid.hidden, *_other_links(grid))) for grid in found]


def _other_links(grid: Grid) -> list[str]:
    """Name the cells whose link is another address than the one they show."""
    return [
        f"第{link.row}行写着“{link.written}”，链接却是 {link.address}；按写的登记"
        for link in grid.links
        if "@" in plain(link.written) and link.address.lower() not in plain(link.written).lower()
    ]
