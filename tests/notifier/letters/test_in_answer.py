"""Letters in answer to what officers write: acknowledged, the unit's card, outcomes, a person's words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest

from ledger.states import LetterKind
from notifier.letters.acknowledgment import acknowledgment
from notifier.letters.adoption import SettledAdoption, adoption_outcome
from notifier.letters.answer import answer, forwarded
from notifier.letters.answered_letter import AnsweredLetter
from notifier.letters.card import HeldDraft, OwedDrafts, PeriodFigures, UnitCard, card
from notifier.mail.message import OutgoingLetter, render
from notifier.mail.page import Office
from rulebook.conversation import Purpose
from rulebook.default_rules import NEWS, OPINION
from rulebook.periods import Span, containing

OFFICE = Office(
    "区应急管理局人事教育科",
    "信息宣传收稿邮箱",
    "如有疑问，请直接回复本邮件。",
    "shougao.office.example",
    "Asia/Shanghai",
    "in@office.example",
)
NOW = datetime(2022, 3, 9, 2, 0, tzinfo=UTC)
TODAY = date(2022, 3, 9)
ANSWERED = AnsweredLetter(
    12,
    NOW,
    "回复：【待核定】Re: 湖塘镇稿件",
    "qian@town.example",
    "钱一鸣",
    "湖塘镇",
    "<a@town.example>",
    ("<receipt.3@shougao.office.example>",),
    "事件日期应为3月6日，<b>请核实</b>。",
)
CARD = UnitCard(
    "湖塘镇",
    "板块",
    TODAY,
    tuple(
        PeriodFigures(containing(TODAY, span), ((NEWS, many), (OPINION, 1)), 1, 1, 0, many, 3, 14)
        for many, span in enumerate((Span.WEEK, Span.MONTH, Span.QUARTER), 1)
    ),
    (OwedDrafts(OPINION, containing(TODAY, Span.WEEK), 3, 1),),
    (HeldDraft("湖塘镇开展检查", date(2022, 3, 8), ("无法从稿件中确定事件发生的日期。",)),),
)
SETTLED = (
    SettledAdoption("把安全种进车间", "学习强国", "二类", date(2022, 3, 7), True, ""),
    SettledAdoption("另一篇", "某公众号", "", None, False, "链接打不开，请补充截图"),
)


def written() -> dict[str, OutgoingLetter]:
    return {
        "statement": acknowledgment(ANSWERED, Purpose.STATEMENT, OFFICE),
        "withdrawal": acknowledgment(ANSWERED, Purpose.WITHDRAWAL, OFFICE),
        "inquiry": acknowledgment(ANSWERED, Purpose.INQUIRY, OFFICE),
        "card": card(ANSWERED, CARD, OFFICE),
        "adoption": adoption_outcome(ANSWERED, SETTLED, "1", OFFICE),
        "answer": answer(ANSWERED, "请补充事件日期。\n\n谢谢！", "1", OFFICE),
        "forward": forwarded(
            ANSWERED,
            "某人 <x@y.example>",
            b"Subject: x\r\n\r\nx",
            "duty@office.example",
            "",
            "1",
            OFFICE,
        ),
    }


@pytest.mark.parametrize("name", written())
def test_an_answer_hangs_in_its_thread_and_goes_to_the_writer_alone(name: str) -> None:
    letter = written()[name]
    if name == "forward":
        assert (letter.recipient, letter.in_reply_to) == ("duty@office.example", "")
    else:
        assert letter.recipient == "qian@town.example"
        assert letter.in_reply_to == "<a@town.example>"
        assert letter.references[-1] == "<a@town.example>"
    assert letter.copies == ()
    assert letter == written()[name], "the same at every try"
    assert "<b>" not in letter.html


def test_no_two_of_them_share_a_message_id() -> None:
    letters = written().values()
    assert len({(one.kind, one.message_id) for one in letters}) == len(letters) - 2
    assert {one.kind for one in letters} == {
        LetterKind.ACKNOWLEDGMENT,
        LetterKind.CARD,
        LetterKind.ADOPTION,
        LetterKind.ANSWER,
        LetterKind.FORWARD,
    }


def test_a_statement_is_told_to_be_with_a_person_and_what_follows() -> None:
    letter = written()["statement"]
    assert letter.subject.startswith("【已收悉】Re: ")
    for words in ("钱一鸣同志：", "工作人员", "更正回执", "事件日期应为3月6日"):
        assert words in letter.plain
    assert "不作为投稿" not in letter.plain
    assert letter.auto_submitted == "auto-replied"


def test_a_card_tells_the_three_periods_what_waits_and_what_is_owed() -> None:
    plain = written()["card"].plain
    for words in (
        "本周：收稿2篇，得1分，列第3",
        "本月：收稿3篇，得2分，列第3",
        "本季度：收稿4篇，得3分，列第3",
        "还需报送：舆情2篇（本周应报3篇，已报1篇，2022年3月13日截止）",
        "待核定：《湖塘镇开展检查》（2022年3月8日收到；无法从稿件中确定事件发生的日期。）",
        "得分为暂计",
    ):
        assert words in plain, plain


def test_a_unit_that_owes_nothing_is_told_so() -> None:
    told = UnitCard("湖塘镇", "板块", TODAY, CARD.figures, (), ())
    assert "还需报送：目前没有未完成的报送任务" in card(ANSWERED, told, OFFICE).plain


def test_the_outcome_of_a_report_names_each_adoption_and_why_not() -> None:
    plain = written()["adoption"].plain
    for words in ("已登记1件，未予登记1件", "学习强国（二类）", "链接打不开，请补充截图"):
        assert words in plain, plain


def test_what_a_person_wrote_is_no_machines_letter() -> None:
    letter = written()["answer"]
    assert letter.auto_submitted == ""
    assert "系统自动发送" not in letter.plain + letter.html
    assert "请补充事件日期。" in letter.plain
    raw = render(letter, "in@office.example", "收稿", NOW)
    assert message_from_bytes(raw, policy=policy.default)["Auto-Submitted"] is None


def test_a_letter_is_handed_on_whole() -> None:
    letter = written()["forward"]
    raw = render(letter, "in@office.example", "收稿", NOW)
    message = message_from_bytes(raw, policy=policy.default)
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "来信.eml"
    assert attached.get_content() == b"Subject: x\r\n\r\nx"
    assert "某人" in letter.plain
