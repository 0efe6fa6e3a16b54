"""四.1: the 2-day limit, in the office's zone whatever zone a moment is told in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulebook.default_rules import ARTICLE, COMMISSION, KINDS, NEWS, OPINION
from rulebook.kind_rules import TimeLimit
from rulebook.model import DayDoubt, EventDate, Kind, Timely
from rulebook.provisions import DayUnit, OpinionDay, Provisions
from rulebook.reasons import Reason
from rulebook.timeliness import Limit, deadline, ended_before, monday_to_friday, timeliness
from tests.rulebook.builders import EVENT, OFFICE, limited, provisions

RULES = provisions()
LIMITED_KINDS = [NEWS, OPINION, None]
UNLIMITED_KINDS = [ARTICLE, COMMISSION]
MOMENT = timedelta(microseconds=1)

days = st.dates(date(2000, 1, 1), date(2098, 12, 31))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
named_zones = st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"])
zones = st.one_of(offsets, named_zones.map(ZoneInfo))
counts = st.integers(0, 12)


def judged(
    day: date, received: datetime, rules: Provisions = RULES, kind: Kind | None = NEWS
) -> Limit:
    return timeliness(EventDate(day), kind, received, rules)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), OFFICE)


@st.composite
def moments_after(pick: st.DrawFn) -> tuple[date, datetime]:
    """A day, and a moment of receipt on it or up to two weeks later, in office time."""
    day = pick(days)
    seconds = pick(st.integers(0, 14 * 86400))
    return day, datetime.combine(day, time(), OFFICE) + timedelta(seconds=seconds)


# -- the plain rule --


@pytest.mark.parametrize(
    "received",
    [
        datetime(2022, 3, 7, 0, 0, tzinfo=OFFICE),
        datetime(2022, 3, 8, 12, 0, tzinfo=OFFICE),
        datetime(2022, 3, 9, 23, 59, 59, 999999, tzinfo=OFFICE),
    ],
)
def test_until_the_second_day_ends_a_draft_is_in_time(received: datetime) -> None:
    assert judged(EVENT, received) == Limit(Timely.ON_TIME, midnight_after(date(2022, 3, 9)), None)


def test_from_the_third_day_on_it_is_late() -> None:
    third = datetime(2022, 3, 10, 0, 0, tzinfo=OFFICE)
    assert judged(EVENT, third) == Limit(Timely.LATE, third, Reason.LATE)


def test_the_day_that_counts_is_the_offices_and_not_greenwichs() -> None:
    last_evening = datetime(2022, 3, 9, 15, 59, 59, tzinfo=UTC)
    assert judged(EVENT, last_evening).timely is Timely.ON_TIME
    assert judged(EVENT, last_evening + timedelta(seconds=1)).timely is Timely.LATE


def test_an_office_elsewhere_has_its_own_midnight() -> None:
    urumqi = provisions(zone="Asia/Urumqi")  # two hours behind
    two_past_midnight = datetime(2022, 3, 10, 1, 59, tzinfo=OFFICE)
    assert judged(EVENT, two_past_midnight, urumqi).timely is Timely.ON_TIME
    assert judged(EVENT, two_past_midnight).timely is Timely.LATE


@given(days, st.integers(-10, 10), st.sampled_from([DayUnit.CALENDAR, DayUnit.HOURS48]))
def test_the_deadline_is_the_midnight_that_ends_the_second_day(
    day: date, minutes: int, unit: DayUnit
) -> None:
    rules = limited(unit=unit)
    last = midnight_after(day + timedelta(days=2))
    assert deadline(day, rules) == last
    late = judged(day, last + timedelta(minutes=minutes), rules).timely is Timely.LATE
    assert late == (minutes >= 0)


@given(days, counts, st.sampled_from(DayUnit))
def test_the_deadline_is_exclusive_to_the_microsecond(day: date, count: int, unit: DayUnit) -> None:
    rules = limited(unit=unit, days=count)
    last = deadline(day, rules)
    assert judged(day, last - MOMENT, rules).timely is Timely.ON_TIME
    assert judged(day, last, rules).timely is Timely.LATE


@given(days, counts, st.sampled_from(DayUnit))
def test_every_deadline_is_a_midnight_of_the_office(day: date, count: int, unit: DayUnit) -> None:
    last = deadline(day, limited(unit=unit, days=count))
    assert last.tzinfo is not None
    assert last.astimezone(OFFICE).timetz().replace(tzinfo=None) == time()


@given(days, counts, st.sampled_from([DayUnit.CALENDAR, DayUnit.HOURS48]))
def test_any_number_of_days_is_counted_from_the_day_after_the_event(
    day: date, count: int, unit: DayUnit
) -> None:
    rules = limited(days=count, unit=unit)
    assert deadline(day, rules) == midnight_after(day + timedelta(days=count))


@given(moments_after(), zones, st.sampled_from(DayUnit))
@example((EVENT, datetime(2022, 3, 10, tzinfo=OFFICE)), UTC, DayUnit.CALENDAR)
@example((EVENT, datetime(2022, 3, 7, tzinfo=OFFICE)), UTC, DayUnit.CALENDAR)
def test_the_zone_in_which_the_receipt_is_told_changes_nothing(
    case: tuple[date, datetime], zone: timezone | ZoneInfo, unit: DayUnit
) -> None:
    day, received = case
    rules = limited(unit=unit)
    assert judged(day, received.astimezone(zone), rules) == judged(day, received, rules)


@given(moments_after(), st.integers(0, 20 * 86400), st.sampled_from(DayUnit))
def test_a_draft_that_is_late_stays_late_when_it_comes_later(
    case: tuple[date, datetime], seconds: int, unit: DayUnit
) -> None:
    day, received = case
    rules = limited(unit=unit)
    if judged(day, received, rules).timely is Timely.LATE:
        later = received + timedelta(seconds=seconds)
        assert judged(day, later, rules).timely is Timely.LATE


@given(moments_after(), st.sampled_from(DayUnit))
def test_a_draft_is_either_in_time_or_late_with_a_deadline_and_a_reason(
    case: tuple[date, datetime], unit: DayUnit
) -> None:
    day, received = case
    limit = judged(day, received, limited(unit=unit))
    assert limit.deadline is not None
    assert limit.timely is (Timely.LATE if received >= limit.deadline else Timely.ON_TIME)
    assert limit.reason is (Reason.LATE if limit.timely is Timely.LATE else None)


# -- the units --


@given(days)
def test_workdays_never_end_sooner_than_calendar_days(day: date) -> None:
    assert deadline(day, limited(unit=DayUnit.WORKDAYS)) >= deadline(day, limited())


@given(days, counts)
def test_exactly_so_many_workdays_lie_between_event_and_deadline(day: date, count: int) -> None:
    last = deadline(day, limited(unit=DayUnit.WORKDAYS, days=count))
    between = (last.astimezone(OFFICE).date() - day).days - 1
    workdays = [n for n in range(1, between + 1) if monday_to_friday(day + timedelta(days=n))]
    assert len(workdays) == count
    assert count == 0 or workdays[-1] == between


def test_two_workdays_from_a_friday_end_on_tuesday() -> None:
    friday = date(2022, 3, 11)
    assert deadline(friday, limited(unit=DayUnit.WORKDAYS)) == midnight_after(date(2022, 3, 15))


def test_the_calendar_handed_in_decides_what_a_workday_is() -> None:
    # 国庆 2022: 1 to 7 October free, Saturday 8 and Sunday 9 worked to make up
    def state_council(day: date) -> bool:
        return day in (date(2022, 10, 8), date(2022, 10, 9)) or (
            monday_to_friday(day) and not date(2022, 10, 1) <= day <= date(2022, 10, 7)
        )

    rules = limited(unit=DayUnit.WORKDAYS)
    assert deadline(date(2022, 9, 30), rules, state_council) == midnight_after(date(2022, 10, 9))
    received = datetime(2022, 10, 9, 20, 0, tzinfo=OFFICE)
    event_date = EventDate(date(2022, 9, 30))
    found = timeliness(event_date, NEWS, received, rules, state_council)
    assert found.timely is Timely.ON_TIME


def test_calendar_days_ask_no_calendar_of_workdays() -> None:
    assert deadline(EVENT, limited(), lambda day: False) == midnight_after(date(2022, 3, 9))


# -- which kinds --


@given(moments_after(), st.sampled_from(UNLIMITED_KINDS))
def test_articles_and_commissions_have_no_limit(case: tuple[date, datetime], kind: Kind) -> None:
    day, received = case
    assert judged(day, received, kind=kind) == Limit(Timely.NOT_APPLICABLE, None, None)


@pytest.mark.parametrize("kind", UNLIMITED_KINDS)
@pytest.mark.parametrize("doubt", DayDoubt)
def test_an_article_needs_no_date(kind: Kind, doubt: DayDoubt) -> None:
    received = datetime(2022, 3, 8, tzinfo=OFFICE)
    limit = timeliness(EventDate(None, doubt=doubt), kind, received, RULES)
    assert limit == Limit(Timely.NOT_APPLICABLE, None, None)


@given(moments_after(), st.sampled_from([NEWS, OPINION]))
def test_a_draft_of_uncertain_kind_is_taken_for_one_with_a_limit(
    case: tuple[date, datetime], kind: Kind
) -> None:
    day, received = case
    assert judged(day, received, kind=None) == judged(day, received, kind=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_switch_names_the_kinds_that_have_a_limit(kind: Kind) -> None:
    late = datetime(2022, 4, 1, tzinfo=OFFICE)
    only_this = limited(applies_to=(kind,))
    for other in KINDS:
        expected = Timely.LATE if other == kind else Timely.NOT_APPLICABLE
        assert judged(EVENT, late, only_this, other).timely is expected


# -- days in doubt --


@pytest.mark.parametrize("kind", LIMITED_KINDS)
@pytest.mark.parametrize("doubt", [*DayDoubt, None])
def test_a_day_in_doubt_is_for_a_person(kind: Kind | None, doubt: DayDoubt | None) -> None:
    received = datetime(2022, 3, 8, tzinfo=OFFICE)
    limit = timeliness(EventDate(None, doubt=doubt), kind, received, RULES)
    assert limit == Limit(Timely.UNDETERMINED, None, Reason.DATE_UNCERTAIN)


@given(days, st.integers(1, 400), st.sampled_from(DayUnit))
def test_an_event_after_the_receipt_is_for_a_person(day: date, ahead: int, unit: DayUnit) -> None:
    received = midnight_after(day) - MOMENT
    limit = judged(day + timedelta(days=ahead), received, limited(unit=unit))
    assert limit == Limit(Timely.UNDETERMINED, None, Reason.DATE_IN_FUTURE)


def test_the_future_begins_at_the_offices_midnight() -> None:
    before = datetime(2022, 3, 6, 15, 59, 59, tzinfo=UTC)  # 23:59:59 of the 6th in the office
    assert judged(EVENT, before).reason is Reason.DATE_IN_FUTURE
    assert judged(EVENT, before + timedelta(seconds=1)).timely is Timely.ON_TIME


@pytest.mark.parametrize("kind", [*KINDS, None])
@pytest.mark.parametrize("day", [EVENT, None])
def test_a_receipt_without_a_zone_is_our_own_mistake(kind: Kind | None, day: date | None) -> None:
    with pytest.raises(ValueError, match="time zone"):
        timeliness(EventDate(day), kind, datetime(2022, 3, 8), RULES)  # noqa: DTZ001


# -- the day that counts --

RECEIVED = datetime(2022, 3, 8, 10, tzinfo=OFFICE)
LATE_DAY, TIMELY_DAY = date(2022, 3, 4), date(2022, 3, 7)


def test_late_is_said_only_where_nothing_in_the_piece_could_make_it_timely() -> None:
    sure = EventDate(LATE_DAY, latest=date(2022, 3, 5))
    assert timeliness(sure, NEWS, RECEIVED, RULES).timely is Timely.LATE
    unsure = timeliness(EventDate(LATE_DAY, latest=TIMELY_DAY), NEWS, RECEIVED, RULES)
    assert unsure.reason is Reason.DATE_UNCERTAIN
    assert unsure.event_date.day is None
    assert unsure.event_date.doubt is DayDoubt.MAYBE_LATER


def test_a_day_in_time_needs_no_later_one() -> None:
    event = EventDate(TIMELY_DAY, latest=date(2022, 3, 8))
    assert timeliness(event, NEWS, RECEIVED, RULES).event_date.day == TIMELY_DAY


def test_the_last_of_unlike_deeds_stays_open_where_the_first_would_be_late() -> None:
    mixed = EventDate(TIMELY_DAY, earliest=LATE_DAY)
    assert timeliness(mixed, NEWS, RECEIVED, RULES).reason is Reason.DATE_UNCERTAIN
    fresh = EventDate(TIMELY_DAY, earliest=date(2022, 3, 6))
    assert timeliness(fresh, NEWS, RECEIVED, RULES).timely is Timely.ON_TIME


def test_a_piece_on_public_opinion_counts_from_its_first_post() -> None:
    event = EventDate(date(2022, 3, 8), posted=TIMELY_DAY, posted_evidence="3月7日，网民发帖")
    counted = timeliness(event, OPINION, RECEIVED, RULES).event_date
    assert (counted.day, counted.evidence) == (TIMELY_DAY, "3月7日，网民发帖")
    last = limited(opinion_day=OpinionDay.LAST)
    assert timeliness(event, OPINION, RECEIVED, last).event_date.day == date(2022, 3, 8)
    assert timeliness(event, NEWS, RECEIVED, RULES).event_date.day == date(2022, 3, 8)


def test_an_old_post_that_was_talked_of_again_stays_open() -> None:
    event = EventDate(None, doubt=DayDoubt.SEVERAL, posted=LATE_DAY, latest=TIMELY_DAY)
    assert timeliness(event, OPINION, RECEIVED, RULES).reason is Reason.DATE_UNCERTAIN


def test_the_day_of_an_answer_is_not_that_of_the_post() -> None:
    event = EventDate(TIMELY_DAY, handled=True)
    counted = timeliness(event, OPINION, RECEIVED, RULES)
    assert counted.event_date.doubt is DayDoubt.HANDLED
    assert timeliness(event, NEWS, RECEIVED, RULES).timely is Timely.ON_TIME


def test_a_dateline_can_only_make_an_open_day_late() -> None:
    old = EventDate(None, "近日", DayDoubt.VAGUE, not_after=LATE_DAY)
    assert timeliness(old, NEWS, RECEIVED, RULES).timely is Timely.LATE
    fresh = EventDate(None, "近日", DayDoubt.VAGUE, not_after=TIMELY_DAY)
    assert timeliness(fresh, NEWS, RECEIVED, RULES).reason is Reason.DATE_UNCERTAIN


@given(
    st.none() | st.dates(date(2022, 2, 1), date(2022, 3, 8)),
    st.none() | st.dates(date(2022, 2, 1), date(2022, 3, 8)),
    st.none() | st.dates(date(2022, 2, 1), date(2022, 3, 8)),
    st.sampled_from([NEWS, OPINION]),
)
def test_nothing_timely_in_a_piece_is_ever_called_late(
    day: date | None, posted: date | None, latest: date | None, kind: Kind
) -> None:
    limit = timeliness(EventDate(day, posted=posted, latest=latest), kind, RECEIVED, RULES)
    if limit.timely is Timely.LATE:
        named = (day, latest, posted if kind == OPINION else None)
        assert all(one is None or deadline(one, RULES) <= RECEIVED for one in named)


def test_on_the_very_moment_of_the_deadline_a_later_day_still_leaves_it_open() -> None:
    told = EventDate(EVENT, latest=EVENT + timedelta(days=1))
    at = deadline(EVENT, RULES)
    assert timeliness(told, NEWS, at - MOMENT, RULES).timely is Timely.ON_TIME
    assert timeliness(told, NEWS, at, RULES).event_date.doubt is DayDoubt.MAYBE_LATER


def test_the_hour_of_an_event_is_read_back_from_its_deadline() -> None:
    rules = limited(unit=DayUnit.HOURS48)
    limit = TimeLimit(2, DayUnit.HOURS48)
    for ended in (time(9, 30), time(23, 59), None):
        last = deadline(EVENT, rules, limit=limit, ended_at=ended)
        assert ended_before(last.astimezone(UTC), limit, rules) == ended


@pytest.mark.parametrize("unit", [DayUnit.CALENDAR, DayUnit.WORKDAYS])
def test_a_limit_may_end_at_an_hour_of_its_last_day(unit: DayUnit) -> None:
    limit = TimeLimit(2, unit, until=time(12))
    noon = datetime(2022, 3, 9, 12, tzinfo=OFFICE)
    assert deadline(EVENT, RULES, limit=limit) == noon
