"""A stored name resolves to the unit in force on the day asked about; no line of points is dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rulebook.amounts import Amount
from rulebook.default_rules import ARTICLE, NEWS, OFFICES, TOWNS
from rulebook.model import Group, Kind, Outcome, Timely, Unit
from rulebook.periods import Span, parse
from rulebook.points import Adoption, Scored, lines_of
from rulebook.provisions import Points, Provisions, Target
from rulebook.ranking import TableRow, table
from rulebook.targets import completions, progress
from rulebook.timeliness import monday_to_friday
from rulebook.unit_history import UNPLACED, NoSuchUnit, UnitHistory, ended_alone, history_faults
from tests.rulebook.builders import provisions

TOWNS, OFFICES = TOWNS, OFFICES
FIRST = date(2022, 2, 24)
APRIL, JULY = date(2022, 4, 1), date(2022, 7, 1)
MARCH_1, MAY_2, AUGUST_1 = date(2022, 3, 1), date(2022, 5, 2), date(2022, 8, 1)
Q1, Q2, YEAR = parse("2022Q1"), parse("2022Q2"), parse("2022")


class Office:
    """An office's provisions, one after the other."""

    def __init__(self, *chapters: tuple[date, tuple[Unit, ...]]) -> None:
        rules = provisions(
            points=Points(),
            targets=(Target(OFFICES, NEWS, 1, Span.WEEK),),
            effective_from=FIRST,
        )
        self.chapters = [replace(rules, since=since, units=units) for since, units in chapters]

    def on(self, day: date) -> Provisions:
        return [one for one in self.chapters if one.since <= day or one is self.chapters[0]][-1]

    @property
    def history(self) -> UnitHistory:
        return UnitHistory(self.on)

    def row(self, name: str, day: date, asked: date) -> str | None:
        row = self.history.row(name, day, asked)
        return row.unit if row else None

    def table(
        self, period: str, *drafts: Scored, group: Group = OFFICES
    ) -> list[tuple[str, Amount, int]]:
        rows: tuple[TableRow, ...] = table(
            group, lines_of(drafts, (), self.on), parse(period), self.on
        )
        return [(row.unit, row.points, row.rank) for row in rows]


def office(
    name: str, *old: str, members: tuple[str, ...] = (), aliases: tuple[str, ...] = ()
) -> Unit:
    return Unit(name, OFFICES, members, aliases, old)


def sent(unit: str, day: date, number: int = 0, kind: Kind = NEWS, times: int = 1) -> Scored:
    return Scored(number, unit, kind, day, Outcome.ACCEPTED, Timely.ON_TIME, times=times)


RENAMED = Office(
    (FIRST, (office("基础科"), office("危化科"))),
    (APRIL, (office("监管科", "基础科"), office("危化科"))),
)
MERGED = Office(
    (FIRST, (office("基础科"), office("危化科"))), (APRIL, (office("监管科", "基础科", "危化科"),))
)
CHAIN = Office(
    (FIRST, (office("基础科"),)),
    (APRIL, (office("监管科", "基础科"),)),
    (JULY, (office("安监科", "监管科"),)),
)


def test_a_renamed_unit_keeps_its_name_in_the_quarter_before_and_has_one_row_in_the_year() -> None:
    drafts = (sent("基础科", MARCH_1), sent("监管科", MAY_2))
    assert RENAMED.table("2022Q1", *drafts) == [("基础科", 1, 1), ("危化科", 0, 2)]
    assert RENAMED.table("2022Q2", *drafts) == [("监管科", 1, 1), ("危化科", 0, 2)]
    assert RENAMED.table("2022", *drafts) == [("监管科", 2, 1), ("危化科", 0, 2)]


def test_units_that_were_merged_are_summed() -> None:
    drafts = (sent("基础科", MARCH_1), sent("危化科", MARCH_1), sent("监管科", MAY_2))
    assert MERGED.table("2022Q1", *drafts) == [("基础科", 1, 1), ("危化科", 1, 1)]
    assert MERGED.table("2022", *drafts) == [("监管科", 3, 1)]


def test_a_chain_of_renames_is_followed_to_its_end() -> None:
    assert CHAIN.row("基础科", MARCH_1, AUGUST_1) == "安监科"
    assert CHAIN.row("基础科", MARCH_1, MAY_2) == "监管科"
    assert CHAIN.history.names("安监科", AUGUST_1) == {"基础科", "监管科", "安监科"}


def test_an_ended_name_still_in_use_means_who_carries_it_on() -> None:
    assert CHAIN.row("基础科", AUGUST_1, AUGUST_1) == "安监科"


def test_a_name_used_before_its_day_means_its_one_predecessor_and_after_a_merger_nobody() -> None:
    assert RENAMED.row("监管科", MARCH_1, MARCH_1) == "基础科"
    assert MERGED.row("监管科", MARCH_1, MARCH_1) is None


def test_a_member_that_moves_takes_no_points_of_its_old_row_along() -> None:
    office_ = Office(
        (FIRST, (office("调查科、火灾科", members=("调查科", "火灾科")), office("危化科"))),
        (APRIL, (office("调查科"), office("危化科、火灾科", members=("危化科", "火灾科")))),
    )
    # the row of two stands in two rows: nobody carries it on alone, so it keeps a row of its own
    assert office_.row("调查科、火灾科", MARCH_1, MAY_2) == "调查科、火灾科"
    assert office_.row("危化科", MARCH_1, MAY_2) == "危化科、火灾科"
    told = Office(
        (FIRST, (office("调查科、火灾科", members=("调查科", "火灾科")), office("危化科"))),
        (
            APRIL,
            (
                office("调查科", "调查科、火灾科"),
                office("危化科、火灾科", members=("危化科", "火灾科")),
            ),
        ),
    )
    assert told.row("调查科、火灾科", MARCH_1, MAY_2) == "调查科"


def test_a_new_alias_or_member_is_enough_to_carry_a_name_on() -> None:
    office_ = Office(
        (FIRST, (office("基础科"),)), (APRIL, (office("安全基础科", aliases=("基础科",)),))
    )
    assert office_.row("基础科", MARCH_1, MAY_2) == "安全基础科"
    assert list(ended_alone(office_.chapters)) == []


def test_a_unit_that_ended_keeps_a_row_of_the_days_it_was_there() -> None:
    ended = Office((FIRST, (office("基础科"), office("危化科"))), (APRIL, (office("危化科"),)))
    assert ended.table("2022", sent("基础科", MARCH_1)) == [("基础科", 1, 1), ("危化科", 0, 2)]
    assert list(ended_alone(ended.chapters)) == [("基础科", APRIL)]


def test_points_that_no_unit_of_their_day_takes_stand_in_a_row_without_a_rank() -> None:
    ended = Office((FIRST, (office("基础科"), office("危化科"))), (APRIL, (office("危化科"),)))
    rows = ended.table("2022Q2", sent("基础科", MAY_2, times=3), sent("危化科", MAY_2))
    assert rows == [("危化科", 1, 1), (UNPLACED, 3, 0)]


def test_a_name_that_nobody_ever_had_stands_in_the_last_table() -> None:
    assert RENAMED.table("2022Q1", sent("某某科", MARCH_1))[-1] == (UNPLACED, 1, 0)
    assert RENAMED.table("2022Q1", sent("某某科", MARCH_1), group=TOWNS) == []


def test_a_unit_that_changes_its_group_is_in_one_table_alone() -> None:
    moved = Office(
        (FIRST, (Unit("高新区", TOWNS), office("危化科"))),
        (APRIL, (office("高新区"), office("危化科"))),
    )
    assert moved.table("2022", sent("高新区", MARCH_1))[0] == ("高新区", 1, 1)
    assert moved.table("2022", sent("高新区", MARCH_1), group=TOWNS) == []


def test_merged_units_have_one_target_through_the_year() -> None:
    drafts = [sent("基础科", MARCH_1), sent("危化科", MARCH_1), sent("监管科", MAY_2)]
    steps = progress(drafts, YEAR, MERGED.on, monday_to_friday, date(2022, 12, 31))
    (one,) = completions(steps)
    weeks = len([step for step in steps if step.kind == NEWS])
    assert (one.unit, one.wanted, one.reported, one.met) == ("监管科", weeks, 3, 2)
    quarter = completions(progress(drafts, Q1, MERGED.on, monday_to_friday, date(2022, 12, 31)))
    assert {(one.unit, one.reported) for one in quarter} == {("基础科", 1), ("危化科", 1)}


def test_an_adoption_of_a_renamed_units_draft_stands_in_its_row() -> None:
    draft = sent("基础科", MARCH_1, 1, ARTICLE)
    adoption = Adoption(1, 1, "监管科", ARTICLE, "报", 1, MAY_2)
    lines = lines_of([draft], [adoption], RENAMED.on)
    rows = table(OFFICES, lines, Q2, RENAMED.on)
    assert (rows[0].unit, rows[0].points) == ("监管科", 13)
    assert table(OFFICES, lines, YEAR, RENAMED.on)[0].points == 15


@pytest.mark.parametrize(
    ("units", "part"),
    [
        ((office("甲科", "基础科"), office("乙科", "基础科")), "同时由"),
        ((office("甲科", "从来没有的科"),), "以前的规定里没有这个单位"),
        ((office("甲科", "基础科"), office("基础科")), "“基础科”仍是一个单位"),
    ],
)
def test_successors_that_contradict_each_other_are_named(
    units: tuple[Unit, ...], part: str
) -> None:
    office_ = Office((FIRST, (office("基础科"),)), (APRIL, units))
    (fault,) = history_faults(office_.chapters)
    assert part in fault


def test_an_adoption_before_the_merger_stays_in_the_row_of_its_register() -> None:
    """The draft came later under the merged unit's name, which nobody bore on the adoption's day."""
    draft = Scored(1, "监管科", ARTICLE, MAY_2, Outcome.ACCEPTED, Timely.NOT_APPLICABLE)
    printed = Adoption(1, 1, "基础科", ARTICLE, "新华社", 1, MARCH_1)
    lines = lines_of([draft], [printed], MERGED.on)
    rows = {row.unit: row.points for row in table(OFFICES, lines, Q1, MERGED.on)}
    assert rows == {"基础科": 15, "危化科": 0}
    assert [(row.unit, row.points) for row in table(OFFICES, lines, YEAR, MERGED.on)] == [
        ("监管科", 15)
    ]


def test_a_unit_that_ended_within_the_period_keeps_its_row_with_nothing_in_it_too() -> None:
    ended = Office((FIRST, (office("基础科"), office("危化科"))), (MAY_2, (office("基础科"),)))
    assert ended.table("2022Q2") == [("基础科", 0, 1), ("危化科", 0, 1)]
    assert ended.table("2022Q3") == [("基础科", 0, 1)]


def test_a_successor_that_comes_after_a_gap_carries_the_points_of_before_the_gap() -> None:
    gap = Office(
        (FIRST, (office("基础科"), office("危化科"))),
        (APRIL, (office("危化科"),)),
        (JULY, (office("监管科", "基础科"), office("危化科"))),
    )
    assert list(history_faults(gap.chapters)) == [] == list(ended_alone(gap.chapters))
    assert gap.row("基础科", MARCH_1, MAY_2) == "基础科"
    sums = gap.table("2022", sent("基础科", MARCH_1), sent("监管科", AUGUST_1))
    assert sums == [("监管科", 2, 1), ("危化科", 0, 2)]
    assert gap.history.names("监管科", AUGUST_1) == {"基础科", "监管科"}


def test_a_unit_that_comes_back_under_its_name_has_one_row() -> None:
    back = Office(
        (FIRST, (office("基础科"), office("危化科"))),
        (APRIL, (office("危化科"),)),
        (JULY, (office("基础科"), office("危化科"))),
    )
    assert back.table("2022", sent("基础科", MARCH_1), sent("基础科", AUGUST_1)) == [
        ("基础科", 2, 1),
        ("危化科", 0, 2),
    ]
    assert back.history.successor("基础科", MARCH_1, AUGUST_1) == office("基础科")


def test_a_name_given_to_another_unit_takes_no_points_of_who_bore_it_before() -> None:
    """Two exchange their names in April; what is only copied into the provisions of July says nothing new."""
    exchanged = (office("危化科", "基础科"), office("基础科", "危化科"))
    swap = Office(
        (FIRST, (office("基础科"), office("危化科"))), (APRIL, exchanged), (JULY, exchanged)
    )
    assert list(history_faults(swap.chapters)) == [] == list(ended_alone(swap.chapters))
    assert swap.row("基础科", MARCH_1, MAY_2) == swap.row("基础科", MARCH_1, AUGUST_1) == "危化科"
    assert swap.row("基础科", MAY_2, AUGUST_1) == "基础科"


def test_an_unknown_name_is_answered_with_what_is_like_it_or_with_all_there_are() -> None:
    with pytest.raises(NoSuchUnit, match=r"^没有“基础”这个单位，是否想写：基础科？$"):
        RENAMED.history.named("基础", MARCH_1)
    with pytest.raises(NoSuchUnit, match=r"^没有“不沾边”这个单位。可用的单位：基础科、危化科。$"):
        MERGED.history.named("不沾边", MARCH_1)


def test_a_name_is_found_as_people_write_it_or_its_predecessors_are_told() -> None:
    assert RENAMED.history.named(" 基础科 ", MARCH_1) == office("基础科")
    assert RENAMED.row("某市某局基础科", MARCH_1, MARCH_1) == "基础科"
    with pytest.raises(
        NoSuchUnit, match=r"还没有“监管科”这个单位，请写当时的单位：基础科、危化科。"
    ):
        MERGED.history.named("监管科", MARCH_1)


def test_provisions_of_a_single_day_are_not_passed_over() -> None:
    day = Office(
        (FIRST, (office("基础科"),)),
        (APRIL, (office("一日科", "基础科"),)),
        (date(2022, 4, 2), (office("监管科", "一日科"),)),
    )
    assert day.row("一日科", APRIL, MAY_2) == "监管科"
    assert day.row("基础科", MARCH_1, MAY_2) == "监管科"


def test_points_of_a_unit_that_is_no_more_stand_in_the_table_of_its_last_group() -> None:
    ended = Office(
        (FIRST, (Unit("旧镇", TOWNS), Unit("新镇", TOWNS), office("危化科"))),
        (APRIL, (Unit("新镇", TOWNS), office("危化科"))),
    )
    assert ended.table("2022Q2", sent("旧镇", MAY_2), group=TOWNS)[-1] == (UNPLACED, 1, 0)
    assert ended.table("2022Q2", sent("旧镇", MAY_2)) == [("危化科", 0, 1)]


def test_a_unit_that_was_gone_for_a_while_is_not_carried_on_by_who_has_it_as_an_alias() -> None:
    old, other = Unit("基础科", OFFICES), Unit("宣教科", OFFICES)
    later = Unit("综合科", OFFICES, aliases=("基础科",))
    book = Office((FIRST, (old, other)), (APRIL, (other,)), (JULY, (other, later)))
    assert book.history.successor("基础科", MARCH_1, AUGUST_1) is None
    assert book.row("基础科", MARCH_1, AUGUST_1) == "基础科"
    assert list(ended_alone(book.chapters)) == [("基础科", APRIL)]


def test_provisions_may_hold_since_the_first_day_that_there_is() -> None:
    book = Office((date.min, (Unit("基础科", OFFICES),)))
    assert book.row("基础科", date.min, MARCH_1) == "基础科"
