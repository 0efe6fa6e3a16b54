"""合写: one act shares a draft's points; names that mean one unit are one, and nothing is entered twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.adoptions import AdoptionReport, Adoptions
from ledger.errors import InvalidInput, NotFound
from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.models.decisions import HandLineRow
from ledger.score_lines import Scores
from ledger.shared_drafts import SharedDrafts
from ledger.verification import Rules, contradictions
from rulebook.default_rules import ARTICLE, TOWNS
from rulebook.model import Unit
from rulebook.provisions import Provisions
from tests.ledger.world import MARCH, RULES, World, article

ONE, OWN, NORTH, OTHER = DraftId(1), "湖塘镇", "高新北区", "高新区"
LATER = date(2022, 4, 20)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """One database is enough: what is asked of it is what hand lines ask."""
    return f"sqlite:///{tmp_path}/ledger.sqlite"


class Office:
    """A world with one accepted 综合 of 2 points, and who may share it."""

    def __init__(self, engine: Engine, shares: tuple[tuple[float, ...], ...] = ()) -> None:
        rules: Provisions = replace(RULES, points=replace(RULES.points, shares=shares))
        self.world = World(engine, rules)
        self.world.enter(article(1))
        self.lines = HandLines(engine, self.world.scores)
        self.shared = SharedDrafts(engine, self.world.scores, self.lines)

    def share(self, *partners: str, ratio: tuple[float, ...] = ()) -> list[tuple[str, str]]:
        entered = self.shared.share(ONE, partners, "王主任", "li", MARCH, ratio)
        return [(one.unit, str(one.points)) for one in entered]

    def has(self) -> dict[str, str]:
        return {one.unit: str(one.points) for one in self.shared.of(ONE)}


def balanced(lines: Iterable[HandLine]) -> bool:
    days: dict[date, Decimal] = {}
    for line in lines:
        days[line.day] = days.get(line.day, Decimal(0)) + line.points
    return not any(days.values())


def test_one_act_enters_lines_that_balance_by_the_provisions_ratio(engine: Engine) -> None:
    office = Office(engine, shares=((3, 2),))
    assert office.share(NORTH) == [(NORTH, "0.8"), (OWN, "-0.8")]
    assert office.has() == {OWN: "1.2", NORTH: "0.8"}


def test_another_name_of_the_unit_enters_nothing_twice(engine: Engine) -> None:
    office = Office(engine)
    assert office.share("北区") == [(NORTH, "1"), (OWN, "-1")]
    for again in ("高新北区", "北区", "高新区北区"):
        assert office.share(again) == []
        assert office.share(again, NORTH) == []


def test_an_adoption_is_shared_on_its_own_day(engine: Engine) -> None:
    office = Office(engine)
    office.share(NORTH)
    office.world.adopt(1, LATER)  # 12 in place of 2
    entered = office.shared.share(ONE, [NORTH], "王主任", "li", MARCH.replace(month=5))
    assert [(one.unit, one.day, one.points) for one in entered] == [
        (NORTH, LATER, 5),
        (OWN, LATER, -5),
    ]
    assert office.has() == {OWN: "6", NORTH: "6"}


def test_what_does_not_come_out_even_is_rounded_and_the_own_unit_keeps_the_rest(
    engine: Engine,
) -> None:
    office = Office(engine)
    office.share(NORTH, OTHER)
    assert office.has() == {OWN: "0.6666", OTHER: "0.6667", NORTH: "0.6667"}
    rows = [one.line for one in office.lines.listing()]
    assert balanced(rows)


def test_a_ratio_of_its_own_another_partner_and_none_at_all(engine: Engine) -> None:
    office = Office(engine, shares=((3, 2),))
    office.share(NORTH, ratio=(1, 3))
    assert office.has() == {OWN: "0.5", NORTH: "1.5"}
    office.share(OTHER)
    assert office.has() == {OWN: "1.2", OTHER: "0.8"}
    office.share()
    assert office.has() == {}
    rules = Rules(
        lambda _: office.world.rules, lambda _: office.world.rules, lambda day: day.weekday() < 5
    )
    assert list(contradictions(engine, rules)) == []


def test_what_cannot_be_shared_is_told_and_nothing_is_entered(engine: Engine) -> None:
    office = Office(engine, shares=((3, 2),))
    for partners, ratio, words in (
        (["湖塘镇应急管理局"], (), "自己的单位"),
        (["火星"], (), "没有“火星”"),
        ([NORTH, OTHER], (), "3 个单位合写的比例"),
        ([NORTH], (1, 1, 1), "2 个大于 0 的数"),
        ([NORTH], (1, -1), "2 个大于 0 的数"),
    ):
        with pytest.raises(InvalidInput, match=words):
            office.share(*partners, ratio=ratio)
    with pytest.raises(NotFound):
        office.shared.share(DraftId(99), [NORTH], "王主任", "li", MARCH)
    assert office.lines.listing() == []


def test_one_half_of_a_pair_is_not_taken_back_alone(engine: Engine) -> None:
    office = Office(engine)
    office.share(NORTH, ratio=(3, 2))
    with pytest.raises(InvalidInput, match="合写"):
        office.lines.remove(1, "li", "错了", MARCH)
    with Session(engine) as session:
        assert {row.shared_draft for row in session.query(HandLineRow)} == {1}


def test_of_units_that_merged_each_has_its_part_once(engine: Engine) -> None:
    office = Office(engine)
    office.share(NORTH, OTHER, ratio=(2, 1, 1))
    merged = Unit("科技新区", TOWNS, successor_of=(NORTH, OTHER))
    units = (*(unit for unit in RULES.units if unit.name not in merged.successor_of), merged)
    after = replace(RULES, since=date(2022, 4, 1), units=units)
    scores = Scores(lambda day: after if day >= after.since else RULES)
    shared = SharedDrafts(engine, scores, HandLines(engine, scores))
    Adoptions(engine, scores).add(
        AdoptionReport(OWN, "标题", "中国应急管理报", 2, LATER, 1, ARTICLE),
        "li",
        MARCH.replace(month=5),
    )
    again = (ONE, [NORTH, OTHER], "王主任", "li", MARCH.replace(month=5), (2, 1, 1))
    entered = shared.share(*again)  # 12 in place of 2: 10 more, a half of it for both
    assert [(one.unit, one.points) for one in entered] == [(merged.name, 5), (OWN, -5)]
    assert shared.share(*again) == []
