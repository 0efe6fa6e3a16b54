"""What officers are told, in plain text and HTML."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notifier.letters.receipt import receipt
from notifier.mail.page import Office, lateness
from rulebook.model import (
    DraftVerdict,
    Duplicate,
    Fault,
    FileFact,
    FileRole,
    Sender,
    Submission,
    Verdict,
)
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.wording import Wording
from tests.notifier.letters.receipts import Case, told, words_of

OUTCOMES = ("accepted", "held", "stranger", "refused", "unreadable", "mixed", "secret")


@pytest.mark.parametrize("name", OUTCOMES)
def test_both_forms_say_the_same_facts(office: Office, cases: dict[str, Case], name: str) -> None:
    letter = told(office, cases[name])
    html = words_of(letter.html)
    for said in (letter.plain, html):
        assert "SG20220307-000012" in said
        assert "2022年3月7日09:30" in said
        assert office.name in said
        assert office.contact in said
        assert "本邮件由系统自动发送" in said
        for reason in cases[name][1].reasons:
            assert SAID(reason.sentence) in said
            assert SAID(reason.advice) in said or reason in (Reason.LATE, Reason.DATE_UNCERTAIN)
        for remark in cases[name][1].remarks:
            assert SAID(remark.sentence) in said


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("accepted", "【已收稿】Re: 【工作动态】湖塘镇3月第1周信息"),
        ("held", "【待核定】Re: 【工作动态】湖塘镇3月第1周信息"),
        ("refused", "【已退稿】Re: 【工作动态】湖塘镇3月第1周信息"),
        ("mixed", "【部分退稿】Re: 【工作动态】湖塘镇3月第1周信息"),
        ("secret", "【已退稿】您于2022年3月7日09:30发来的邮件"),
    ],
)
def test_the_subject_tells_the_outcome(
    office: Office, cases: dict[str, Case], name: str, subject: str
) -> None:
    assert told(office, cases[name]).subject == subject


SAID = Wording().said
"""Our sentences in the words of config.toml's office."""


def test_an_accepted_draft_is_told_with_its_kind_date_limit_and_provisional_points(
    office: Office, cases: dict[str, Case]
) -> None:
    said = told(office, cases["accepted"]).plain
    assert "钱一鸣同志：" in said
    assert "稿件类别：工作动态（邮件主题“【工作动态】湖塘镇3月第1周信息”标有“工作动态”）" in said
    assert "字数：412字，配图2张" in said
    assert "事件日期：2022年3月6日（依据：“3月6日，湖塘镇应急管理局" in said
    assert "报送时限：按时报送（3月8日24:00截止）" in said
    assert "得分：1分（暂计）" in said
    assert "最终以区应急管理局人事教育科核定公布的为准" in said


def test_a_late_draft_is_told_that_it_scores_nothing(
    office: Office, cases: dict[str, Case]
) -> None:
    said = told(office, cases["accepted"]).plain
    assert "〔逾期收稿〕" in said
    assert "报送时限：已逾期1天9小时（3月5日24:00截止）" in said
    assert "得分：不计分" in said
    assert "共2篇：已收稿2篇（其中逾期1篇）。" in said


def test_a_letter_of_nothing_but_late_drafts_says_so_in_its_subject(
    office: Office, submission: Submission, late: DraftVerdict
) -> None:
    letter = told(office, (submission, Verdict(Outcome.ACCEPTED, (), (late,))))
    assert letter.subject.startswith("【逾期收稿】")
    assert "已收稿，但已逾期" in letter.plain


def test_a_twin_is_named_with_title_unit_and_moment(office: Office, cases: dict[str, Case]) -> None:
    said = told(office, cases["held"]).plain
    assert "相似稿件：《湖塘镇开展专项检查》（湖塘镇，2022年3月1日10:05收到，相似度93%）" in said


def test_a_twin_in_the_same_letter_is_named_by_its_place(
    office: Office, cases: dict[str, Case]
) -> None:
    submission, verdict = cases["held"]
    (judged,) = verdict.drafts
    assert judged.duplicate
    beside = replace(judged.duplicate, letter=12, position=2, similarity=0.9999)
    changed = replace(verdict, drafts=(replace(judged, duplicate=beside),))
    said = told(office, (submission, changed)).plain
    assert "（同一封邮件中的第2篇，相似度99%）" in said


def test_a_twin_that_is_not_held_against_a_draft_is_not_told(
    office: Office, cases: dict[str, Case]
) -> None:
    submission, verdict = cases["held"]
    (judged,) = verdict.drafts
    changed = replace(verdict, drafts=(replace(judged, reasons=(Reason.DATE_UNCERTAIN,)),))
    assert "相似稿件" not in told(office, (submission, changed)).plain


def test_the_very_same_file_is_told_without_blame(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    duplicate = Duplicate("甲", "湖塘镇", datetime(2022, 3, 1, 2, 5, tzinfo=UTC), 1.0, True, 3)
    resent = replace(judged, outcome=Outcome.REFUSED, reasons=(Reason.RESENT,), duplicate=duplicate)
    said = told(office, (submission, Verdict(Outcome.REFUSED, (), (resent,)))).plain
    assert "相同稿件：《甲》（湖塘镇，2022年3月1日10:05收到，文件完全相同）" in said
    assert "登记，这次不再重复登记" in said
    assert "不符合报送要求" not in said
    assert "重新报送：" not in said


def test_what_to_do_about_a_fault_of_the_letter_stands_once_and_first(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    bare = replace(judged, outcome=Outcome.REFUSED, points=0)
    other = replace(bare, draft=replace(bare.draft, title="另一篇"))
    fault = (Fault(Reason.BARE_ATTACHMENT),)
    said = told(office, (submission, Verdict(Outcome.REFUSED, fault, (bare, other)))).plain
    assert said.count("重新报送：") == 1
    assert said.index("重新报送：") < said.index("回执编号")
    apart = replace(other, deadline=datetime(2022, 3, 9, 16, 0, tzinfo=UTC))
    said = told(office, (submission, Verdict(Outcome.REFUSED, fault, (bare, apart)))).plain
    assert said.count("重新报送：") == 2


def test_the_wording_varies_from_letter_to_letter_and_stays_for_each(
    office: Office, cases: dict[str, Case]
) -> None:
    def opening(number: int, name: str) -> str:
        letter = receipt(number, *cases[name], office, message_id="", references=(), reply_to="")
        return letter.plain.splitlines()[2]

    for name, ways in (("accepted", 3), ("held", 3), ("refused", 3), ("mixed", 2)):
        assert len({opening(number, name) for number in range(60)}) == ways
        assert opening(7, name) == opening(7, name)


def test_an_ended_officer_without_a_successor_is_not_told_of_a_copy(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    ended = replace(submission, sender=replace(submission.sender, ended=True))
    letter = told(
        office, (ended, Verdict(Outcome.ACCEPTED, (), (judged,), (Remark.OFFICER_ENDED,)))
    )
    assert letter.copies == ()
    assert "抄送" not in letter.plain
    assert "还没有接任的宣传员" in letter.plain


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(seconds=5), "不到1分钟"),
        (timedelta(minutes=7), "7分钟"),
        (timedelta(hours=3, minutes=7), "3小时7分钟"),
        (timedelta(days=1, minutes=7), "1天"),
        (timedelta(days=2, hours=9, minutes=30), "2天9小时"),
    ],
)
def test_lateness_is_told_by_its_two_largest_parts(late: timedelta, said: str) -> None:
    assert lateness(late) == said


def test_without_its_style_sheet_a_receipt_looks_the_same_by_day(
    office: Office, cases: dict[str, Case]
) -> None:
    """Webmail drops style sheets: only colours of the dark and narrow margins may hang on them."""
    for case in cases.values():
        html = told(office, case).html
        sheet = html[html.index("<style>") : html.index("</style>")]
        assert sheet.count("@media") == 2
        outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", sheet[len("<style>") :])
        assert not outside.strip()
        for tag in re.findall(r"<(td|div|span)([^>]*)>", html.split("</style>")[1]):
            if "color" in tag[1] or "ink" in tag[1]:
                assert "style=" in tag[1]


def test_nothing_of_a_secret_letter_is_repeated(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    draft = replace(judged.draft, title="绝密甲", file="绝密乙.zip/绝密丙.docx", text="绝密丁")
    hidden = replace(submission, subject="绝密戊", attachments=("绝密乙.zip",), drafts=(draft,))
    refused = replace(
        judged, draft=draft, kind_evidence="绝密己", outcome=Outcome.REFUSED, points=0
    )
    faults = (
        Fault(Reason.SECRET_MARK, "绝密庚"),
        Fault(Reason.DAMAGED_ARCHIVE, "绝密辛.zip"),
    )
    letter = told(office, (hidden, Verdict(Outcome.REFUSED, faults, (refused,))))
    for said in (letter.subject, letter.plain, letter.html):
        assert not re.search("绝密[甲乙丙丁戊己庚辛]", said)


def test_only_the_senders_own_address_is_answered(office: Office, cases: dict[str, Case]) -> None:
    letter = told(office, cases["accepted"], reply_to="victim@elsewhere.example")
    assert letter.recipient == "qian@hutang.example"
    assert letter.copies == ()
    assert "victim" not in letter.plain + letter.html
    assert "回执只发给发件邮箱" in letter.plain
    assert "回执只发给" not in told(office, cases["accepted"], "Qian@Hutang.example").plain


def test_an_ended_officers_successors_get_copies(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    sender = Sender(
        "钱一鸣",
        "qian@hutang.example",
        "湖塘镇",
        "钱一鸣",
        ended=True,
        successors=("zhou@hutang.example", "qian@hutang.example", "zhou@hutang.example"),
    )
    verdict = Verdict(Outcome.ACCEPTED, (), (judged,), (Remark.OFFICER_ENDED,))
    letter = told(office, (replace(submission, sender=sender), verdict))
    assert letter.copies == ("zhou@hutang.example",)
    still = replace(sender, ended=False)
    assert told(office, (replace(submission, sender=still), verdict)).copies == ()


def test_the_thread_of_the_letter_is_kept(office: Office, cases: dict[str, Case]) -> None:
    letter = told(office, cases["accepted"])
    assert letter.message_id == "<receipt.12@office.example>"
    assert letter.in_reply_to == "<1@hutang.example>"
    assert letter.references == ("<0@hutang.example>", "<1@hutang.example>")
    assert letter.auto_submitted == "auto-replied"


def test_a_strangers_markup_is_shown_and_not_obeyed(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    hostile = "<script>alert(1)</script>&{{ 7*7 }}{% raw %}"
    draft = replace(judged.draft, title=hostile)
    letter = told(
        office,
        (
            replace(submission, subject=hostile, attachments=(hostile + ".zip",)),
            Verdict(Outcome.ACCEPTED, (), (replace(judged, draft=draft, kind_evidence=hostile),)),
        ),
    )
    assert "<script" not in letter.html
    assert hostile in words_of(letter.html)
    assert hostile in letter.plain


def test_a_line_break_in_a_name_makes_no_line_of_its_own(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    forged = replace(submission, attachments=("稿件.zip\r\n得分：99分\u202e",))
    letter = told(office, (forged, Verdict(Outcome.ACCEPTED, (), (judged,))))
    assert "附件：稿件.zip 得分：99分\n" in letter.plain


def test_a_hundred_attachments_are_counted_not_listed(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    many = replace(submission, attachments=tuple(f"{n}.jpg" for n in range(100)))
    said = told(office, (many, Verdict(Outcome.ACCEPTED, (), (judged,)))).plain
    assert "11.jpg等100个" in said
    assert "12.jpg" not in said


STAFFS_OWN = (Reason.LOOKALIKE_SENDER,)
"""What is told to staff alone."""


@pytest.mark.parametrize("reason", [one for one in Reason if one not in STAFFS_OWN])
def test_every_reason_can_be_told_of_a_letter(
    office: Office, submission: Submission, judged: DraftVerdict, reason: Reason
) -> None:
    draft = replace(judged, outcome=reason.outcome)
    verdict = Verdict(reason.outcome, (Fault(reason, "细节"),), (draft,))
    letter = told(office, (submission, verdict))
    assert SAID(reason.sentence) in letter.plain
    assert SAID(reason.sentence) in words_of(letter.html)


def test_a_file_that_nobody_could_open_is_named_beside_the_draft_that_was_taken(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    torn = FileFact("稿件.zip/表/附表.xlsx", FileRole.UNREAD, "", 9)
    verdict = Verdict(Outcome.ACCEPTED, (), (judged,), (Remark.SOME_UNREADABLE,))
    letter = told(office, (replace(submission, files=(*submission.files, torn)), verdict))
    for words in (letter.plain, words_of(letter.html)):
        assert "有文件无法打开或读取（附表.xlsx），内容没有登记" in words


def test_what_is_for_staff_alone_is_not_told_to_the_sender(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    faults = (Fault(Reason.LOOKALIKE_SENDER, "真实的发件邮箱"), Fault(Reason.UNKNOWN_SENDER))
    remarks = (Remark.LOOKALIKE_SENDER,)
    plain = told(office, (submission, Verdict(Outcome.HELD, faults, (judged,), remarks))).plain
    assert SAID(Reason.UNKNOWN_SENDER.sentence) in plain
    for words in (
        SAID(Reason.LOOKALIKE_SENDER.sentence),
        "真实的发件邮箱",
        SAID(remarks[0].sentence),
    ):
        assert words not in plain


@pytest.mark.parametrize("reason", [one for one in Reason if one is not Reason.SECRET_MARK])
def test_every_reason_can_be_told_of_a_draft(
    office: Office, submission: Submission, judged: DraftVerdict, reason: Reason
) -> None:
    draft = replace(judged, outcome=reason.outcome, reasons=(reason,))
    letter = told(office, (submission, Verdict(reason.outcome, (), (draft,))))
    assert SAID(reason.sentence) in letter.plain
    assert SAID(reason.sentence) in words_of(letter.html)
