"""Days that people write, held against the calendar: of what has happened none is to come."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.errors import InvalidInput
from rulebook.points import ProvisionsOn
from rulebook.unit_history import NoSuchUnit, UnitHistory

MAX_YEARS_BACK = 20
"""What happened longer ago than this is a slip of the pen."""


def check_day(called: str, day: date, now: datetime, provisions_on_day: ProvisionsOn) -> None:
    """Check that a day has come and is not of another age. Raises: InvalidInput."""
    today = now.astimezone(ZoneInfo(provisions_on_day(day).zone)).date()
    if day > today:
        raise InvalidInput(f"{called} {day} 还没有到（今天是 {today}），请核对日期。")
    if day.year < today.year - MAX_YEARS_BACK:
        raise InvalidInput(f"{called} {day} 太早，请核对年份（今天是 {today}）。")


def unit_on(day: date, name: str, provisions_on_day: ProvisionsOn) -> str:
    """Return the unit of a day that a name means. Raises: InvalidInput."""
    try:
        return UnitHistory(provisions_on_day).named(name, day).name
    except NoSuchUnit as error:
        raise InvalidInput(str(error)) from None
