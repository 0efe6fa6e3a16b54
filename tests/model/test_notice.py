"""Hand-computed examples: published quarters, targets, units with a history, ranks, length."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.model.cases import (
    A,
    B,
    C,
    adopted,
    at,
    draft,
    q1_closed,
    quarter,
    row,
    total,
    with_,
    year,
)
from tests.model.regulation_ledger import Directory
from tests.model.regulation_model import report
from tests.model.regulation_types import (
    COMMISSIONED,
    DAY,
    FEATURE,
    NEWS,
    OPINION,
    SECTIONS,
    TOWNS,
    Bonus,
    Decision,
    HandLine,
    Office,
    Period,
    Provision,
    Publication,
    Rename,
    Sanction,
    Succession,
    Unit,
    WorkCalendar,
    count_characters,
    parts,
    period_of,
    quarter_of_week,
)


# ------------------------------------------------------------ 五 a published quarter stays
def test_a_published_quarter_is_never_changed() -> None:
    """Held in Q1, published at 0, accepted in April: Q1 stays 0, Q2 gets the point."""
    office = with_(
        drafts=(draft("d", at(3, 1), state="held"),),
        publications=q1_closed(),
        decisions=(Decision("d", at(4, 20), "accept"),),
    )
    assert total(office, quarter(1)) == 0 and row(office, quarter(1)).held == 1
    assert row(office, quarter(2)).corrections == 1 and total(office, year()) == 1
    assert total(replace(office, publications=()), quarter(1)) == 1


def test_what_was_decided_at_the_very_moment_is_in_and_a_second_publication_changes_nothing() -> (
    None
):
    office = with_(
        drafts=(draft("d", at(3, 1), state="held"), draft("e", at(3, 1), state="held")),
        publications=(*q1_closed(), Publication(quarter(1), at(6, 1))),
        decisions=(Decision("d", at(4, 8), "accept"), Decision("e", at(4, 8, 9, 0, 1), "accept")),
    )
    assert [total(office, quarter(n)) for n in (1, 2)] == [1, 1]


def test_a_difference_lands_in_the_first_open_quarter() -> None:
    """Learnt after Q1 and Q2 are out: it lands in Q3."""
    office = with_(
        drafts=(draft("d", at(3, 1), state="held"),),
        decisions=(Decision("d", at(7, 20), "accept"),),
        publications=(*q1_closed(), Publication(quarter(2), at(7, 10))),
    )
    assert [total(office, quarter(n)) for n in (1, 2, 3, 4)] == [0, 0, 1, 0]


def test_two_differences_land_where_each_was_learnt() -> None:
    office = with_(
        drafts=(draft("d", at(3, 1)), draft("e", at(3, 2), FEATURE)),
        publications=(*q1_closed(), Publication(quarter(2), at(7, 10))),
        decisions=(Decision("d", at(5, 1), "void"),),
        adoptions=(adopted("a", 1, date(2023, 3, 20), "e", recorded=at(8, 1)),),
    )
    assert [total(office, quarter(n)) for n in (1, 2, 3)] == [3, -1, 13]
    assert total(office, year()) == 15


def test_a_difference_of_the_fourth_quarter_goes_to_the_next_year() -> None:
    office = with_(
        drafts=(draft("d", at(12, 1)),),
        decisions=(Decision("d", at(2, 1, year=2024), "void"),),
        publications=(Publication(quarter(4), at(1, 8, year=2024)),),
    )
    assert total(office, quarter(4)) == 1 and total(office, year()) == 1
    assert total(office, quarter(1, 2024)) == -1 and row(office, year(2024)).corrections == -1


def test_a_draft_moved_to_another_unit_after_publication() -> None:
    office = with_(
        drafts=(draft("d", at(3, 1), FEATURE),),
        publications=q1_closed(),
        decisions=(Decision("d", at(5, 1), "unit", "西桥镇"),),
    )
    assert [total(office, quarter(1), u) for u in "ab"] == [2, 0]
    assert [total(office, quarter(2), u) for u in "ab"] == [-2, 2]


# ------------------------------------------------------------ 三 targets, periods
def test_a_week_belongs_to_the_quarter_of_its_thursday() -> None:
    assert quarter_of_week(date(2022, 4, 3)) == (2022, 1)  # 28 March - 3 April: Thursday 31 March
    assert quarter_of_week(date(2022, 12, 31)) == (2022, 4) and quarter_of_week(
        date(2023, 1, 1)
    ) == (2022, 4)
    assert quarter_of_week(date(2024, 12, 30)) == (2025, 1)  # Thursday 2 January 2025
    assert period_of("week", date(2023, 1, 1)) == Period(
        date(2022, 12, 26), date(2023, 1, 1), "week"
    )
    assert len(list(parts(year(2020), "week"))) == 53 and len(list(parts(year(), "week"))) == 52


def test_target_and_points_part_in_a_split_week() -> None:
    """Friday 1 April 2022: the point is Q2's, the target filled is of Q1's last week."""
    office = with_(drafts=(draft("d", at(4, 1, year=2022)),))
    news = [
        next(t for t in row(office, quarter(n, 2022)).targets if t.kind == NEWS) for n in (1, 2)
    ]
    assert [t.filled for t in news] == [1, 0] and total(office, quarter(2, 2022)) == 1


def test_targets_of_the_two_groups() -> None:
    """每周1篇动态和3篇舆情; sections a feature each month, towns one each quarter. Q2 2023: 13 weeks."""
    owed = {
        u: [(t.kind, t.span, t.owed) for t in row(with_(), quarter(2), u).targets] for u in "as"
    }
    weekly = [(NEWS, "week", 13), (OPINION, "week", 39)]
    assert sorted(owed["a"]) == sorted([*weekly, (FEATURE, "quarter", 1)])
    assert sorted(owed["s"]) == sorted([*weekly, (FEATURE, "month", 3)])


def test_each_week_must_be_filled_by_itself() -> None:
    """每周至少: three 动态 in one week fill one week of thirteen. 3 of 13 would be the other reading."""
    drafts = tuple(draft(f"d{i}", at(5, 8 + i)) for i in range(3))
    news = next(t for t in row(with_(drafts=drafts), quarter(2)).targets if t.kind == NEWS)
    assert (news.reported, news.filled, news.completion) == (3, 1, Fraction(1, 13))


def test_a_commissioned_piece_fills_no_feature_target() -> None:
    office = with_(
        drafts=(draft("d", at(5, 8), FEATURE, commission="c1"),)
    )  # an open commission decides first
    found = row(office, quarter(2))
    assert found.total == 2 and found.scored[COMMISSIONED] == 1
    assert next(t for t in found.targets if t.kind == FEATURE).filled == 0


def test_a_week_without_a_workday_has_no_target() -> None:
    week = period_of("week", date(2023, 5, 10))
    off = frozenset(week.start + i * DAY for i in range(5))
    quiet = with_(calendar=WorkCalendar(off))
    assert [t.owed for t in row(quiet, quarter(2)).targets if t.span == "week"] == [12, 36]
    assert [t.completion for t in row(quiet, week).targets] == [None, None]
    made_up = with_(calendar=WorkCalendar(off, frozenset({week.end})))
    assert [t.owed for t in row(made_up, week).targets] == [1, 3]
    never = replace(quiet, provisions=(Provision(waive_zero_workday_week=False),))
    assert [t.owed for t in row(never, week).targets] == [1, 3]


# ------------------------------------------------------------ units, ranks, hand lines
def test_longest_alias_first() -> None:
    units = (
        Unit("g", "高新区", TOWNS),
        Unit("n", "高新北区", TOWNS, aliases=("高新区北区", "北区")),
        A,
        Unit("p", "人事教育科", SECTIONS, aliases=("人教科",)),
        Unit("m", "调查减灾科、火灾防治科", SECTIONS, members=("调查减灾科", "火灾防治科")),
    )
    book, day = Directory(Office(units)), date(2023, 5, 1)
    expected = {
        "高新区": "g",
        "高新北区": "n",
        "高新区北区": "n",
        "北区": "n",
        "区高新区应急管理局": "g",
        "东溪镇经济发展局": "a",
        "云州市南山区东溪镇": "a",
        " 人教科 ": "p",
        "火灾防治科": "m",
        "某某科": None,
    }
    assert {name: book.own(name, day) for name in expected} == expected


def test_a_renamed_unit_has_one_row() -> None:
    unit = replace(A, renames=(Rename(date(2023, 5, 1), "新东溪镇"),))
    office = with_(
        units=(unit, B),
        drafts=(
            draft("d", at(4, 20)),
            draft("e", at(5, 20), unit="新东溪镇"),
            draft("f", at(5, 21), unit="东溪镇"),
        ),
    )
    found = report(office, quarter(2))
    assert [(r.name, r.total, r.rank) for r in found] == [
        ("新东溪镇", 3, 1),
        ("西桥镇", 0, 2),
        ("未归属", 0, None),
    ]
    assert row(office, quarter(1)).name == "东溪镇"


def test_merged_units_have_one_row_one_rank_one_target() -> None:
    merged = Unit("m", "溪桥镇", TOWNS, since=date(2023, 5, 1), successor_of=("a", "b"))
    office = with_(
        units=(A, B, C, merged),
        drafts=(
            draft("d", at(2, 1)),
            draft("e", at(2, 1), FEATURE, "西桥镇"),
            draft("f", at(6, 1), unit="溪桥镇"),
            draft("g", at(6, 2), unit="西桥镇"),
        ),
    )
    assert [(r.unit, r.total) for r in report(office, quarter(1)) if r.unit] == [
        ("b", 2),
        ("a", 1),
        ("c", 0),
    ]
    assert [(r.unit, r.total, r.rank) for r in report(office, quarter(2)) if r.unit] == [
        ("m", 2, 1),
        ("c", 0, 2),
    ]
    whole = row(office, year(), "m")
    assert (whole.total, whole.rank) == (5, 1)
    assert next(t for t in whole.targets if t.kind == NEWS).owed == 52
    now = replace(office, row_day="moment")
    assert [r.unit for r in report(now, quarter(1), at(4, 30)) if r.unit] == ["b", "a", "c"]
    assert [(r.unit, r.total) for r in report(now, quarter(1), at(5, 2)) if r.unit] == [
        ("m", 3),
        ("c", 0),
    ]


def test_a_correction_follows_the_successor() -> None:
    merged = Unit("m", "溪桥镇", TOWNS, since=date(2023, 5, 1), successor_of=("a", "b"))
    office = with_(
        units=(A, B, C, merged),
        drafts=(draft("d", at(2, 1), unit="西桥镇"),),
        publications=q1_closed(),
        decisions=(Decision("d", at(6, 1), "void"),),
    )
    assert total(office, quarter(1), "b") == 1 and row(office, quarter(2), "m").corrections == -1


def test_a_name_used_before_its_day() -> None:
    """OPEN: of a renamed unit: the predecessor's; of a merged one nobody's yet, even on the year's sheet."""
    renamed = Unit("n", "新石塘街道", TOWNS, since=date(2023, 5, 1), successor_of=("c",))
    merged = Unit("m", "溪桥镇", TOWNS, since=date(2023, 5, 1), successor_of=("a", "b"))
    office = with_(
        units=(A, B, C, renamed, merged),
        drafts=(
            draft("d", at(2, 1), unit="新石塘街道"),
            draft("e", at(2, 1), FEATURE, unit="溪桥镇"),
        ),
    )
    assert [total(office, quarter(1), u) for u in ("c", "a", "b", None)] == [1, 0, 0, 2]
    assert [total(office, year(), u) for u in ("n", "m", None)] == [1, 0, 2]


def test_one_unit_takes_another_in() -> None:
    office = with_(
        successions=(Succession("b", "a", date(2023, 5, 1)),),
        drafts=(
            draft("d", at(4, 1), unit="西桥镇"),
            draft("e", at(6, 1), unit="西桥镇"),
            draft("f", at(6, 1)),
        ),
    )
    assert total(office, quarter(2)) == 3 and "b" not in {
        r.unit for r in report(office, quarter(2))
    }


def test_what_no_unit_takes_is_shown() -> None:
    """Shown as 未归属, never dropped; no rank, no target."""
    ended = replace(B, until=date(2023, 1, 31))
    office = with_(
        units=(A, ended),
        drafts=(
            draft("d", at(2, 1), unit="某某科"),
            draft("e", at(2, 2), FEATURE, "西桥镇"),
            draft("f", at(1, 9), unit="西桥镇"),
        ),
    )
    found = report(office, quarter(1))[-1]
    assert (found.name, found.total, found.rank, found.targets) == ("未归属", 3, None, ())
    assert total(office, quarter(1), "b") == 1


def test_each_group_is_ranked_by_itself_1_1_3() -> None:
    office = with_(
        drafts=(
            draft("d", at(2, 1)),
            draft("e", at(2, 1), unit="西桥镇"),
            draft("f", at(2, 1), unit="办公室"),
            draft("g", at(2, 2), unit="办公室"),
        )
    )
    assert [(r.unit, r.rank) for r in report(office, quarter(1))] == [
        ("a", 1),
        ("b", 1),
        ("c", 3),
        ("s", 1),
        (None, None),
    ]


def test_hand_lines_are_exact_decimals_on_their_day() -> None:
    lines = tuple(HandLine("东溪镇", date(2023, 2, d), Decimal("0.1"), at(2, d)) for d in (1, 2, 3))
    office = with_(
        hand_lines=(*lines, HandLine("东溪镇", date(2023, 3, 1), Decimal("-1.3"), at(5, 1))),
        publications=q1_closed(),
    )
    assert total(office, quarter(1)) == Decimal("0.3") and total(office, quarter(2)) == Decimal(
        "-1.3"
    )


def test_a_sanction_cancels_the_bonus_only() -> None:
    """取消附加分: the points of the year stay."""
    bonus = (
        Bonus("东溪镇", 2023, Decimal(3), at(1, 9, year=2024)),
        Bonus("西桥镇", 2023, Decimal(2), at(12, 9)),
    )
    office = with_(
        drafts=(draft("d", at(2, 1)),),
        bonuses=bonus,
        sanctions=(Sanction("东溪镇", date(2023, 6, 1), at(6, 2), "弄虚作假"),),
    )
    assert [(row(office, year(), u).bonus, total(office, year(), u)) for u in "abc"] == [
        (0, 1),
        (2, 0),
        (None, 0),
    ]
    assert row(office, quarter(2)).bonus is None
    assert row(replace(office, bonuses=(replace(bonus[0], year=2024),)), year(2024)).bonus == 3


def test_length_as_word_counts_it() -> None:
    examples = {
        "": 0,
        "安全生产": 4,
        "你好，世界！": 6,
        "GDP增长5个百分点。": 9,
        "Windows 11 系统": 4,
        "“两会”——": 6,
        "增长3.5%": 3,
        "　　段首": 2,
        "a\nb": 2,
        "第①条": 3,
        "2023年3月": 4,
    }
    assert {text: count_characters(text) for text in examples} == examples
