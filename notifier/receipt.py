"""The receipt: what became of a letter, told to the officer who sent it. Pure: facts -> Letter."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifier.letter import Letter, message_id_for, one_line, receipt_number
from rulebook.reasons import Outcome, Reason
from rulebook.terms import DraftVerdict, Fault, Happened, Submission, Timely, Twin, Verdict

NO_RESEND = frozenset({Reason.RESENT, Reason.SECRET_MARK, Reason.MISDIRECTED_FORM})
"""Refusals after which the same papers must not be sent here again."""

EVIDENCE_CHARACTERS = 40
SUBJECT_CHARACTERS = 80
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Office:
    """
    Who answers. `display_name` is the From name, `sender` its address, `contact` a whole sentence;
    `domain` stands in our Message-IDs; `zone` is an IANA name.
    """

    name: str
    display_name: str
    contact: str
    domain: str
    zone: str
    sender: str


@dataclass(frozen=True, slots=True)
class Look:
    """How an outcome is told: the word of the subject, the headline, and its colours."""

    word: str
    headline: str
    colour: str
    tint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `note` is the evidence, in smaller print."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason as it is told: the thing it concerns, and what to do."""

    sentence: str
    detail: str
    advice: str


@dataclass(frozen=True, slots=True)
class Block:
    """One draft of the receipt."""

    title: str
    look: Look
    rows: tuple[Row, ...]
    objections: tuple[Objection, ...]
    resend: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the templates say."""

    look: Look
    salutation: str
    opening: str
    facts: tuple[Row, ...]
    objections: tuple[Objection, ...]
    resend: str
    blocks: tuple[Block, ...]
    scores: bool
    remarks: tuple[str, ...]
    office: Office


def receipt(
    letter_id: int,
    submission: Submission,
    verdict: Verdict,
    office: Office,
    *,
    message_id: str,
    references: tuple[str, ...],
    reply_to: str,
    limit_days: int = 2,
) -> Letter:
    """
    The receipt for a letter. `message_id`, `references` and `reply_to` are the letter's own.

    It always goes to the sender's own address: answering a foreign Reply-To would let anybody send
    our mail to third parties. An officer whose appointment has ended is answered with copies to the
    successors (一.3). Nothing of a letter with a 密级 mark is repeated, not even names.
    `limit_days` is the limit of 四.1.
    """
    page = _page(letter_id, submission, verdict, office, reply_to, limit_days)
    address = submission.sender.address
    successors = submission.sender.successors if submission.sender.ended else ()
    return Letter(
        subject=_subject(submission, verdict, page.look, office.zone),
        plain=_templates().get_template("receipt.txt").render(page=page),
        html=_templates().get_template("receipt.html").render(page=page),
        recipient=address,
        copies=tuple(one for one in dict.fromkeys(successors) if one != address),
        message_id=message_id_for("receipt", letter_id, office.domain),
        in_reply_to=message_id,
        references=(*references, message_id) if message_id else references,
        auto_submitted="auto-replied",
    )


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("notifier"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _page(
    letter_id: int,
    submission: Submission,
    verdict: Verdict,
    office: Office,
    reply_to: str,
    limit_days: int,
) -> Page:
    secret = Reason.SECRET_MARK in verdict.reasons
    look = _look_of_letter(verdict)
    judged = () if secret else verdict.drafts
    blocks = tuple(
        _block(draft, verdict, submission.received, office.zone, limit_days) for draft in judged
    )
    remarks = [remark.sentence for remark in verdict.remarks]
    if reply_to and reply_to.casefold() != submission.sender.address.casefold():
        remarks.append("邮件里另设了回复地址；为防误发，回执只发给发件邮箱。")
    officer = submission.sender.officer
    return Page(
        look=look,
        salutation=f"{one_line(officer)}同志：" if officer else "同志：",
        opening=_opening(verdict, judged),
        facts=_facts(letter_id, submission, office.zone, secret),
        objections=_objections_of_letter(verdict.faults, secret),
        resend=_resend_without_drafts(verdict, limit_days) if not blocks else "",
        blocks=blocks,
        scores=any(draft.points for draft in judged),
        remarks=tuple(remarks),
        office=office,
    )


def _look_of_letter(verdict: Verdict) -> Look:
    """The gravest outcome, called partial when other drafts of the letter fared better."""
    look = _look(verdict.outcome)
    partial = any(draft.outcome.gravity < verdict.outcome.gravity for draft in verdict.drafts)
    if not partial or verdict.outcome not in (Outcome.HELD, Outcome.REFUSED):
        return look
    word = "部分退稿" if verdict.outcome is Outcome.REFUSED else "部分待核定"
    return Look(word, word, look.colour, look.tint)


def _is_late(judged: DraftVerdict) -> bool:
    """Taken, counted as handed in, without points (四.1)."""
    return judged.outcome is Outcome.ACCEPTED and judged.timely is Timely.LATE


def _look_of_draft(judged: DraftVerdict) -> Look:
    if _is_late(judged):
        return replace(_look(Outcome.HELD), word="逾期收稿")
    return _look(judged.outcome)


def _look(outcome: Outcome) -> Look:
    match outcome:
        case Outcome.ACCEPTED:
            return Look("已收稿", "已收稿", "#1a7f4b", "#edf7f1")
        case Outcome.HELD:
            return Look("待核定", "已收到，待核定", "#b26a00", "#fdf6e9")
        case Outcome.REFUSED:
            return Look("已退稿", "已退稿", "#c0342b", "#fdf0ef")
        case Outcome.IGNORED:
            return Look("不作投稿", "不作为投稿处理", "#5f6b7a", "#f3f5f7")


def _subject(submission: Submission, verdict: Verdict, look: Look, zone: str) -> str:
    if Reason.SECRET_MARK in verdict.reasons:
        return f"【{look.word}】您于{_moment(submission.received, zone)}发来的邮件"
    return f"【{look.word}】Re: {_shown(submission.subject, SUBJECT_CHARACTERS) or '（无主题）'}"


def _opening(verdict: Verdict, judged: tuple[DraftVerdict, ...]) -> str:
    match verdict.outcome:
        case Outcome.ACCEPTED:
            said = "您报送的稿件已收到并登记。"
        case Outcome.HELD:
            said = "您的邮件已收到并登记，其中有需要人工核定的内容，核定前暂不计分。"
        case Outcome.REFUSED if any(d.outcome is not Outcome.REFUSED for d in judged):
            said = "您报送的稿件中有一部分不符合报送要求，予以退稿；其余稿件已登记。"
        case Outcome.REFUSED:
            said = "您的邮件已收到，但不符合报送要求，予以退稿，未计入报送数。"
        case Outcome.IGNORED:
            said = "您的邮件已收到，不作为投稿处理。"
    if len(judged) < 2:
        return said
    counted = Counter(draft.outcome for draft in judged)
    parts = [f"{_look(one).word}{counted[one]}篇" for one in Outcome if counted[one]]
    late = sum(_is_late(draft) for draft in judged)
    parts += [f"其中逾期{late}篇"] if late else []
    return f"{said}共{len(judged)}篇：{'，'.join(parts)}。"


def _facts(letter_id: int, submission: Submission, zone: str, secret: bool) -> tuple[Row, ...]:
    rows = [
        Row("回执编号", receipt_number(submission.received, zone, letter_id)),
        Row("收到时间", _moment(submission.received, zone), "以邮件服务器收到的时间为准"),
    ]
    if submission.sender.unit:
        rows.append(Row("报送单位", submission.sender.unit))
    if secret:
        return tuple(rows)
    rows.append(Row("邮件主题", _shown(submission.subject, SUBJECT_CHARACTERS) or "（无主题）"))
    rows.append(Row("附件", _names(submission.attachments) or "（无）"))
    return tuple(rows)


def _objections_of_letter(faults: Iterable[Fault], secret: bool) -> tuple[Objection, ...]:
    """Each reason once, with all that it concerns; the gravest first."""
    details: dict[Reason, list[str]] = {}
    for fault in faults:
        details.setdefault(fault.reason, []).append("" if secret else _shown(fault.detail, 200))
    return tuple(
        Objection(
            reason.sentence,
            _names(dict.fromkeys(one for one in concerned if one), "；"),
            reason.advice,
        )
        for reason, concerned in sorted(details.items(), key=lambda item: -item[0].outcome.gravity)
    )


def _block(
    judged: DraftVerdict, verdict: Verdict, received: datetime, zone: str, limit_days: int
) -> Block:
    draft = judged.draft
    open_word = "未能确定" if judged.outcome is Outcome.REFUSED else "待核定"
    rows = [
        Row(
            "稿件类别",
            judged.kind.value if judged.kind else open_word,
            _shown(judged.kind_evidence, 2 * EVIDENCE_CHARACTERS),
        ),
        Row("字数", f"{draft.characters}字" + _pictures(len(draft.images))),
        Row("事件日期", *_happened(draft.happened, open_word)),
        Row("报送时限", *_limit(judged, zone, open_word)),
        Row("得分", _points(judged)),
    ]
    if judged.twin:
        rows.append(Row("相同稿件", *_twin(judged.twin, zone)))
    return Block(
        title=_shown(draft.title, SUBJECT_CHARACTERS) or _shown(draft.file, SUBJECT_CHARACTERS),
        look=_look_of_draft(judged),
        rows=tuple(rows),
        objections=_objections_of_draft(judged),
        resend=_resend(judged, verdict, received, zone, limit_days),
    )


def _objections_of_draft(judged: DraftVerdict) -> tuple[Objection, ...]:
    """The gravest first. A milder one's advice speaks of a draft that is kept: not of a refused one."""
    refused = judged.outcome is Outcome.REFUSED
    return tuple(
        Objection(
            reason.sentence,
            "",
            "" if refused and reason.outcome is not Outcome.REFUSED else reason.advice,
        )
        for reason in sorted(judged.reasons, key=lambda one: -one.outcome.gravity)
    )


def _happened(happened: Happened, open_word: str) -> tuple[str, str]:
    evidence = _shown(happened.evidence, EVIDENCE_CHARACTERS)
    note = f"依据：“{evidence}”" if evidence else ""
    if happened.day is not None:
        return _day(happened.day), note
    doubt = f"稿件{happened.doubt.value}" if happened.doubt else ""
    return open_word, "；".join(part for part in (doubt, note) if part)


def _limit(judged: DraftVerdict, zone: str, open_word: str) -> tuple[str, str]:
    until = f"{_deadline(judged.deadline, zone)}截止" if judged.deadline else ""
    match judged.timely:
        case Timely.ON_TIME if judged.outcome is Outcome.REFUSED:
            return until, ""  # a refused draft was not handed in
        case Timely.ON_TIME:
            return "按时报送", until
        case Timely.LATE:
            return "已逾期", until
        case Timely.UNDETERMINED:
            return open_word, until
        case Timely.NOT_APPLICABLE:
            return "本类稿件不限报送时间", ""


def _points(judged: DraftVerdict) -> str:
    match judged.outcome:
        case Outcome.ACCEPTED if judged.timely is not Timely.LATE:
            return f"{judged.points}分（暂计）"
        case Outcome.HELD:
            return "核定后计分"
        case _:
            return "不计分"


def _twin(twin: Twin, zone: str) -> tuple[str, str]:
    by = twin.unit or "单位待认领"
    how = f"相似度{twin.similarity:.0%}" if twin.similarity < 1 else "内容相同"
    how = "文件完全相同" if twin.same_file else how
    title = f"《{_shown(twin.title, SUBJECT_CHARACTERS)}》"
    return title, f"{by}，{_moment(twin.received, zone)}收到，{how}"


def _resend(
    judged: DraftVerdict, verdict: Verdict, received: datetime, zone: str, limit_days: int
) -> str:
    """Until when a proper letter would still be in time; empty when none is asked for."""
    if judged.outcome is not Outcome.REFUSED or not _may_resend(judged, verdict):
        return ""
    if judged.timely is Timely.NOT_APPLICABLE:
        return "本类稿件不限报送时间，按要求改正后重新报送即可。"
    if judged.deadline is None:
        return _rule(limit_days)
    until = _deadline(judged.deadline, zone)
    if judged.deadline <= received:
        return f"本稿的报送时限（{until}）已过，重新报送仍可登记，但不再计分。"
    return f"请在{until}前重新报送；时限以重新报送的邮件收到的时间计算，逾期不计分。"


def _may_resend(judged: DraftVerdict, verdict: Verdict) -> bool:
    reasons = [*judged.reasons, *(fault.reason for fault in verdict.faults)]
    refusing = {reason for reason in reasons if reason.outcome is Outcome.REFUSED}
    return bool(refusing) and not refusing & NO_RESEND


def _resend_without_drafts(verdict: Verdict, limit_days: int) -> str:
    """A refused letter in which no draft could be read has no deadline of its own."""
    refusing = {reason for reason in verdict.reasons if reason.outcome is Outcome.REFUSED}
    return _rule(limit_days) if refusing and not refusing & NO_RESEND else ""


def _rule(limit_days: int) -> str:
    return (
        f"工作动态、舆情的报送时限为事件发生后{limit_days}天内，从事件发生之日算起；"
        "重新报送的，以重新报送的邮件收到的时间为准，请尽快改正后重发。"
    )


def _deadline(moment: datetime, zone: str) -> str:
    """An exclusive moment: 00:00 is told as 24:00 of the day before, as people say it."""
    local = moment.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute) == (0, 0):
        day = local.date() - timedelta(days=1)
        return f"{day.month}月{day.day}日24:00"
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _moment(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_day(local.date())}{local:%H:%M}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _pictures(count: int) -> str:
    return f"，配图{count}张" if count else ""


def _names(names: Iterable[str], joint: str = "、") -> str:
    shown = [_shown(name, SUBJECT_CHARACTERS) for name in names]
    more = f"等{len(shown)}个" if len(shown) > MOST_NAMES else ""
    return joint.join(shown[:MOST_NAMES]) + more


def _shown(text: str, most: int) -> str:
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"
