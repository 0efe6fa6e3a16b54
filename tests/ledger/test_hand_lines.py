from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from ledger.errors import InvalidInput, NotFound
from ledger.hand_lines import HandLine, HandLines
from ledger.verification import Rules, contradictions
from rulebook.default_rules import TOWNS
from rulebook.periods import parse
from rulebook.ranking import TableRow
from tests.ledger.world import MARCH, World
from tests.rulebook.builders import UNITS

Q1 = parse("2022Q1")
LINE = HandLine(
    "湖塘镇", date(2022, 3, 8), Decimal("2.5"), "区领导批示", "王主任", clause="第十三条"
)


@pytest.fixture
def world(engine: Engine) -> World:
    world = World(engine)
    world.enter()
    return world


def row(world: World, unit: str = "湖塘镇") -> TableRow:
    tables = dict(world.figures.summary(Q1, date(2022, 6, 30)).tables)
    return next(one for one in tables[TOWNS] if one.unit == unit)


def proven(world: World) -> list[str]:
    rules = Rules(lambda _: world.rules, lambda _: world.rules, lambda day: day.weekday() < 5)
    return list(contradictions(world.engine, rules))


def test_points_by_hand_stand_in_the_row_as_a_figure_of_their_own(world: World) -> None:
    lines = HandLines(world.engine, world.scores)
    before = row(world)
    lines.add(LINE, "li", MARCH)
    lines.add(HandLine("湖塘镇", date(2022, 3, 8), -1, "错情", "王主任"), "li", MARCH)
    after = row(world)
    assert (after.by_hand, after.points) == (Decimal("1.5"), before.points + Decimal("1.5"))
    assert (after.counts, after.correction) == (before.counts, before.correction)
    assert row(world, UNITS[1].name).by_hand == 0
    assert any(line.why == "第十三条：区领导批示" for line in world.figures.proof("湖塘镇", Q1))
    assert proven(world) == []


def test_a_line_taken_back_counts_no_more_and_stays_in_the_list(world: World) -> None:
    lines = HandLines(world.engine, world.scores)
    before = row(world)
    number = lines.add(LINE, "li", MARCH)
    lines.remove(number, "li", "登记错了", MARCH)
    assert row(world) == before
    assert [one.removed for one in lines.listing()] == [True]
    assert proven(world) == []
    with pytest.raises(InvalidInput):
        lines.remove(number, "li", "再来一次", MARCH)
    with pytest.raises(NotFound):
        lines.remove(99, "li", "错", MARCH)


def test_a_persons_line_is_in_no_units_row(world: World) -> None:
    before = row(world)
    alone = HandLine("", date(2022, 3, 8), -3, "差错", "王主任", person="钱一鸣")
    HandLines(world.engine, world.scores).add(alone, "li", MARCH)
    assert row(world) == before
    assert proven(world) == []


@pytest.mark.parametrize(
    "line",
    [
        HandLine("", date(2022, 3, 8), 1, "批示", "王主任"),
        HandLine("湖塘镇", date(2022, 3, 8), 0, "批示", "王主任"),
        HandLine("湖塘镇", date(2022, 3, 8), 1, " ", "王主任"),
        HandLine("湖塘镇", date(2022, 3, 8), 1, "批示", ""),
    ],
)
def test_a_line_of_nobody_of_nothing_or_approved_by_nobody_is_refused(
    world: World, line: HandLine
) -> None:
    with pytest.raises(InvalidInput):
        HandLines(world.engine, world.scores).add(line, "li", MARCH)


def test_a_figure_changed_behind_the_programs_back_is_found(world: World) -> None:
    HandLines(world.engine, world.scores).add(LINE, "li", MARCH)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hand_lines SET points = 9")
    assert any("加减分的分数" in one for one in proven(world))
