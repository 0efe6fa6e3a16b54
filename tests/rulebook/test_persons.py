"""The table of persons: whose draft it is, how its points are shared, who stands where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rulebook.default_rules import NEWS
from rulebook.kind_entries import KindAdoption, KindEntry
from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import parse
from rulebook.persons import PersonRow, Written, persons, shares_of
from rulebook.points import Adoption, HandPoints, Scored
from rulebook.provisions import Points
from tests.rulebook.builders import provisions

TOWN = "湖塘镇"
MARCH = parse("2022-03")
DAY = date(2022, 3, 9)
RULES = provisions(points=Points(adoption=(15, 12, 10)))


def written(number: int, *authors: str, **changes: object) -> Written:
    one = Scored(number, TOWN, NEWS, DAY, Outcome.ACCEPTED, Timely.ON_TIME)
    return Written(replace(one, **changes), authors)  # type: ignore[arg-type]


def ranked(
    *several: Written, by_hand: tuple[HandPoints, ...] = (), **more: object
) -> list[PersonRow]:
    return list(persons(several, by_hand, MARCH, lambda _day: RULES, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("authors", "shares", "parts"),
    [
        ((), (), {}),
        (("甲",), ((2, 1),), {"甲": "1"}),
        (("甲", "甲"), ((2, 1),), {"甲": "1"}),
        (("甲", "乙"), (), {"甲": "0.5", "乙": "0.5"}),
        (("甲", "乙"), ((3, 1), (5, 3, 2)), {"甲": "0.75", "乙": "0.25"}),
        (("甲", "乙", "丙", "丁"), ((3, 1), (5, 3, 2)), {"甲": "0.5", "乙": "0.3", "丙": "0.2"}),
    ],
)
def test_authors_divide_by_the_shares_for_so_many(
    authors: tuple[str, ...], shares: tuple[tuple[float, ...], ...], parts: dict[str, str]
) -> None:
    found = shares_of(authors, Points(shares=shares))
    assert found == {name: Decimal(part) for name, part in parts.items()}


def test_equal_points_share_a_rank_and_officers_without_a_draft_come_last() -> None:
    rows = ranked(written(1, "甲"), written(2, "乙"), roster={"丙": TOWN, "甲": "高新区"})
    assert [(one.person, one.unit, one.pieces, one.points, one.rank) for one in rows] == [
        ("甲", "高新区", 1, 1, 1),
        ("乙", TOWN, 1, 1, 1),
        ("丙", TOWN, 0, 0, 3),
    ]


def test_a_draft_of_nobodys_unit_or_of_another_month_is_in_no_row() -> None:
    assert ranked(written(1, "甲", unit=None)) == []
    (row,) = ranked(written(1, "甲", day=date(2022, 4, 1)))
    assert (row.pieces, row.points) == (0, 0)


def test_what_was_held_is_no_piece() -> None:
    (row,) = ranked(written(1, "甲", outcome=Outcome.HELD))
    assert (row.pieces, row.points) == (0, 0)


def test_points_stand_in_the_column_that_gave_them() -> None:
    printed = Adoption(7, 1, TOWN, NEWS, "中国应急管理报", 3, date(2022, 3, 20))
    rules = replace(RULES, points=replace(RULES.points, ties=()))
    one = replace(written(1, "甲"), adoptions=(printed,))
    hand = (
        HandPoints(1, TOWN, DAY, Decimal("2.5"), "", person="甲"),
        HandPoints(2, TOWN, date(2022, 4, 1), 9, "", person="甲"),
        HandPoints(3, TOWN, DAY, 9, ""),
        HandPoints(4, "高新区", DAY, -1, "", person="乙"),
    )
    first, last = persons([one], hand, MARCH, lambda _day: rules)
    assert first.by_hand == Decimal("2.5")
    assert first.points == first.submitted + first.adopted + first.by_hand
    assert last == PersonRow("乙", "高新区", 0, 0, 0, Decimal(-1), Decimal(-1), 2)


def test_what_takes_points_is_no_piece_and_what_only_outlets_count_is_none_either() -> None:
    late = KindEntry("消息", late_points=-1)
    only = KindEntry("通讯", adoption=KindAdoption.ONLY)
    rules = provisions(kinds=(late, only), points=Points(adoption=(15, 12, 10)))
    printed = Adoption(7, 2, TOWN, Kind("通讯"), "某报", 1, DAY)
    several = [
        written(1, "甲", kind=Kind("消息"), timely=Timely.LATE),
        replace(written(2, "乙", kind=Kind("通讯")), adoptions=(printed,)),
    ]
    rows = persons(several, (), MARCH, lambda _day: rules)
    assert [(one.person, one.pieces, one.points) for one in rows] == [("乙", 0, 15), ("甲", 0, -1)]


def test_those_of_equal_points_keep_the_order_in_which_they_wrote() -> None:
    rows = ranked(written(1, "甲"), written(2, "乙", "丙"), written(3, "丁"))
    assert [(one.person, one.rank) for one in rows] == [("甲", 1), ("丁", 1), ("乙", 3), ("丙", 3)]
