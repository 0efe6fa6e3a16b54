"""Weeks, months, quarters, halves and years of the office, and which belongs to which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class UnknownPeriod(ValueError):
    """No period is written like this; the text names it and the forms, in Chinese."""


class Span(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Office days from `first` to `last`, both included. `name` is its stable written form."""

    first: date
    last: date
    span: Span
    name: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def label(self) -> str:
        """The period as people say it, in Chinese."""
        year = self.name[:4]
        match self.span:
            case Span.WEEK:
                days = (
                    f"{self.first.month}月{self.first.day}日至{self.last.month}月{self.last.day}日"
                )
                return f"{year}年第{int(self.name[-2:])}周（{days}）"
            case Span.MONTH:
                return f"{year}年{self.first.month}月"
            case Span.QUARTER:
                return f"{year}年第{'一二三四'[int(self.name[-1]) - 1]}季度"
            case Span.HALF:
                return f"{year}年{'上下'[int(self.name[-1]) - 1]}半年"
            case Span.YEAR:
                return f"{year}年度"


FORMS = "可以写成 2022Q1（季度）、2022-03（月）、2022-W10（周）、2022H1（半年）或 2022（年）"


def parse(text: str) -> Period:
    """
    Parse the name of a period; full-width digits and small letters are allowed.

    Raises: UnknownPeriod.
    """
    name = unicodedata.normalize("NFKC", text).strip().upper()
    try:
        for pattern, make in _FORMS:
            match = re.fullmatch(pattern, name)
            if match:
                return make(*(int(part) for part in match.groups()))
    except ValueError:
        raise UnknownPeriod(f"没有“{text}”这个时段；{FORMS}。") from None
    raise UnknownPeriod(f"看不懂时段“{text}”；{FORMS}。")


def containing(day: date, span: Span) -> Period:
    """Return the period of this length to which a day belongs; a day's week is its ISO week."""
    match span:
        case Span.WEEK:
            year, week, _ = day.isocalendar()
            return _week(year, week)
        case Span.MONTH:
            return _month(day.year, day.month)
        case Span.QUARTER:
            return _quarter(day.year, (day.month + 2) // 3)
        case Span.HALF:
            return _half(day.year, 1 if day.month <= 6 else 2)
        case Span.YEAR:
            return _year(day.year)


def within(period: Period, span: Span) -> tuple[Period, ...]:
    """
    List the periods of a length that belong to a longer one, in order.

    A period of that length itself is the only one. A week belongs to the month, quarter and year of
    its Thursday (ISO 8601), so every week belongs to exactly one. Nothing longer than `period`
    belongs to it.
    """
    if period.span is span:
        return (period,)
    periods = []
    current = containing(period.first, span)
    while current.first <= period.last:
        if _anchor(current) in period and (span is Span.WEEK or current.last <= period.last):
            periods.append(current)
        current = following(current)
    return tuple(periods)


def following(period: Period) -> Period:
    """Return the next period of the same length."""
    return containing(period.last + timedelta(days=1), period.span)


def previous(period: Period) -> Period:
    """Return the period of the same length before."""
    return containing(period.first - timedelta(days=1), period.span)


def _anchor(period: Period) -> date:
    return period.first + timedelta(days=3) if period.span is Span.WEEK else period.first


def _week(year: int, week: int) -> Period:
    first = date.fromisocalendar(year, week, 1)
    return Period(first, first + timedelta(days=6), Span.WEEK, f"{year:04d}-W{week:02d}")


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), _last(year, month), Span.MONTH, f"{year:04d}-{month:02d}")


def _quarter(year: int, quarter: int) -> Period:
    first = date(year, 3 * quarter - 2, 1)
    return Period(first, _last(year, 3 * quarter), Span.QUARTER, f"{year:04d}Q{quarter}")


def _half(year: int, half: int) -> Period:
    return Period(
        date(year, 6 * half - 5, 1), _last(year, 6 * half), Span.HALF, f"{year:04d}H{half}"
    )


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31), Span.YEAR, f"{year:04d}")


def _last(year: int, month: int) -> date:
    after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=1)


_FORMS: tuple[tuple[str, Callable[..., Period]], ...] = (
    (r"(\d{4})[-年]?Q([1-4])", _quarter),
    (r"(\d{4})[-年]?第?([1-4])季度", _quarter),
    (r"(\d{4})-?W(\d{1,2})", _week),
    (r"(\d{4})[-年](\d{1,2})月?", _month),
    (r"(\d{4})[-年]?H([12])", _half),
    (r"(\d{4})年?(?:度)?", _year),
)
