"""Weeks, months, quarters, halves, years: what belongs to what, and how they are written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.periods import (
    CALENDAR_SPANS,
    Period,
    Span,
    UnknownPeriod,
    containing,
    following,
    own,
    parse,
    previous,
    within,
)

days = st.dates(date(2000, 1, 3), date(2099, 12, 20))
spans = st.sampled_from(CALENDAR_SPANS)


@given(days, spans)
def test_a_day_lies_in_the_period_that_contains_it(day: date, span: Span) -> None:
    assert day in containing(day, span)


@given(days, spans)
def test_a_periods_name_leads_back_to_it(day: date, span: Span) -> None:
    period = containing(day, span)
    assert parse(period.name) == period
    assert parse(period.name.lower()) == period


@given(days, spans)
def test_periods_follow_each_other_without_gap_or_overlap(day: date, span: Span) -> None:
    period = containing(day, span)
    assert following(period).first == period.last + timedelta(days=1)
    assert previous(following(period)) == period


@given(days, st.sampled_from([Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR]))
def test_every_week_belongs_to_exactly_one_longer_period_that_of_its_thursday(
    day: date, span: Span
) -> None:
    week = containing(day, Span.WEEK)
    home = containing(week.first + timedelta(days=3), span)
    assert week in within(home, Span.WEEK)
    assert week not in within(previous(home), Span.WEEK)
    assert week not in within(following(home), Span.WEEK)


@given(st.integers(2000, 2098))
def test_a_year_is_its_quarters_and_its_quarters_their_months(year: int) -> None:
    whole = parse(str(year))
    quarters = within(whole, Span.QUARTER)
    assert [quarter.name for quarter in quarters] == [f"{year}Q{n}" for n in (1, 2, 3, 4)]
    months = [month for quarter in quarters for month in within(quarter, Span.MONTH)]
    assert len(months) == 12
    assert (months[0].first, months[-1].last) == (whole.first, whole.last)
    assert len(within(whole, Span.WEEK)) in (52, 53)


def test_what_is_longer_does_not_belong_to_what_is_shorter() -> None:
    assert within(parse("2022Q1"), Span.YEAR) == ()
    assert within(parse("2022-W10"), Span.MONTH) == ()


@pytest.mark.parametrize(
    ("text", "name", "first", "last", "label"),
    [
        ("2022Q1", "2022Q1", date(2022, 1, 1), date(2022, 3, 31), "2022年第一季度"),
        ("２０２２ｑ４", "2022Q4", date(2022, 10, 1), date(2022, 12, 31), "2022年第四季度"),
        ("2022年第2季度", "2022Q2", date(2022, 4, 1), date(2022, 6, 30), "2022年第二季度"),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2022年3月", "2022-03", date(2022, 3, 1), date(2022, 3, 31), "2022年3月"),
        ("2022-W10", "2022-W10", date(2022, 3, 7), date(2022, 3, 13), "2022年第10周（3月7日至3月13日）"),
        ("2020-w53", "2020-W53", date(2020, 12, 28), date(2021, 1, 3), "2020年第53周（12月28日至1月3日）"),
        ("2022H2", "2022H2", date(2022, 7, 1), date(2022, 12, 31), "2022年下半年"),
        ("2022年度", "2022", date(2022, 1, 1), date(2022, 12, 31), "2022年度"),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(
    text: str, name: str, first: date, last: date, label: str
) -> None:
    period = parse(text)
    assert (period.name, period.first, period.last, period.label) == (name, first, last, label)


@pytest.mark.parametrize("text", ["2022Q5", "2022-13", "2022-W54", "2021-W53", "0000", "去年", ""])
def test_what_is_no_period_is_told_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(UnknownPeriod, match="2022Q1") as told:
        parse(text)
    assert f"“{text}”" in str(told.value)


def test_periods_are_values() -> None:
    assert parse("2022Q1") == Period(date(2022, 1, 1), date(2022, 3, 31), Span.QUARTER, "2022Q1")


def test_the_first_and_the_last_day_belong_to_a_period_and_no_others() -> None:
    march = parse("2022-03")
    inside = [
        day in march for day in (date(2022, 2, 28), march.first, march.last, date(2022, 4, 1))
    ]
    assert inside == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "known"), [("1949", False), ("1950", True), ("2199", True), ("2200", False)]
)
def test_no_office_has_periods_in_far_off_years(text: str, known: bool) -> None:
    if known:
        assert parse(text).name == text
    else:
        with pytest.raises(UnknownPeriod):
            parse(text)


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2022, 1, 1), date(2022, 2, 28), "2022年1月至2月"),
        (date(2022, 12, 1), date(2023, 1, 31), "2022年12月至2023年1月"),
        (date(2022, 1, 5), date(2022, 2, 3), "2022年1月5日至2月3日"),
        (date(2022, 1, 1), date(2022, 2, 3), "2022年1月1日至2月3日"),
        (date(2022, 1, 5), date(2022, 2, 28), "2022年1月5日至2月28日"),
        (date(2022, 12, 5), date(2023, 1, 3), "2022年12月5日至2023年1月3日"),
    ],
)
def test_days_of_an_offices_own_are_said_as_people_say_them(
    first: date, last: date, label: str
) -> None:
    period = own(first, last)
    assert (period.label, period.span) == (label, Span.OWN)
    assert parse(period.name) == period


def test_days_of_an_offices_own_may_be_one_but_not_none() -> None:
    assert own(date(2022, 3, 7), date(2022, 3, 7)).name == "2022-03-07..2022-03-07"
    with pytest.raises(ValueError, match="after"):
        own(date(2022, 3, 7), date(2022, 3, 6))
    with pytest.raises(UnknownPeriod):
        parse("2022-03-07..2022-03-06")
    with pytest.raises(ValueError, match="own"):
        containing(date(2022, 3, 7), Span.OWN)


def test_the_half_of_a_year_ends_with_june() -> None:
    halves = [containing(day, Span.HALF).name for day in (date(2022, 6, 30), date(2022, 7, 1))]
    assert halves == ["2022H1", "2022H2"]
    assert (parse("2022H1").first, parse("2022H1").label) == (date(2022, 1, 1), "2022年上半年")


def test_what_belongs_to_days_of_an_offices_own_lies_in_them_whole() -> None:
    days = own(date(2022, 1, 15), date(2022, 4, 15))
    assert [one.name for one in within(days, Span.MONTH)] == ["2022-02", "2022-03"]
    assert within(days, Span.OWN) == (days,)
    assert within(parse("2022Q1"), Span.OWN) == ()
    assert [one.name for one in within(own(date(2022, 3, 10), date(2022, 3, 16)), Span.WEEK)] == [
        "2022-W10"
    ]
