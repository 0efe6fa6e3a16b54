"""三.1, 三.2: what is owed, what was reported, who is behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OFFICES, OPINION, TOWNS
from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import Period, Span, parse
from rulebook.points import Scored
from rulebook.provisions import Provisions, Target
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
