"""The columns that the regulation prescribes, whatever else the table shows today."""

from __future__ import annotations

from rulebook.points_table import COLUMNS, Column

KEYS = (
    *("unit", "news", "articles", "one", "two", "three", "four", "five"),
    *("correction", "points", "rank"),
)


def regulation() -> tuple[Column, ...]:
    """The nine columns, the rank and the correction."""
    return tuple(column for column in COLUMNS if column.key in KEYS)
