"""
What a relay's reply means: an SMTP code with its text -> sent, later, tomorrow, or never.

Sources: RFC 5321 4.2.1 (2yz done, 4yz passing, 5yz for good), and NetEase's published return codes
(help.mail.163.com, 退信代码说明), whose texts refine the code: `MI:STC` with a 550 passes by tomorrow.
"""

from __future__ import annotations

import re
from datetime import timedelta

from notifier.delivery.relay import (
    Accepted,
    PermanentFailure,
    QuotaExceeded,
    Result,
    TransientFailure,
)

REPLY_CHARACTERS = 500
"""How much of a relay's text is kept."""


_DAILY = re.compile(r"\b(?:MI:STC|RP:TRC|HL:ITC)\b")
"""Too many letters today: NetEase sends 550 or 554, which would otherwise be for good."""

_PATIENCE = (
    (re.compile(r"\bMI:SFQ\b"), timedelta(minutes=15)),
    (re.compile(r"too (?:much|many) fail(?:ed)? auth", re.IGNORECASE), timedelta(hours=1)),
    (re.compile(r"\bHL:I[CF]C\b"), timedelta(minutes=10)),
    (re.compile(r"\b(?:MI:(?:CEL|DMC|CCL)|RP:(?:DRC|QRC))\b"), timedelta(minutes=5)),
    (re.compile(r"\bDT:SPM\b"), timedelta(minutes=2)),
)

_FREQUENCY = re.compile(r"frequency limited", re.IGNORECASE)
"""QUIRK: QQ mail says 550 where RFC 5321 wants 4yz: it passes within the hour."""

_LOGIN_WANTED = re.compile(r"authentication (?:is )?required|must (?:be )?auth", re.IGNORECASE)


def result_of(code: int, text: str) -> Result:
    """
    Tell what a reply to MAIL, RCPT or DATA means for the letter.

    A code that is no reply at all (smtplib gives -1, or a server talks nonsense) counts as passing:
    a letter is only given up on a clear word.
    """
    reply = as_line(code, text)
    if 200 <= code < 300:
        return Accepted(reply)
    if not 400 <= code < 600:
        return TransientFailure(timedelta(), reply)
    if _DAILY.search(text):
        return QuotaExceeded(reply)
    if code >= 500:
        return (
            TransientFailure(timedelta(hours=1), reply)
            if _FREQUENCY.search(text)
            else PermanentFailure(reply)
        )
    for pattern, after in _PATIENCE:
        if pattern.search(text):
            return TransientFailure(after, reply)
    return TransientFailure(timedelta(), reply)


def is_over_quota(reply: str) -> bool:
    """Tell whether a reply means that the relay takes nothing more from us today."""
    return _DAILY.search(reply) is not None


def wants_login(code: int, text: str) -> bool:
    """Tell whether the relay objects to us, not to the letter: login first (RFC 4954 6, NetEase 553)."""
    return code == 530 or (500 <= code < 600 and _LOGIN_WANTED.search(text) is not None)


def as_line(code: int, text: str) -> str:
    """Write a reply as one printable line of bounded length."""
    words = "".join(mark if mark.isprintable() else " " for mark in text)
    return f"{code} {' '.join(words.split())}".strip()[:REPLY_CHARACTERS]
