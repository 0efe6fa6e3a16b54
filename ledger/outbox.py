"""The letters we owe: which are due, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from ledger.tables import LetterRow, LetterState, OutboxRow, PostState


@dataclass(frozen=True, slots=True)
class Due:
    """A letter to be sent now. `tries`: how often it failed before."""

    id: int
    letter_id: int | None
    recipient: str
    copies: tuple[str, ...]
    subject: str
    message_id: str
    raw: bytes
    tries: int


class Outbox:
    """What is owed and what was sent. Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, most: int) -> list[Due]:
        """
        Letters whose time has come, the longest owed first.

        Order is kept per addressee: behind a letter that waits, later ones to the same wait, too.
        """
        waiting = select(OutboxRow.recipient, OutboxRow.id).where(
            OutboxRow.state == PostState.OWED, OutboxRow.not_before > now
        )
        query = (
            select(OutboxRow)
            .where(OutboxRow.state == PostState.OWED, OutboxRow.not_before <= now)
            .order_by(OutboxRow.id)
            .limit(most)
        )
        with Session(self._engine) as session:
            held_up: dict[str, int] = {}
            for recipient, row_id in session.execute(waiting):
                held_up[recipient] = min(row_id, held_up.get(recipient, row_id))
            return [
                Due(
                    row.id,
                    row.letter_id,
                    row.recipient,
                    tuple(row.copies),
                    row.subject,
                    row.message_id,
                    row.raw,
                    row.tries,
                )
                for row in session.scalars(query)
                if row.id < held_up.get(row.recipient, row.id + 1)
            ]

    def sent(self, due: Due, reply: str, now: datetime) -> None:
        """The relay took it; its letter is settled once nothing more is owed for it."""
        self._close(due, PostState.SENT, reply, now)

    def give_up(self, due: Due, reply: str, now: datetime) -> None:
        """The relay will never take it; kept for a person to see."""
        self._close(due, PostState.GIVEN_UP, reply, now)

    def postpone(self, due: Due, until: datetime, reply: str) -> None:
        """Try again at `until`."""
        with self._engine.begin() as connection:
            connection.execute(
                update(OutboxRow)
                .where(OutboxRow.id == due.id)
                .values(not_before=until, tries=OutboxRow.tries + 1, reply=reply)
            )

    def sent_since(self, moment: datetime) -> int:
        """How many letters left since a moment, for the relay's ceilings."""
        query = (
            select(func.count())
            .select_from(OutboxRow)
            .where(OutboxRow.state == PostState.SENT, OutboxRow.sent >= moment)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def given_up_since(self, moment: datetime) -> int:
        """How many letters had to be given up since a moment."""
        query = (
            select(func.count())
            .select_from(OutboxRow)
            .where(OutboxRow.state == PostState.GIVEN_UP, OutboxRow.sent >= moment)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def census(self) -> dict[PostState, int]:
        """How many of our letters stand in each state."""
        query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _close(self, due: Due, state: PostState, reply: str, now: datetime) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(OutboxRow)
                .where(OutboxRow.id == due.id)
                .values(state=state, reply=reply, tries=OutboxRow.tries + 1, sent=now)
            )
            if due.letter_id is None:
                return
            still_owed = (
                select(OutboxRow.id)
                .where(OutboxRow.letter_id == due.letter_id, OutboxRow.state == PostState.OWED)
                .exists()
            )
            connection.execute(
                update(LetterRow)
                .where(
                    LetterRow.id == due.letter_id,
                    LetterRow.state == LetterState.EXAMINED,
                    ~still_owed,
                )
                .values(state=LetterState.SETTLED)
            )
