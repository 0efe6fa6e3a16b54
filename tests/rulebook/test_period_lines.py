"""What targets and floors add to the lines of a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rulebook.default_rules import NEWS, TOWNS
from rulebook.model import Kind, Outcome, Timely
from rulebook.period_lines import of_targets, period_lines
from rulebook.periods import Span, parse
from rulebook.points import HandPoints, LineKind, Scored
from rulebook.provisions import Points, Target
from rulebook.switches import FloorSpan
from rulebook.targets import Progress
from rulebook.timeliness import monday_to_friday
from tests.rulebook.builders import provisions

TOWN = "湖塘镇"
MARCH = parse("2022-03")
DAY = date(2022, 3, 9)
BOTH = Target(TOWNS, NEWS, 4, Span.MONTH, missing_points=-1, full_points=2)


def given(target: Target, reported: object, **changes: object) -> list[tuple[object, Kind | None]]:
    step = Progress(TOWN, NEWS, MARCH, 4, reported, target=target)  # type: ignore[arg-type]
    lines = of_targets([replace(step, **changes)], lambda _day: provisions())  # type: ignore[arg-type]
    return [(line.points, line.kind) for line in lines]


def test_a_target_gives_when_it_is_met_and_takes_for_each_that_is_missing() -> None:
    assert given(BOTH, 4) == [(2, NEWS)]
    assert given(BOTH, 3) == [(-1, NEWS)]
    assert given(BOTH, 0) == [(-4, NEWS)]


def test_a_target_that_gives_nothing_or_is_waived_makes_no_line() -> None:
    assert given(replace(BOTH, missing_points=0), 3) == []
    assert given(replace(BOTH, full_points=0), 4) == []
    assert given(replace(BOTH, missing_points=0, full_points=0), 0) == []
    assert given(BOTH, 0, waived=True) == []
    nobody_asks = Progress(TOWN, NEWS, MARCH, 4, 0)
    assert of_targets([nobody_asks], lambda _day: provisions()) == []


def test_a_share_of_a_target_is_given_in_tenths() -> None:
    shared = replace(BOTH, missing_points=0, by_share=True)
    assert given(shared, 3) == [(Decimal("1.5"), NEWS)]
    assert given(shared, 0) == []


def test_a_target_of_all_kinds_is_of_no_kind() -> None:
    assert given(replace(BOTH, kind=Kind("")), 4) == [(2, None)]


@pytest.mark.parametrize(
    ("by_hand", "back"), [("-2", ["2"]), ("0", []), ("0.5", []), ("-0.5", ["0.5"])]
)
def test_a_floor_gives_back_what_falls_below_nothing_and_no_more(
    by_hand: str, back: list[str]
) -> None:
    rules = provisions(points=Points(floor=FloorSpan.MONTH))
    hand = [HandPoints(1, TOWN, DAY, Decimal(by_hand), "")]
    lines = period_lines([], [], hand, MARCH, lambda _day: rules, monday_to_friday)
    floored = [line.points for line in lines if line.what is LineKind.FLOORED]
    assert floored == [Decimal(one) for one in back]


def test_lines_that_say_why_nothing_was_given_are_among_them_unless_they_are_not_asked_for() -> (
    None
):
    late = Scored(1, TOWN, NEWS, DAY, Outcome.REFUSED, Timely.ON_TIME)

    def many(**asked: bool) -> int:
        rules = provisions()
        return len(period_lines([late], [], [], MARCH, lambda _d: rules, monday_to_friday, **asked))

    assert (many(), many(worthless=True), many(worthless=False)) == (1, 1, 0)
