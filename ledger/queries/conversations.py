"""The mailbox as a conversation: letters that are no submissions, and a letter's whole thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.models.letters import LetterRow, OutboxRow
from ledger.states import DeliveryState, LetterKind
from rulebook.conversation import Purpose

CONVERSATION = (
    Purpose.OTHER,
    Purpose.STATEMENT,
    Purpose.WITHDRAWAL,
    Purpose.ADOPTION_REPORT,
    Purpose.INQUIRY,
    Purpose.THANKS,
)
"""What people read of letters that are no submissions; forms are judged, machines' mail is not read."""

MAX_THREAD = 200
"""Letters of one thread that are shown; a longer one is no conversation."""


@dataclass(frozen=True, slots=True)
class ConversationLetter:
    """
    A letter that is no submission, with what a person must know to deal with it.

    `words`: the sender's own text without quotation and signature; `answers`: the letter of the same
    sender that it answers, None for none.
    """

    id: int
    received: datetime
    subject: str
    sender_name: str
    sender_address: str
    unit: str | None
    purpose: Purpose
    evidence: str
    urgent: bool
    words: str
    attachments: tuple[str, ...]
    answers: int | None


@dataclass(frozen=True, slots=True)
class ThreadLetter:
    """
    One letter of a thread, theirs or ours.

    `letter`: theirs, or the one that ours is about; `outgoing`:
    the number of ours, None for theirs; `words`: theirs; `kind` and `state`: ours.
    """

    at: datetime
    letter: int
    subject: str
    words: str = ""
    sender: str = ""
    purpose: Purpose | None = None
    outgoing: int | None = None
    kind: LetterKind | None = None
    state: DeliveryState | None = None


def conversation_letters(
    engine: Engine, purpose: Purpose, *, limit: int = 50, after: tuple[datetime, int] | None = None
) -> list[ConversationLetter]:
    """
    List letters of one purpose, urgent ones first on the first page, then the latest received.

    Args: `after` is (received, id) of the line before the page; later pages hold what is not urgent.
    """
    latest = (LetterRow.received.desc(), LetterRow.id.desc())
    query = select(LetterRow).where(LetterRow.purpose == purpose)
    if after is None:
        query = query.order_by(LetterRow.urgent.desc(), *latest)
    else:
        received, letter = after
        query = query.where(
            LetterRow.urgent.is_(False),
            LetterRow.received <= received,
            (LetterRow.received < received) | (LetterRow.id < letter),
        ).order_by(*latest)
    with Session(engine) as session:
        return [_conversation_letter(row) for row in session.scalars(query.limit(limit))]


def count_by_purpose(engine: Engine, since: datetime) -> dict[Purpose, int]:
    """Count the letters of each purpose received since a moment."""
    query = (
        select(LetterRow.purpose, func.count())
        .where(LetterRow.received >= since, LetterRow.purpose.in_(CONVERSATION))
        .group_by(LetterRow.purpose)
    )
    with Session(engine) as session:
        return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def thread(engine: Engine, letter: int) -> list[ThreadLetter]:
    """Return the whole thread of a letter, theirs and ours, in the order of time; bounded."""
    with Session(engine) as session:
        members = _members(session, letter)
        rows = session.scalars(select(LetterRow).where(LetterRow.id.in_(members)))
        theirs = [
            ThreadLetter(
                at=row.received,
                letter=row.id,
                subject=row.subject,
                words=row.own_words,
                sender=row.sender_name or row.sender_address,
                purpose=row.purpose,
            )
            for row in rows
        ]
        ours = [
            ThreadLetter(
                at=row.sent or row.owed_since,
                letter=row.letter_id or letter,
                subject=row.subject,
                outgoing=row.id,
                kind=row.kind,
                state=row.state,
            )
            for row in session.scalars(
                select(OutboxRow).where(OutboxRow.letter_id.in_(members)).limit(MAX_THREAD)
            )
        ]
    return sorted((*theirs, *ours), key=lambda one: (one.at, one.outgoing or 0))


def _members(session: Session, letter: int) -> set[int]:
    """Find the letters of a thread: up to its first, then all that answer one of them."""
    first = letter
    seen = {letter}
    while (
        above := session.scalar(select(LetterRow.in_thread_of).where(LetterRow.id == first))
    ) and (above not in seen and len(seen) < MAX_THREAD):
        first = above
        seen.add(above)
    edge = set(seen)
    while edge and len(seen) < MAX_THREAD:
        below = set(session.scalars(select(LetterRow.id).where(LetterRow.in_thread_of.in_(edge))))
        edge = below - seen
        seen |= edge
    return seen


def _conversation_letter(row: LetterRow) -> ConversationLetter:
    return ConversationLetter(
        id=row.id,
        received=row.received,
        subject=row.subject,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        unit=row.unit,
        purpose=row.purpose or Purpose.OTHER,
        evidence=row.purpose_evidence,
        urgent=row.urgent,
        words=row.own_words,
        attachments=tuple(row.attachments),
        answers=row.in_thread_of,
    )
