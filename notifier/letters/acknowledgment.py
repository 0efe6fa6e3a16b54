"""The acknowledgment: an officer's statement, request or question has reached a person (说明、撤稿、询问)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.states import LetterKind
from notifier.letters.answered_letter import AnsweredLetter, answer_to
from notifier.mail.message import OutgoingLetter, receipt_number
from notifier.mail.page import LetterView, Office, OutcomeStyle, Row, moment, one_of, shortened
from rulebook.conversation import Purpose

WORDS_CHARACTERS = 300
WORD = "已收悉"
COLOUR, TINT = "#1f4e79", "#eef3f8"


@dataclass(frozen=True, slots=True)
class _Wording:
    headline: str
    openings: tuple[str, ...]
    remark: str


# the relay counts letters that are alike as spam: the same thing is said in several ways
_WORDINGS = {
    Purpose.STATEMENT: _Wording(
        "说明已收到",
        (
            "您的说明已收到，已转工作人员核对。",
            "您关于稿件的说明已经收到，工作人员会认真核对。",
            "来信收悉，您说明的情况已转给工作人员核对。",
        ),
        "核对后如登记情况有变化，会另发更正回执；没有变化的，以原回执为准。",
    ),
    Purpose.WITHDRAWAL: _Wording(
        "撤稿申请已收到",
        (
            "您的撤稿申请已收到，已转工作人员办理。",
            "您申请撤回稿件的来信已经收到，工作人员确认后办理。",
            "来信收悉，撤稿的申请已转给工作人员办理。",
        ),
        "办理后会另发更正回执；收到更正回执以前，稿件仍按原回执登记。",
    ),
    Purpose.INQUIRY: _Wording(
        "询问已收到",
        (
            "您的询问已收到，已转工作人员，会另行答复您。",
            "来信收悉，您询问的事项已转给工作人员，请等候答复。",
            "您询问的事项已经收到，工作人员会另行回信。",
        ),
        "急需了解的，可以按下面的方式与我们联系。",
    ),
}


def acknowledgment(answered: AnsweredLetter, purpose: Purpose, office: Office) -> OutgoingLetter:
    """
    Tell an officer that a letter which a person has to answer was received.

    Args:    `purpose`: STATEMENT, WITHDRAWAL or INQUIRY.
    """
    wording = _WORDINGS[purpose]
    words = shortened(answered.words, WORDS_CHARACTERS)
    page = LetterView(
        look=OutcomeStyle(WORD, wording.headline, COLOUR, TINT),
        salutation=answered.salutation,
        opening=one_of(wording.openings, f"{answered.letter}"),
        facts=(
            Row("收件编号", receipt_number(answered.received, office.zone, answered.letter)),
            Row("收到时间", moment(answered.received, office.zone)),
            *((Row("报送单位", answered.unit),) if answered.unit else ()),
            Row("邮件主题", answered.shown_subject),
            *((Row("您的来信", words),) if words else ()),
        ),
        remarks=(wording.remark,),
        office=office,
    )
    subject = f"【{WORD}】Re: {answered.shown_subject}"
    return answer_to(answered, LetterKind.ACKNOWLEDGMENT, page, subject)
