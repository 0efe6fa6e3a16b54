"""The columns that the regulation prescribes, whatever else the table shows today."""

from __future__ import annotations

from rulebook.points_table import Column, columns_of
from rulebook.provisions import default_provisions

KEYS = (
    *("unit", "news", "articles", "one", "two", "three", "four", "five"),
    *("correction", "points", "rank"),
)


def regulation() -> tuple[Column, ...]:
    """The nine columns, the rank and the correction."""
    return tuple(column for column in columns_of(default_provisions()) if column.key in KEYS)
