"""The letters we owe: which are due, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, func, select, update
from sqlalchemy.orm import Session

from ledger.journal import JournalEntry, append, hold
from ledger.models.database import read_only, relaxed_durability
from ledger.models.letters import LetterRow, OutboxRow
from ledger.owing import owe_letters
from ledger.printing_facts import OwedAgain, Reminded
from ledger.queries.due import Due, as_due, due_letters, handed_over, owed_by_the_journal, waits
from ledger.row_values import OutgoingMessage
from ledger.states import Act, DeliveryState, LetterKind, LetterState

# Constants, since SQLAlchemy works out a statement once if it is always the same.
_CLOSE = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("closed"))
    .values(
        state=bindparam("state"),
        reply=bindparam("reply"),
        tries=OutboxRow.tries + 1,
        tried=bindparam("sent"),
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
class Unsent:
    """A letter of ours that was given up, or of which nobody knows whether it arrived."""

    letter_id: int | None
    kind: LetterKind
    recipient: str
    subject: str
    reply: str
    state: DeliveryState


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


OF_THE_DAY = OutboxRow.letter_id.is_(None)
"""Letters of ours that answer none: few beside the receipts, and an index knows them."""


class Outbox:
    """
    What is owed and what was sent. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(
        self, now: datetime, most: int, per_address: int = 0, strangers: int | None = None
    ) -> list[Due]:
        """
        List letters whose time has come, in the order in which they are to leave.

        First what is owed to officers and the office: of what became owed within a day and of the
        older backlog one each in turn, each the longest owed first; so those of today are answered today,
        and the backlog shrinks all the same. Then strangers in the same way. An addressee's letters
        keep their order behind one that the relay put off, and those about one letter always do.

        Args:
            now: the present moment.
            most: how many at most.
            per_address: answers that one address gets within 24 hours, 0 for no such limit.
            strangers: how many strangers may be answered at present, None for any number.

        """
        with Session(read_only(self._engine)) as session:
            return due_letters(session, now, most, per_address, strangers)

    def owed(self, message_id: str) -> Due | None:
        """Return a letter that is owed, by its Message-ID; None when it is not, or not any more."""
        query = select(OutboxRow).where(
            OutboxRow.message_id == message_id, OutboxRow.state == DeliveryState.OWED
        )
        with Session(read_only(self._engine)) as session:
            rows = session.scalars(query).all()
            return next((as_due(row) for row in owed_by_the_journal(session, rows)), None)

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

    def leave_to_a_person(self, due: Due, reply: str, now: datetime) -> None:
        """Record that nobody knows whether the letter arrived, and that it is not sent again."""
        with self._engine.begin() as connection:
            _close(connection, due, DeliveryState.UNCERTAIN, reply, now)

    def postpone(
        self, due: Due, until: datetime, reply: str, now: datetime, *, counted: bool = True
    ) -> None:
        """Put a letter off: try again at `until`. `counted`: it was the letter that was refused."""
        self._put_off(due, until, reply, now, {"tries": OutboxRow.tries + (1 if counted else 0)})

    def doubt(self, due: Due, until: datetime, reply: str, now: datetime) -> None:
        """Record that the relay took the last byte and did not answer; send once more at `until`."""
        self._put_off(due, until, reply, now, {"uncertain": OutboxRow.uncertain + 1})

    def _put_off(
        self, due: Due, until: datetime, reply: str, now: datetime, counted: dict[str, object]
    ) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(OutboxRow)
                .where(OutboxRow.id == due.id)
                .values(not_before=until, tried=now, reply=reply, **counted)
            )

    def owe_again(
        self, numbers: Sequence[int], who: str, why: str, now: datetime
    ) -> tuple[int, ...]:
        """
        Owe letters again that were given up, are uncertain, or wait; they are due at once.

        Returns: the numbers of those that are. One that was sent is not, nor one whose text was purged.
        """
        with Session(self._engine) as session, session.begin():
            rows = [
                row
                for start in range(0, len(numbers), MAX_VALUES)
                for row in session.scalars(
                    select(OutboxRow).where(
                        OutboxRow.id.in_(numbers[start : start + MAX_VALUES]),
                        OutboxRow.state != DeliveryState.SENT,
                    )
                )
                if row.raw
            ]
            for row in rows:
                row.state = DeliveryState.OWED
                row.not_before, row.tried, row.sent = now, None, None
                row.tries, row.uncertain, row.reply = 0, 0, ""
                letter = session.get(LetterRow, row.letter_id) if row.letter_id else None
                if letter is not None and letter.state is LetterState.SETTLED:
                    letter.state = LetterState.EXAMINED
            again = tuple(row.id for row in rows)
            if again:
                facts: OwedAgain = {"outbox": list(again)}
                append(session, JournalEntry(now, who, Act.OWED_AGAIN, facts, why=why))
            return again

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

    def sent_since(self, moment: datetime, now: datetime) -> int:
        """
        Count the letters that left between two moments, for the relay's ceilings.

        What left in the future left under a wrong clock, and fills no ceiling.
        """
        query = select(func.count()).select_from(OutboxRow).where(handed_over(moment, now))
        with read_only(self._engine).connect() as connection:
            return connection.scalar(query) or 0

    def answered_since(self, moment: datetime, now: datetime) -> dict[str, int]:
        """Count the answers to letters that left between two moments, for each addressee."""
        query = (
            select(OutboxRow.recipient, func.count())
            .where(handed_over(moment, now), OutboxRow.letter_id.is_not(None))
            .group_by(OutboxRow.recipient)
        )
        with read_only(self._engine).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def strangers_answered_since(self, moment: datetime, now: datetime) -> int:
        """Count the answers to senders outside the roster that left between two moments."""
        query = (
            select(func.count())
            .select_from(OutboxRow)
            .join(LetterRow, LetterRow.id == OutboxRow.letter_id)
            .where(handed_over(moment, now), LetterRow.unit.is_(None))
        )
        with read_only(self._engine).connect() as connection:
            return connection.scalar(query) or 0

    def unsent(self, since: datetime, most: int = 1000) -> list[Unsent]:
        """List letters that were given up or left uncertain since a moment, the latest first."""
        query = (
            select(
                OutboxRow.letter_id,
                OutboxRow.kind,
                OutboxRow.recipient,
                OutboxRow.subject,
                OutboxRow.reply,
                OutboxRow.state,
            )
            .where(
                OutboxRow.state.in_((DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN)),
                OutboxRow.sent >= since,
            )
            .order_by(OutboxRow.id.desc())
            .limit(most)
        )
        with read_only(self._engine).connect() as connection:
            return [Unsent(*row) for row in connection.execute(query)]

    def waiting(self, now: datetime) -> Waiting:
        """Tell what is owed, and what the relay replied to the letters that have to wait."""
        owed = OutboxRow.state == DeliveryState.OWED
        with read_only(self._engine).connect() as connection:
            many, oldest = connection.execute(
                select(func.count(), func.min(OutboxRow.owed_since)).where(owed)
            ).one()
            replies = connection.scalars(
                select(OutboxRow.reply).where(owed, waits(now), OutboxRow.reply != "").distinct()
            ).all()
        return Waiting(many, oldest, tuple(replies))

    def last_owed(self, kind: LetterKind, now: datetime) -> datetime | None:
        """Return when a letter of the day of a kind was owed last; one owed in the future does not count."""
        query = select(func.max(OutboxRow.owed_since)).where(
            OF_THE_DAY, OutboxRow.kind == kind, OutboxRow.owed_since <= now
        )
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def message_ids(self, kind: LetterKind, since: datetime) -> list[str]:
        """List the Message-IDs of letters of the day of a kind that were owed since a moment."""
        query = select(OutboxRow.message_id).where(
            OF_THE_DAY, OutboxRow.kind == kind, OutboxRow.owed_since >= since
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def enqueue_once(self, letters: Sequence[OutgoingMessage], now: datetime) -> int:
        """
        Owe letters that answer no letter; one already owed (by its Message-ID) is left out.

        Returns: how many were new.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            fresh = _fresh(session, letters)
            owe_letters(session, fresh, now)
        return len(fresh)

    def owe_units(
        self,
        letters: Sequence[tuple[str, OutgoingMessage]],
        who: str,
        now: datetime,
        commission: int | None = None,
    ) -> int:
        """
        Owe letters that a person sends to units, each with its unit; one already owed is left out.

        Returns: how many were new; the journal says to which units.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            fresh = {one.message_id for one in _fresh(session, [letter for _, letter in letters])}
            owed = [one for one in letters if one[1].message_id in fresh]
            owe_letters(session, [letter for _, letter in owed], now)
            if owed:
                facts: Reminded = {
                    "units": list(dict.fromkeys(unit for unit, _ in owed)),
                    "recipients": len(owed),
                }
                if commission is not None:
                    facts["commission"] = commission
                append(session, JournalEntry(now, who, Act.REMINDED, facts))
        return len(owed)

    def of_commission(self, commission: int) -> list[tuple[str, DeliveryState, datetime | None]]:
        """List what was written of a commission: (to whom, how it stands, when it left), the latest first."""
        begins = f"<commission.{commission}."
        query = (
            select(OutboxRow.recipient, OutboxRow.state, OutboxRow.sent)
            .where(
                OF_THE_DAY,
                OutboxRow.kind == LetterKind.COMMISSION,
                OutboxRow.message_id.startswith(begins, autoescape=True),
            )
            .order_by(OutboxRow.id.desc())
        )
        with read_only(self._engine).connect() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def census(self) -> dict[DeliveryState, int]:
        """Count our letters in each state."""
        query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
        with read_only(self._engine).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _fresh(session: Session, letters: Sequence[OutgoingMessage]) -> list[OutgoingMessage]:
    """Return those that are not owed yet, by their Message-ID, each once."""
    named = [letter.message_id for letter in letters]
    known = {
        one
        for start in range(0, len(named), MAX_VALUES)
        for one in session.scalars(
            select(OutboxRow.message_id).where(
                OutboxRow.message_id.in_(named[start : start + MAX_VALUES])
            )
        )
    }
    return list({one.message_id: one for one in letters if one.message_id not in known}.values())


def _close(
    connection: Connection, due: Due, state: DeliveryState, reply: str, now: datetime
) -> None:
    closing = {"closed": due.id, "state": state, "reply": reply, "sent": now}
    connection.execute(_CLOSE, closing)
    if due.letter_id is not None:
        connection.execute(_SETTLE, {"answered": due.letter_id})
