"""The first word on a letter whose draft is in pictures: it has come, its text is being recognised (正在识别)."""

from __future__ import annotations

from ledger.states import LetterKind
from notifier.letters.answered_letter import AnsweredLetter, answer_to
from notifier.mail.message import OutgoingLetter, receipt_number
from notifier.mail.page import LetterView, Office, OutcomeStyle, Row, moment, names_of, one_of

STYLE = OutcomeStyle("正在识别", "已收到，正在识别", "#1f4e79", "#eef3f8")

# the relay counts letters that are alike as spam: the same thing is said in several ways
_OPENINGS = (
    "您的邮件已收到。稿件是照片或扫描件，正在识别其中的文字，登记结果会另发回执告诉您。",
    "来件已收到。其中的稿件是照片或扫描件，文字正在识别，识别以后会再给您发一封回执。",
    "您发来的稿件是照片或扫描件，已经收到，正在识别文字；登记结果请等候随后的回执。",
)
_REMARK = "今后请报送可以编辑的文字稿（Word、WPS 或文本文件），登记更快，也不会认错字。"


def recognising(
    answered: AnsweredLetter, attachments: tuple[str, ...], office: Office
) -> OutgoingLetter:
    """Tell an officer at once that a letter has come whose text is not yet read."""
    page = LetterView(
        look=STYLE,
        salutation=answered.salutation,
        opening=one_of(_OPENINGS, f"{answered.letter}"),
        facts=(
            Row("回执编号", receipt_number(answered.received, office.zone, answered.letter)),
            Row(
                "收到时间",
                moment(answered.received, office.zone),
                "以邮件服务器收到的时间为准，识别所用的时间不计",
            ),
            *((Row("报送单位", answered.unit),) if answered.unit else ()),
            Row("邮件主题", answered.shown_subject),
            *((Row("附件", names_of(attachments)),) if attachments else ()),
        ),
        remarks=(_REMARK,),
        office=office,
    )
    subject = f"【{STYLE.word}】Re: {answered.shown_subject}"
    return answer_to(answered, LetterKind.RECOGNISING, page, subject)
