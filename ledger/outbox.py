"""The letters we owe: which are due, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from ledger.models.database import read_only, relaxed_durability
from ledger.models.letters import LetterRow, OutboxRow
from ledger.row_values import OutgoingMessage, outbox_row
from ledger.states import DeliveryState, LetterKind, LetterState

# Constants, since SQLAlchemy works out a statement once if it is always the same.
_CLOSE = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("closed"))
    .values(
        state=bindparam("state"),
        reply=bindparam("reply"),
        tries=OutboxRow.tries + 1,
        sent=bindparam("sent"),
    )
)
_SETTLE = (
    update(LetterRow)
    .where(
        LetterRow.id == bindparam("answered"),
        LetterRow.state == LetterState.EXAMINED,
        ~select(OutboxRow.id)
        .where(OutboxRow.letter_id == bindparam("answered"), OutboxRow.state == DeliveryState.OWED)
        .exists(),
    )
    .values(state=LetterState.SETTLED)
)


MAX_VALUES = 500
"""Databases bound how many values a question may carry."""


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


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A letter of ours that the relay will never take, and what it said."""

    letter_id: int | None
    kind: LetterKind
    recipient: str
    subject: str
    reply: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    The backlog of our letters.

    `many`: how many; `oldest`: since when the oldest is owed; `replies`: the relay's replies that made
    some wait.
    """

    many: int
    oldest: datetime | None
    replies: tuple[str, ...]


class Outbox:
    """
    What is owed and what was sent. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, most: int) -> list[Due]:
        """
        List letters whose time has come, the longest owed first.

        Order is kept per addressee: behind a letter that waits, later ones to the same wait, too.
        """
        resting = (
            select(OutboxRow.recipient, func.min(OutboxRow.id).label("first"))
            .where(OutboxRow.state == DeliveryState.OWED, OutboxRow.not_before > now)
            .group_by(OutboxRow.recipient)
            .subquery()
        )
        query = (
            select(OutboxRow)
            .outerjoin(resting, resting.c.recipient == OutboxRow.recipient)
            .where(
                OutboxRow.state == DeliveryState.OWED,
                OutboxRow.not_before <= now,
                or_(resting.c.first.is_(None), OutboxRow.id < resting.c.first),
            )
            .order_by(OutboxRow.id)
            .limit(most)
        )
        with Session(read_only(self._engine)) as session:
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
            ]

    def sent(self, accepted: Sequence[tuple[Due, str]], now: datetime) -> None:
        """
        Record that the relay accepted these, with its replies.

        A letter is settled once nothing more is owed for it. A power cut may undo the record: then the
        letters go out a second time under their Message-IDs.
        """
        with relaxed_durability(self._engine).begin() as connection:
            for due, reply in accepted:
                _close(connection, due, DeliveryState.SENT, reply, now)

    def give_up(self, due: Due, reply: str, now: datetime) -> None:
        """Record a permanent failure; the letter is kept for a person to see."""
        with self._engine.begin() as connection:
            _close(connection, due, DeliveryState.GIVEN_UP, reply, now)

    def postpone(self, due: Due, until: datetime, reply: str) -> None:
        """Put a letter off: try again at `until`."""
        with self._engine.begin() as connection:
            connection.execute(
                update(OutboxRow)
                .where(OutboxRow.id == due.id)
                .values(not_before=until, tries=OutboxRow.tries + 1, reply=reply)
            )

    def of_letter(
        self, letter: int
    ) -> list[tuple[datetime, LetterKind, DeliveryState, datetime | None]]:
        """List what a letter was answered: owed since, kind, state and when it was sent, in order."""
        query = (
            select(OutboxRow.owed_since, OutboxRow.kind, OutboxRow.state, OutboxRow.sent)
            .where(OutboxRow.letter_id == letter)
            .order_by(OutboxRow.id)
        )
        with read_only(self._engine).connect() as connection:
            return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]

    def sent_since(self, moment: datetime) -> int:
        """Count the letters that left since `moment`, for the relay's ceilings."""
        query = (
            select(func.count())
            .select_from(OutboxRow)
            .where(OutboxRow.state == DeliveryState.SENT, OutboxRow.sent >= moment)
        )
        with read_only(self._engine).connect() as connection:
            return connection.scalar(query) or 0

    def given_up(self, since: datetime, most: int = 1000) -> list[GivenUp]:
        """List letters that had to be given up since a moment, the latest first."""
        query = (
            select(
                OutboxRow.letter_id,
                OutboxRow.kind,
                OutboxRow.recipient,
                OutboxRow.subject,
                OutboxRow.reply,
            )
            .where(OutboxRow.state == DeliveryState.GIVEN_UP, OutboxRow.sent >= since)
            .order_by(OutboxRow.id.desc())
            .limit(most)
        )
        with read_only(self._engine).connect() as connection:
            return [GivenUp(*row) for row in connection.execute(query)]

    def waiting(self, now: datetime) -> Waiting:
        """Tell what is owed, and what the relay replied to the letters that have to wait."""
        owed = OutboxRow.state == DeliveryState.OWED
        with read_only(self._engine).connect() as connection:
            many, oldest = connection.execute(
                select(func.count(), func.min(OutboxRow.owed_since)).where(owed)
            ).one()
            replies = connection.scalars(
                select(OutboxRow.reply)
                .where(owed, OutboxRow.not_before > now, OutboxRow.reply != "")
                .distinct()
            ).all()
        return Waiting(many, oldest, tuple(replies))

    def last_owed(self, kind: LetterKind) -> datetime | None:
        """Return when a letter of ours of a kind was owed last."""
        query = select(func.max(OutboxRow.owed_since)).where(OutboxRow.kind == kind)
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def enqueue_once(self, letters: Sequence[OutgoingMessage], now: datetime) -> int:
        """
        Owe letters that answer no letter; one already owed (by its Message-ID) is left out.

        Returns: how many were new.
        """
        named = [letter.message_id for letter in letters]
        with Session(self._engine) as session, session.begin():
            known = {
                one
                for start in range(0, len(named), MAX_VALUES)
                for one in session.scalars(
                    select(OutboxRow.message_id).where(
                        OutboxRow.message_id.in_(named[start : start + MAX_VALUES])
                    )
                )
            }
            fresh = {one.message_id: one for one in letters if one.message_id not in known}
            session.add_all(outbox_row(None, letter, now) for letter in fresh.values())
        return len(fresh)

    def census(self) -> dict[DeliveryState, int]:
        """Count our letters in each state."""
        query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
        with read_only(self._engine).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _close(
    connection: Connection, due: Due, state: DeliveryState, reply: str, now: datetime
) -> None:
    closing = {"closed": due.id, "state": state, "reply": reply, "sent": now}
    connection.execute(_CLOSE, closing)
    if due.letter_id is not None:
        connection.execute(_SETTLE, {"answered": due.letter_id})
