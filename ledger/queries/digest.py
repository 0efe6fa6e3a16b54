"""What the daily letter and the front page ask of the ledger: a day's letters, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.orm import Session

from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow, SightingRow
from ledger.queries.beside import in_junk_only
from rulebook.conversation import JUDGED, Purpose
from rulebook.lookalikes import shown_sender
from rulebook.model import Kind
from rulebook.points import Scored
from rulebook.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """
    A draft, or a letter without any, short. `draft` is None for such a letter.

    `scored`: the draft as it is counted (rulebook/counts.py).
    """

    letter: int
    draft: int | None
    title: str
    unit: str | None
    sender: str
    kind: Kind | None
    outcome: Outcome
    reasons: tuple[Reason, ...]
    received: datetime
    scored: Scored | None = None
    deadline: datetime | None = None


class DigestQueries:
    """Questions about spans of time: `first` included, `until` not."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def received(self, first: datetime, until: datetime) -> list[tuple[datetime, Outcome | None]]:
        """List each submission's time and outcome; of those not yet examined the outcome is None."""
        query = select(LetterRow.received, LetterRow.outcome).where(
            LetterRow.received >= first, LetterRow.received < until, _submitted()
        )
        with self._engine.connect() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def entered(self, first: datetime, until: datetime) -> list[DigestEntry]:
        """List drafts whose letters were received, and submissions in which no draft was found."""
        return self._entries(LetterRow.received >= first, LetterRow.received < until, _submitted())

    def waiting(self, limit: int) -> tuple[list[DigestEntry], int]:
        """List what waits for a person, the longest waiting first, and count all there are."""
        held = StandingRow.outcome == Outcome.HELD
        with Session(self._engine) as session:
            many = session.scalar(select(func.count()).select_from(StandingRow).where(held)) or 0
            empty = self._letters_without(session, LetterRow.outcome == Outcome.HELD)
        entries = self._entries(held, letters=False, limit=limit) + empty
        entries.sort(key=lambda entry: entry.received)
        return entries[:limit], many + len(empty)

    def letters(self) -> int:
        """Count the locations in the mailbox that the ledger knows: a letter copied lies in two."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(SightingRow)) or 0

    def _entries(
        self, *conditions: object, letters: bool = True, limit: int | None = None
    ) -> list[DigestEntry]:
        query = (
            select(StandingRow, DraftRow.title, LetterRow)
            .join(DraftRow, DraftRow.id == StandingRow.draft_id)
            .join(LetterRow, LetterRow.id == StandingRow.letter_id)
            .where(*conditions)  # type: ignore[arg-type]
            .order_by(LetterRow.received, StandingRow.draft_id)
            .limit(limit)
        )
        with Session(self._engine) as session:
            entries = [
                DigestEntry(
                    standing.letter_id,
                    standing.draft_id,
                    title,
                    standing.unit,
                    shown_sender(letter.sender_name, letter.sender_address, letter.unit),
                    standing.kind,
                    standing.outcome,
                    tuple(Reason[name] for name in standing.reasons),
                    letter.received,
                    Scored(
                        standing.draft_id,
                        standing.unit,
                        standing.kind,
                        standing.day,
                        standing.outcome,
                        standing.timely,
                        standing.voided,
                    ),
                    standing.deadline,
                )
                for standing, title, letter in session.execute(query)
            ]
            if letters:
                entries += self._letters_without(session, *conditions)
        return entries

    def _letters_without(self, session: Session, *conditions: object) -> list[DigestEntry]:
        with_drafts = select(StandingRow.letter_id).where(StandingRow.letter_id == LetterRow.id)
        query = (
            select(LetterRow)
            .where(*conditions, LetterRow.outcome.is_not(None), ~with_drafts.exists())  # type: ignore[arg-type]
            .order_by(LetterRow.received)
        )
        return [
            DigestEntry(
                letter.id,
                None,
                letter.subject or "（无主题）",
                letter.unit,
                shown_sender(letter.sender_name, letter.sender_address, letter.unit),
                None,
                letter.outcome or Outcome.HELD,
                tuple(Reason[name] for name in letter.reasons),
                letter.received,
            )
            for letter in session.scalars(query)
        ]


def _submitted() -> ColumnElement[bool]:
    """
    Tell submissions, and letters of which nobody knows yet what they are for.

    What strangers send to folders for junk is counted apart, whatever it is.
    """
    # in one word, so that SQLite is led by the days and not by the purpose of nearly all there are
    submitted = func.coalesce(LetterRow.purpose, Purpose.SUBMISSION).in_(JUDGED)
    return and_(submitted, or_(LetterRow.unit.is_not(None), ~in_junk_only()))
