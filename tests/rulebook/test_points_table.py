"""The points table's columns: how much room each takes, what stands in it, which are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.default_rules import TOWNS
from rulebook.kind_entries import KindEntry, TierEntry
from rulebook.points_table import (
    KINDS_WIDTH,
    Cell,
    Column,
    _width,
    beside,
    columns_of,
    heads,
    laid_out,
    official,
    on_screen,
    record,
)
from rulebook.ranking import TableRow
from tests.rulebook.builders import provisions

ROW = TableRow("湖塘镇", TOWNS, (20, 3), (1, 2, 3, 4, 5), 0, 51, 1)
RECORD = {
    "unit": "湖塘镇", "news": 20, "articles": 3, "adopted": [1, 2, 3, 4, 5], "correction": 0,
    "by_hand": 0, "by_rule": 0, "points": 51, "rank": 1,
}  # fmt: skip
BESIDE = ("correction", "by_hand", "by_rule")


@pytest.fixture
def columns() -> tuple[Column, ...]:
    return columns_of(provisions())


def test_the_columns_of_the_regulation_have_their_widths(columns: tuple[Column, ...]) -> None:
    assert [column.width for column in columns] == [
        *(36, 21, 21, 11, 11, 11, 11, 11, 13, 15, 14, 14, 12)
    ]


@pytest.mark.parametrize("number", [1, 2, 4, 5, 9])
def test_the_columns_of_drafts_share_their_room_evenly(number: int) -> None:
    widths = [_width(index, number) for index in range(number)]
    assert sum(widths) == KINDS_WIDTH == 42
    assert widths == sorted(widths)
    assert widths[-1] - widths[0] <= 1


def test_a_row_is_told_column_by_column(columns: tuple[Column, ...]) -> None:
    assert record(ROW, columns) == RECORD
    row = replace(ROW, correction=-2, by_hand=3, by_rule=-4)
    assert record(row, columns) == RECORD | dict(zip(BESIDE, (-2, 3, -4), strict=True))


def test_a_row_of_fewer_kinds_or_tiers_has_nought_in_the_columns_that_it_lacks(
    columns: tuple[Column, ...],
) -> None:
    told = record(replace(ROW, counts=(20,), adopted=(1, 2)), columns)
    assert (told["news"], told["articles"], told["adopted"]) == (20, 0, [1, 2, 0, 0, 0])


def test_the_columns_that_are_not_the_notices_are_shown_where_a_row_has_a_figure(
    columns: tuple[Column, ...],
) -> None:
    assert [column.key for column in columns if not column.official] == [*BESIDE]
    assert beside([ROW], columns) == []
    assert laid_out([ROW], columns) == official(columns)
    more = replace(ROW, correction=1), replace(ROW, by_hand=1), replace(ROW, by_rule=1)
    for name, row in zip(BESIDE, more, strict=True):
        rows = [ROW, row]
        assert [column.key for column in beside(rows, columns)] == [name]
        assert [one.key for one in laid_out(rows, columns) if not one.official] == [name]


def test_on_a_screen_the_rank_comes_first(columns: tuple[Column, ...]) -> None:
    assert [column.cell for column in on_screen([ROW], columns)][:2] == [Cell.RANK, Cell.NAME]


def test_the_tiers_stand_under_one_head_and_each_other_column_under_its_own(
    columns: tuple[Column, ...],
) -> None:
    told = heads(official(columns))
    assert [(head.label, len(head.columns), head.shared) for head in told] == [
        ("单位", 1, False),
        ("工作动态/舆情", 1, False),
        ("综合性文章/约稿", 1, False),
        ("录用条数", 5, True),
        ("积分总计", 1, False),
        ("排名", 1, False),
    ]
    plain = [column for column in columns if column.list_key == "adopted"]
    assert [column.short for column in plain] == [f"{number}\n类" for number in "一二三四五"]


def test_kinds_and_tiers_of_an_office_of_its_own_are_known_by_their_numbers() -> None:
    own = provisions(
        kinds=(KindEntry("简报"), KindEntry("专报")), tiers=(TierEntry("上级"), TierEntry("本级"))
    )
    keys = [column.key for column in columns_of(own)]
    assert keys[1:5] == ["kinds_1", "kinds_2", "tier_1", "tier_2"]
