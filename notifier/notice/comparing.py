"""A notice as staff edited and signed it, held against the figures: what is left to fill in, what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from notifier.notice.tables import with_year
from rulebook.amounts import Amount
from rulebook.model import Group
from rulebook.points_table import Column, laid_out, official
from rulebook.ranking import TableRow

PLACEHOLDERS = {
    "文号": re.compile(r"（文号：|〔\s*〕|\[\s+\]\s*号"),
    "盖章处": re.compile("待盖章"),
    "附加分": re.compile("（待填）"),
}
"""What our template marks for people, and how it reads while nobody has filled it in."""

Rows = Sequence[Sequence[str]]
Tables = Sequence[tuple[Group, Sequence[TableRow]]]


def placeholders(text: str) -> list[str]:
    """List what is still to be filled in, by name."""
    return [name for name, pattern in PLACEHOLDERS.items() if pattern.search(text)]


def disagreements(
    figures: Tables,
    columns: Sequence[Column],
    cumulative: Mapping[str, Amount],
    text: str,
    tables: Sequence[Rows],
) -> list[str]:
    """
    List where a signed notice does not say what the figures say, a Chinese sentence each.

    Args: `text`, `tables`: of the document; a PDF has no tables and is looked through line by line.
    """
    if not text.strip():
        return ["文件里读不出文字（可能是扫描件），表中数字无法与台账核对"]
    shown = laid_out([row for _, rows in figures for row in rows], columns)
    layouts = list(
        dict.fromkeys(
            tuple(with_year(kept, cumulative) if year else kept)
            for kept in (shown, official(columns))
            for year in (True, False)
        )
    )
    found: list[str] = []
    for _, rows in figures:
        for row in rows:
            found += (
                _in_tables(row, layouts, tables)
                if tables
                else _in_text(row, shown, cumulative, text)
            )
    return found


def _values(row: TableRow, columns: Sequence[Column]) -> list[str]:
    return [_plain(str(column.value(row))) for column in columns]


def _in_tables(
    row: TableRow, layouts: Sequence[Sequence[Column]], tables: Sequence[Rows]
) -> Iterator[str]:
    """Look for the unit's line in the tables, laid out as the notice's or without what staff left out."""
    lines = [
        [_plain(cell) for cell in line]
        for table in tables
        for line in table
        if line and _plain(line[0]) == _plain(row.unit)
    ]
    told = [
        list(_differing(row, columns, line))
        for columns in layouts
        for line in lines
        if len(line) == len(columns)
    ]
    if not told:
        yield f"积分统计表里没有找到“{row.unit}”一行，无法核对"
        return
    yield from min(told, key=len)


def _differing(row: TableRow, columns: Sequence[Column], line: Sequence[str]) -> Iterator[str]:
    for column, there, ours in zip(columns, line, _values(row, columns), strict=True):
        if there != ours and not (there == "" and ours == "0"):
            yield f"{row.unit}的{column.label}：文件里是“{there or '空'}”，台账是“{ours}”"


def _in_text(
    row: TableRow, columns: Sequence[Column], cumulative: Mapping[str, Amount], text: str
) -> Iterator[str]:
    """Look for the unit's name followed by its figures; a zero may be left empty, the year's sum out."""
    unit, *figures = _values(row, columns)
    place = [column.key for column in columns].index("points")
    year = _plain(str(cumulative.get(row.unit, row.points)))
    parts = [r"\s*".join(re.escape(mark) for mark in unit)]
    for index, figure in enumerate(figures, 1):
        needed = "" if columns[index].official and figure != "0" else "?"
        parts.append(rf"(?:\s*{re.escape(figure)}(?!\d)){needed}")
        if index == place:
            parts.append(rf"(?:\s*{re.escape(year)}(?!\d))?")
    if not re.search("".join(parts), text):
        told = "，".join(
            f"{column.label}{figure}"
            for column, figure in zip(columns[1:], figures, strict=True)
            if figure != "0"
        )
        yield f"{row.unit}：文件里没有找到与台账一致的一行（台账：{told or '均为 0'}）"


def _plain(cell: str) -> str:
    return re.sub(r"\s+", "", cell)
