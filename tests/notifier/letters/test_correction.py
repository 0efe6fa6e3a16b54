"""The corrected receipt tells what changed, what it was before, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from notifier.letters.correction import Changed, Corrected, correction
from notifier.mail.page import Office, look_of
from rulebook.default_rules import NEWS
from rulebook.model import Timely
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import CurrentVerdict

OFFICE = Office(
    "人事教育科",
    "收稿邮箱",
    "请回复。",
    "shougao.office.example",
    "Asia/Shanghai",
    "in@office.example",
)
BEFORE = CurrentVerdict(
    "湖塘镇", NEWS, None, None, Timely.UNDETERMINED, Outcome.HELD, (Reason.DATE_UNCERTAIN,)
)
AFTER = replace(
    BEFORE,
    event_date=date(2022, 3, 7),
    deadline=datetime(2022, 3, 9, 16, 0, tzinfo=UTC),
    timely=Timely.ON_TIME,
    outcome=Outcome.ACCEPTED,
    reasons=(),
)
ONE = Corrected(
    letter=12,
    seq=40,
    subject="【工作动态】<b>检查</b>",
    received=datetime(2022, 3, 8, 1, 0, tzinfo=UTC),
    address="qian@town.example",
    officer="钱一鸣",
    unit="湖塘镇",
    message_id="<1@town.example>",
    references=(),
    drafts=(Changed("标题<script>", BEFORE, AFTER, 0, 1, "电话核实"),),
)


def test_each_thing_that_changed_stands_beside_what_it_was() -> None:
    letter = correction(ONE, OFFICE)
    for words in (
        "钱一鸣同志",
        "事件日期：2022年3月7日（原为：待核定）",
        "按时报送（3月9日24:00截止）",
        "得分：1分（暂计）（原为：核定后计分）",
        "核定说明：电话核实",
        "SG20220308-000012",
    ):
        assert words in letter.plain
    assert "稿件类别：工作动态\n" in letter.plain


def test_it_follows_the_first_receipt_in_the_thread_and_is_known_at_every_try() -> None:
    letter = correction(ONE, OFFICE)
    assert letter.in_reply_to == "<receipt.12@shougao.office.example>"
    assert letter.references == ("<1@town.example>", "<receipt.12@shougao.office.example>")
    assert letter.message_id == correction(ONE, OFFICE).message_id
    assert letter.message_id != correction(replace(ONE, seq=41), OFFICE).message_id


def test_nothing_that_strangers_wrote_is_run() -> None:
    letter = correction(ONE, OFFICE)
    assert "<script>" not in letter.html
    assert "<b>检查" not in letter.html


def test_void_points_and_refusals_are_said_plainly() -> None:
    void = replace(
        ONE, drafts=(Changed("稿", AFTER, replace(AFTER, voided=True), 1, 0, "弄虚作假"),)
    )
    letter = correction(void, OFFICE)
    assert "已收稿（积分作废）" in letter.plain
    assert "更正回执（积分作废）" in letter.html
    assert look_of(Outcome.REFUSED).colour in letter.html
    assert look_of(Outcome.ACCEPTED).colour not in letter.html
    declined = replace(AFTER, outcome=Outcome.REFUSED, reasons=(Reason.DECLINED,))
    refused = replace(ONE, drafts=(Changed("稿", AFTER, declined, 1, 0, "与主题无关"),))
    letter = correction(refused, OFFICE)
    assert "不予收录" in letter.plain
    assert "不计分（原为：1分（暂计））" in letter.plain
