"""Letters of ours in the office's name: in answer to a letter, of a decision, made ready to be owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.clock import now
from console.settings.loading import Settings
from console.unit_cards import unit_card
from ingest.answering_choices import Inquiries
from ingest.examination_types import ExaminationResult
from ledger.decisions import AppliedRuling, ConcernedLetter
from ledger.proposals import ProposedAdoption
from ledger.queries.figures import Figures
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind, ProposalState
from notifier.letters.acknowledgment import acknowledgment
from notifier.letters.adoption import SettledAdoption, adoption_outcome
from notifier.letters.answer import answer, forwarded
from notifier.letters.answered_letter import AnsweredLetter
from notifier.letters.card import UnitCard
from notifier.letters.card import card as unit_letter
from notifier.letters.correction import Changed, Corrected, correction
from notifier.letters.question import question
from notifier.letters.receipt import receipt
from notifier.letters.recognising import recognising
from notifier.mail.message import Attachment, OutgoingLetter, render
from notifier.mail.page import Office
from rulebook.judge import ANSWERED
from rulebook.model import Submission, Verdict


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes our letters with the name, sender and templates that the settings give."""

    settings: Settings
    figures: Figures | None = None

    def in_answer(
        self, letter_id: int, submission: Submission, verdict: Verdict, examined: ExaminationResult
    ) -> Sequence[OutgoingMessage]:
        """Write what a letter is answered at once: a receipt, an acknowledgment or the unit's card."""
        purpose = verdict.purpose.purpose
        if purpose not in ANSWERED:
            return self.receipt(letter_id, submission, verdict, examined)
        office = self.office(submission.received)
        answered = _of_examined(letter_id, submission, examined)
        card = self._card(submission.sender.unit) if verdict.purpose.figures else None
        letter = (
            acknowledgment(answered, purpose, office)
            if card is None
            else unit_letter(answered, card, office)
        )
        return [self.outgoing(letter.kind, letter, office.zone)]

    def recognising(
        self, letter_id: int, submission: Submission, examined: ExaminationResult
    ) -> Sequence[OutgoingMessage]:
        """Write that a letter has come whose text is still being recognised."""
        office = self.office(submission.received)
        answered = _of_examined(letter_id, submission, examined)
        letter = recognising(answered, submission.attachments, office)
        return [self.outgoing(letter.kind, letter, office.zone)]

    def _card(self, unit: str | None) -> UnitCard | None:
        if self.settings.answers.inquiries is not Inquiries.CARD:
            return None
        if self.figures is None or unit is None:
            return None
        today = now().astimezone(ZoneInfo(self.settings.zone)).date()
        return unit_card(self.figures, unit, today)

    def adoption_outcome(
        self, letter: ConcernedLetter, settled: Sequence[ProposedAdoption]
    ) -> Sequence[OutgoingMessage]:
        """Tell a reporter of adoptions what became of them."""
        office = self.office(letter.received)
        latest = max(int(one.settled.timestamp()) for one in settled if one.settled is not None)
        told = tuple(
            SettledAdoption(
                one.title,
                one.outlet,
                self.settings.tier_name(one.tier) if one.tier else "",
                one.day,
                one.state is ProposalState.CONFIRMED,
                one.why,
            )
            for one in settled
        )
        written = adoption_outcome(answered_letter(letter), told, f"{latest:x}", office)
        return [self.outgoing(LetterKind.ADOPTION, written, office.zone)]

    def answer(
        self,
        letter: ConcernedLetter,
        text: str,
        moment: datetime,
        attachments: tuple[Attachment, ...] = (),
        key: str = "",
    ) -> OutgoingMessage:
        """
        Write what a person of the office answers (回信), in the letter's thread.

        Args:    `key`: tells answers to one letter apart; by default the moment does.
        """
        office = self.office(letter.received)
        key = key or f"{int(moment.timestamp() * 1000):x}"
        written = answer(answered_letter(letter), text, key, office, attachments)
        return self.outgoing(LetterKind.ANSWER, written, office.zone)

    def forward(
        self, letter: ConcernedLetter, sender: str, raw: bytes, to: str, note: str, moment: datetime
    ) -> OutgoingMessage:
        """Write the letter by which another one is handed on (转交), whole, as an attachment."""
        office = self.office(letter.received)
        key = f"{int(moment.timestamp() * 1000):x}"
        written = forwarded(answered_letter(letter), sender, raw, to, note, key, office)
        return self.outgoing(LetterKind.FORWARD, written, office.zone)

    def question(self, letter: ConcernedLetter, title: str, text: str, key: str) -> OutgoingMessage:
        """Write what a person asks about a held draft (请报送人补充), in its letter's thread."""
        office = self.office(letter.received)
        written = question(answered_letter(letter), title, text, key, office)
        return self.outgoing(LetterKind.QUESTION, written, office.zone)

    def receipt(
        self, letter_id: int, submission: Submission, verdict: Verdict, examined: ExaminationResult
    ) -> Sequence[OutgoingMessage]:
        """Write the receipt that a submission calls for."""
        provisions = self.settings.provisions_at(submission.received)
        letter = receipt(
            letter_id,
            submission,
            verdict,
            self.office(submission.received),
            message_id=examined.message_id,
            references=examined.references,
            reply_to=examined.reply_to,
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
                        ruling.note,
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
        provisions = self.settings.provisions_at(received or now())
        return Office(
            name=office.name,
            display_name=office.display_name,
            contact=office.contact,
            domain=_message_id_domain(sender, received),
            zone=provisions.zone,
            wording=self.settings.wording(provisions),
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


def _of_examined(
    letter_id: int, submission: Submission, examined: ExaminationResult
) -> AnsweredLetter:
    return AnsweredLetter(
        letter_id,
        submission.received,
        submission.subject,
        submission.sender.address,
        submission.sender.officer,
        submission.sender.unit,
        examined.message_id,
        examined.references,
        submission.correspondence.own_words,
    )


def answered_letter(letter: ConcernedLetter) -> AnsweredLetter:
    """Convert a letter of the ledger to what a letter in answer to it needs."""
    return AnsweredLetter(
        letter.letter,
        letter.received,
        letter.subject,
        letter.address,
        letter.officer,
        letter.unit,
        letter.message_id,
    )


def _message_id_domain(sender: str, received: datetime | None) -> str:
    """Return the right side of our Message-IDs."""
    prefix = f"{int(received.timestamp()):x}." if received else ""
    return f"{prefix}shougao.{sender.rpartition('@')[2] or 'localhost'}"
