"""合写: one act shares a draft's points; names that mean one unit are one, and nothing is entered twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.adoptions import AdoptionReport, Adoptions
from ledger.errors import InvalidInput, NotFound
from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.models.decisions import HandLineRow, ScoreRow
from ledger.queries.draft_points import points_of
from ledger.score_lines import Scores
from ledger.shared_drafts import SharedDrafts
from ledger.verification import Rules, contradictions
from rulebook.default_rules import ARTICLE, TOWNS
from rulebook.model import Unit
from rulebook.provisions import Provisions
from rulebook.rulings import Ruling
from rulebook.unit_history import UnitHistory
from tests.ledger.world import MARCH, RULES, World, article
from tests.ledgers import new_ledger

ONE, OWN, NORTH, OTHER = DraftId(1), "湖塘镇", "高新北区", "高新区"
THIRD = "调查减灾科、火灾防治科"
LATER = date(2022, 4, 20)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """One database is enough: what is asked of it is what hand lines ask."""
    return new_ledger(tmp_path / "ledger.sqlite")


class Office:
    """A world with one accepted 综合 of 2 points, and who may share it."""

    def __init__(self, engine: Engine, shares: tuple[tuple[float, ...], ...] = ()) -> None:
        rules: Provisions = replace(RULES, points=replace(RULES.points, shares=shares))
        self.world = World(engine, rules)
        self.world.enter(article(1))
        self.lines = HandLines(engine, self.world.scores)
        self.shared = SharedDrafts(engine, self.world.scores)

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


def test_an_adoption_is_shared_on_its_own_day_by_itself(engine: Engine) -> None:
    office = Office(engine)
    office.share(NORTH)
    adoption = office.world.adopt(1, LATER)  # 12 in place of 2
    entered = [one.line for one in office.lines.listing()[:2]]
    assert {(one.unit, one.day, one.points) for one in entered} == {
        (NORTH, LATER, 5),
        (OWN, LATER, -5),
    }
    assert office.has() == {OWN: "6", NORTH: "6"}
    assert office.shared.share(ONE, [NORTH], "王主任", "li", MARCH.replace(month=5)) == []
    office.world.adoptions.change(adoption, "li", "登错了", MARCH, draft=0)
    assert office.has() == {OWN: "1", NORTH: "1"}


def unit_sums(office: Office) -> dict[str, Decimal]:
    with Session(office.world.engine) as session:
        sums: dict[str, Decimal] = {}
        for row in session.query(ScoreRow):
            sums[row.unit] = sums.get(row.unit, Decimal(0)) + row.points
        return {unit: points for unit, points in sums.items() if points}


def test_shares_follow_whatever_is_decided_about_their_draft(engine: Engine) -> None:
    office = Office(engine)
    office.share(NORTH, OTHER, ratio=(2, 1, 1))
    shared = {OWN: Decimal(1), NORTH: Decimal("0.5"), OTHER: Decimal("0.5")}
    void = Ruling(voided=True, approved_by="王局")
    for ruling, after in (
        (void, {}),
        (Ruling(voided=False), shared),
        (Ruling(accepted=False), {}),
        (Ruling(accepted=True), shared),
        (Ruling(unit=THIRD), {THIRD: Decimal(1), **dict(list(shared.items())[1:])}),
        (Ruling(unit=NORTH), {NORTH: Decimal("1.5"), OTHER: Decimal("0.5")}),
        (Ruling(unit=OWN), shared),
        (Ruling(withdrawn=True), {}),
    ):
        ruled = office.world.decisions.rule(ONE, ruling, "li", "查过", MARCH)
        assert unit_sums(office) == after, ruling
        assert balanced(one.line for one in office.lines.listing())
    office.world.decisions.undo(ruled.seq, "li", MARCH)
    assert unit_sums(office) == shared
    told = points_of(engine, 1)
    assert sum(line.points for line in told) == 2
    assert any(line.why.startswith(f"{NORTH}：") for line in told)
    rules = Rules(
        lambda _: office.world.rules, lambda _: office.world.rules, lambda day: day.weekday() < 5
    )
    assert list(contradictions(engine, rules)) == []


def test_whoever_writes_a_drafts_lines_anew_has_its_shares_follow() -> None:
    for module in Path("ledger").glob("*.py"):
        code = module.read_text(encoding="utf-8")
        if re.search(r"scores\.refresh\(", code):
            assert len(re.findall(r"scores\.refresh\(", code)) == len(
                re.findall(r"\bfollow\(session", code)
            ), module


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
        ([NORTH], (float("nan"), 1), "2 个大于 0 的数"),
        ([NORTH], (float("inf"), 1), "2 个大于 0 的数"),
        ([NORTH], (1e300, 1), "2 个大于 0 的数"),
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
    shared = SharedDrafts(engine, scores)
    Adoptions(engine, scores).add(  # 12 in place of 2: 10 more, a half of it for both
        AdoptionReport(OWN, "标题", "中国应急管理报", 2, LATER, 1, ARTICLE),
        "li",
        MARCH.replace(month=5),
    )
    entered = [(one.line.unit, one.line.points) for one in HandLines(engine, scores).listing()[:2]]
    assert sorted(entered) == sorted([(merged.name, 5), (OWN, -5)])
    for partners in ([NORTH, OTHER], ["北区", OTHER]):
        again = (ONE, partners, "王主任", "li", MARCH.replace(month=5), (2, 1, 1))
        assert shared.share(*again) == []


def test_a_partner_that_merged_later_shares_an_earlier_adoption_by_the_unit_of_its_day(
    engine: Engine,
) -> None:
    merged = Unit("科技新区", TOWNS, successor_of=(NORTH, OTHER))
    units = (*(unit for unit in RULES.units if unit.name not in merged.successor_of), merged)
    after = replace(RULES, since=MARCH.date(), units=units)
    scores = Scores(lambda day: after if day >= after.since else RULES)
    world = World(engine)
    world.enter(article(1))
    before = MARCH.date() - timedelta(days=1)
    world.adopt(1, before)
    shared = SharedDrafts(engine, scores)
    with pytest.raises(InvalidInput, match=f"请写当时的单位：{NORTH}、{OTHER}|{OTHER}、{NORTH}"):
        shared.share(ONE, [merged.name], "王主任", "li", MARCH)
    entered = shared.share(ONE, [NORTH], "王主任", "li", MARCH)
    assert (NORTH, before) in {(one.unit, one.day) for one in entered}
    assert not unit_history_gaps(entered, scores)


def unit_history_gaps(lines: Iterable[HandLine], scores: Scores) -> list[HandLine]:
    history = UnitHistory(scores.provisions_on_day)
    return [one for one in lines if history.unit(one.unit, one.day) is None]
