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
    """How long a period is; `own`: any days that an office reports on together."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    OWN = "own"


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
            case Span.OWN:
                return _days(self.first, self.last)


FIRST_YEAR, LAST_YEAR = 1950, 2199
"""No office has periods outside of these years, and the calendar ends at 9999."""

CALENDAR_SPANS = tuple(span for span in Span if span is not Span.OWN)
"""Periods that every day belongs to one of."""

FORMS = (
    "可以写成 2022Q1（季度）、2022-03（月）、2022-W10（周）、2022H1（半年）、2022（年）"
    "或 2022-01-01..2022-02-28（任意几天）"
)


def parse(text: str) -> Period:
    """
    Parse the name of a period; full-width digits and small letters are allowed.

    Raises: UnknownPeriod.
    """
    name = unicodedata.normalize("NFKC", text).strip().upper()
    try:
        if days := re.fullmatch(_ANY_DAYS, name):
            return _known(
                own(date(*map(int, days.groups()[:3])), date(*map(int, days.groups()[3:])))
            )
        for pattern, make in _FORMS:
            match = re.fullmatch(pattern, name)
            if match:
                return _known(make(*(int(part) for part in match.groups())))
    except ValueError:
        raise UnknownPeriod(f"没有“{text}”这个时段；{FORMS}。") from None
    raise UnknownPeriod(f"看不懂时段“{text}”；{FORMS}。")


def _known(period: Period) -> Period:
    if period.first.year < FIRST_YEAR or period.last.year > LAST_YEAR:
        raise ValueError(period.name)
    return period


def own(first: date, last: date) -> Period:
    """
    Return the period of any days, both included.

    Raises: ValueError when it ends before it begins.
    """
    if last < first:
        raise ValueError(f"{first} is after {last}")
    return Period(first, last, Span.OWN, f"{first}..{last}")


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
        case Span.OWN:
            raise ValueError("days of an office's own choosing are listed by its provisions")


def within(period: Period, span: Span) -> tuple[Period, ...]:
    """
    List the periods of a length that belong to a longer one, in order.

    A period of that length itself is the only one. A week belongs to the month, quarter and year of
    its Thursday (ISO 8601), so every week belongs to exactly one. Nothing longer than `period`
    belongs to it.
    """
    if period.span is span:
        return (period,)
    if span is Span.OWN:
        return ()
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


def _days(first: date, last: date) -> str:
    """Write days as people say them: whole months by their names."""
    whole = first.day == 1 and last == _last(last.year, last.month)
    same = first.year == last.year
    if whole:
        start, end = f"{first.year}年{first.month}月", f"{last.month}月"
    else:
        start = f"{first.year}年{first.month}月{first.day}日"
        end = f"{last.month}月{last.day}日"
    return f"{start}至{end if same else f'{last.year}年{end}'}"


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


_DAY = r"(\d{4})[-年.](\d{1,2})[-月.](\d{1,2})日?"
_ANY_DAYS = rf"{_DAY}\s*(?:\.\.|~|—+|至|到|/)\s*{_DAY}"

_FORMS: tuple[tuple[str, Callable[..., Period]], ...] = (
    (r"(\d{4})[-年]?Q([1-4])", _quarter),
    (r"(\d{4})[-年]?第?([1-4])季度", _quarter),
    (r"(\d{4})-?W(\d{1,2})", _week),
    (r"(\d{4})[-年](\d{1,2})月?", _month),
    (r"(\d{4})[-年]?H([12])", _half),
    (r"(\d{4})年?(?:度)?", _year),
)
