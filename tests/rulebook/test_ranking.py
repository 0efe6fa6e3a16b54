"""The notice's tables: which lines are whose, which are counted, and what is told as a correction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rulebook.default_rules import ARTICLE, NEWS, TOWNS
from rulebook.periods import parse
from rulebook.points import LineKind, ScoreLine
from rulebook.provisions import Points, Provisions
from rulebook.ranking import TableRow, table
from rulebook.unit_history import UNPLACED
from tests.rulebook.builders import provisions

TOWN, BIG = "湖塘镇", "高新区"
Q2 = parse("2022Q2")
DAY = date(2022, 5, 9)
RULES = provisions(points=Points(adoption=(15, 12, 10)))


def line(what: LineKind = LineKind.SUBMITTED, points: object = 1, **more: object) -> ScoreLine:
    one = ScoreLine(TOWN, DAY, what, Decimal(str(points)), "", NEWS, scored=1)
    return replace(one, **more)  # type: ignore[arg-type]


def rows(*lines: ScoreLine, rules: Provisions = RULES) -> dict[str, TableRow]:
    return {one.unit: one for one in table(TOWNS, lines, Q2, lambda _day: rules)}


@pytest.mark.parametrize(
    ("day", "points"),
    [
        (date(2022, 3, 31), 0),
        (date(2022, 4, 1), 1),
        (date(2022, 6, 30), 1),
        (date(2022, 7, 1), 0),
    ],
)
def test_the_first_and_the_last_day_of_a_period_belong_to_it(day: date, points: int) -> None:
    assert rows(line(day=day))[TOWN].points == points


def test_points_by_hand_of_a_unit_that_nobody_knows_are_not_dropped() -> None:
    unknown = line(LineKind.BY_HAND, "2.5", unit="某处", scored=0)
    groups = [one.name for one in RULES.group_rules]
    last = table(groups[-1], [unknown], Q2, lambda _day: RULES)[-1]
    assert (last.unit, last.points, last.rank) == (UNPLACED, Decimal("2.5"), 0)


def test_half_a_point_of_a_draft_is_a_drafts_and_a_late_ones_loss_is_the_rules() -> None:
    good = rows(line(points="0.5"))[TOWN]
    assert (good.counts[0], good.by_rule, good.correction) == (1, 0, 0)
    late = rows(line(points=-1, scored=0))[TOWN]
    assert (late.counts[0], late.by_rule, late.correction) == (0, -1, 0)


def test_what_people_and_targets_give_is_no_correction() -> None:
    one = rows(
        line(),
        line(LineKind.BY_HAND, 3, scored=0),
        line(LineKind.TARGET, -2, scored=0),
        line(LineKind.FLOORED, 4, scored=0),
    )[TOWN]
    assert (one.by_hand, one.by_rule, one.correction, one.points) == (3, 2, 0, 6)


def test_an_adoption_of_a_tier_that_is_no_more_is_a_correction_and_no_draft() -> None:
    one = rows(line(LineKind.ADOPTED, 4, tier=5, adoption=7))[TOWN]
    assert (sum(one.counts), sum(one.adopted), one.correction) == (0, 0, 4)
    known = rows(line(LineKind.ADOPTED, 10, tier=3, adoption=7))[TOWN]
    assert (sum(known.counts), known.adopted, known.correction) == (0, (0, 0, 1), 0)


def test_what_was_given_and_taken_back_within_the_period_is_not_counted() -> None:
    given = line(points=2, draft=5, kind=ARTICLE)
    back = line(LineKind.REPLACED, -2, draft=5, kind=ARTICLE, scored=-1)
    one = rows(given, back)[TOWN]
    assert (sum(one.counts), one.correction, one.points) == (0, 0, 0)
    assert rows(back)[TOWN].correction == -2


def test_equal_points_share_a_rank_and_the_next_is_left_out() -> None:
    found = rows(line(), line(unit=BIG))
    assert (found[TOWN].rank, found[BIG].rank, found["高新北区"].rank) == (1, 1, 3)
