"""Letters of ours in the office's name: receipts, corrections, and any letter made ready to be owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.clock import now
from console.settings.loading import Settings
from ingest.examination_types import ExaminationResult
from ledger.decisions import AppliedRuling, ConcernedLetter
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind
from notifier.letters.correction import Changed, Corrected, correction
from notifier.letters.receipt import receipt
from notifier.mail.message import OutgoingLetter, render
from notifier.mail.page import Office
from rulebook.model import Submission, Verdict


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes our letters with the name, sender and templates that the settings give."""

    settings: Settings

    def receipt(
        self, letter_id: int, submission: Submission, verdict: Verdict, examined: ExaminationResult
    ) -> Sequence[OutgoingMessage]:
        """Write the receipt that a letter calls for."""
        provisions = self.settings.provisions_at(submission.received)
        letter = receipt(
            letter_id,
            submission,
            verdict,
            self.office(submission.received),
            message_id=examined.message_id,
            references=examined.references,
            reply_to=examined.reply_to,
            limit_days=provisions.timeliness.days,
        )
        return [self.outgoing(LetterKind.RECEIPT, letter, provisions.zone)]

    def correction(
        self, letter: ConcernedLetter, rulings: Sequence[AppliedRuling]
    ) -> Sequence[OutgoingMessage]:
        """Write the corrected receipt that a person's decision calls for."""
        corrected = correction(
            Corrected(
                letter=letter.letter,
                seq=rulings[-1].seq,
                subject=letter.subject,
                received=letter.received,
                address=letter.address,
                officer=letter.officer,
                unit=letter.unit,
                message_id=letter.message_id,
                references=(),
                drafts=tuple(
                    Changed(
                        ruling.title,
                        ruling.before,
                        ruling.after,
                        ruling.points_before,
                        ruling.points_after,
                        ruling.why,
                    )
                    for ruling in rulings
                ),
            ),
            self.office(letter.received),
        )
        zone = self.settings.provisions_at(letter.received).zone
        return [self.outgoing(LetterKind.CORRECTION, corrected, zone)]

    def office(self, received: datetime | None = None) -> Office:
        """
        Say who writes.

        Args:
            received: when the letter came that is answered. The Message-ID carries that moment, so
                that a ledger begun anew does not repeat those of an old one; a letter of the day
                needs none.

        """
        office, sender = self.settings.office, self.settings.relay.sender
        return Office(
            name=office.name,
            display_name=office.display_name,
            contact=office.contact,
            domain=_message_id_domain(sender, received),
            zone=self.settings.provisions_at(received or now()).zone,
            sender=sender,
            templates=self.settings.templates,
        )

    def outgoing(self, kind: LetterKind, letter: OutgoingLetter, zone: str) -> OutgoingMessage:
        """Render a letter of ours to the bytes that the ledger keeps until they are sent."""
        sender, name = self.settings.relay.sender, self.settings.office.display_name
        raw = render(letter, sender, name, now(), zone)
        return OutgoingMessage(
            kind, letter.recipient, letter.copies, letter.subject, letter.message_id, raw
        )


def _message_id_domain(sender: str, received: datetime | None) -> str:
    """Return the right side of our Message-IDs."""
    prefix = f"{int(received.timestamp()):x}." if received else ""
    return f"{prefix}shougao.{sender.rpartition('@')[2] or 'localhost'}"
