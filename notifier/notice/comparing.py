"""A notice as staff edited and signed it, held against the figures: what is left to fill in, what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rulebook.amounts import Amount
from rulebook.model import Group
from rulebook.points_table import Column, official
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
    listed = official(columns)
    found: list[str] = []
    for _, rows in figures:
        for row in rows:
            found += (
                _in_tables(row, listed, cumulative, tables)
                if tables
                else _in_text(row, listed, cumulative, text)
            )
    return found


def _values(row: TableRow, columns: Sequence[Column]) -> list[str]:
    return [_plain(str(column.value(row))) for column in columns]


def _in_tables(
    row: TableRow,
    columns: Sequence[Column],
    cumulative: Mapping[str, Amount],
    tables: Sequence[Rows],
) -> Iterator[str]:
    """Look for the unit's line in the tables that have as many columns as the notice's."""
    expected = _values(row, columns)
    labels = [column.label for column in columns]
    place = [column.key for column in columns].index("points") + 1
    year = _plain(str(cumulative.get(row.unit, row.points)))
    wider = [*expected[:place], year, *expected[place:]]
    wider_labels = [*labels[:place], "全年累计", *labels[place:]]
    lines = [
        [_plain(cell) for cell in line]
        for table in tables
        for line in table
        if line and _plain(line[0]) == expected[0]
    ]
    fitting = [line for line in lines if len(line) in (len(expected), len(wider))]
    if not fitting:
        yield f"积分统计表里没有找到“{row.unit}”一行，无法核对"
        return
    line = fitting[0]
    wanted, names = (wider, wider_labels) if len(line) == len(wider) else (expected, labels)
    for name, there, ours in zip(names, line, wanted, strict=True):
        if there != ours and not (there == "" and ours == "0"):
            yield f"{row.unit}的{name}：文件里是“{there or '空'}”，台账是“{ours}”"


def _in_text(
    row: TableRow, columns: Sequence[Column], cumulative: Mapping[str, Amount], text: str
) -> Iterator[str]:
    """Look for the unit's name followed by its figures; a zero may be left empty, the year's sum out."""
    unit, *figures = _values(row, columns)
    place = [column.key for column in columns].index("points")
    year = _plain(str(cumulative.get(row.unit, row.points)))
    parts = [r"\s*".join(re.escape(mark) for mark in unit)]
    for index, figure in enumerate(figures, 1):
        number = re.escape(figure)
        parts.append(rf"(?:\s*{number}(?!\d))" if figure != "0" else r"(?:\s*0(?!\d))?")
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
