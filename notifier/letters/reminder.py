"""Letters that ask: reminders of targets (催报, 三.1, 三.2) and commissions (约稿, 三.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.states import LetterKind
from notifier.mail.message import OutgoingLetter, message_id_for, one_line
from notifier.mail.page import (
    LetterView,
    Office,
    OutcomeStyle,
    Row,
    day_of,
    in_words,
    one_of,
    shortened,
)
from notifier.mail.templating import render
from rulebook.amounts import Amount
from rulebook.model import Kind

TOPIC_CHARACTERS = 80
REMIND = OutcomeStyle("提醒", "报送任务提醒", "#b26a00", "#fdf6e9")
COMMISSION = OutcomeStyle("约稿", "约稿通知", "#1f4e79", "#eef3f8")
COMMISSION_CHANGED = OutcomeStyle("约稿变更", "约稿有变更", "#1f4e79", "#eef3f8")
COMMISSION_DUE = OutcomeStyle("约稿提醒", "约稿即将到期", "#b26a00", "#fdf6e9")
# the relay counts letters that are alike as spam: the same thing is said in several ways
ASKED = (
    "{period}的{work}报送任务还有几天就要截止，贵单位目前还差以下稿件，请抽空报送。",
    "提醒您：{period}的报送任务将于{until}截止，贵单位尚有以下稿件没有报送。",
    "{period}即将结束，经统计，贵单位以下稿件的报送数还没有达到要求，请及时安排。",
    "为便于贵单位安排，现将{period}尚未完成的报送任务告知如下，截止日期为{until}。",
)
COMMISSIONED = (
    "现就下列题目向贵单位约稿，请安排撰写并按时报送。",
    "因工作需要，特约请贵单位就下列题目撰写稿件，请于{until}前报送。",
    "想请贵单位就下列题目写一篇稿件，{until}截止，感谢支持。",
)
COMMISSIONED_AGAIN = (
    "此前约请贵单位撰写的稿件还没有收到，{until}截止，请抓紧安排。",
    "提醒您：下列约稿将于{until}截止，目前还没有收到贵单位的稿件。",
    "下列约稿快到期了（{until}截止），贵单位的稿件还没有收到，请及时报送。",
)
CHANGED = (
    "此前约请贵单位撰写的稿件有变更，请按下列内容安排，{until}截止。",
    "下列约稿的内容有所调整，请以本通知为准，于{until}前报送。",
)
FORM_ADVICE = "请将文字和图片打包成压缩文件，以附件发到本邮箱；有时限的稿件请在事件发生后及时报送。"


_REMINDED = re.compile(r"<reminder\.([^@]+)\.(\d+)@")


@dataclass(frozen=True, slots=True)
class Missing:
    """What a unit still owes of a kind in a period; `waiting`: drafts that the office has yet to decide on."""

    kind: Kind
    wanted: int
    reported: Amount
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Lacking:
    """A period that ends soon: its name, as people say it, its last day, what is owed in it."""

    period: str
    label: str
    last: date
    missing: tuple[Missing, ...]


def reminded(message_ids: Iterable[str]) -> set[tuple[int, str]]:
    """Read from Message-IDs of reminders which officer was reminded of which period."""
    found = (_REMINDED.match(one) for one in message_ids)
    return {(int(one[2]), period) for one in found if one for period in one[1].split("+")}


def reminder(
    unit: str,
    officer: str,
    address: str,
    due: Sequence[Lacking],
    number: int,
    office: Office,
    today: date | None = None,
    mark: str = "",
) -> OutgoingLetter:
    """
    Remind one of a unit's officers of what the unit still owes.

    Args:    `due`: one period at least; a unit gets one letter a day, whose opening is about the first.
             `number`: the officer's, so that each letter has a Message-ID of its own, the same at every
             try. `today`: the day on which it is written: on the last one it says 今天. `mark`: tells a
             reminder that a person sends from those that were sent by the clock.
    """
    first = due[0]
    opening = one_of(ASKED, f"{first.period}{unit}{number}").format(
        period=first.label, until=_until(first.last, today), work=office.wording.work
    )
    page = _page(
        REMIND,
        officer,
        opening,
        (
            Row("单位", unit),
            *(row for one in due for row in _owed(one, today)),
        ),
        (FORM_ADVICE, "如已报送，请以收到的回执为准，不必理会本提醒。"),
        office,
    )
    return _outgoing(
        f"【{REMIND.word}】{unit}{first.label}还有报送任务未完成",
        page,
        address,
        message_id_for(
            f"reminder.{'+'.join([one.period for one in due] + [mark] * bool(mark))}",
            number,
            office.domain,
        ),
        LetterKind.REMINDER,
    )


def commission_id(
    commission: int, officer: int, domain: str, *, again: bool, mark: str = ""
) -> str:
    """Form the Message-ID of a commission's letter to an officer, of the second one, or of one that a person sends."""
    kind = f"commission.{commission}{'.again' if again else ''}{f'.{mark}' if mark else ''}"
    return message_id_for(kind, officer, domain)


def commission_letter(
    topic: str,
    note: str,
    due: date,
    officer: str,
    unit: str,
    address: str,
    key: tuple[int, int],
    office: Office,
    *,
    again: bool = False,
    today: date | None = None,
    mark: str = "",
    changes: Sequence[str] = (),
) -> OutgoingLetter:
    """
    Ask an officer's unit for a text by a day; with `again` remind it of that.

    Args:    `key`: (the commission's number, the officer's place in its list). `mark`: tells apart letters
             that people have sent of one commission. `changes`: what the office changed, a sentence each.
    """
    style = COMMISSION_CHANGED if changes else COMMISSION_DUE if again else COMMISSION
    wordings = CHANGED if changes else COMMISSIONED_AGAIN if again else COMMISSIONED
    until = _until(due, today)
    opening = one_of(wordings, f"{key}{unit}").format(until=until)
    page = _page(
        style,
        officer,
        opening,
        (
            Row("题目", shortened(topic, TOPIC_CHARACTERS), verbatim=True),
            Row("约稿单位", unit),
            Row("截止日期", f"{day_of(due)}（含当日）", "以邮件服务器收到的时间为准"),
            *((Row("要求", shortened(note, 500), verbatim=True),) if note else ()),
            *(Row("变更", one) for one in changes),
        ),
        (
            f"请在邮件主题里写明“【约稿】{shortened(topic, TOPIC_CHARACTERS)}”，以便登记。",
            "文字和图片请打包成压缩文件，以附件发到本邮箱。",
        ),
        office,
    )
    return _outgoing(
        f"【{style.word}】{shortened(topic, TOPIC_CHARACTERS)}",
        page,
        address,
        commission_id(*key, office.domain, again=again, mark=mark),
        LetterKind.COMMISSION,
    )


def _owed(one: Lacking, today: date | None) -> Iterator[Row]:
    yield Row("时段", one.label, f"{_until(one.last, today)}截止")
    for what in one.missing:
        yield Row(what.kind, f"还差{what.wanted - what.reported}篇", _reported(what))


def _until(last: date, today: date | None) -> str:
    """Say until when: the last day counts to its end."""
    return "今天" if last == today else f"{day_of(last)}（含当日）"


def _page(
    style: OutcomeStyle,
    officer: str,
    opening: str,
    facts: tuple[Row, ...],
    remarks: tuple[str, ...],
    office: Office,
) -> LetterView:
    page = LetterView(
        look=style,
        salutation=f"{one_line(officer)}同志：" if officer else "同志：",
        opening=opening,
        facts=facts,
        remarks=remarks,
        office=office,
    )
    return in_words(page)


def _outgoing(
    subject: str, page: LetterView, address: str, message_id: str, kind: LetterKind
) -> OutgoingLetter:
    plain, html = render(kind, {"page": page}, page.office.templates)
    return OutgoingLetter(
        subject=subject,
        plain=plain,
        html=html,
        recipient=address,
        copies=(),
        message_id=message_id,
        in_reply_to="",
        references=(),
        auto_submitted="auto-generated",
        kind=kind,
    )


def _reported(one: Missing) -> str:
    waiting = f"，待核{one.waiting}篇" if one.waiting else ""
    return f"应报{one.wanted}篇，已报{one.reported}篇{waiting}"
