"""三.1, 三.2: what is owed, what was reported, who is behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rulebook.amounts import Amount
from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OFFICES, OPINION, TOWNS
from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import Period, Span, parse
from rulebook.periods import own as own_period
from rulebook.points import LineKind, Scored, ScoreLine
from rulebook.provisions import Measure, OwnPeriod, Provisions, Target
from rulebook.targets import Progress, behind, completions, progress
from tests.rulebook.builders import limited, provisions

TARGETS = (
    Target(TOWNS, NEWS, 1, Span.WEEK),
    Target(TOWNS, OPINION, 3, Span.WEEK),
    Target(TOWNS, ARTICLE, 1, Span.QUARTER),
    Target(OFFICES, ARTICLE, 1, Span.MONTH),
)
RULES = provisions(targets=TARGETS)
TOWN, OFFICE = "湖塘镇", "调查减灾科、火灾防治科"
MONDAY = date(2022, 3, 7)
LATER = date(2022, 6, 1)


def workday(day: date) -> bool:
    return day.weekday() < 5


def draft(kind: Kind, day: date = MONDAY, unit: str = TOWN, **changes: object) -> Scored:
    return replace(Scored(1, unit, kind, day, Outcome.ACCEPTED, Timely.ON_TIME), **changes)  # type: ignore[arg-type]


def of(
    drafts: list[Scored],
    period: Period,
    unit: str = TOWN,
    kind: Kind = NEWS,
    rules: Provisions = RULES,
    today: date = LATER,
) -> list[Progress]:
    found = progress(drafts, period, lambda _day: rules, workday, today)
    return [one for one in found if (one.unit, one.kind) == (unit, kind)]


def test_towns_owe_by_week_and_quarter_offices_by_month() -> None:
    quarter = parse("2022Q1")
    assert {one.period.name for one in of([], quarter, kind=ARTICLE)} == {"2022Q1"}
    assert [one.period.name for one in of([], quarter, OFFICE, ARTICLE)] == [
        "2022-02",
        "2022-03",
    ]
    assert of([], quarter, OFFICE, NEWS) == []


def test_what_ended_before_the_start_is_not_asked() -> None:
    weeks = [one.period.name for one in of([], parse("2022Q1"))]
    assert weeks == [f"2022-W{number:02}" for number in (8, 9, 10, 11, 12, 13)]


def test_a_week_counts_from_monday_to_sunday() -> None:
    (week,) = of([draft(NEWS, date(2022, 3, 13))], parse("2022-W10"))
    assert (week.reported, week.missing) == (1, 0)
    (week,) = of([draft(NEWS, date(2022, 3, 14))], parse("2022-W10"))
    assert (week.reported, week.missing) == (0, 1)


def test_a_week_without_a_workday_is_waived_unless_the_switch_says_no() -> None:
    def golden_week(day: date) -> bool:
        return workday(day) and not MONDAY <= day <= MONDAY + timedelta(days=6)

    (week,) = progress([], parse("2022-W10"), lambda _day: RULES, golden_week, LATER)[:1]
    assert (week.waived, week.missing) == (True, 0)
    strict = replace(RULES, waive_zero_workday_week=False)
    (week,) = progress([], parse("2022-W10"), lambda _day: strict, golden_week, LATER)[:1]
    assert (week.waived, week.missing) == (False, 1)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, 1),
        ({"outcome": Outcome.HELD}, 0),
        ({"outcome": Outcome.REFUSED}, 0),
        ({"voided": True}, 0),
        ({"timely": Timely.LATE}, 1),
        ({"times": 4}, 4),
    ],
)
def test_what_counts_towards_a_target(change: dict[str, Any], counts: int) -> None:
    (week,) = of([draft(NEWS, **change)], parse("2022-W10"))
    assert week.reported == counts


def test_late_drafts_do_not_count_when_the_switch_says_so() -> None:
    strict = replace(limited(late_counts_to_target=False), targets=TARGETS)
    (week,) = of([draft(NEWS, timely=Timely.LATE)], parse("2022-W10"), rules=strict)
    assert week.reported == 0


def test_a_commissioned_piece_fills_no_target_of_articles() -> None:
    (quarter,) = of([draft(COMMISSION)], parse("2022Q1"), kind=ARTICLE)
    assert quarter.missing == 1


def test_nothing_is_asked_of_days_to_come() -> None:
    weeks = of([], parse("2022Q1"), today=date(2022, 3, 9))
    assert weeks[-1].period.name == "2022-W10"


def test_a_busy_week_does_not_fill_an_idle_one() -> None:
    drafts = [draft(NEWS, MONDAY, times=5)]
    found = of(drafts, parse("2022-03"))
    (done,) = completions(found)
    assert (done.wanted, done.met, done.reported) == (5, 1, 5)
    assert done.rate == pytest.approx(0.2)


def test_waived_weeks_are_not_wanted() -> None:
    waived = Progress(TOWN, NEWS, parse("2022-W10"), 1, 0, waived=True)
    (done,) = completions([waived])
    assert (done.wanted, done.rate) == (0, None)
    assert waived.waiting == 0


def test_who_is_behind_right_now() -> None:
    found = behind([draft(NEWS)], lambda _day: RULES, workday, MONDAY)
    town = {(one.kind, one.period.name): one.missing for one in found if one.unit == TOWN}
    assert town == {(OPINION, "2022-W10"): 3, (ARTICLE, "2022Q1"): 1}
    assert {one.period.name for one in found if one.unit == OFFICE} == {"2022-03"}


def test_a_period_is_asked_from_its_first_day_on_and_when_it_ends_on_the_day_of_the_start() -> None:
    (week,) = of([], parse("2022-W10"), today=MONDAY)
    assert week.missing == 1
    begins = replace(RULES, effective_from=MONDAY + timedelta(days=6))
    (week,) = of([], parse("2022-W10"), rules=begins)
    assert week.missing == 1


def test_a_figure_says_what_it_counts() -> None:
    quarter = parse("2022Q1")
    points = Target(TOWNS, ARTICLE, 6, Span.QUARTER, measure=Measure.POINTS)
    step = Progress(TOWN, ARTICLE, quarter, 6, 4, target=points)
    assert (step.told(6), step.measure) == ("6分", Measure.POINTS)
    plain = Progress(TOWN, ARTICLE, quarter, 6, 4)
    assert (plain.told(6), plain.missing, plain.measure) == ("6篇", 2, Measure.REPORTED)
    assert plain == step, "what asks for it is no part of how a unit stands"
    (done,) = completions([step])
    assert (done.told(6), done.wanted, done.met) == ("6分", 6, 4)


def test_an_own_period_is_asked_of_a_period_that_it_lies_in_whole() -> None:
    own = OwnPeriod(date(2022, 3, 7), date(2022, 3, 20))
    rules = provisions(targets=(Target(TOWNS, NEWS, 4, Span.OWN),), periods=(own,))

    def asked(first: date, last: date) -> int:
        return len(of([], own_period(first, last), rules=rules))

    assert asked(own.first, own.last) == 1
    assert asked(own.first + timedelta(1), own.last) == 0
    assert asked(own.first, own.last - timedelta(1)) == 0
    assert asked(own.first - timedelta(9), own.last - timedelta(1)) == 0


def line(what: LineKind, **more: Any) -> ScoreLine:
    return replace(ScoreLine(TOWN, MONDAY, what, 3, "", NEWS, scored=1), **more)


def measured(measure: Measure, *lines: ScoreLine, kind: Kind = NEWS) -> Amount:
    rules = provisions(targets=(Target(TOWNS, kind, 9, Span.WEEK, measure=measure),))
    found = progress([], parse("2022-W10"), lambda _day: rules, workday, LATER, lines)
    return next(one.reported for one in found if one.unit == TOWN)


def test_a_target_of_printed_texts_counts_each_once_and_none_that_was_taken_back() -> None:
    printed = line(LineKind.ADOPTED, draft=1, adoption=7)
    again = line(LineKind.ADOPTED, draft=1, adoption=8)
    by_post = line(LineKind.ADOPTED, adoption=9)
    worthless = line(LineKind.ADOPTED, draft=2, adoption=10, scored=0)
    reported = line(LineKind.SUBMITTED, draft=3)
    assert measured(Measure.ADOPTED, printed, again, by_post, worthless, reported) == 2


def test_a_target_of_a_kind_measures_that_kind_alone() -> None:
    both = (line(LineKind.SUBMITTED), line(LineKind.SUBMITTED, kind=OPINION, points=5))
    assert measured(Measure.POINTS, *both) == 3
    assert measured(Measure.POINTS, *both, kind=Kind("")) == 8


def test_what_waits_for_the_office_is_told_from_the_day_of_the_start_on() -> None:
    held = draft(NEWS, outcome=Outcome.HELD)
    (week,) = of([held], parse("2022-W10"))
    assert (week.reported, week.waiting) == (0, 1)
    later = replace(RULES, effective_from=MONDAY + timedelta(days=1))
    (week,) = of([held], parse("2022-W10"), rules=later)
    assert week.waiting == 0


def test_a_draft_of_nobody_fills_no_target() -> None:
    (week,) = of([draft(NEWS, unit=None)], parse("2022-W10"))  # type: ignore[arg-type]
    assert (week.reported, week.waiting) == (0, 0)


def test_one_unit_alone_may_be_asked_about() -> None:
    found = progress([], parse("2022-W10"), lambda _day: RULES, workday, LATER, only=TOWN)
    assert {one.unit for one in found} == {TOWN}
