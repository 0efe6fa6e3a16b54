"""Why points of a published period changed: what made the difference since then, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.models.decisions import JournalRow
from ledger.queries.change_causes import causes
from ledger.rulings import Rules
from rulebook.periods import Period, parse
from rulebook.rulings import Ruling
from tests.ledger.world import MARCH, RULES, World, article

Q1 = parse("2022Q1")
LATER = MARCH + timedelta(days=31)
IN_FORCE = Rules(lambda _moment: RULES, lambda _day: RULES, lambda day: day.weekday() < 5)


@pytest.fixture
def world(engine: Engine) -> World:
    """A news item of the 湖塘镇 (1) and an article (2) that was printed."""
    world = World(engine)
    world.enter()
    world.enter(article(2), subject="【综合】")
    return world


def now(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.max(JournalRow.seq))) or 0


def told(engine: Engine, since: int, period: Period = Q1) -> list[tuple[str, object, str]]:
    found = causes(engine, period, since, IN_FORCE, "Asia/Shanghai")
    return [(one.unit, one.points, one.sentence) for one in found]


def test_each_deed_that_made_a_difference_is_told_with_what_it_changed(world: World) -> None:
    engine = world.engine
    world.decisions.rule(DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "早先的", MARCH)
    adoption = world.adopt(2, date(2022, 3, 20), 2)
    since = now(engine)
    world.decisions.rule(DraftId(1), Ruling(voided=False), "li", "查无此事", LATER)
    world.adoptions.change(adoption, "li", "登记有误", LATER, withdrawn=True)
    lines = HandLines(engine, world.scores)
    lines.add(HandLine("湖塘镇", date(2022, 3, 9), 2, "批示", "王"), "li", LATER)
    lines.add(HandLine("湖塘镇", date(2022, 4, 8), 3, "下一季度", "王"), "li", LATER)
    assert told(engine, since) == [
        ("湖塘镇", 1, "4月8日核定《湖塘镇开展安全检查》：查无此事"),
        ("湖塘镇", -10, "4月8日撤销中国应急管理报录用《标题2》：登记有误"),
        ("湖塘镇", 2, "4月8日加减分：批示"),
    ]
    assert told(engine, now(engine)) == []
    assert told(engine, since, parse("2022Q2")) == [("湖塘镇", 3, "4月8日加减分：下一季度")]


def test_what_was_taken_back_blames_nobody(world: World) -> None:
    engine, since = world.engine, now(world.engine)
    world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", LATER
    )
    world.decisions.rule(DraftId(1), Ruling(voided=False), "li", "查实不是", LATER)
    undone = world.decisions.rule(
        DraftId(2), Ruling(voided=True, approved_by="王局"), "li", "点错", LATER
    )
    world.decisions.undo(undone.seq, "li", LATER)
    lines = HandLines(engine, world.scores)
    number = lines.add(HandLine("湖塘镇", date(2022, 3, 9), 2, "批示", "王"), "li", LATER)
    lines.remove(number, "li", "重复", LATER)
    assert told(engine, since) == []


def test_a_draft_that_was_voided_moved_and_cleared_has_only_moved(world: World) -> None:
    since = now(world.engine)
    world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", LATER
    )
    world.decisions.rule(DraftId(1), Ruling(unit="高新区"), "li", "高新区报的", LATER)
    world.decisions.rule(DraftId(1), Ruling(voided=False), "li", "查实不是", LATER)
    assert told(world.engine, since) == [
        ("湖塘镇", -1, "4月8日核定《湖塘镇开展安全检查》：高新区报的"),
        ("高新区", 1, "4月8日核定《湖塘镇开展安全检查》：高新区报的"),
    ]


def test_points_by_hand_that_are_taken_back_are_told_with_what_they_were_for(world: World) -> None:
    lines = HandLines(world.engine, world.scores)
    number = lines.add(HandLine("湖塘镇", date(2022, 3, 8), 10, "批示", "王"), "li", MARCH)
    since = now(world.engine)
    lines.remove(number, "li", "重复登记", LATER)
    assert told(world.engine, since) == [("湖塘镇", -10, "4月8日撤销加减分“批示”：重复登记")]


def test_a_letter_that_was_entered_late_is_a_cause(world: World) -> None:
    since = now(world.engine)
    world.enter(unit="高新区", received=MARCH)
    assert told(world.engine, since) == [("高新区", 1, "3月8日补收《高新区开展安全检查》")]
