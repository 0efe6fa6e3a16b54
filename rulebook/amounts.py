"""Points, whole or with a fraction, kept exactly and written as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

Amount = int | Decimal
"""Whole points are an int, so that they read and are stored as ever; 0.5 is a Decimal."""


def amount(value: int | float | Decimal | str) -> Amount:
    """
    Return points in their one form: an int when they are whole, else a Decimal without idle zeros.

    Raises: decimal.InvalidOperation for a text that is no number.
    """
    if isinstance(value, int):
        return int(value)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def total(values: Iterable[Amount]) -> Amount:
    """Add points up."""
    added: Amount = 0
    for value in values:
        added += value
    return amount(added)


def plain(value: Amount) -> int | float:
    """Return points as JSON, spreadsheets and charts write numbers."""
    return value if isinstance(value, int) else float(value)


def signed(value: Amount) -> str:
    """Write points with their sign, e.g. +2 or -0.5."""
    return f"{value:+}"
