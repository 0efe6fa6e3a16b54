"""What letters in answer to an officer's letter share: whom they answer, and how they hang in its thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.states import LetterKind
from notifier.mail.message import Attachment, OutgoingLetter, message_id_for, one_line
from notifier.mail.page import LetterView, thread_subject
from notifier.mail.templating import render


@dataclass(frozen=True, slots=True)
class AnsweredLetter:
    """
    The letter that is answered. `references`: the Message-IDs of its thread, the oldest first.

    `message_id` is its own, "" when it has none; `words`: what its sender wrote, without quotation.
    """

    letter: int
    received: datetime
    subject: str
    address: str
    officer: str | None
    unit: str | None
    message_id: str
    references: tuple[str, ...] = ()
    words: str = ""

    @property
    def salutation(self) -> str:
        """How its writer is addressed."""
        return f"{one_line(self.officer)}同志：" if self.officer else "同志："

    @property
    def shown_subject(self) -> str:
        """Its subject in one line, as answers repeat it."""
        return thread_subject(self.subject)


def answer_to(
    answered: AnsweredLetter,
    kind: LetterKind,
    page: LetterView,
    subject: str,
    *,
    key: str = "",
    by_machine: bool = True,
    attachments: tuple[Attachment, ...] = (),
) -> OutgoingLetter:
    """
    Write a letter that answers another in its thread.

    Args:    `key`: tells letters of a kind about one letter apart; `by_machine`: False for what a
             person wrote, which other machines may answer (RFC 3834 2).
    """
    office = page.office
    plain, html = render(kind, {"page": page}, office.templates)
    named = f"{kind}.{key}" if key else kind
    references = answered.references
    if answered.message_id and answered.message_id not in references:
        references = (*references, answered.message_id)
    return OutgoingLetter(
        subject=subject,
        plain=plain,
        html=html,
        recipient=answered.address,
        copies=(),
        message_id=message_id_for(named, answered.letter, office.domain),
        in_reply_to=answered.message_id,
        references=references,
        auto_submitted="auto-replied" if by_machine else "",
        attachments=attachments,
        kind=kind,
    )
