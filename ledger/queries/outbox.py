"""What we owe and could not deliver, letter by letter and counted, each with why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from ledger.models.database import read_only
from ledger.models.letters import LetterRow, OutboxRow
from ledger.queries.due import DAY, answered_enough, handed_over, waits
from ledger.states import DeliveryState, LetterKind, WaitReason

MOST = 1000
UNSENT = (DeliveryState.OWED, DeliveryState.UNCERTAIN, DeliveryState.GIVEN_UP)
"""Whatever has not been sent, as far as is known."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many answers one address, and all strangers together, get within a day; 0 and None: any."""

    per_address: int = 0
    strangers: int | None = None


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """
    A letter of ours that was not sent, or perhaps.

    `wait`: why it has not left, None when it is not owed; `again`: when it is offered next, None when
    that is open; `ended`: when it was given up or left to a person; `kept`: its text was not purged, so
    that it can be sent again.
    """

    id: int
    letter: int | None
    kind: LetterKind
    recipient: str
    subject: str
    state: DeliveryState
    wait: WaitReason | None
    owed_since: datetime
    again: datetime | None
    ended: datetime | None
    tries: int
    reply: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is owed, by why it waits."""

    many: int
    reasons: Mapping[WaitReason, int]

    def waiting(self, reason: WaitReason) -> int:
        """Count what waits for a reason."""
        return self.reasons.get(reason, 0)


class OutboxQueries:
    """Questions about the outbox. Every method is one read-only transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listing(
        self,
        now: datetime,
        bounds: Bounds,
        states: Collection[DeliveryState] = UNSENT,
        most: int = MOST,
        numbers: Collection[int] = (),
    ) -> list[ListedLetter]:
        """List letters in some states, the latest first; only those with some numbers, if any are given."""
        rested = waits(now).label("rested")
        columns = (
            *(OutboxRow.id, OutboxRow.letter_id, OutboxRow.kind, OutboxRow.recipient),
            *(OutboxRow.subject, OutboxRow.state, OutboxRow.owed_since, OutboxRow.not_before),
            *(OutboxRow.sent, OutboxRow.tries, OutboxRow.reply, LetterRow.unit),
            *((func.length(OutboxRow.raw) > 0).label("kept"), rested),
        )
        query = (
            select(*columns)
            .outerjoin(LetterRow, LetterRow.id == OutboxRow.letter_id)
            .where(OutboxRow.state.in_(states))
            .order_by(OutboxRow.id.desc())
            .limit(most)
        )
        if numbers:
            query = query.where(OutboxRow.id.in_(list(numbers)[:most]))
        with read_only(self._engine).connect() as connection:
            rows = connection.execute(query).all()
            enough: set[str] = set()
            if bounds.per_address:
                enough = set(connection.scalars(answered_enough(now, bounds.per_address)))
            spent = False
            if bounds.strangers is not None:
                answered = connection.scalar(
                    select(func.count())
                    .select_from(OutboxRow)
                    .join(LetterRow, LetterRow.id == OutboxRow.letter_id)
                    .where(handed_over(now - DAY, now), LetterRow.unit.is_(None))
                )
                spent = (answered or 0) >= bounds.strangers
        listed = []
        for row in rows:
            wait = None
            if row.state is DeliveryState.OWED:
                answer, stranger = row.letter_id is not None, row.unit is None
                wait = _why(
                    row.kind,
                    bool(row.rested),
                    row.reply != "",
                    answer and row.recipient in enough,
                    answer and stranger and spent,
                )
            listed.append(
                ListedLetter(
                    row.id,
                    row.letter_id,
                    row.kind,
                    row.recipient,
                    row.subject,
                    row.state,
                    wait,
                    row.owed_since,
                    row.not_before if row.rested else None,
                    row.sent,
                    row.tries,
                    row.reply,
                    bool(row.kept),
                )
            )
        return listed

    def backlog(self, now: datetime, bounds: Bounds) -> Backlog:
        """Count what is owed; of more than MOST letters the reasons of the latest are told."""
        owed = OutboxRow.state == DeliveryState.OWED
        with read_only(self._engine).connect() as connection:
            many = connection.scalar(select(func.count()).select_from(OutboxRow).where(owed)) or 0
        listed = self.listing(now, bounds, (DeliveryState.OWED,)) if many else []
        return Backlog(many, Counter(one.wait for one in listed if one.wait is not None))


def _why(kind: LetterKind, rested: bool, refused: bool, enough: bool, spent: bool) -> WaitReason:
    if rested:
        later = WaitReason.GRACE if kind is LetterKind.CORRECTION else WaitReason.LATER
        return WaitReason.RELAY if refused else later
    if enough:
        return WaitReason.ADDRESS_CEILING
    return WaitReason.STRANGERS_CEILING if spent else WaitReason.NEXT
