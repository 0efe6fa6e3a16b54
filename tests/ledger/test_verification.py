"""The proof itself: what it must not overlook at the edges, and what it must not name though nobody touched it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from ledger import entered_rows, sealed_rows, verification
from ledger.commissions import Commission
from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.older_rows import beyond
from ledger.verification import Rules, contradictions
from rulebook.conversation import Purpose
from rulebook.rulings import Ruling
from tests.ledger.conversation import Talk
from tests.ledger.test_tampering import CHECKS, told_after
from tests.ledger.world import MARCH, RULES, article
from tests.ledgers import ON_SQLITE
from tests.rulebook.builders import draft

DAY = date(2022, 3, 20)


pytestmark = ON_SQLITE


@pytest.fixture
def talk(engine: Engine) -> Talk:
    """Letter 1 brings no draft; the drafts 1 to 4 come with letters 2 to 4."""
    talk = Talk(engine)
    talk.say(Purpose.THANKS, "收到")
    talk.send(draft("1.zip/甲.docx", title="湖塘镇开展检查"))
    talk.send(article(2), article(3))
    talk.send(article(4), received=MARCH + timedelta(hours=1))
    return talk


def test_the_first_and_the_last_of_a_round_are_held_to_the_journal_as_all_others(
    talk: Talk, engine: Engine
) -> None:
    for number in (1, 4):
        talk.decisions.rule(DraftId(number), Ruling(accepted=False), "li", "不采用", MARCH)
    assert list(contradictions(engine, CHECKS)) == []
    for number in (1, 4):
        told = told_after(engine, f"UPDATE drafts SET points = 9 WHERE id = {number}")
        assert f"第 {number} 号稿件收稿时的分数是“9”" in told
        told = told_after(engine, f"DELETE FROM standings WHERE draft_id = {number}")
        assert f"第 {number} 号稿件的现状记录不见了" in told


def test_a_ledger_of_many_rounds_is_proved_like_one_of_a_single(
    talk: Talk, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.decisions.rule(DraftId(3), Ruling(accepted=False), "li", "不采用", MARCH)
    talk.adopt(2, DAY)
    talk.commissions.add(Commission("厂中厂", ("湖塘镇",), DAY, DAY), "li", MARCH)
    for module in (verification, entered_rows, sealed_rows):
        monkeypatch.setattr(module, "BATCH", 1)
    assert list(contradictions(engine, CHECKS)) == []
    for number in (1, 2, 3, 4):
        told = told_after(engine, f"UPDATE scores SET why = '无' WHERE draft_id = {number}")
        assert "积分明细表 scores" in told
        told = told_after(
            engine, f"UPDATE standings SET commission_id = 1 WHERE draft_id = {number}"
        )
        assert told == f"第 {number} 号稿件现在的约稿是“1”，日志里是“无”"


def test_what_was_printed_and_never_sent_in_belongs_to_no_draft(talk: Talk, engine: Engine) -> None:
    talk.adopt(None, DAY)
    talk.adopt(None, DAY, unit="高新区")
    assert list(contradictions(engine, CHECKS)) == []
    told = told_after(engine, "UPDATE scores SET points = 1 WHERE adoption_id = 2")
    assert "（高新区：第 " in told
    assert "行不对，少了或改了 1 行；比对了" in told


def test_of_a_journal_that_is_gone_even_its_only_line_is_missed(engine: Engine) -> None:
    scores = Talk(engine).scores
    HandLines(engine, scores).add(
        HandLine("湖塘镇", MARCH.date(), Decimal(2), "批示", "王"), "li", MARCH
    )
    told = told_after(engine, "DELETE FROM journal")
    assert "日志末尾缺少记录：台账引用到第 1 条，日志只到第 0 条" in told


def test_points_of_a_unit_that_is_no_more_are_named_with_their_sum(
    talk: Talk, engine: Engine
) -> None:
    hand = HandLines(engine, talk.scores)
    for points in ("2.5", "1"):
        hand.add(HandLine("高新区", MARCH.date(), Decimal(points), "批示", "王"), "li", MARCH)
    fewer = replace(RULES, units=tuple(one for one in RULES.units if one.name != "高新区"))
    checks = Rules(lambda _moment: RULES, lambda _day: fewer, CHECKS.is_workday)
    (told,) = contradictions(engine, checks)
    assert told.startswith("“高新区”的 3.5 分不属于当时的任何单位")


@pytest.mark.parametrize(("many", "named"), [(5, "1、2、3、4、5"), (6, "1、2、3、4、5等")])
def test_of_many_wrong_scores_five_are_named(engine: Engine, many: int, named: str) -> None:
    talk = Talk(engine)
    for number in range(many):
        talk.enter(received=MARCH + timedelta(minutes=number))
    told = told_after(engine, "UPDATE scores SET why = '无'")
    assert f"（湖塘镇：第 {named} 行不对，少了或改了 {many} 行；比对了" in told


def test_what_a_stranger_sent_has_no_score(engine: Engine) -> None:
    Talk(engine).enter(unit=None)
    assert list(contradictions(engine, CHECKS)) == []


def test_rows_put_into_an_empty_ledger_are_named(engine: Engine) -> None:
    told = told_after(
        engine,
        "INSERT INTO officers (id, unit, name, post, phone, note) VALUES (1, '湖塘镇', '李四', '', '', '')",
    )
    assert told == "第 1 号报送人员不是按手续登记的：日志里没有他"
    assert list(beyond("邮件", [1, 2, 5], (2, 3))) == ["第 5 号邮件不是按手续登记的：日志里没有它"]
    assert list(beyond("邮件", [3], (2, 3))) == ["日志以前的邮件应有 2 条，现在有 1 条"]
