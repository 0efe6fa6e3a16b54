"""四.1: the 2-day limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rulebook.model import EventDate, Kind, Timely
from rulebook.provisions import DayUnit, Provisions
from rulebook.reasons import Reason

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Limit:
    """How a draft stands to the limit. `deadline` is exclusive: 00:00 after the last day in time."""

    timely: Timely
    deadline: datetime | None
    reason: Reason | None


def monday_to_friday(day: date) -> bool:
    """Return whether a day is Monday to Friday: the calendar where no holidays are known."""
    return day.weekday() < 5


def timeliness(
    event_date: EventDate,
    kind: Kind | None,
    received: datetime,
    provisions: Provisions,
    is_workday: IsWorkday = monday_to_friday,
) -> Limit:
    """
    Decide whether a draft reached the office within the limit counted from its event.

    Source:  四.1 "要在规定时间2天内报送，否则不计分"
    Units:   whole days in office time. The event's day is day 0; the last day counts to its end.
    Returns: LATE, DATE_IN_FUTURE, DATE_UNCERTAIN, or no reason when the draft is in time. A kind
             without a limit (综合, 约稿) is NOT_APPLICABLE; an uncertain kind is treated as limited.
    Raises:  ValueError if `received` has no time zone.
    """
    if received.tzinfo is None:
        raise ValueError(f"received without a time zone: {received!r}")
    if kind is not None and kind not in provisions.timeliness.applies_to:
        return Limit(Timely.NOT_APPLICABLE, None, None)
    if event_date.day is None:
        return Limit(Timely.UNDETERMINED, None, Reason.DATE_UNCERTAIN)
    zone = ZoneInfo(provisions.zone)
    if event_date.day > received.astimezone(zone).date():
        return Limit(Timely.UNDETERMINED, None, Reason.DATE_IN_FUTURE)
    last = deadline(event_date.day, provisions, is_workday)
    if received < last:
        return Limit(Timely.ON_TIME, last, None)
    return Limit(Timely.LATE, last, Reason.LATE)


def deadline(
    event: date, provisions: Provisions, is_workday: IsWorkday = monday_to_friday
) -> datetime:
    """
    Return the first moment that is too late for an event: the end of the last day, in office time.

    `calendar` counts days; `workdays` counts days on which the office works; `hours48` runs 24
    hours a day from the end of the event's day, since no text gives the hour of an event.
    """
    rule = provisions.timeliness
    zone = ZoneInfo(provisions.zone)
    if rule.unit is DayUnit.HOURS48:
        end_of_event = datetime.combine(event + timedelta(days=1), time(), zone)
        return end_of_event + timedelta(hours=24 * rule.days)
    last = event
    if rule.unit is DayUnit.CALENDAR:
        last += timedelta(days=rule.days)
    else:
        counted = 0
        while counted < rule.days:
            last += timedelta(days=1)
            counted += is_workday(last)
    return datetime.combine(last + timedelta(days=1), time(), zone)
