"""Points, whole or with a fraction, kept exactly and written as people write them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

Amount = int | Decimal
"""Whole points are an int, so that they read and are stored as ever; 0.5 is a Decimal."""

SHARE = Decimal("0.0001")
"""What one of several authors or units has of a draft's points is rounded to this."""

TENTH = Decimal("0.1")
"""What an unmet target gives by its share is rounded to this."""


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


def rounded(value: Amount, step: Decimal) -> Amount:
    """Round points to a step, half away from zero (四舍五入): the one place in which points are rounded."""
    return amount(Decimal(value).quantize(step, ROUND_HALF_UP))


def rate_told(rate: float | None) -> str:
    """Write a rate of 0..1 in per cent, cut off: 99.96% must not read as fulfilled."""
    if rate is None:
        return "—"
    tenths = math.floor(rate * 1000 + 1e-6)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def plain(value: Amount) -> int | float:
    """Return points as JSON, spreadsheets and charts write numbers."""
    return value if isinstance(value, int) else float(value)


def written(value: Amount | float) -> str:
    """Write points as people do: 15, 2.5, never 15.0 or 1E+2."""
    one = amount(value)
    return str(one) if isinstance(one, int) else f"{one:f}"


def signed(value: Amount | float) -> str:
    """Write points with their sign, e.g. +2 or -0.5."""
    return f"{'' if value < 0 else '+'}{written(value)}"
