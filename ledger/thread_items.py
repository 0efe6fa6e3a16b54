"""A thread as people read it: their letters and ours in the order of time, and who of the office wrote."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.answer_limits import letters_of_thread
from ledger.conversation_types import ThreadItem
from ledger.models.decisions import JournalRow
from ledger.models.letters import LetterRow, OutboxRow
from ledger.states import Act


def thread_items(session: Session, letter: int) -> list[ThreadItem]:
    """List the whole thread of a letter, ours and theirs, in the order of time."""
    numbers = letters_of_thread(session.connection(), letter)
    items = [
        ThreadItem(
            row.id,
            None,
            row.received,
            row.subject,
            row.officer or row.sender_name or row.sender_address,
            purpose=row.purpose,
            words=row.own_words,
        )
        for row in session.scalars(select(LetterRow).where(LetterRow.id.in_(numbers)))
    ]
    writers = _writers(session, numbers)
    items += [
        ThreadItem(
            row.letter_id or 0,
            row.id,
            row.sent or row.owed_since,
            row.subject,
            row.recipient,
            kind=row.kind,
            state=row.state,
            by=writers.get(row.id, ""),
        )
        for row in session.scalars(select(OutboxRow).where(OutboxRow.letter_id.in_(numbers)))
    ]
    return sorted(items, key=lambda item: (item.at, item.outgoing or 0))


def _writers(session: Session, letters: Sequence[int]) -> dict[int, str]:
    """Tell who of the office wrote which letter of ours, by its number in the outbox."""
    query = select(JournalRow.who, JournalRow.facts).where(
        JournalRow.letter_id.in_(letters), JournalRow.act.in_((Act.HANDLED, Act.ASKED))
    )
    return {facts["outbox"]: who for who, facts in session.execute(query) if facts.get("outbox")}
