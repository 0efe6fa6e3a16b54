"""附加分 of units that were merged: what is set is what the row says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.annual_bonus import AnnualBonuses, Sanction
from ledger.models.decisions import BonusRow
from ledger.queries.figures import Figures
from rulebook.default_rules import TOWNS
from rulebook.model import Unit
from rulebook.periods import parse
from rulebook.provisions import Provisions
from rulebook.unit_history import UNPLACED, NoSuchUnit
from rulebook.versions import in_force_on
from tests.ledger.world import MARCH, RULES

MERGED = Unit("湖牛街道", TOWNS, successor_of=("湖塘镇", "牛塘镇"))
BEFORE = replace(RULES, units=(Unit("湖塘镇", TOWNS), Unit("牛塘镇", TOWNS)))
VERSIONS = (BEFORE, replace(BEFORE, since=date(2023, 9, 1), units=(MERGED,)))


def on_day(day: date) -> Provisions:
    return in_force_on(VERSIONS, day)


@pytest.fixture
def bonuses(engine: Engine) -> AnnualBonuses:
    return AnnualBonuses(engine, on_day)


def told(engine: Engine, year: int) -> dict[str, Decimal]:
    annual = Figures(engine, on_day, lambda _day: True).annual(year)
    return {one.unit: one.bonus for one in annual if one.bonus}


def put(bonuses: AnnualBonuses, unit: str, year: int, points: str) -> str:
    return bonuses.set_bonus(unit, year, Decimal(points), "li", "局务会", MARCH)


def test_after_a_merge_the_row_has_what_was_set_by_any_of_its_names(
    engine: Engine, bonuses: AnnualBonuses
) -> None:
    AnnualBonuses(engine, lambda _day: BEFORE).set_bonus(
        "湖塘镇", 2023, Decimal(5), "li", "早先的", MARCH
    )
    assert told(engine, 2023) == {"湖牛街道": 5}
    assert put(bonuses, "湖塘镇", 2023, "3") == "湖牛街道"
    assert told(engine, 2023) == {"湖牛街道": 3}
    put(bonuses, "牛塘镇", 2023, "0")
    assert told(engine, 2023) == {}


def test_a_year_before_the_merge_has_the_rows_of_its_end(
    engine: Engine, bonuses: AnnualBonuses
) -> None:
    assert put(bonuses, "牛塘镇", 2022, "2") == "牛塘镇"
    assert told(engine, 2022) == {"牛塘镇": 2}
    with pytest.raises(NoSuchUnit, match="请写当时的单位：湖塘镇、牛塘镇"):
        put(bonuses, "湖牛街道", 2022, "2")
    with pytest.raises(NoSuchUnit):
        bonuses.sanction(Sanction("湖牛街道", 2022, "瞒报", "王", MARCH.date()), "li", MARCH)


def test_what_stands_under_no_units_name_is_shown_told_and_can_be_taken_back(
    engine: Engine, bonuses: AnnualBonuses
) -> None:
    with Session(engine) as session, session.begin():
        session.add(BonusRow(unit="湖牛街道", year=2022, points=Decimal(2), seq=1))
    figures = Figures(engine, on_day, lambda _day: True)
    assert told(engine, 2022) == {UNPLACED: 2}
    summary = figures.summary(parse("2022"), date(2023, 1, 9))
    assert [row.unit for row in summary.with_unplaced(figures.annual(2022))[-1][1]][-1] == UNPLACED
    (one,) = figures.unplaced_bonuses()
    assert "“湖牛街道”2022年度的附加分 2 分不属于当年的任何单位" in one.sentence
    put(bonuses, "湖牛街道", 2022, "0")
    assert figures.unplaced_bonuses() == ()
