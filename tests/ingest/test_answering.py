"""Whom a machine answers: officers always, strangers where it is plain, nobody after too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.answering import AnswerPolicy
from ingest.answering_choices import StrangersAnswered
from rulebook.judge import judge
from rulebook.model import Sender
from tests.rulebook.builders import draft, letter, provisions

POLICY = AnswerPolicy()
SENT = letter(draft())
FROM_A_STRANGER = replace(SENT, sender=Sender("某人", "who@elsewhere.example"))


def withheld(policy: AnswerPolicy, stranger: bool, days: float = 0, *folders: str) -> str:
    submission = FROM_A_STRANGER if stranger else SENT
    now = submission.received + timedelta(days=days)
    return policy.withheld(submission, judge(submission, provisions(), {}), now, folders)


def test_an_officer_is_answered_wherever_the_letter_lies() -> None:
    assert withheld(POLICY, False, 0, "垃圾邮件") == ""


def test_a_stranger_in_a_junk_folder_is_not_answered_in_the_inbox_is() -> None:
    assert "垃圾邮件" in withheld(POLICY, True, 0, "垃圾邮件")
    assert "垃圾邮件" in withheld(POLICY, True, 0, "INBOX.Spam", "Junk")
    assert withheld(POLICY, True, 0, "垃圾邮件", "INBOX") == ""
    assert withheld(POLICY, True, 0, "INBOX") == ""


def test_an_office_may_leave_all_strangers_to_its_staff() -> None:
    assert withheld(replace(POLICY, strangers=StrangersAnswered.NEVER), True) != ""


@pytest.mark.parametrize(
    ("days", "answered"), [(2.9, True), (3, True), (3.01, False), (900, False)]
)
def test_what_came_too_long_ago_is_entered_and_not_answered(days: float, answered: bool) -> None:
    assert (withheld(POLICY, False, days) == "") is answered
    assert withheld(replace(POLICY, not_older_than_days=0), False, days) == ""
