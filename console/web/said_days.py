"""Days that an officer names in an answer, offered for the event's day: a person still chooses."""

from __future__ import annotations

import re
from datetime import date

MAX_DAYS = 3
_DAY = re.compile(r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*[月.]\s*(\d{1,2})\s*[日号]?")


def said_days(words: str, received: date) -> list[date]:
    """
    List the days that the words name, none later than the day of receipt, each once.

    A day without a year is the last one of that name before the receipt.
    """
    days: list[date] = []
    for year, month, day in _DAY.findall(words):
        found = _day(int(year) if year else received.year, int(month), int(day))
        if found is not None and found > received and not year:
            found = _day(received.year - 1, int(month), int(day))
        if found is not None and found <= received and found not in days:
            days.append(found)
    return days[:MAX_DAYS]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
