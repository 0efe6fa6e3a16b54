"""四.1, 四.2: points. Every row adds up, nothing depends on the order of things."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import amounts
from rulebook.amounts import Amount
from rulebook.default_rules import ARTICLE, COMMISSION, KINDS, NEWS, OFFICES, OPINION, TOWNS
from rulebook.model import Kind, Outcome, Timely, Unit
from rulebook.periods import Span, containing, parse, within
from rulebook.points import (
    Adoption,
    LineKind,
    Scored,
    ScoreLine,
    lines_of,
    of_draft,
    submission_points,
)
from rulebook.provisions import AdoptionKinds, AdoptionSum, Points, Provisions
from rulebook.ranking import assessment, table
from tests.rulebook.builders import provisions

TOWN, BIG = "湖塘镇", "高新区"
FIGURES = (15, 12, 10, 6, 4)
RULES = provisions(points=Points(adoption=FIGURES, adoption_kinds=AdoptionKinds.ALL))
Q1, Q2, YEAR = parse("2022Q1"), parse("2022Q2"), parse("2022")
MARCH = date(2022, 3, 7)


def on(rules: Provisions):  # type: ignore[no-untyped-def]
    return lambda _day: rules


def scored(number: int, kind: Kind = NEWS, day: date = MARCH, unit: str = TOWN, **changes):  # type: ignore[no-untyped-def]
    one = Scored(number, unit, kind, day, Outcome.ACCEPTED, Timely.ON_TIME)
    return replace(one, **changes)


def adopted(number: int, draft: int | None, tier: int | None, day: date, kind: Kind = ARTICLE):  # type: ignore[no-untyped-def]
    return Adoption(number, draft, TOWN, kind, "中国应急管理报", tier, day)


def row(drafts, adoptions, period=Q1, rules: Provisions = RULES):  # type: ignore[no-untyped-def]
    lines = lines_of(drafts, adoptions, on(rules))
    return next(one for one in table(TOWNS, lines, period, on(rules)) if one.unit == TOWN)


@pytest.mark.parametrize(
    ("kind", "points"),
    [(NEWS, 1), (OPINION, 1), (ARTICLE, 2), (COMMISSION, 2)],
)
def test_a_draft_scores_by_its_kind(kind: Kind, points: int) -> None:
    one = row([scored(1, kind)], [])
    assert one.points == points
    assert (one.counts[0], one.counts[1]) == ((1, 0) if points == 1 else (0, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.HELD},
        {"outcome": Outcome.REFUSED},
        {"timely": Timely.LATE},
        {"voided": True},
        {"kind": None},
        {"day": date(2022, 2, 23)},
    ],
)
def test_what_is_held_refused_late_void_or_before_the_start_scores_nothing(
    change: dict[str, Any],
) -> None:
    one = row([scored(1, **change)], [])
    assert (one.points, one.counts[0], one.counts[1]) == (0, 0, 0)


def test_an_adoption_replaces_the_point_of_the_submission() -> None:
    one = row([scored(1, ARTICLE)], [adopted(9, 1, 2, MARCH + timedelta(days=9))])
    assert (one.counts[1], one.adopted, one.correction, one.points) == (0, (0, 1, 0, 0, 0), 0, 12)


def test_adopted_in_a_later_quarter_the_later_one_gets_the_difference() -> None:
    drafts, printed = [scored(1, ARTICLE)], [adopted(9, 1, 2, date(2022, 4, 8))]
    first, second = row(drafts, printed, Q1), row(drafts, printed, Q2)
    assert (first.counts[1], first.points) == (1, 2)
    assert (second.adopted, second.correction, second.points) == ((0, 1, 0, 0, 0), -2, 10)
    assert row(drafts, printed, YEAR).points == 12
    assert row(drafts, printed, YEAR).correction == 0


@pytest.mark.parametrize(
    ("rule", "points", "counts"),
    [
        (AdoptionSum.HIGHEST, 12, (0, 1, 0, 0, 0)),
        (AdoptionSum.SUM_TIERS, 18, (0, 1, 0, 1, 0)),
        (AdoptionSum.SUM_ALL, 24, (0, 1, 0, 2, 0)),
    ],
)
def test_several_adoptions_of_one_draft_count_by_the_switch(
    rule: AdoptionSum, points: int, counts: tuple[int, ...]
) -> None:
    rules = replace(RULES, points=replace(RULES.points, several_adoptions=rule))
    printed = [
        adopted(7, 1, 4, MARCH + timedelta(days=1)),
        adopted(8, 1, 2, MARCH + timedelta(days=2)),
        adopted(9, 1, 4, MARCH + timedelta(days=3)),
    ]
    one = row([scored(1, ARTICLE)], printed, rules=rules)
    assert (one.points, one.adopted) == (points, counts)


@pytest.mark.parametrize(
    ("rule", "scoring"),
    [
        (AdoptionKinds.ARTICLE, {ARTICLE}),
        (AdoptionKinds.ARTICLE_AND_COMMISSION, {ARTICLE, COMMISSION}),
        (AdoptionKinds.ALL, set(KINDS)),
    ],
)
def test_the_switch_says_which_kinds_adoptions_score(
    rule: AdoptionKinds, scoring: set[Kind]
) -> None:
    rules = replace(RULES, points=replace(RULES.points, adoption_kinds=rule))
    for kind in KINDS:
        one = row([scored(1, kind)], [adopted(9, 1, 1, MARCH, kind)], rules=rules)
        assert one.points == (15 if kind in scoring else points_of(rules, kind))


def test_an_adoption_that_is_worth_no_more_than_the_draft_replaces_nothing() -> None:
    rules = replace(RULES, points=replace(RULES.points, adoption=(15, 12, 10, 6, 2)))
    one = row([scored(1, ARTICLE)], [adopted(9, 1, 5, MARCH + timedelta(days=1))], rules=rules)
    assert (one.counts[1], sum(one.adopted), one.points) == (1, 0, 2)


def test_an_adoption_without_a_tier_waits_and_the_submission_keeps_its_points() -> None:
    one = row([scored(1, ARTICLE)], [adopted(9, 1, None, MARCH)])
    assert (one.counts[1], one.points) == (1, 2)


def test_a_text_that_never_came_by_mail_scores_as_adopted() -> None:
    assert row([], [adopted(9, None, 5, MARCH)]).points == 4


def test_a_void_draft_loses_its_adoption_as_well() -> None:
    assert row([scored(1, ARTICLE, voided=True)], [adopted(9, 1, 1, MARCH)]).points == 0


def test_a_weekly_cap_bounds_submissions_and_leaves_adoptions() -> None:
    rules = replace(RULES, points=replace(RULES.points, weekly_cap=3))
    drafts = [scored(number) for number in range(1, 8)] + [scored(8, day=MARCH + timedelta(days=7))]
    one = row(drafts, [adopted(9, None, 5, MARCH)], rules=rules)
    assert one.points == 3 + 1 + 4


def test_every_unit_of_the_group_has_a_row_and_equals_share_a_rank() -> None:
    drafts = [scored(1, unit="高新北区"), scored(2, unit=BIG)]
    rows = table(TOWNS, lines_of(drafts, [], on(RULES)), Q1, on(RULES))
    assert [(one.unit, one.points, one.rank) for one in rows] == [
        (BIG, 1, 1),
        ("高新北区", 1, 1),
        (TOWN, 0, 3),
    ]


def test_last_years_figures_stay_when_this_year_has_other_ones() -> None:
    new = replace(RULES, since=date(2023, 1, 1), points=replace(RULES.points, news=5))

    def both(day: date) -> Provisions:
        return new if day >= new.since else RULES

    drafts = [scored(1), scored(2, day=date(2023, 1, 5))]
    lines = lines_of(drafts, [], both)
    assert sum(line.points for line in lines if line.day in Q1) == 1
    assert sum(line.points for line in lines if line.day.year == 2023) == 5


kinds = st.sampled_from(KINDS)
drafts_ = st.builds(
    Scored,
    st.integers(1, 12),
    st.sampled_from([TOWN, BIG, None]),
    st.one_of(st.none(), kinds),
    st.dates(date(2022, 1, 1), date(2022, 12, 31)),
    st.sampled_from(list(Outcome)),
    st.sampled_from(list(Timely)),
    st.booleans(),
)
adoptions_ = st.builds(
    Adoption,
    st.integers(1, 99),
    st.one_of(st.none(), st.integers(1, 12)),
    st.sampled_from([TOWN, BIG]),
    st.one_of(st.none(), kinds),
    st.just("中国应急管理报"),
    st.one_of(st.none(), st.integers(1, 5)),
    st.dates(date(2022, 1, 1), date(2022, 12, 31)),
)
worlds = st.tuples(
    st.lists(drafts_, max_size=8, unique_by=lambda one: one.draft),
    st.lists(adoptions_, max_size=8, unique_by=lambda one: one.id),
    st.sampled_from(list(AdoptionSum)),
    st.sampled_from(list(AdoptionKinds)),
    st.sampled_from([0, 0, 1, 3]),
)
World = tuple[list[Scored], list[Adoption], AdoptionSum, AdoptionKinds, int]


def rules_of(world: World) -> Provisions:
    points = Points(
        adoption=FIGURES,
        several_adoptions=world[2],
        adoption_kinds=world[3],
        weekly_cap=world[4],
    )
    return provisions(points=points)


@given(worlds, st.sampled_from([Q1, Q2, YEAR, parse("2022-03"), parse("2022-W10")]))
def test_every_row_adds_up(world: World, period) -> None:  # type: ignore[no-untyped-def]
    rules = rules_of(world)
    lines = lines_of(world[0], world[1], on(rules))
    for one in table(TOWNS, lines, period, on(rules)):
        parts = one.counts[0] + 2 * one.counts[1] + sum(map(int.__mul__, one.adopted, FIGURES))
        assert one.points == parts + one.correction


@given(worlds, st.sampled_from([Q1, YEAR, parse("2022-W10")]))
def test_a_table_needs_no_lines_of_submissions_that_gave_nothing(world: World, period) -> None:  # type: ignore[no-untyped-def]
    rules = on(rules_of(world))
    lines = lines_of(world[0], world[1], rules)
    fewer = lines_of(world[0], world[1], rules, worthless=False)
    assert table(TOWNS, fewer, period, rules) == table(TOWNS, lines, period, rules)
    printed = {one.draft for one in world[1]}
    assert all(line.points or line.adoption or line.draft in printed for line in fewer)


def test_a_week_is_capped_by_the_provisions_of_its_end_whatever_came_on_that_day() -> None:
    new = replace(RULES, since=date(2022, 3, 10), points=replace(RULES.points, weekly_cap=1))
    both = lambda day: new if day >= new.since else RULES  # noqa: E731
    early = [scored(1, day=MARCH), scored(2, day=MARCH)]
    late = scored(3, day=date(2022, 3, 11), timely=Timely.LATE)
    for drafts in (early, [*early, late]):
        for worthless in (True, False):
            lines = lines_of(drafts, [], both, worthless=worthless)
            assert sum(line.points for line in lines) == 1


@given(worlds, st.randoms(use_true_random=False))
def test_no_order_of_events_changes_any_figure(world: World, chance: random.Random) -> None:
    rules = rules_of(world)
    drafts, printed = list(world[0]), list(world[1])
    before = table(TOWNS, lines_of(drafts, printed, on(rules)), Q1, on(rules))
    chance.shuffle(drafts)
    chance.shuffle(printed)
    assert table(TOWNS, lines_of(drafts, printed, on(rules)), Q1, on(rules)) == before


@given(worlds, st.sampled_from([Span.MONTH, Span.QUARTER, Span.HALF]))
def test_the_parts_of_a_year_sum_to_the_year(world: World, span: Span) -> None:
    rules = rules_of(world)
    lines = lines_of(world[0], world[1], on(rules))

    def points(unit: str, period) -> Amount:  # type: ignore[no-untyped-def]
        rows = table(TOWNS, lines, period, on(rules))
        return next(one.points for one in rows if one.unit == unit)

    for unit in (TOWN, BIG):
        assert sum(points(unit, part) for part in within(YEAR, span)) == points(unit, YEAR)


@given(worlds, adoptions_)
def test_one_more_adoption_never_lowers_what_a_unit_has_earned_in_all(
    world: World, more: Adoption
) -> None:
    rules = rules_of(world)
    drafts, printed = world[0], world[1]
    more = replace(more, id=100)
    before = lines_of(drafts, printed, on(rules))
    after = lines_of(drafts, [*printed, more], on(rules))
    for unit in (TOWN, BIG):
        assert total(after, unit) >= total(before, unit)


@given(st.lists(drafts_.map(lambda one: replace(one, draft=0)), max_size=10))
def test_drafts_that_are_alike_may_be_counted_together(drafts: list[Scored]) -> None:
    capped = on(replace(RULES, points=replace(RULES.points, weekly_cap=2)))
    together: dict[Scored, int] = {}
    for one in drafts:
        together[one] = together.get(one, 0) + 1
    grouped = [replace(one, times=many) for one, many in together.items()]
    apart = table(TOWNS, lines_of(drafts, [], on(RULES)), YEAR, on(RULES))
    assert table(TOWNS, lines_of(grouped, [], on(RULES)), YEAR, on(RULES)) == apart
    apart = table(TOWNS, lines_of(drafts, [], capped), YEAR, capped)
    assert table(TOWNS, lines_of(grouped, [], capped), YEAR, capped) == apart


def test_every_line_says_why() -> None:
    printed = [adopted(8, 1, 4, MARCH), adopted(9, 1, 2, date(2022, 4, 8))]
    lines = of_draft(scored(1, ARTICLE), printed, on(RULES))
    assert [line.what for line in lines] == [
        LineKind.SUBMITTED, LineKind.REPLACED, LineKind.ADOPTED, LineKind.REPLACED, LineKind.ADOPTED,
    ]  # fmt: skip
    assert sum(line.points for line in lines) == 12
    assert all(line.why for line in lines)
    assert "四.1" in lines[0].why
    assert "四.2" in lines[1].why


def points_of(rules: Provisions, kind: Kind) -> Amount:
    rule = rules.rule_of(kind)
    assert rule is not None
    return rule.points


def total(lines: list[ScoreLine], unit: str) -> Amount:
    return amounts.total(line.points for line in lines if line.unit == unit)


def test_the_cut_of_a_week_that_two_quarters_share_lies_where_it_went_beyond() -> None:
    rules = replace(RULES, points=replace(RULES.points, weekly_cap=2))
    days = [date(2022, 3, 31)] * 3 + [date(2022, 4, 1)] * 2  # Thursday, Friday of one week
    drafts = [scored(number, day=day) for number, day in enumerate(days, 1)]
    assert (row(drafts, [], Q1, rules).points, row(drafts, [], Q2, rules).points) == (2, 0)


def test_an_adoption_out_of_a_full_week_makes_room_for_what_was_cut() -> None:
    rules = replace(RULES, points=replace(RULES.points, weekly_cap=2))
    drafts = [scored(1, ARTICLE), scored(2), scored(3)]
    printed = [adopted(9, 1, 5, date(2022, 4, 8))]
    assert row(drafts, printed, Q1, rules).points == 2
    later = row(drafts, printed, Q2, rules)
    assert (later.points, later.correction) == (4, 0)  # the article's 2 go, the others' 2 come


def test_a_unit_that_was_renamed_within_the_year_keeps_its_row_in_the_years_table() -> None:
    renamed = replace(
        RULES, since=date(2022, 7, 1), units=(Unit("新湖塘街道", TOWNS), *RULES.units[1:])
    )

    def both(day: date) -> Provisions:
        return renamed if day >= renamed.since else RULES

    drafts = [scored(1), scored(2, day=date(2022, 8, 1), unit="新湖塘街道")]
    rows = table(TOWNS, lines_of(drafts, [], both), YEAR, both)
    assert {one.unit: one.points for one in rows if one.points} == {TOWN: 1, "新湖塘街道": 1}
    third = table(TOWNS, lines_of(drafts, [], both), parse("2022Q3"), both)
    assert TOWN not in {one.unit for one in third}
    assert all(one.unit != TOWN for one in table(OFFICES, [], YEAR, both))


@pytest.mark.parametrize(("rank", "given"), [(1, 10), (2, 8.5), (3, 7), (9, 7)])
def test_ranks_may_give_assessment_points(rank: int, given: float) -> None:
    rules = replace(RULES, points=replace(RULES.points, assessment=(10, 8.5, 7)))
    assert assessment(rank, rules) == given
    assert assessment(rank, RULES) is None


def test_a_week_cap_follows_the_iso_week() -> None:
    rules = replace(RULES, points=replace(RULES.points, weekly_cap=1))
    sunday, monday = date(2022, 3, 13), date(2022, 3, 14)
    assert containing(sunday, Span.WEEK) != containing(monday, Span.WEEK)
    assert row([scored(1, day=sunday), scored(2, day=monday)], [], rules=rules).points == 2


def test_what_gives_nothing_says_why() -> None:
    """A kind that the regulation does not know, a second adoption worth as much, an open tier, a late draft."""
    gone = scored(1, Kind("诗歌"))
    assert submission_points(gone, on(RULES)) == (0, "规定里没有“诗歌”这一类别，不计分")
    twice = [adopted(1, 1, 2, MARCH), adopted(2, 1, 2, date(2022, 3, 20))]
    lines = lines_of([scored(1, ARTICLE)], twice, on(RULES))
    told = [line for line in lines if line.adoption == 2]
    assert [(line.points, line.why) for line in told] == [(0, "四.2：同稿已有更高或同类录用计分")]
    (open_tier,) = lines_of([], [adopted(3, None, None, MARCH)], on(RULES))
    assert open_tier.why == "载体类别待人工确定"
    late = scored(4, timely=Timely.LATE)
    assert [line.points for line in lines_of([late], [], on(RULES))] == [0]
    assert lines_of([late], [], on(RULES), worthless=False) == []
