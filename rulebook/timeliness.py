"""四.1: the 2-day limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rulebook.kind_rules import DayUnit, Role, TimeLimit
from rulebook.model import DayDoubt, EventDate, Kind, Timely
from rulebook.provisions import OpinionDay, Provisions
from rulebook.reasons import Reason

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Limit:
    """
    How a draft stands to the limit.

    `deadline` is exclusive: 00:00 after the last day in time. `event_date` is the day that was counted
    from, open where only a person can tell.
    """

    timely: Timely
    deadline: datetime | None
    reason: Reason | None
    event_date: EventDate = field(default_factory=lambda: EventDate(None), compare=False)


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
    limit = limit_of(kind, provisions)
    if limit is None:
        return Limit(Timely.NOT_APPLICABLE, None, None, event_date)
    event_date = _counted(event_date, kind, received, provisions, is_workday, limit)
    if event_date.day is None:
        return Limit(Timely.UNDETERMINED, None, Reason.DATE_UNCERTAIN, event_date)
    zone = ZoneInfo(provisions.zone)
    if event_date.day > received.astimezone(zone).date():
        return Limit(Timely.UNDETERMINED, None, Reason.DATE_IN_FUTURE, event_date)
    last = deadline(event_date.day, provisions, is_workday, limit, event_date.ended_at)
    if received < last:
        return Limit(Timely.ON_TIME, last, None, event_date)
    return Limit(Timely.LATE, last, Reason.LATE, event_date)


def limit_of(kind: Kind | None, provisions: Provisions) -> TimeLimit | None:
    """Return the limit of a kind; an uncertain one has the longest limit that any kind has."""
    rule = provisions.rule_of(kind)
    if rule is not None:
        return rule.limit
    if kind is not None:
        return None
    limits = [rule.limit for rule in provisions.kind_rules if rule.limit is not None]
    return max(limits, key=lambda limit: limit.length, default=None)


def _counted(
    event_date: EventDate,
    kind: Kind | None,
    received: datetime,
    provisions: Provisions,
    is_workday: IsWorkday,
    limit: TimeLimit,
) -> EventDate:
    """
    Choose the day that counts for a kind, or leave it open.

    A piece on public opinion counts from its first post (`opinion_day`). A day that is too late while
    something else in the piece could make it timely stays open: LATE is said only when nothing could.
    So does one in time that is the last of unlike deeds of which the first would be late.
    A dateline bounds an open day from above, which can only make it late.
    """

    def is_late(day: date | None) -> bool:
        return day is not None and received >= deadline(day, provisions, is_workday, limit)

    opinion = provisions.role_of(kind) is Role.OPINION
    if opinion and provisions.timeliness.opinion_day is OpinionDay.POSTED:
        if event_date.posted is not None:
            latest = max(filter(None, (event_date.latest, event_date.day, event_date.posted)))
            event_date = replace(
                event_date,
                day=event_date.posted,
                evidence=event_date.posted_evidence,
                doubt=None,
                latest=latest,
                earliest=None,
            )
        elif event_date.handled and event_date.day is not None:
            return replace(event_date, day=None, doubt=DayDoubt.HANDLED)
    if event_date.day is None and is_late(event_date.not_after):
        return replace(event_date, day=event_date.not_after, doubt=None)
    if is_late(event_date.earliest) and not is_late(event_date.day):
        return replace(event_date, day=None, doubt=DayDoubt.SEVERAL)
    if is_late(event_date.day) and event_date.latest is not None and not is_late(event_date.latest):
        return replace(event_date, day=None, doubt=DayDoubt.MAYBE_LATER)
    return event_date


def ended_before(last: datetime, limit: TimeLimit, provisions: Provisions) -> time | None:
    """Return the hour of an event from the deadline of its limit in hours; None for the day's end."""
    ended = last.astimezone(ZoneInfo(provisions.zone)) - _hours(limit, provisions)
    return None if ended.time() == time() else ended.time()


def _hours(limit: TimeLimit, provisions: Provisions) -> timedelta:
    """Return how long a limit in hours runs, its last minute included where only minutes count."""
    minute = timedelta(minutes=provisions.timeliness.whole_minutes)
    return timedelta(hours=limit.hours or 24 * limit.days) + minute


def deadline(
    event: date,
    provisions: Provisions,
    is_workday: IsWorkday = monday_to_friday,
    limit: TimeLimit | None = None,
    ended_at: time | None = None,
) -> datetime:
    """
    Return the first moment that is too late for an event: the end of the last day, in office time.

    `calendar` counts days; `workdays` counts days on which the office works; `hours48` runs 24
    hours a day (or the kind's own hours) from the hour that the text tells, else from the end of the
    event's day. On the last day a limit may end at an hour (`until`).

    Args: `limit`: of the draft's kind; None: the general one. `ended_at`: the hour that is told.
    """
    rule = limit or TimeLimit(provisions.timeliness.days, provisions.timeliness.unit)
    zone = ZoneInfo(provisions.zone)
    if rule.unit is DayUnit.HOURS48:
        end_of_event = datetime.combine(event + timedelta(days=1), time(), zone)
        if ended_at is not None:
            end_of_event = datetime.combine(event, ended_at, zone)
        return end_of_event + _hours(rule, provisions)
    last = event
    if rule.unit is DayUnit.CALENDAR:
        last += timedelta(days=rule.days)
    else:
        counted = 0
        while counted < rule.days:
            last += timedelta(days=1)
            counted += is_workday(last)
    if rule.until is not None:
        return datetime.combine(last, rule.until, zone)
    return datetime.combine(last + timedelta(days=1), time(), zone)
