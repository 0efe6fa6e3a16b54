"""A receipt says what its reader can do now, nothing beside a 密级 mark, and is never long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from notifier.letters.correction import Changed, Corrected, correction
from notifier.mail.message import OutgoingLetter, render
from notifier.mail.page import Office, thread_subject
from rulebook.model import DraftVerdict, Fault, Sender, Submission, Verdict
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.rulings import CurrentVerdict
from tests.notifier.letters.receipts import Case, told, words_of

SENT = datetime(2022, 3, 7, 2, 0, tzinfo=UTC)
MOST = 60_000


def size(letter: OutgoingLetter) -> int:
    return len(render(letter, "inbox@office.example", "收稿邮箱", SENT))


def test_a_late_draft_is_told_how_the_day_may_be_put_right_and_until_when(
    office: Office, cases: dict[str, Case]
) -> None:
    letter = told(office, cases["accepted"])
    for said in (letter.plain, words_of(letter.html)):
        assert (
            "如果事件日期认定有误，请在3月14日24:00前直接回复本邮件，写明事件发生在哪一天" in said
        )
        assert "今后请在规定的时限内" not in said


def test_an_open_day_is_asked_for_now(office: Office, cases: dict[str, Case]) -> None:
    letter = told(office, cases["held"])
    for said in (letter.plain, words_of(letter.html)):
        assert (
            "请在3月14日24:00前直接回复本邮件，写明事件发生在哪一天、在稿件的什么地方可以看到"
            in said
        )


def test_an_office_may_give_another_time_or_none(office: Office, cases: dict[str, Case]) -> None:
    days = replace(office, wording=replace(office.wording, answer_days=3))
    assert "请在3月10日24:00前直接回复本邮件" in told(days, cases["held"]).plain
    none = replace(office, wording=replace(office.wording, answer_days=0))
    said = told(none, cases["held"]).plain
    assert "请直接回复本邮件，写明" in said


def test_beside_a_secret_mark_nothing_else_is_advised(
    office: Office, submission: Submission
) -> None:
    faults = (
        Fault(Reason.BARE_ATTACHMENT, "一.docx"),
        Fault(Reason.SECRET_MARK, "秘密★1年"),
        Fault(Reason.UNKNOWN_SENDER),
    )
    verdict = Verdict(Outcome.REFUSED, faults, (), (Remark.BARE_ATTACHMENT, Remark.NO_REVIEWER))
    letter = told(office, (submission, verdict), reply_to="other@hutang.example")
    for said in (letter.plain, words_of(letter.html)):
        assert Reason.SECRET_MARK.advice in said
        for other in (Reason.BARE_ATTACHMENT, Reason.UNKNOWN_SENDER):
            assert other.sentence not in said
            assert other.advice not in said
        assert "重新发送" not in said
        assert "重新报送" not in said
        assert "提示" not in said


@pytest.mark.parametrize(
    ("subject", "repeated"),
    [
        ("RE：FW: 【已退稿】 Re: 动态", "动态"),
        ("回覆：【已收稿】Re: 动态", "动态"),
        ("转发：湖塘镇动态", "转发：湖塘镇动态"),
        ("Re: Re: 【已收稿】Re: 【工作动态】湖塘镇", "【工作动态】湖塘镇"),
        ("回复：【待核定】Re：【逾期收稿】Re: 【工作动态】湖塘镇", "【工作动态】湖塘镇"),
        ("答复: RE: 【更正】Re: 稿件", "稿件"),
        ("【部分退稿】Re: 稿件", "稿件"),
        ("Re[2]: 稿件", "稿件"),
        ("转发: 稿件", "转发: 稿件"),
        ("【舆情】某地Re: 网帖", "【舆情】某地Re: 网帖"),
        ("Reform", "Reform"),
        ("Re: ", "（无主题）"),
        ("", "（无主题）"),
    ],
)
def test_signs_of_an_answer_do_not_pile_up_before_a_subject(subject: str, repeated: str) -> None:
    assert thread_subject(subject) == repeated


def test_the_receipt_of_an_answer_begins_with_one_re(
    office: Office, cases: dict[str, Case]
) -> None:
    submission, verdict = cases["accepted"]
    again = replace(submission, subject="Re: Re: 【已收稿】Re: 【工作动态】湖塘镇")
    assert told(office, (again, verdict)).subject == "【已收稿】Re: 【工作动态】湖塘镇"


def test_of_a_letter_with_many_drafts_the_rest_is_told_as_a_number(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    drafts = tuple(
        replace(judged, draft=replace(judged.draft, title=f"第{number}篇{'检查' * 40}"))
        for number in range(300)
    )
    letter = told(office, (submission, Verdict(Outcome.ACCEPTED, (), drafts)))
    assert MOST * 0.9 < size(letter) <= MOST
    shown = letter.plain.count("稿件类别：")
    assert 0 < shown < 300
    for said in (letter.plain, words_of(letter.html)):
        assert "共300篇" in said
        assert f"另有{300 - shown}篇稿件的登记情况" in said


def test_a_forged_letter_costs_nobody_a_long_receipt(
    office: Office, submission: Submission
) -> None:
    faults = tuple(
        Fault(reason, f"{'长' * 300}{number}")
        for reason in Reason
        if reason.outcome is Outcome.HELD or reason.name.endswith(("ARCHIVE", "DRAFT"))
        for number in range(400)
    )
    forged = replace(
        submission,
        subject="主题" * 100_000,
        sender=Sender("名" * 100_000, "who@elsewhere.example"),
        attachments=tuple(f"{'附' * 5000}{number}.docx" for number in range(2000)),
    )
    letter = told(office, (forged, Verdict(Outcome.REFUSED, faults, ())))
    assert size(letter) <= MOST
    assert Reason.DAMAGED_ARCHIVE.sentence in letter.plain


def test_a_correction_keeps_the_bound_too(office: Office, judged: DraftVerdict) -> None:
    now = CurrentVerdict(
        outcome=Outcome.ACCEPTED,
        kind=judged.kind,
        unit="湖塘镇",
        event_date=judged.draft.event_date.day,
        deadline=judged.deadline,
        timely=judged.timely,
        reasons=(),
        voided=False,
    )
    changed = tuple(Changed("题" * 90, now, now, 1, 1, "原因" * 250) for _ in range(200))
    corrected = Corrected(
        1, 2, "主题", SENT, "qian@hutang.example", "钱一鸣", "湖塘镇", "", (), changed
    )
    letter = correction(corrected, office)
    assert size(letter) <= MOST
    assert "因篇幅所限没有逐篇列出" in letter.plain
