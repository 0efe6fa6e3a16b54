"""Corrected receipts: what a decision calls for, owed once nobody can take it back any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.amended_words import amended_words
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.owing import owe_letters, withdraw
from ledger.row_values import OutgoingMessage
from ledger.rulings import rulings_of, standing_of
from ledger.states import DeliveryState, LetterKind, LetterState
from rulebook.amounts import Amount
from rulebook.rulings import CurrentVerdict


@dataclass(frozen=True, slots=True)
class AppliedRuling:
    """
    A decision that was made: the draft, how it stood, how it stands, and the words for it.

    `note`: what it means for the draft that it corrects, a sentence, "" for nothing.
    """

    draft: int
    letter: int
    title: str
    before: CurrentVerdict
    after: CurrentVerdict
    why: str
    who: str
    seq: int
    points_before: Amount
    points_after: Amount
    note: str = ""

    @property
    def changed(self) -> bool:
        """Whether the sender would read anything new."""
        other = self.before != self.after or self.points_before != self.points_after
        return other or bool(self.note)


@dataclass(frozen=True, slots=True)
class ConcernedLetter:
    """The letter whose sender a decision concerns. `message_id` is the letter's own."""

    letter: int
    subject: str
    received: datetime
    address: str
    officer: str | None
    unit: str | None
    message_id: str


ComposeCorrections = Callable[[ConcernedLetter, Sequence[AppliedRuling]], Sequence[OutgoingMessage]]
"""Composes the corrected receipts that a decision calls for."""


def no_corrections(
    _letter: ConcernedLetter, _ruled: Sequence[AppliedRuling]
) -> Sequence[OutgoingMessage]:
    """Compose nothing: a decision that nobody outside need hear of."""
    return ()


FAR_OFF = datetime.max.replace(tzinfo=UTC)
Stood = tuple[CurrentVerdict, Amount]
StoodBefore = Callable[[Session, StandingRow, datetime], Stood]
"""Tells how a draft stood before a moment, with its points."""


def owe_corrections(
    session: Session,
    ruled: Sequence[AppliedRuling],
    owe: ComposeCorrections,
    now: datetime,
    grace: timedelta,
    stood_before: StoodBefore,
) -> None:
    """
    Owe the corrected receipt of what was ruled on a letter's drafts; it leaves when `grace` is over.

    One that has not left yet gives way to a new one, which tells all that changed since the sender was
    told last; where that is nothing, none is owed.
    """
    if not ruled:
        return
    letter = session.get_one(LetterRow, ruled[0].letter)
    answered = session.scalar(select(OutboxRow.id).where(OutboxRow.letter_id == letter.id).limit(1))
    if answered is None:  # nobody was answered the first time: a machine, or a forged sender
        return
    waiting = session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.letter_id == letter.id,
            OutboxRow.kind == LetterKind.CORRECTION,
            OutboxRow.state == DeliveryState.OWED,
            OutboxRow.not_before > now,
            OutboxRow.tried.is_(None),
        )
        .order_by(OutboxRow.id)
    ).all()
    if waiting:
        since = waiting[0].owed_since
        withdraw(session, waiting, now)
        ruled = _untold(session, letter.id, since, stood_before, ruled)
    told_until = session.scalar(
        select(func.max(OutboxRow.owed_since)).where(
            OutboxRow.letter_id == letter.id,
            OutboxRow.kind.in_((LetterKind.RECEIPT, LetterKind.CORRECTION)),
        )
    )
    ruled = [
        replace(one, note=one.note + amended_words(session, one.draft, told_until)) for one in ruled
    ]
    changed = [one for one in ruled if one.changed]
    owed = owe(concerned_letter(letter), changed) if changed else ()
    later = [replace(post, not_before=now + grace if grace else None) for post in owed]
    owe_letters(session, later, now, letter.id)
    if owed and letter.state is LetterState.SETTLED:
        letter.state = LetterState.EXAMINED


def _untold(
    session: Session,
    letter: int,
    since: datetime,
    stood_before: StoodBefore,
    ruled: Sequence[AppliedRuling],
) -> list[AppliedRuling]:
    """List what became of a letter's drafts since a moment, as one ruling each."""
    just_now = {one.draft: one for one in ruled}
    told = []
    for row in session.scalars(
        select(StandingRow).where(StandingRow.letter_id == letter).order_by(StandingRow.draft_id)
    ):
        entries = [entry for entry, _ in rulings_of(session, row.draft_id) if entry.at >= since]
        before, points_before = stood_before(session, row, since)
        _, points_after = stood_before(session, row, FAR_OFF)
        last = just_now.get(row.draft_id)
        told.append(
            AppliedRuling(
                row.draft_id,
                letter,
                session.get_one(DraftRow, row.draft_id).title,
                before,
                standing_of(row),
                "；".join(dict.fromkeys(entry.why for entry in entries if entry.why)),
                entries[-1].who if entries else "",
                row.seq,
                points_before,
                points_after,
                last.note if last else "",
            )
        )
    return sorted(told, key=lambda one: one.seq)


def concerned_letter(letter: LetterRow) -> ConcernedLetter:
    """Convert a row to what a letter of ours about it needs."""
    return ConcernedLetter(
        letter.id,
        letter.subject,
        letter.received,
        letter.sender_address,
        letter.officer,
        letter.unit,
        letter.message_id,
    )
