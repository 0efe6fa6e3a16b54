"""Days that people write, held against the calendar: of what has happened none is to come."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.errors import InvalidInput
from rulebook.points import ProvisionsOn
from rulebook.provisions import Provisions
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


def check_counted_day(
    called: str, day: date, now: datetime, provisions_on_day: ProvisionsOn
) -> None:
    """Check that points may stand on a day, too: none before counting began. Raises: InvalidInput."""
    check_day(called, day, now, provisions_on_day)
    begun = provisions_on_day(day).effective_from
    if day < begun:
        raise InvalidInput(f"{called} {day} 早于考核起始日 {begun}，不能计分，请核对日期。")


def check_received(received: datetime, now: datetime, first: Provisions) -> None:
    """
    Check that something may have come at a moment; `first`: the earliest regulation, which has no rules before it.

    Raises: InvalidInput.
    """
    if received > now:
        raise InvalidInput("收到的时间晚于现在，请核对。")
    day = received.astimezone(ZoneInfo(first.zone)).date()
    if day < first.since:
        raise InvalidInput(f"收到的时间 {day} 早于最早一份规定的起用日 {first.since}，请核对年份。")


def unit_on(day: date, name: str, provisions_on_day: ProvisionsOn) -> str:
    """Return the unit of a day that a name means. Raises: InvalidInput."""
    try:
        return UnitHistory(provisions_on_day).named(name, day).name
    except NoSuchUnit as error:
        raise InvalidInput(str(error)) from None
