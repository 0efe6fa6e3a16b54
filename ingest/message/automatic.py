"""
Mail of machines, and mail that asks for no answer: two questions.

A header that asks for no answer says nothing about what a letter brings: an officer's archive that an
office system sent is a submission. Only what can bring no draft is a machine's for certain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.mime.headers import Headers

_ENDED = r"(?=[\]】)）]|\s*[:：]|\s*$|\s)"
_SUBJECT = re.compile(
    r"^[\s\[【(（]*(?:(?:自动(?:回复|答复|回覆)|自動回覆|外出(?:自动)?回复|假期自动回复|系统退信|退信(?:通知|提醒)?|邮件退回|邮件投递失败)"
    + _ENDED
    + r"|"
    r"(?:已读|阅读|送达|已送达)(?:回执|邮件)?\s*[:：]|未读[:：]|(?:撤回|召回)(?:邮件)?\s*[:：/／]|邮件(?:撤回|召回)"
    r"|Auto(?:matic)?[\s-]*reply\s*[:：\])】）]|Auto(?:matic)?[\s-]*response|Out of (?:the )?office"
    r"|Undeliver(?:able|ed)|Mail delivery (?:failed|failure|subsystem)"
    r"|Delivery Status Notification|Delivery (?:delayed|failure)|Returned mail|Failure notice"
    r"|(?:Not )?Read\s*[:：]|Recall\s*[:：])",
    re.IGNORECASE,
)

_MACHINES = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+\-].*)?@"
)
_DELIVERY_AGENTS = re.compile(r"^(?:mailer-daemon|postmaster|bounces?)(?:[+\-].*)?@")
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")
_LISTS = (
    *("list-id", "list-unsubscribe", "list-post", "mailing-list", "x-mailing-list"),
    *("feedback-id", "x-campaign-id", "x-mailer-lid"),
)
_RESPONDERS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-vacation")
_SUPPRESS_ALL = ("all", "autoreply")


@dataclass(frozen=True, slots=True)
class MachineMail:
    """
    What speaks for a machine. `reason` in a few words, "" for a person's letter.

    `certain`: such a letter brings no draft, whatever hangs on it (a report, a returned letter);
    `reply`: a field says that a program answered by itself; what an officer packed on it a person sees;
    `no_answer`: it must not be answered, whoever wrote it.
    """

    reason: str = ""
    certain: bool = False
    reply: bool = False
    no_answer: bool = False


def machine_mail(headers: Headers, address: str) -> MachineMail:
    """
    Tell whether a letter is a machine's, and whether it may be answered.

    Args:
        headers: the letter's fields.
        address: the sender's, in lower case; "" where there is none.

    Source: RFC 3834 2 and 5, RFC 3464, RFC 8098, RFC 2919, RFC 2369; [MS-OXCMAIL] 2.2.3.2.14 for
            X-Auto-Response-Suppress; the subjects of Chinese and of Microsoft's servers.
    """
    certain = _certainly(headers, address)
    if certain:
        return MachineMail(certain, certain=True, no_answer=True)
    reply = _replies(headers)
    if reply:
        return MachineMail(reply, reply=True, no_answer=True)
    asks = _asks_for_no_answer(headers, address)
    if asks:
        return MachineMail(asks, no_answer=True)
    suppress = headers.text("x-auto-response-suppress").lower()
    if suppress and suppress != "none":
        wanted = {word.strip() for word in suppress.split(",")}
        return MachineMail(
            "X-Auto-Response-Suppress", no_answer=not wanted.isdisjoint(_SUPPRESS_ALL)
        )
    subject = headers.text("subject")
    if match := _SUBJECT.match(subject):
        return MachineMail(f"主题“{match[0].strip()}”")
    return MachineMail()


def from_machine(address: str) -> bool:
    """Return whether nobody reads at an address (mailer-daemon, no-reply)."""
    return _MACHINES.match(address) is not None


def _certainly(headers: Headers, address: str) -> str:
    content_type = headers.text("content-type").lower()
    if content_type.startswith(_REPORTS):
        return content_type.partition(";")[0].strip()
    if _DELIVERY_AGENTS.match(address):
        return f"发件地址 {address}"
    if headers.text("x-failed-recipients"):
        return "x-failed-recipients"
    return ""


def _replies(headers: Headers) -> str:
    submitted = headers.text("auto-submitted").lower()
    if submitted.startswith("auto-replied"):
        return f"Auto-Submitted: {submitted}"
    for field in _RESPONDERS:
        if headers.has(field) and headers.text(field).lower() not in ("no", "false", ""):
            return field
    return ""


def _asks_for_no_answer(headers: Headers, address: str) -> str:
    submitted = headers.text("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted}"
    if headers.has("return-path") and headers.raw("return-path").strip() in (b"<>", b""):
        return "Return-Path: <>"
    precedence = headers.text("precedence").lower()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {precedence}"
    for field in _LISTS:
        if headers.has(field) and headers.text(field).lower() != "no":
            return field
    if from_machine(address):
        return f"发件地址 {address}"
    return ""
