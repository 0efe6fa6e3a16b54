"""What a receipt asks of a refused sender: whether to send again, and until when (四.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from notifier.mail.page import DraftSection, Office, deadline
from rulebook.model import DraftVerdict, Timely, Verdict
from rulebook.reasons import Outcome, Reason
from rulebook.wording import Wording

NO_RESEND = frozenset({Reason.RESENT, Reason.REPEATED, Reason.SECRET_MARK, Reason.MISDIRECTED_FORM})
"""Refusals after which the same papers must not be sent here again."""


def of_draft(judged: DraftVerdict, verdict: Verdict, received: datetime, office: Office) -> str:
    """Say until when a proper letter would still be in time; empty when none is asked for."""
    if judged.outcome is not Outcome.REFUSED or not _may_resend(judged, verdict):
        return ""
    if judged.timely is Timely.NOT_APPLICABLE:
        return "本类稿件不限报送时间，按要求改正后重新报送即可。"
    if judged.deadline is None:
        return _request(office.wording)
    until, said = deadline(judged.deadline, office.zone), office.wording.said
    if judged.deadline <= received:
        return said(f"本稿的报送时限（{until}）已过，重新报送仍可登记，但不再计分。")
    return said(f"请在{until}前重新报送；时限以重新报送的邮件收到的时间计算，逾期不计分。")


def of_letter(verdict: Verdict, wording: Wording) -> str:
    """Ask for a refused letter in which no draft could be read: it has no deadline of its own."""
    refusing = {reason for reason in verdict.reasons if reason.outcome is Outcome.REFUSED}
    return _request(wording) if refusing and not refusing & NO_RESEND else ""


def said_once(
    sections: tuple[DraftSection, ...], request: str
) -> tuple[tuple[DraftSection, ...], str]:
    """
    Move a request that all drafts share up to the letter, beside the fault that it is about.

    Args:    `sections`: The drafts' parts of the receipt.
             `request`: What the letter itself already asks for; then nothing is moved.
    Returns: the sections, and the request of the letter.
    """
    requests = {section.resend for section in sections}
    if len(requests) != 1 or request:
        return sections, request
    return tuple(replace(section, resend="") for section in sections), requests.pop()


def _may_resend(judged: DraftVerdict, verdict: Verdict) -> bool:
    reasons = [*judged.reasons, *(fault.reason for fault in verdict.faults)]
    refusing = {reason for reason in reasons if reason.outcome is Outcome.REFUSED}
    return bool(refusing) and not refusing & NO_RESEND


def _request(wording: Wording) -> str:
    told = "，".join(f"{kinds}要在{limit}报送" for kinds, limit in wording.limits)
    return f"请尽快改正后重发：{told + '，' if told else ''}以重新报送的邮件收到的时间为准。"
