"""What a person of the office writes: an answer in a letter's thread (回信), a letter handed on (转交)."""

from __future__ import annotations

from dataclasses import replace

from ledger.states import LetterKind
from notifier.letters.answered_letter import AnsweredLetter, answer_to
from notifier.mail.message import Attachment, OutgoingLetter, one_line
from notifier.mail.page import LetterView, Office, OutcomeStyle, Row, moment

MAX_CHARACTERS = 20_000
STYLE = OutcomeStyle("回信", "回信", "#1f4e79", "#eef3f8")
FORWARDED = OutcomeStyle("转交", "来信转交", "#1f4e79", "#eef3f8")


def answer(
    answered: AnsweredLetter,
    text: str,
    key: str,
    office: Office,
    attachments: tuple[Attachment, ...] = (),
) -> OutgoingLetter:
    """
    Answer a letter in its thread, in the words of a person and under the office's name.

    Args:    `key`: tells answers to one letter apart, the same at every try.
    """
    page = _page(STYLE, answered.salutation if answered.unit else "您好！", text, (), office)
    subject = f"Re: {answered.shown_subject}"
    return answer_to(
        answered,
        LetterKind.ANSWER,
        page,
        subject,
        key=key,
        by_machine=False,
        attachments=attachments,
    )


def forwarded(
    letter: AnsweredLetter, sender: str, raw: bytes, to: str, note: str, key: str, office: Office
) -> OutgoingLetter:
    """
    Hand a letter on to an address of the office's, whole, as an attachment.

    Args:    `sender`: who wrote it, as staff read it; `note`: what staff add.
    """
    rows = (
        Row("来信人", one_line(sender)),
        Row("收到时间", moment(letter.received, office.zone)),
        Row("邮件主题", letter.shown_subject),
    )
    text = note.strip() or "现将收到的来信转给你们，请阅处。"
    page = _page(FORWARDED, "您好！", text, rows, office)
    attachment = Attachment("来信.eml", "application/octet-stream", raw)
    aside = replace(letter, address=to, message_id="", references=())
    return answer_to(
        aside,
        LetterKind.FORWARD,
        page,
        f"【{FORWARDED.word}】{letter.shown_subject}",
        key=key,
        attachments=(attachment,),
    )


def _page(
    style: OutcomeStyle, salutation: str, text: str, facts: tuple[Row, ...], office: Office
) -> LetterView:
    return LetterView(
        look=style,
        salutation=salutation,
        opening=text.strip()[:MAX_CHARACTERS],
        facts=facts,
        office=office,
    )
