"""Why points of a published period changed: decisions, adoptions and points by hand since then."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine

from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.queries.change_causes import causes
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.world import MARCH, World, article

Q1 = parse("2022Q1")
PUBLISHED = MARCH + timedelta(days=30)
LATER = PUBLISHED + timedelta(days=1)
ZONE = "Asia/Shanghai"


def test_each_deed_since_the_publication_is_a_cause_and_none_before(engine: Engine) -> None:
    world = World(engine)
    world.enter()
    world.enter(article(2), subject="【综合】")
    world.decisions.rule(DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "早先的", MARCH)
    world.decisions.rule(DraftId(1), Ruling(voided=False), "li", "查无此事", LATER)
    world.decisions.rule(DraftId(1), Ruling(unit="高新区"), "li", "", LATER)
    adoption = world.adopt(2, date(2022, 3, 20), 2)  # recorded on its day
    world.adoptions.change(adoption, "li", "登记有误", LATER, withdrawn=True)
    lines = HandLines(engine, world.scores)
    number = lines.add(HandLine("湖塘镇", date(2022, 3, 9), 2, "批示", "王"), "li", LATER)
    lines.remove(number, "li", "重复", LATER)
    lines.add(HandLine("湖塘镇", date(2022, 4, 8), 2, "下一季度", "王"), "li", LATER)
    found = causes(engine, Q1, PUBLISHED, ZONE)
    assert [(one.units, one.sentence) for one in found] == [
        (("高新区", "湖塘镇"), "4月8日核定《湖塘镇开展安全检查》：查无此事"),
        (("高新区", "湖塘镇"), "4月8日核定《湖塘镇开展安全检查》"),
        (("湖塘镇",), "4月8日撤销中国应急管理报录用《标题2》：登记有误"),
        (("湖塘镇",), "4月8日加减分：批示"),
        (("湖塘镇",), "4月8日撤销加减分：重复"),
    ]
    assert causes(engine, Q1, LATER, ZONE) == []
    assert [one.sentence for one in causes(engine, parse("2022Q2"), PUBLISHED, ZONE)] == [
        "4月8日加减分：下一季度"
    ]
