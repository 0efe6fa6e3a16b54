"""The corrected receipt: a person has decided otherwise than the program, or than before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ledger.states import LetterKind
from notifier.letters.bounded import render_bounded
from notifier.mail.message import OutgoingLetter, message_id_for, one_line, receipt_number
from notifier.mail.page import (
    SUBJECT_CHARACTERS,
    DraftSection,
    LetterView,
    Objection,
    Office,
    OutcomeStyle,
    Row,
    day_of,
    deadline,
    in_words,
    lateness,
    look_of,
    moment,
    shortened,
    thread_subject,
)
from rulebook.amounts import Amount
from rulebook.labels import GONE
from rulebook.model import Timely
from rulebook.reasons import Outcome
from rulebook.rulings import CurrentVerdict

OPEN = "待核定"


@dataclass(frozen=True, slots=True)
class Changed:
    """
    One draft whose verdict changed; points provisional.

    `why` in the words of whoever decided; `note`: what it means for the draft that it corrects.
    """

    title: str
    before: CurrentVerdict
    after: CurrentVerdict
    points_before: Amount
    points_after: Amount
    why: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """
    A letter of which some drafts were decided otherwise.

    `seq`: the journal's line, so that every correction has a Message-ID of its own. `message_id` and
    `references` are those of the officer's letter.
    """

    letter: int
    seq: int
    subject: str
    received: datetime
    address: str
    officer: str | None
    unit: str | None
    message_id: str
    references: tuple[str, ...]
    drafts: tuple[Changed, ...]


def correction(corrected: Corrected, office: Office) -> OutgoingLetter:
    """
    Write what was decided, each thing that changed beside what it was, and why.

    Threaded after the first receipt; never answered by machines (RFC 3834).
    """
    worst = max(
        (draft.after for draft in corrected.drafts),
        key=lambda one: (one.outcome.severity, one.voided),
    )
    style = _look(worst)
    number = receipt_number(corrected.received, office.zone, corrected.letter)
    page = LetterView(
        look=OutcomeStyle(
            f"更正：{style.word}", f"更正回执（{style.word}）", style.colour, style.tint
        ),
        salutation=f"{one_line(corrected.officer)}同志：" if corrected.officer else "同志：",
        opening="经工作人员核定，您报送的稿件有下列变化，以本回执为准。",
        facts=(
            Row("回执编号", number, "与原回执相同"),
            Row("收到时间", moment(corrected.received, office.zone)),
            *((Row("报送单位", corrected.unit),) if corrected.unit else ()),
            Row("邮件主题", shortened(corrected.subject, SUBJECT_CHARACTERS) or "（无主题）"),
        ),
        blocks=tuple(_section(draft, corrected.received, office) for draft in corrected.drafts),
        scores=any(draft.points_after for draft in corrected.drafts),
        office=office,
    )
    first = message_id_for(LetterKind.RECEIPT, corrected.letter, office.domain)
    thread = [*corrected.references, corrected.message_id, first]
    plain, html = render_bounded(LetterKind.CORRECTION, in_words(page))
    return OutgoingLetter(
        subject=f"【更正】Re: {thread_subject(corrected.subject)}",
        plain=plain,
        html=html,
        recipient=corrected.address,
        copies=(),
        message_id=message_id_for(f"correction.{corrected.seq}", corrected.letter, office.domain),
        in_reply_to=first,
        references=tuple(one for one in thread if one),
        auto_submitted="auto-replied",
    )


def _section(draft: Changed, received: datetime, office: Office) -> DraftSection:
    before, after, zone = draft.before, draft.after, office.zone
    said = office.wording.of_kind(after.kind).said
    rows = [
        _row("核定结果", _style(before).word, _outcome(after)),
        _row("稿件类别", _kind(before), _kind(after)),
        _row("报送单位", before.unit or OPEN, after.unit or OPEN),
        _row("事件日期", _day(before), _day(after)),
        _row("报送时限", _limit(before, received, zone), _limit(after, received, zone)),
        _row("得分", _points(before, draft.points_before), _points(after, draft.points_after)),
    ]
    objections = [Objection(f"核定说明：{shortened(draft.why, 500)}", "", "")] if draft.why else []
    objections += [Objection(draft.note, "", "")] if draft.note else []
    objections += [
        Objection(said(reason.sentence), "", said(reason.advice)) for reason in after.reasons
    ]
    style = _look(after)
    if after.outcome is Outcome.ACCEPTED and after.timely is Timely.LATE:
        style = replace(look_of(Outcome.HELD), word="逾期收稿")
    return DraftSection(
        title=shortened(draft.title, SUBJECT_CHARACTERS),
        look=style,
        rows=tuple(rows),
        objections=tuple(objections),
        resend="",
    )


def _style(verdict: CurrentVerdict) -> OutcomeStyle:
    """Style an outcome; what counts no longer is called by why it does not."""
    style = look_of(verdict.outcome)
    word = next((GONE[reason] for reason in verdict.reasons if reason in GONE), "")
    return replace(style, word=word, headline=word) if word else style


def _look(verdict: CurrentVerdict) -> OutcomeStyle:
    """Style a heading: what is void comes under a red one, whatever was accepted before."""
    if verdict.voided and verdict.outcome is Outcome.ACCEPTED:
        return replace(look_of(Outcome.REFUSED), word="积分作废", headline="积分作废")
    return _style(verdict)


def _row(label: str, before: str, after: str) -> Row:
    return Row(label, after, f"原为：{before}" if before != after else "")


def _outcome(verdict: CurrentVerdict) -> str:
    word = _style(verdict).word
    return f"{word}（积分作废）" if verdict.voided else word


def _kind(verdict: CurrentVerdict) -> str:
    return verdict.kind if verdict.kind else OPEN


def _day(verdict: CurrentVerdict) -> str:
    return day_of(verdict.event_date) if verdict.event_date else OPEN


def _limit(verdict: CurrentVerdict, received: datetime, zone: str) -> str:
    until = f"（{deadline(verdict.deadline, zone)}截止）" if verdict.deadline else ""
    match verdict.timely:
        case Timely.ON_TIME:
            return f"按时报送{until}"
        case Timely.LATE:
            late = lateness(received - verdict.deadline) if verdict.deadline else ""
            return f"已逾期{late}{until}"
        case Timely.UNDETERMINED:
            return OPEN
        case Timely.NOT_APPLICABLE:
            return "本类稿件不限报送时间"


def _points(verdict: CurrentVerdict, points: Amount) -> str:
    if verdict.outcome is Outcome.HELD:
        return "核定后计分"
    if verdict.outcome is not Outcome.ACCEPTED or not points:
        return "不计分"
    return f"{points}分（暂计）"
