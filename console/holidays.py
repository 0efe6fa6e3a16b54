"""Workdays: the State Council's calendar of the package, and what the office adds to it in [holidays]."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

import chinese_calendar

from rulebook.timeliness import monday_to_friday


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    Which days offices work on.

    `off` and `worked` win over the package's data, which ends with the last announced year.
    `announced`: years whose arrangement the office has entered as a whole.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    announced: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether offices work on a day; Monday to Friday in years that are not announced yet."""
        if day in self.worked:
            return True
        if day in self.off:
            return False
        if day.year in self.announced or not _packaged(day.year):
            return monday_to_friday(day)
        return _is_packaged_workday(day)

    def known(self, day: date) -> bool:
        """Whether the arrangement of a day's year is known."""
        return day.year in self.announced or _packaged(day.year)

    def last_year_known(self, since: date) -> int:
        """Return the last year without a gap from a day on; the year before it when it is unknown."""
        year = since.year
        while self.known(date(year, 1, 1)):
            year += 1
        return year - 1


@functools.lru_cache(maxsize=4096)
def _is_packaged_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


@functools.lru_cache(maxsize=256)
def _packaged(year: int) -> bool:
    """Whether the package holds a year; it raises past its last one."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
