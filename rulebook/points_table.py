"""
The points table (积分统计表) as one list of columns, from which every rendering of it is made.

The notice's .docx and .xlsx, the console's page, the table in a terminal, the JSON and its OpenAPI
description, and the figures kept with a published notice read `COLUMNS`. A new column is added here;
then `notifier/templates/notice.docx` is written anew (see `notifier/notice/template.py`).

Source: 二.表 for the nine columns; the rank is 四.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any

from rulebook.points import TIERS
from rulebook.ranking import TableRow

Value = str | int


class Cell(Enum):
    """How a column's cells are written; a page leaves the zeros of a sparse one empty."""

    NAME = "name"
    FIGURE = "figure"
    SPARSE = "sparse"
    TOTAL = "total"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of the points table.

    Attributes: `key`: The name in JSON and in the tags of the notice's template.
                `label`: The heading in the notice.
                `width`: Its share of the page in the .docx; millimetres while the shares make 156.
                `value`: What a row has in it.
                `cell`: How that is written.
                `short`: The heading in a terminal, two lines.
                `sheet_width`: The width in the .xlsx, in half-width characters.
                `heading`: A heading that it shares with its neighbours.
                `list_key`: In JSON it is an item of this list, not a member of its own.
                `official`: Whether it belongs to the notice; else it is shown only where it is not
                all zero.
                `description`: What it is, for programs (OpenAPI).
    """

    key: str
    label: str
    width: int
    value: Callable[[TableRow], Value]
    cell: Cell = Cell.FIGURE
    short: str = ""
    sheet_width: int = 7
    heading: str = ""
    list_key: str = ""
    official: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A heading of the upper row: of one column, or over several that have labels of their own."""

    label: str
    columns: tuple[Column, ...]
    shared: bool


def _adopted(tier: int) -> Callable[[TableRow], int]:
    return lambda row: row.adopted[tier]


COLUMNS: tuple[Column, ...] = (
    Column("unit", "单位", 31, lambda row: row.unit, Cell.NAME),
    Column(
        *("news", "工作动态/舆情", 20, lambda row: row.news),
        short="动态\n舆情",
        sheet_width=11,
        description="工作动态 and 舆情 that score (二.表)",
    ),
    Column(
        *("articles", "综合性文章/约稿", 21, lambda row: row.articles),
        short="综合\n约稿",
        sheet_width=11,
        description="综合性原创文章 and 约稿 that score",
    ),
    *(
        Column(
            *(key, label, 11, _adopted(tier), Cell.SPARSE),
            short=f"{label[0]}\n{label[1:]}",
            heading="录用条数",
            list_key="adopted",
            description="录用 by tier, 一类 first",
        )
        for tier, (key, label) in enumerate(
            zip(("one", "two", "three", "four", "five"), TIERS, strict=True)
        )
    ),
    Column(
        *("correction", "更正", 12, lambda row: row.correction, Cell.SPARSE),
        official=False,
        description="takes back what an earlier period gave",
    ),
    Column("points", "积分总计", 17, lambda row: row.points, Cell.TOTAL, short="积分\n总计"),
    Column("rank", "排名", 12, lambda row: row.rank, Cell.RANK),
)


def official(columns: Iterable[Column] = COLUMNS) -> list[Column]:
    """Select the columns of the notice, in its order."""
    return [column for column in columns if column.official]


def beside(rows: Sequence[TableRow], columns: Iterable[Column] = COLUMNS) -> list[Column]:
    """Select what is shown beside the notice's columns because some row has a figure in it."""
    return [
        column
        for column in columns
        if not column.official and any(column.value(row) for row in rows)
    ]


def on_screen(rows: Sequence[TableRow], columns: Iterable[Column] = COLUMNS) -> list[Column]:
    """Select the columns for a page or a terminal, the rank first."""
    extra = beside(rows, columns)
    shown = [column for column in columns if column.official or column in extra]
    return sorted(shown, key=lambda column: column.cell is not Cell.RANK)


def heads(columns: Iterable[Column]) -> list[Head]:
    """Gather neighbours that share a heading; each other column has a head of its own."""
    found: list[Head] = []
    for heading, group in groupby(columns, key=lambda column: column.heading):
        members = tuple(group)
        if heading:
            found.append(Head(heading, members, shared=True))
        else:
            found += [Head(column.label, (column,), shared=False) for column in members]
    return found


def record(row: TableRow, columns: Iterable[Column] = COLUMNS) -> dict[str, Any]:
    """Make the stable JSON form of a row."""
    members: dict[str, Any] = {}
    for column in columns:
        if column.list_key:
            members.setdefault(column.list_key, []).append(column.value(row))
        else:
            members[column.key] = column.value(row)
    return members
