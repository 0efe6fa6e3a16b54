"""How an exclusive deadline is told: midnight is the 24:00 of the day before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def last_moment(deadline: datetime, zone: str | ZoneInfo) -> tuple[date, str]:
    """
    Split an exclusive deadline into the office day and the time of day that people name.

    00:00 of a day is the end of the day before, and people say 24:00 of that day.

    Args:    `deadline`: aware; the first moment that is too late.
    Returns: the office day and "HH:MM", of which "24:00" is the end of the day.
    """
    local = deadline.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
    if (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"
