"""What a receipt says of the time: until when to send again, what is late, what has no limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from notifier.mail.page import Office
from rulebook.default_rules import ARTICLE
from rulebook.model import DraftVerdict, Fault, Submission, Timely, Verdict
from rulebook.reasons import Outcome, Reason
from tests.notifier.letters.receipts import Case, told, words_of


def test_a_refused_draft_is_told_until_when_it_may_be_sent_again(
    office: Office, cases: dict[str, Case]
) -> None:
    letter = told(office, cases["refused"])
    for said in (letter.plain, words_of(letter.html)):
        assert "请在3月8日24:00前重新报送" in said
        assert "涉及：湖塘镇开展检查.docx、1.jpg" in said
        assert "按时报送" not in said


def test_a_refused_draft_whose_limit_has_passed_is_told_so(
    office: Office, submission: Submission, late: DraftVerdict
) -> None:
    refused = replace(late, outcome=Outcome.REFUSED)
    verdict = Verdict(Outcome.REFUSED, (Fault(Reason.BODY_DRAFT),), (refused,))
    said = told(office, (submission, verdict)).plain
    assert "本稿的报送时限（3月5日24:00）已过，重新报送仍可登记，但不再计分" in said
    assert "计入报送数；" not in said


def test_a_letter_received_at_the_limit_itself_has_missed_it(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    assert judged.deadline is not None
    at_limit = replace(submission, received=judged.deadline)
    refused = replace(judged, outcome=Outcome.REFUSED, timely=Timely.LATE)
    verdict = Verdict(Outcome.REFUSED, (Fault(Reason.BODY_DRAFT),), (refused,))
    assert "已过" in told(office, (at_limit, verdict)).plain


def test_without_a_readable_draft_the_rule_itself_is_told(
    office: Office, cases: dict[str, Case]
) -> None:
    limits = (("要情、专报", "事件发生后3天内"),)
    office = replace(office, wording=replace(office.wording, limits=limits))
    said = told(office, cases["unreadable"]).plain
    assert "要情、专报要在事件发生后3天内报送" in said
    assert "以重新报送的邮件收到的时间为准" in said


def test_of_a_kind_without_a_limit_no_day_is_asked(
    office: Office, submission: Submission, held: DraftVerdict
) -> None:
    article = replace(
        held,
        kind=ARTICLE,
        timely=Timely.NOT_APPLICABLE,
        outcome=Outcome.ACCEPTED,
        reasons=(),
        points=2,
    )
    plain = told(office, (submission, Verdict(Outcome.ACCEPTED, (), (article,)))).plain
    assert "事件日期：不作要求" in plain
    assert "待核定" not in plain


def test_what_is_late_and_held_promises_no_points(
    office: Office, submission: Submission, late: DraftVerdict
) -> None:
    both = replace(late, outcome=Outcome.HELD, reasons=(Reason.DUPLICATE, Reason.LATE))
    plain = told(office, (submission, Verdict(Outcome.HELD, (), (both,)))).plain
    assert "得分：不计分" in plain
    assert "核定后计分" not in plain


def test_what_scores_nothing_though_in_time_says_why(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    early = replace(judged, points=0, points_evidence="收稿日在考核起始日 2022-03-24 之前")
    plain = told(office, (submission, Verdict(Outcome.ACCEPTED, (), (early,)))).plain
    assert "得分：不计分（收稿日在考核起始日 2022-03-24 之前）" in plain


def test_a_kind_without_a_limit_may_be_sent_again_at_any_time(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    article = replace(
        judged,
        kind=ARTICLE,
        deadline=None,
        timely=Timely.NOT_APPLICABLE,
        outcome=Outcome.REFUSED,
    )
    verdict = Verdict(Outcome.REFUSED, (Fault(Reason.BODY_DRAFT),), (article,))
    assert "不限报送时间，按要求改正后重新报送即可" in told(office, (submission, verdict)).plain


@pytest.mark.parametrize("reason", [Reason.MISDIRECTED_FORM, Reason.SECRET_MARK])
def test_what_does_not_belong_here_is_not_asked_for_again(
    office: Office, refuse: Callable[..., Case], reason: Reason
) -> None:
    for drafts in (True, False):
        assert "重新报送" not in told(office, refuse(reason, drafts=drafts)).plain


def test_a_file_sent_twice_is_not_asked_for_again(office: Office, cases: dict[str, Case]) -> None:
    assert "重新报送" not in told(office, cases["mixed"]).plain


def test_a_deadline_within_a_day_is_told_by_the_clock(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    by_hours = replace(judged, deadline=datetime(2022, 3, 9, 2, 30, tzinfo=UTC))
    said = told(office, (submission, Verdict(Outcome.ACCEPTED, (), (by_hours,)))).plain
    assert "3月9日10:30截止" in said


def test_the_last_minute_of_a_year_is_told_as_its_last_day(
    office: Office, submission: Submission, judged: DraftVerdict
) -> None:
    turn = replace(judged, deadline=datetime(2022, 12, 31, 16, 0, tzinfo=UTC))
    said = told(office, (submission, Verdict(Outcome.ACCEPTED, (), (turn,)))).plain
    assert "12月31日24:00截止" in said
