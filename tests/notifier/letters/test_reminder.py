"""Reminders and commissions: what is asked, until when, in more than one wording, each once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes, policy

from notifier.letters.notice_cover import notice_letter
from notifier.letters.reminder import ASKED, Lacking, Missing, commission_letter, reminder
from notifier.mail.message import render
from notifier.mail.page import Office
from rulebook.default_rules import NEWS, OPINION

OFFICE = Office(
    "人事教育科",
    "收稿邮箱",
    "请回复。",
    "shougao.office.example",
    "Asia/Shanghai",
    "in@office.example",
)
LAST = date(2022, 3, 13)


def week(*missing: Missing) -> Lacking:
    return Lacking("2022-W10", "2022年第10周", LAST, missing)


def remind(number: int = 1, unit: str = "湖塘镇"):  # type: ignore[no-untyped-def]
    due = [week(Missing(NEWS, 1, 0), Missing(OPINION, 3, 1))]
    return reminder(unit, "钱一鸣", "q@town.example", due, number, OFFICE)


def test_a_reminder_tells_what_is_missing_and_until_when() -> None:
    letter = remind()
    for words in (
        "工作动态：还差1篇（应报1篇，已报0篇）",
        "舆情：还差2篇（应报3篇，已报1篇）",
        "2022年3月13日",
    ):
        assert words in letter.plain
    assert letter.auto_submitted == "auto-generated"


def test_what_waits_for_the_office_is_told_beside_what_was_reported() -> None:
    due = [week(Missing(NEWS, 3, 0, 1))]
    letter = reminder("湖塘镇", "钱一鸣", "q@town.example", due, 1, OFFICE)
    assert "应报3篇，已报0篇，待核1篇" in letter.plain


def test_the_last_day_is_called_today() -> None:
    due = [week(Missing(NEWS, 1, 0))]
    letter = reminder("湖塘镇", "钱一鸣", "q@town.example", due, 1, OFFICE, LAST)
    assert "今天截止" in letter.plain
    assert "2022年3月13日（含当日）截止" in remind().plain


def test_the_wording_varies_from_officer_to_officer_and_stays_for_each() -> None:
    said = {remind(number).plain.split("您好！")[1].splitlines()[0] for number in range(40)}
    assert len(said) == len(ASKED)
    assert remind(7).plain == remind(7).plain


def test_each_officer_is_reminded_under_one_message_id_a_period() -> None:
    assert remind(1).message_id == remind(1).message_id != remind(2).message_id


def test_a_commission_is_asked_for_and_recalled_under_ids_of_their_own() -> None:
    first, again = (
        commission_letter(
            "冬季防火", "配图", LAST, "钱", "湖塘镇", "q@x.example", (3, 1), OFFICE, again=one
        )
        for one in (False, True)
    )
    assert "【约稿】冬季防火" in first.subject
    assert "配图" in first.plain
    assert "没有收到" in again.plain
    assert first.message_id != again.message_id


def test_a_commission_is_worded_in_several_ways() -> None:
    for again in (False, True):
        said = {
            commission_letter(
                *("冬季防火", "", LAST, "钱", f"第{number}镇", "q@x.example", (3, number)),
                OFFICE,
                again=again,
            ).plain.splitlines()[2]
            for number in range(40)
        }
        assert len(said) == 3
        assert not [one for one in said if "{" in one]


def test_a_published_notice_goes_out_with_its_files() -> None:
    files = {"通报.docx": b"docx", "通报.xlsx": b"xlsx"}
    letter = notice_letter(
        "关于…的通报", "2022年第一季度", 2, files, "a@x.example", 1, "2022Q1", OFFICE
    )
    raw = render(letter, "in@office.example", "收稿邮箱", datetime(2022, 4, 2, tzinfo=UTC))
    assert raw == render(letter, "in@office.example", "收稿邮箱", datetime(2022, 4, 2, tzinfo=UTC))
    message = message_from_bytes(raw, policy=policy.default)
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert attached == files
    assert "第2版" in letter.subject
    assert message["X-Shougao"] == "notice"
