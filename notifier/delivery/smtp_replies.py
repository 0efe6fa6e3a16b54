"""
What a relay's reply means, read with the command that it answers and the text that it has.

Sources: RFC 5321 4.2.1 (2yz done, 4yz passing, 5yz for good) and 4.2.4; NetEase's published return
codes (help.mail.163.com, 退信代码说明), whose texts refine the code: `MI:STC` with a 550 passes by
tomorrow. A refusal of us stops the channel and is no letter's fault; only one of the recipient or of
this letter's content is.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum, auto

from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    PermanentFailure,
    QuotaExceeded,
    RelayRefused,
    Result,
    TransientFailure,
    Uncertain,
)

REPLY_CHARACTERS = 500
"""How much of a relay's text is kept."""


class Stage(Enum):
    """What a reply answers: the opened connection, the login, a command, the letter's end."""

    GREETING = auto()
    LOGIN = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    END = auto()


_DAILY = re.compile(r"\b(?:MI:STC|RP:TRC|HL:ITC)\b")
"""Too many letters today: NetEase sends 550 or 554, which would otherwise be for good."""

_OURS = (
    (re.compile(r"\bMI:SFQ\b"), timedelta(minutes=15)),
    (re.compile(r"too (?:much|many) fail(?:ed|ure)? ?auth", re.IGNORECASE), timedelta(hours=1)),
    (re.compile(r"\bHL:I[CF]C\b|too many connections", re.IGNORECASE), timedelta(minutes=10)),
    (re.compile(r"\b(?:MI:(?:CEL|DMC|CCL)|RP:(?:DRC|QRC))\b"), timedelta(minutes=5)),
    (re.compile(r"system (?:is )?busy|系统繁忙", re.IGNORECASE), timedelta(minutes=5)),
)
"""What the relay counts against our account or address, and how long that lasts; with any code."""

_RECIPIENTS = re.compile(r"\b4\.[12]\.\d{1,3}\b")
"""RFC 3463 3.2, 3.3: the address or its mailbox (4.2.2: full), at whatever stage it is told."""

_SPAM = re.compile(r"\bDT:SPM\b")
_SPAM_RESTS = timedelta(minutes=2)

_FREQUENCY = re.compile(r"frequency limited", re.IGNORECASE)
"""QUIRK: QQ mail says 550 where RFC 5321 wants 4yz: it passes within the hour."""

_LOGIN_WANTED = re.compile(
    r"authentication (?:is )?required|must (?:be )?auth|client was not authenticated|\b5\.7\.57\b",
    re.IGNORECASE,
)
_LOGIN_CODES = frozenset({530, 534, 535, 538})
"""RFC 4954 4, 6; they are about our login, whatever command they answer."""

_OTHER_SENDER = re.compile(
    r"\bDT:SUM\b|sender .*(?:not match|mismatch|not owned)|not owned by user|"
    r"mail from must (?:be )?equal|\b5\.7\.60\b|send as (?:this|that|another) sender|"
    r"not (?:allowed|permitted|authorized) to send (?:as|from|on behalf)|\b5\.1\.[78]\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:client host|\bip\b|host).{0,60}(?:reject|block|black ?list|denied|refused)|"
    r"(?:reject|block|denied|refused).{0,30}\bip\b|blocked using|spamhaus|"
    r"\brelay(?:ing)?(?: access)? (?:is )?(?:denied|not permitted|not allowed)",
    re.IGNORECASE,
)
_SUSPENDED = re.compile(
    r"suspend|user (?:is )?(?:locked|disabled|frozen)|account .{0,20}(?:locked|disabled|frozen)",
    re.IGNORECASE,
)


def meaning(stage: Stage, code: int, text: str, server: str, sender: str) -> Result:
    """
    Tell what a reply means.

    A code that is no reply at all (smtplib gives -1, or a server talks nonsense) counts as passing, or
    as uncertain after the letter's end: a letter is only given up on a clear word.

    Args:
        stage: what it answers.
        code: of three digits.
        text: its lines.
        server: the relay's name, for the sentence that tells a person what to do.
        sender: the envelope's address, for the same.

    Raises:
        RelayRefused: it is us whom the relay refuses, until a person acts.

    """
    reply = as_line(code, text)
    over_letter = stage in (Stage.RCPT, Stage.DATA, Stage.END)
    if 200 <= code < 300:
        return Accepted(reply)
    if not 400 <= code < 600:
        if stage is Stage.END:
            return Uncertain(reply)
        return (
            TransientFailure(timedelta(), reply)
            if over_letter
            else ChannelPaused(timedelta(), reply)
        )
    if _DAILY.search(text):
        return QuotaExceeded(reply)
    for pattern, after in _OURS:
        if pattern.search(text):
            return ChannelPaused(after, reply, over_letter)
    if code < 500:
        return _passing(stage, code, text, reply, over_letter)
    if _FREQUENCY.search(text):
        return TransientFailure(timedelta(hours=1), reply)
    remedy = _remedy(stage, code, text, sender)
    if remedy:
        raise RelayRefused(
            f"发信服务器 {server} {remedy[0]}（{reply}）：{remedy[1]}", reply, over_letter
        )
    return PermanentFailure(reply)


def _passing(stage: Stage, code: int, text: str, reply: str, over_letter: bool) -> Result:
    """Tell the recipient's and the letter's passing troubles from the relay's own."""
    if _SPAM.search(text):
        rest = _SPAM_RESTS
        return TransientFailure(rest, reply) if over_letter else ChannelPaused(rest, reply)
    if over_letter and code != 421 and _RECIPIENTS.search(text):
        return TransientFailure(timedelta(), reply)
    if not over_letter or code == 421 or (code == 452 and stage is not Stage.RCPT):
        return ChannelPaused(timedelta(), reply, over_letter)
    return TransientFailure(timedelta(), reply)


def _remedy(stage: Stage, code: int, text: str, sender: str) -> tuple[str, str] | None:
    """Say of what we are refused, and what a person can do; None when it is the letter."""
    wrong_password = stage is Stage.LOGIN and code != 530  # that has a sentence of its own
    if wants_login(code, text) and not wrong_password:
        return "要求先登录", "请在 config.toml 的 relay.url 里写上账号。"
    if _OTHER_SENDER.search(text):
        return (
            f"不接受发件地址 {sender}",
            "config.toml 里 relay.sender 须与 relay.url 的登录账号一致。",
        )
    if _SPAM.search(text):
        return (
            "把我们的信判为垃圾邮件",
            "请登录网页邮箱查看提示并申诉；待发的信都留着，会自动再试。",
        )
    if _ADDRESS.search(text):
        return "拒收本机网络地址发出的信", "请向邮箱服务商申诉，或换一个网络出口。"
    ours = stage in (Stage.GREETING, Stage.LOGIN, Stage.MAIL, Stage.END)
    if ours and _SUSPENDED.search(text):
        return "停用了我们的发信账号", "请登录网页邮箱按提示解除限制，或联系邮箱服务商。"
    match stage:
        case Stage.GREETING:
            return "不接待我们", "请联系邮箱服务商，问明原因。"
        case Stage.MAIL if code != 552:  # 552: this letter is too large
            return (
                f"不接受发件地址 {sender}",
                "config.toml 里 relay.sender 须与登录账号一致，账号须可以发信。",
            )
        case _:
            return None


def is_over_quota(reply: str) -> bool:
    """Tell whether a reply means that the relay takes nothing more from us today."""
    return _DAILY.search(reply) is not None


def wants_login(code: int, text: str) -> bool:
    """Tell whether the relay objects to us, not to the letter: login first (RFC 4954 6, NetEase 553)."""
    return code in _LOGIN_CODES or (500 <= code < 600 and _LOGIN_WANTED.search(text) is not None)


def as_line(code: int, text: str) -> str:
    """Write a reply as one printable line of bounded length."""
    words = "".join(mark if mark.isprintable() else " " for mark in text)
    return f"{code} {' '.join(words.split())}".strip()[:REPLY_CHARACTERS]
