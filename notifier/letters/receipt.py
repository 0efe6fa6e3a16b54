"""The receipt: what became of a letter, told to the officer who sent it. Pure: facts -> Letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ledger.states import LetterKind
from notifier.mail.message import OutgoingLetter, message_id_for, one_line, receipt_number
from notifier.mail.page import (
    EVIDENCE_CHARACTERS,
    SUBJECT_CHARACTERS,
    DraftSection,
    LetterView,
    Objection,
    Office,
    OutcomeStyle,
    Row,
    day_of,
    deadline,
    lateness,
    look_of,
    moment,
    names_of,
    one_of,
    pictures,
    shown,
)
from notifier.mail.templating import render
from rulebook.model import DraftVerdict, Duplicate, Fault, Submission, Timely, Verdict
from rulebook.originality import percent
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.rulings import OF_DUPLICATE

# the relay counts letters that are alike as spam: the same thing is said in several ways
OPENINGS = {
    Outcome.ACCEPTED: (
        "您报送的稿件已收到并登记。",
        "您发来的稿件已经收到，登记情况如下。",
        "来稿已收到并登记，谢谢您的报送。",
    ),
    Outcome.HELD: (
        "您的邮件已收到并登记。有的情况要由工作人员核定，核定前暂不计分，结果会另发更正回执告诉您。",
        "来件已收到并登记，其中有需要人工核定的内容，核定前暂不计分；核定后会再给您发一封更正回执。",
        "您发来的邮件已登记，但有的内容系统不能自行判断，暂不计分。工作人员核定后，会用更正回执通知您。",
    ),
    Outcome.REFUSED: (
        "您的邮件已收到，但不符合报送要求，予以退稿，未计入报送数。",
        "很抱歉，您发来的邮件不符合报送要求，予以退稿，没有计入报送数。",
        "来件已收到。因不符合报送要求，予以退稿，没有计入报送数，原因和改法见下。",
    ),
    Outcome.IGNORED: ("您的邮件已收到，不作为投稿处理。",),
}
PARTLY_REFUSED = (
    "您报送的稿件中有一部分不符合报送要求，予以退稿；其余稿件已登记。",
    "您发来的稿件有一部分已登记，另有一部分不符合报送要求，予以退稿。",
)
ALREADY_HERE = (
    "您发来的稿件以前已经报送过，原稿已登记，这次不再重复登记。",
    "这份稿件此前已经收到并登记，这次不再重复登记，积分不受影响。",
)

NO_RESEND = frozenset({Reason.RESENT, Reason.SECRET_MARK, Reason.MISDIRECTED_FORM})
"""Refusals after which the same papers must not be sent here again."""


NO_SUCCESSOR = "您登记的宣传员任期已结束，名单里还没有接任的宣传员；请由所在单位报送新的人选。"


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
) -> OutgoingLetter:
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
    plain, html = render(LetterKind.RECEIPT, {"page": page}, office.templates)
    return OutgoingLetter(
        subject=_subject(submission, verdict, page.look, office.zone),
        plain=plain,
        html=html,
        recipient=address,
        copies=tuple(one for one in dict.fromkeys(successors) if one != address),
        message_id=message_id_for(LetterKind.RECEIPT, letter_id, office.domain),
        in_reply_to=message_id,
        references=(*references, message_id) if message_id else references,
        auto_submitted="auto-replied",
    )


def _page(
    letter_id: int,
    submission: Submission,
    verdict: Verdict,
    office: Office,
    reply_to: str,
    limit_days: int,
) -> LetterView:
    secret = Reason.SECRET_MARK in verdict.reasons
    look = _look_of_letter(verdict)
    judged = () if secret else verdict.drafts
    blocks = tuple(
        _block(letter_id, draft, verdict, submission.received, office.zone, limit_days)
        for draft in judged
    )
    resend = "" if blocks else _resend_without_drafts(verdict, limit_days)
    if any(fault.reason.outcome is Outcome.REFUSED for fault in verdict.faults):
        blocks, resend = _told_once(blocks, resend)
    remarks = [_remark(remark, submission) for remark in verdict.remarks]
    if reply_to and reply_to.casefold() != submission.sender.address.casefold():
        remarks.append("邮件里另设了回复地址；为防误发，回执只发给发件邮箱。")
    officer = submission.sender.officer
    return LetterView(
        look=look,
        salutation=f"{one_line(officer)}同志：" if officer else "同志：",
        opening=_opening(verdict, judged, letter_id),
        facts=_facts(letter_id, submission, office.zone, secret),
        objections=_objections_of_letter(verdict.faults, secret),
        resend=resend,
        blocks=blocks,
        scores=any(draft.points for draft in judged),
        remarks=tuple(remarks),
        office=office,
    )


def _look_of_letter(verdict: Verdict) -> OutcomeStyle:
    """The gravest outcome, called partial when other drafts of the letter fared better."""
    look = look_of(verdict.outcome)
    if verdict.drafts and all(_is_late(draft) for draft in verdict.drafts):
        amber = look_of(Outcome.HELD)
        return OutcomeStyle("逾期收稿", "已收稿，但已逾期", amber.colour, amber.tint)
    partial = any(draft.outcome.severity < verdict.outcome.severity for draft in verdict.drafts)
    if not partial or verdict.outcome not in (Outcome.HELD, Outcome.REFUSED):
        return look
    word = "部分退稿" if verdict.outcome is Outcome.REFUSED else "部分待核定"
    return OutcomeStyle(word, word, look.colour, look.tint)


def _is_late(judged: DraftVerdict) -> bool:
    """Taken, counted as handed in, without points (四.1)."""
    return judged.outcome is Outcome.ACCEPTED and judged.timely is Timely.LATE


def _look_of_draft(judged: DraftVerdict) -> OutcomeStyle:
    if _is_late(judged):
        return replace(look_of(Outcome.HELD), word="逾期收稿")
    return look_of(judged.outcome)


def _subject(submission: Submission, verdict: Verdict, look: OutcomeStyle, zone: str) -> str:
    if Reason.SECRET_MARK in verdict.reasons:
        return f"【{look.word}】您于{moment(submission.received, zone)}发来的邮件"
    return f"【{look.word}】Re: {shown(submission.subject, SUBJECT_CHARACTERS) or '（无主题）'}"


def _opening(verdict: Verdict, judged: tuple[DraftVerdict, ...], letter_id: int) -> str:
    ways: tuple[str, ...]
    match verdict.outcome:
        case Outcome.REFUSED if any(d.outcome is not Outcome.REFUSED for d in judged):
            ways = PARTLY_REFUSED
        case Outcome.REFUSED if set(verdict.reasons) == {Reason.RESENT}:
            ways = ALREADY_HERE
        case outcome:
            ways = OPENINGS[outcome]
    said = one_of(ways, f"{letter_id}")
    if len(judged) < 2:
        return said
    counted = Counter(draft.outcome for draft in judged)
    parts = []
    for outcome in Outcome:
        if counted[outcome]:
            parts.append(f"{look_of(outcome).word}{counted[outcome]}篇")
            late = sum(_is_late(draft) for draft in judged if draft.outcome is outcome)
            parts[-1] += f"（其中逾期{late}篇）" if late else ""
    return f"{said}共{len(judged)}篇：{'，'.join(parts)}。"


def _facts(letter_id: int, submission: Submission, zone: str, secret: bool) -> tuple[Row, ...]:
    rows = [
        Row("回执编号", receipt_number(submission.received, zone, letter_id)),
        Row("收到时间", moment(submission.received, zone), "以邮件服务器收到的时间为准"),
    ]
    if submission.sender.unit:
        rows.append(Row("报送单位", submission.sender.unit))
    if secret:
        return tuple(rows)
    rows.append(Row("邮件主题", shown(submission.subject, SUBJECT_CHARACTERS) or "（无主题）"))
    rows.append(Row("附件", names_of(submission.attachments) or "（无）"))
    return tuple(rows)


def _objections_of_letter(faults: Iterable[Fault], secret: bool) -> tuple[Objection, ...]:
    """Each reason once, with all that it concerns; the gravest first."""
    details: dict[Reason, list[str]] = {}
    for fault in faults:
        details.setdefault(fault.reason, []).append("" if secret else shown(fault.detail, 200))
    return tuple(
        Objection(
            reason.sentence,
            names_of(dict.fromkeys(one for one in concerned if one), "；"),
            reason.advice,
        )
        for reason, concerned in sorted(details.items(), key=lambda item: -item[0].outcome.severity)
    )


def _block(
    letter_id: int,
    judged: DraftVerdict,
    verdict: Verdict,
    received: datetime,
    zone: str,
    limit_days: int,
) -> DraftSection:
    draft = judged.draft
    open_word = "未能确定" if judged.outcome is Outcome.REFUSED else "待核定"
    rows = [
        Row(
            "稿件类别",
            judged.kind.value if judged.kind else open_word,
            shown(judged.kind_evidence, 2 * EVIDENCE_CHARACTERS),
        ),
        Row("字数", f"{draft.characters}字" + pictures(len(draft.images))),
        Row("事件日期", *_happened(judged, open_word)),
        Row("报送时限", *_limit(judged, received, zone, open_word)),
    ]
    if judged.outcome is not Outcome.REFUSED:
        rows.append(Row("得分", *_points(judged)))
    if judged.duplicate and not OF_DUPLICATE.isdisjoint(judged.reasons):
        alike = judged.duplicate.same_file or judged.duplicate.similarity >= 1
        told = _twin(judged.duplicate, letter_id, zone)
        rows.append(Row("相同稿件" if alike else "相似稿件", *told))
    return DraftSection(
        title=shown(draft.title, SUBJECT_CHARACTERS) or shown(draft.file, SUBJECT_CHARACTERS),
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
        for reason in sorted(judged.reasons, key=lambda one: -one.outcome.severity)
    )


def _happened(judged: DraftVerdict, open_word: str) -> tuple[str, str]:
    event_date = judged.draft.event_date
    if event_date.day is None and judged.timely is Timely.NOT_APPLICABLE:
        return "不作要求", ""  # nobody will ask for the day of what has no limit
    evidence = shown(event_date.evidence, EVIDENCE_CHARACTERS)
    note = f"依据：“{evidence}”" if evidence else ""
    if event_date.day is not None:
        return day_of(event_date.day), note
    doubt = f"稿件{event_date.doubt.value}" if event_date.doubt else ""
    return open_word, "；".join(part for part in (doubt, note) if part)


def _limit(judged: DraftVerdict, received: datetime, zone: str, open_word: str) -> tuple[str, str]:
    until = f"{deadline(judged.deadline, zone)}截止" if judged.deadline else ""
    match judged.timely:
        case Timely.ON_TIME if judged.outcome is Outcome.REFUSED:
            return until, ""  # a refused draft was not handed in
        case Timely.ON_TIME:
            return "按时报送", until
        case Timely.LATE if judged.deadline:
            return f"已逾期{lateness(received - judged.deadline)}", until
        case Timely.LATE:
            return "已逾期", ""
        case Timely.UNDETERMINED:
            return open_word, until
        case Timely.NOT_APPLICABLE:
            return "本类稿件不限报送时间", ""


def _points(judged: DraftVerdict) -> tuple[str, str]:
    """As the ledger's table of points has them; why there are none, unless a row above says so."""
    match judged.outcome:
        case Outcome.ACCEPTED if judged.points:
            return f"{judged.points}分（暂计）", ""
        case Outcome.HELD if judged.timely is Timely.LATE:
            return "不计分", "核定的类别、日期与上面不同时另算"
        case Outcome.HELD:
            return "核定后计分", ""
        case Outcome.ACCEPTED if judged.timely is not Timely.LATE:
            return "不计分", judged.points_evidence
        case _:
            return "不计分", ""


def _twin(duplicate: Duplicate, letter_id: int, zone: str) -> tuple[str, str]:
    how = f"相似度{percent(duplicate.similarity)}%" if duplicate.similarity < 1 else "内容相同"
    how = "文件完全相同" if duplicate.same_file else how
    title = f"《{shown(duplicate.title, SUBJECT_CHARACTERS)}》"
    if duplicate.letter == letter_id:
        return title, f"同一封邮件中的第{duplicate.position}篇，{how}"
    return title, f"{duplicate.unit or '单位待认领'}，{moment(duplicate.received, zone)}收到，{how}"


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
    until = deadline(judged.deadline, zone)
    if judged.deadline <= received:
        return f"本稿的报送时限（{until}）已过，重新报送仍可登记，但不再计分。"
    return f"请在{until}前重新报送；时限以重新报送的邮件收到的时间计算，逾期不计分。"


def _told_once(
    blocks: tuple[DraftSection, ...], resend: str
) -> tuple[tuple[DraftSection, ...], str]:
    """What to do about a fault of the whole letter stands once, beside that fault."""
    told = {block.resend for block in blocks}
    if len(told) != 1 or resend:
        return blocks, resend
    return tuple(replace(block, resend="") for block in blocks), told.pop()


def _remark(remark: Remark, submission: Submission) -> str:
    if remark is Remark.OFFICER_ENDED and not submission.sender.successors:
        return NO_SUCCESSOR
    return remark.sentence


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
        f"请尽快改正后重发：工作动态、舆情要在事件发生后{limit_days}天内报送，"
        "以重新报送的邮件收到的时间为准。"
    )
