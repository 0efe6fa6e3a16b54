"""The State Council's calendar: holidays, and weekends that are worked to make up for them."""

from __future__ import annotations

import functools
from datetime import date

import chinese_calendar

from rulebook.timeliness import monday_to_friday


@functools.lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Whether offices work on a day; Monday to Friday in years that are not announced yet."""
    return bool(chinese_calendar.is_workday(day)) if known(day) else monday_to_friday(day)


@functools.lru_cache(maxsize=128)
def known(day: date) -> bool:
    """Whether the year's holidays are in the calendar; the package ends with the last announced."""
    try:
        chinese_calendar.is_workday(date(day.year, 1, 1))
    except NotImplementedError:
        return False
    return True
