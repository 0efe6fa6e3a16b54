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
from functools import cache
from itertools import zip_longest

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from ledger import row_digests
from ledger.models.base import UtcDateTime
from ledger.models.decisions import JournalRow
from ledger.models.letters import LetterRow, OutboxRow
from ledger.states import Act, DeliveryState

LONGEST_PAUSE = timedelta(hours=26)
"""
Until the relay's next day. A letter that is put off for longer was put off under a wrong clock.
"""

ENTERED_MEANWHILE = timedelta(minutes=10)
"""A round enters letters while it delivers: they are owed since after its delivery began."""

FRESH = timedelta(days=1)
"""What is owed for longer is backlog, and takes turns with what is fresh."""

DAY = timedelta(days=1)

Moment = datetime | ColumnElement[datetime]
"""A moment, or the parameter that stands for one."""

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
    moments = {
        "now": now,
        "day_ago": now - DAY,
        "fresh_since": now - FRESH,
        "longest": now + LONGEST_PAUSE,
        "meanwhile": now + ENTERED_MEANWHILE,
    }

    def first(stranger: bool, fresh: bool, limit: int) -> list[Due]:
        query = _due(stranger, fresh, per_address > 0)
        values = {**moments, "many": limit, "per_address": per_address}
        rows = session.scalars(query, values).all()
        return [as_due(row, stranger) for row in owed_by_the_journal(session, rows)]

    def in_turn(stranger: bool, limit: int) -> list[Due]:
        return _alternating(first(stranger, True, limit), first(stranger, False, limit), limit)

    officers = in_turn(False, most)
    left = most - len(officers)
    left = left if strangers is None else min(left, strangers)
    return officers + (in_turn(True, left) if left > 0 else [])


def owed_by_the_journal(session: Session, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """
    Return those that an entry of the journal owes, as they stand: only these are ever sent.

    A row that was put in, or of which somebody changed the recipient, behind the program's back stays
    where it is; `ledger verify` names it. Of rows older than such entries none is asked.
    """
    if not rows:
        return []
    # an entry bears the very moment since which its letters are owed
    query = select(JournalRow.facts).where(
        JournalRow.at.in_({row.owed_since for row in rows}),
        JournalRow.act.in_((Act.ENTERED, Act.OWED)),
    )
    owed: dict[str, dict[str, str]] = {}
    for facts in session.scalars(query):
        owed |= facts.get("owed", {})
    as_told = [
        row
        for row in rows
        if owed.get(row.message_id) == row_digests.owed_digests(row_digests.columns(row))
    ]
    if len(as_told) == len(rows):
        return as_told
    last = _last_of_before(session)
    return [row for row in rows if row in as_told or row.id <= last]


def _last_of_before(session: Session) -> int:
    """Return the highest number that a letter of ours had when entries began to be asked of them."""
    query = select(JournalRow.facts).where(
        JournalRow.letter_id.is_(None), JournalRow.act == Act.BASELINE
    )
    counted = (facts["outbox"][1] for facts in session.scalars(query) if "outbox" in facts)
    return max(counted, default=0)


def waits(now: datetime, row: type[OutboxRow] = OutboxRow) -> ColumnElement[bool]:
    """
    Tell which letters were put off to a later moment.

    A moment beyond the longest pause, or a try in the future, was written under a wrong clock.
    """
    return _waits(now, now + LONGEST_PAUSE, now + ENTERED_MEANWHILE, row)


def handed_over(since: Moment, now: Moment) -> ColumnElement[bool]:
    """Tell which letters a relay took, or may have taken, between two moments."""
    return and_(OutboxRow.state.in_(HANDED_OVER), OutboxRow.sent > since, OutboxRow.sent <= now)


def answered_enough(now: datetime, per_address: int) -> Select[str]:
    """Build the question for addresses that got as many answers within a day as one may get."""
    return _answered_enough(now - DAY, now, per_address)


def _waits(
    now: Moment, longest: Moment, meanwhile: Moment, row: type[OutboxRow] = OutboxRow
) -> ColumnElement[bool]:
    return and_(
        row.not_before > now,
        row.not_before > row.owed_since,
        row.not_before <= longest,
        func.coalesce(row.tried, row.owed_since) <= meanwhile,
    )


def _answered_enough(
    day_ago: Moment, now: Moment, per_address: int | ColumnElement[int]
) -> Select[str]:
    return (
        select(OutboxRow.recipient)
        .where(handed_over(day_ago, now), OutboxRow.letter_id.is_not(None))
        .group_by(OutboxRow.recipient)
        .having(func.count() >= per_address)
    )


@cache
def _due(stranger: bool, fresh: bool, limited: bool) -> Select[OutboxRow]:
    """
    Build the question of `due_letters`; its moments are parameters.

    It is asked twice a second while a round lasts: building it anew costs more than running it.
    """
    now = bindparam("now", type_=UtcDateTime())
    fresh_since = bindparam("fresh_since", type_=UtcDateTime())
    waiting = _waits(
        now,
        bindparam("longest", type_=UtcDateTime()),
        bindparam("meanwhile", type_=UtcDateTime()),
    )
    resting = (
        select(OutboxRow.recipient, func.min(OutboxRow.id).label("first"))
        .where(OutboxRow.state == DeliveryState.OWED, waiting, OutboxRow.reply != "")
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
            ~waiting,
            or_(resting.c.first.is_(None), OutboxRow.id < resting.c.first),
            ~sibling,
            outside if stranger else ~outside,
            age > fresh_since if fresh else age <= fresh_since,
        )
        .order_by(OutboxRow.id)
        .limit(bindparam("many", type_=Integer()))
    )
    if limited:
        enough = _answered_enough(
            bindparam("day_ago", type_=UtcDateTime()),
            now,
            bindparam("per_address", type_=Integer()),
        )
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
