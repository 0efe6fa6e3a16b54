"""
The points table (积分统计表) as one list of columns, from which every rendering of it is made.

The notice's .docx and .xlsx, the console's page, the table in a terminal, the JSON and its OpenAPI
description, and the figures kept with a published notice read `columns_of` the provisions. A new column is added here;
then `notifier/templates/notice.docx` is written anew (see `notifier/notice/template.py`).

Source: 二.表 for the nine columns; the rank is 四.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any

from rulebook.amounts import Amount, plain
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow, kind_columns

Value = str | Amount


KINDS_WIDTH = 42
"""What the columns of drafts take of a page together."""


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


def columns_of(provisions: Provisions) -> tuple[Column, ...]:
    """Make the columns that an office's kinds and tiers call for."""
    several = kind_columns(provisions)
    tiers = provisions.tier_rules
    return (
        Column("unit", "单位", 36, lambda row: row.unit, Cell.NAME),
        *(
            Column(
                *(
                    one.key or f"kinds_{index + 1}",
                    one.heading,
                    _width(index, len(several)),
                    _counted(index),
                ),
                short=one.short,
                sheet_width=11,
                list_key="" if one.key else "counts",
                description=f"{one.heading}: drafts that score",
            )
            for index, one in enumerate(several)
        ),
        *(
            Column(
                *(tier.key or f"tier_{index + 1}", tier.name, 11, _adopted(index), Cell.SPARSE),
                short=tier.short or tier.name,
                heading="录用条数",
                list_key="adopted",
                description="录用 by tier, the first tier first",
            )
            for index, tier in enumerate(tiers)
        ),
        Column(
            *("correction", "更正", 13, lambda row: row.correction, Cell.SPARSE),
            official=False,
            description="takes back what an earlier period gave",
        ),
        Column(
            *("by_hand", "加减分", 15, lambda row: row.by_hand, Cell.SPARSE),
            official=False,
            description="±points that people entered",
        ),
        Column(
            *("by_rule", "任务", 14, lambda row: row.by_rule, Cell.SPARSE),
            official=False,
            description="±points of met and unmet targets, of late drafts, of a floor",
        ),
        Column("points", "积分总计", 14, lambda row: row.points, Cell.TOTAL, short="积分\n总计"),
        Column("rank", "排名", 12, lambda row: row.rank, Cell.RANK),
    )


def _width(index: int, number: int) -> int:
    """Divide the room of the columns of drafts evenly; the last ones take what is left over."""
    return KINDS_WIDTH // number + (index >= number - KINDS_WIDTH % number)


def _counted(index: int) -> Callable[[TableRow], int]:
    return lambda row: row.counts[index] if index < len(row.counts) else 0


def _adopted(index: int) -> Callable[[TableRow], int]:
    return lambda row: row.adopted[index] if index < len(row.adopted) else 0


def laid_out(rows: Iterable[TableRow], columns: Iterable[Column]) -> list[Column]:
    """Select the columns of the notice and, between them, those in which some row has a figure."""
    extra = beside(list(rows), columns := list(columns))
    return [column for column in columns if column.official or column in extra]


def official(columns: Iterable[Column]) -> list[Column]:
    """Select the columns of the notice, in its order."""
    return [column for column in columns if column.official]


def beside(rows: Sequence[TableRow], columns: Iterable[Column]) -> list[Column]:
    """Select what is shown beside the notice's columns because some row has a figure in it."""
    return [
        column
        for column in columns
        if not column.official and any(column.value(row) for row in rows)
    ]


def on_screen(rows: Sequence[TableRow], columns: Iterable[Column]) -> list[Column]:
    """Select the columns for a page or a terminal, the rank first."""
    return sorted(laid_out(rows, columns), key=lambda column: column.cell is not Cell.RANK)


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


def record(row: TableRow, columns: Iterable[Column]) -> dict[str, Any]:
    """Make the stable JSON form of a row."""
    members: dict[str, Any] = {}
    for column in columns:
        if column.list_key:
            members.setdefault(column.list_key, []).append(_json(column.value(row)))
        else:
            members[column.key] = _json(column.value(row))
    return members


def _json(value: Value) -> str | int | float:
    return value if isinstance(value, str) else plain(value)
