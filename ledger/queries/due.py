"""
Which letters of ours are due, and in which order they leave.

First what is owed to officers and the office, then strangers; within each, what became owed within a
day and the older backlog take turns. After an outage today's officers are answered today, and the
backlog shrinks all the same. A flood of strangers' letters holds up nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from ledger.models.letters import LetterRow, OutboxRow
from ledger.states import DeliveryState

LONGEST_PAUSE = timedelta(hours=26)
"""
Until the relay's next day. A letter that is put off for longer was put off under a wrong clock.
"""

ENTERED_MEANWHILE = timedelta(minutes=10)
"""A round enters letters while it delivers: they are owed since after its delivery began."""

FRESH = timedelta(days=1)
"""What is owed for longer is backlog, and takes turns with what is fresh."""

DAY = timedelta(days=1)
HANDED_OVER = (DeliveryState.SENT, DeliveryState.UNCERTAIN)
"""The relay has, or may have, taken these: they count against its ceilings."""


@dataclass(frozen=True, slots=True)
class Due:
    """
    A letter to be sent now.

    `tries`: how often it was refused for the time being; `uncertain`: how often the relay's answer
    never came; `tried` and `reply`: when it was offered last, and what was said then. `stranger`: it
    answers somebody outside the roster.
    """

    id: int
    letter_id: int | None
    recipient: str
    copies: tuple[str, ...]
    subject: str
    message_id: str
    raw: bytes
    tries: int
    uncertain: int = 0
    tried: datetime | None = None
    reply: str = ""
    stranger: bool = False


def due_letters(
    session: Session, now: datetime, most: int, per_address: int, strangers: int | None
) -> list[Due]:
    """List what `Outbox.due` says."""

    def first(stranger: bool, fresh: bool, limit: int) -> list[Due]:
        query = _due(now, per_address, stranger, fresh).limit(limit)
        return [as_due(row, stranger) for row in session.scalars(query)]

    def in_turn(stranger: bool, limit: int) -> list[Due]:
        return _alternating(first(stranger, True, limit), first(stranger, False, limit), limit)

    officers = in_turn(False, most)
    left = most - len(officers)
    left = left if strangers is None else min(left, strangers)
    return officers + (in_turn(True, left) if left > 0 else [])


def waits(now: datetime, row: type[OutboxRow] = OutboxRow) -> ColumnElement[bool]:
    """
    Tell which letters were put off to a later moment.

    A moment beyond the longest pause, or a try in the future, was written under a wrong clock.
    """
    return and_(
        row.not_before > now,
        row.not_before > row.owed_since,
        row.not_before <= now + LONGEST_PAUSE,
        func.coalesce(row.tried, row.owed_since) <= now + ENTERED_MEANWHILE,
    )


def handed_over(since: datetime, now: datetime) -> ColumnElement[bool]:
    """Tell which letters a relay took, or may have taken, between two moments."""
    return and_(OutboxRow.state.in_(HANDED_OVER), OutboxRow.sent > since, OutboxRow.sent <= now)


def answered_enough(now: datetime, per_address: int) -> Select[str]:
    """Build the question for addresses that got as many answers within a day as one may get."""
    return (
        select(OutboxRow.recipient)
        .where(handed_over(now - DAY, now), OutboxRow.letter_id.is_not(None))
        .group_by(OutboxRow.recipient)
        .having(func.count() >= per_address)
    )


def _due(now: datetime, per_address: int, stranger: bool, fresh: bool) -> Select[OutboxRow]:
    resting = (
        select(OutboxRow.recipient, func.min(OutboxRow.id).label("first"))
        .where(OutboxRow.state == DeliveryState.OWED, waits(now), OutboxRow.reply != "")
        .group_by(OutboxRow.recipient)
        .subquery()
    )
    earlier = aliased(OutboxRow)
    sibling = (
        select(earlier.id)
        .where(
            earlier.letter_id == OutboxRow.letter_id,
            earlier.state == DeliveryState.OWED,
            earlier.id < OutboxRow.id,
        )
        .exists()
    )
    outside = and_(OutboxRow.letter_id.is_not(None), LetterRow.unit.is_(None))
    age = OutboxRow.owed_since
    query = (
        select(OutboxRow)
        .outerjoin(LetterRow, LetterRow.id == OutboxRow.letter_id)
        .outerjoin(resting, resting.c.recipient == OutboxRow.recipient)
        .where(
            OutboxRow.state == DeliveryState.OWED,
            ~waits(now),
            or_(resting.c.first.is_(None), OutboxRow.id < resting.c.first),
            ~sibling,
            outside if stranger else ~outside,
            age > now - FRESH if fresh else age <= now - FRESH,
        )
        .order_by(OutboxRow.id)
    )
    if per_address:
        enough = answered_enough(now, per_address)
        query = query.where(or_(OutboxRow.letter_id.is_(None), OutboxRow.recipient.not_in(enough)))
    return query


def _alternating(fresh: Sequence[Due], backlog: Sequence[Due], most: int) -> list[Due]:
    """Take one of each in turn, the fresh ones first, while both last."""
    pairs = zip_longest(fresh, backlog)
    return [one for pair in pairs for one in pair if one is not None][:most]


def as_due(row: OutboxRow, stranger: bool = False) -> Due:
    """Convert a row."""
    return Due(
        row.id,
        row.letter_id,
        row.recipient,
        tuple(row.copies),
        row.subject,
        row.message_id,
        row.raw,
        row.tries,
        row.uncertain,
        row.tried,
        row.reply,
        stranger,
    )
