"""
The receipt: what became of a letter, told to the officer who sent it. Pure: facts -> OutgoingLetter.

What it says of each draft is in `draft_section.py`, what it asks to be sent again in `resend.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ledger.states import LetterKind
from notifier.letters import resend
from notifier.letters.bounded import render_bounded
from notifier.letters.draft_section import draft_section, is_late
from notifier.mail.message import OutgoingLetter, message_id_for, one_line, receipt_number
from notifier.mail.page import (
    SUBJECT_CHARACTERS,
    LetterView,
    Objection,
    Office,
    OutcomeStyle,
    Row,
    in_words,
    look_of,
    moment,
    names_of,
    one_of,
    shortened,
    thread_subject,
)
from rulebook.model import DraftVerdict, Fault, FileRole, Submission, Verdict
from rulebook.reasons import Outcome, Reason, Remark

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

NO_SUCCESSOR = "您登记的报送人员任期已结束，名单里还没有接任的报送人员；请由所在单位报送新的人选。"


def receipt(
    letter_id: int,
    submission: Submission,
    verdict: Verdict,
    office: Office,
    *,
    message_id: str,
    references: tuple[str, ...],
    reply_to: str,
) -> OutgoingLetter:
    """
    Write the receipt for a letter.

    It always goes to the sender's own address: answering a foreign Reply-To would let anybody send
    our mail to third parties. An officer whose appointment has ended is answered with copies to the
    successors (一.3). Nothing of a letter with a 密级 mark is repeated, not even names.

    Args:    `letter_id`: The letter's number in the ledger; it stands in the receipt's number.
             `submission`: The letter as the rulebook saw it.
             `verdict`: What became of it.
             `office`: Who answers.
             `message_id`: The letter's own Message-ID; empty when it has none.
             `references`: The Message-IDs of its thread, the oldest first.
             `reply_to`: Its Reply-To; empty when it has none.
    Returns: the letter to be sent.
    """
    page = in_words(_page(letter_id, submission, verdict, office, reply_to))
    address = submission.sender.address
    successors = submission.sender.successors if submission.sender.ended else ()
    plain, html = render_bounded(LetterKind.RECEIPT, page)
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
) -> LetterView:
    secret = Reason.SECRET_MARK in verdict.reasons
    judged = () if secret else verdict.drafts
    sections = tuple(
        draft_section(letter_id, draft, verdict, submission.received, office) for draft in judged
    )
    request = "" if sections else resend.of_letter(verdict, office.wording)
    if any(fault.reason.outcome is Outcome.REFUSED for fault in verdict.faults):
        sections, request = resend.said_once(sections, request)
    remarks = (
        []
        if secret  # what is to be done about it stands alone
        else [_remark(remark, submission) for remark in verdict.remarks if not remark.for_staff]
    )
    if reply_to and not secret and reply_to.casefold() != submission.sender.address.casefold():
        remarks.append("邮件里另设了回复地址；为防误发，回执只发给发件邮箱。")
    officer = submission.sender.officer
    return LetterView(
        look=_style_of_letter(verdict),
        salutation=f"{one_line(officer)}同志：" if officer else "同志：",
        opening=_opening(verdict, judged, letter_id),
        facts=_facts(letter_id, submission, office.zone, secret),
        objections=_objections_of_letter(
            [fault for fault in verdict.faults if _is_told(fault.reason, secret=secret)],
            secret,
        ),
        resend=request,
        blocks=sections,
        scores=any(draft.points for draft in judged),
        remarks=tuple(remarks),
        office=office,
    )


def _is_told(reason: Reason, *, secret: bool) -> bool:
    """Whether a sender is told of a fault: beside a 密级 mark of nothing else."""
    if secret:
        return reason is Reason.SECRET_MARK
    return reason is not Reason.LOOKALIKE_SENDER


def _style_of_letter(verdict: Verdict) -> OutcomeStyle:
    """Style the gravest outcome, called partial when other drafts of the letter fared better."""
    style = look_of(verdict.outcome)
    if verdict.drafts and all(is_late(draft) for draft in verdict.drafts):
        amber = look_of(Outcome.HELD)
        return OutcomeStyle("逾期收稿", "已收稿，但已逾期", amber.colour, amber.tint)
    partial = any(draft.outcome.severity < verdict.outcome.severity for draft in verdict.drafts)
    if not partial or verdict.outcome not in (Outcome.HELD, Outcome.REFUSED):
        return style
    word = "部分退稿" if verdict.outcome is Outcome.REFUSED else "部分待核定"
    return OutcomeStyle(word, word, style.colour, style.tint)


def _subject(submission: Submission, verdict: Verdict, look: OutcomeStyle, zone: str) -> str:
    if Reason.SECRET_MARK in verdict.reasons:
        return f"【{look.word}】您于{moment(submission.received, zone)}发来的邮件"
    return f"【{look.word}】Re: {thread_subject(submission.subject)}"


def _opening(verdict: Verdict, judged: tuple[DraftVerdict, ...], letter_id: int) -> str:
    wordings: tuple[str, ...]
    match verdict.outcome:
        case _ if Reason.SECRET_MARK in verdict.reasons:
            wordings = OPENINGS[Outcome.REFUSED][:1]
        case Outcome.REFUSED if any(d.outcome is not Outcome.REFUSED for d in judged):
            wordings = PARTLY_REFUSED
        case Outcome.REFUSED if set(verdict.reasons) == {Reason.RESENT}:
            wordings = ALREADY_HERE
        case outcome:
            wordings = OPENINGS[outcome]
    sentence = one_of(wordings, f"{letter_id}")
    if len(judged) < 2:
        return sentence
    counted = Counter(draft.outcome for draft in judged)
    parts = []
    for outcome in Outcome:
        if counted[outcome]:
            parts.append(f"{look_of(outcome).word}{counted[outcome]}篇")
            late = sum(is_late(draft) for draft in judged if draft.outcome is outcome)
            parts[-1] += f"（其中逾期{late}篇）" if late else ""
    return f"{sentence}共{len(judged)}篇：{'，'.join(parts)}。"


def _facts(letter_id: int, submission: Submission, zone: str, secret: bool) -> tuple[Row, ...]:
    rows = [
        Row("回执编号", receipt_number(submission.received, zone, letter_id)),
        Row("收到时间", moment(submission.received, zone), "以邮件服务器收到的时间为准"),
    ]
    if submission.sender.unit:
        rows.append(Row("报送单位", submission.sender.unit))
    if secret:
        return tuple(rows)
    rows.append(Row("邮件主题", shortened(submission.subject, SUBJECT_CHARACTERS) or "（无主题）"))
    rows.append(Row("附件", names_of(submission.attachments) or "（无）"))
    return tuple(rows)


def _objections_of_letter(faults: Iterable[Fault], secret: bool) -> tuple[Objection, ...]:
    """List each reason once, with all that it concerns; the gravest first."""
    details: dict[Reason, list[str]] = {}
    for fault in faults:
        details.setdefault(fault.reason, []).append("" if secret else shortened(fault.detail, 200))
    return tuple(
        Objection(
            reason.sentence,
            names_of(dict.fromkeys(one for one in concerned if one), "；"),
            reason.advice,
        )
        for reason, concerned in sorted(details.items(), key=lambda item: -item[0].outcome.severity)
    )


def _remark(remark: Remark, submission: Submission) -> str:
    if remark is Remark.SOME_UNREADABLE:
        unread = [file.path for file in submission.files if file.role is FileRole.UNREAD]
        names = names_of((path.rpartition("/")[2] for path in unread), "、")
        return remark.sentence.replace("，", f"（{names}），", 1) if names else remark.sentence
    if remark is Remark.OFFICER_ENDED and not submission.sender.successors:
        return NO_SUCCESSOR
    return remark.sentence
