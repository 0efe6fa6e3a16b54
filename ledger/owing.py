"""Letters of ours become owed: their rows, and the line of the journal that proves them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.journal import PROGRAM, JournalEntry, append, hold
from ledger.models.letters import OutboxRow
from ledger.printing_facts import Owed
from ledger.row_digests import owed_digests
from ledger.row_values import OutgoingMessage, outbox_values
from ledger.states import Act


def owe_letters(
    session: Session, letters: Iterable[OutgoingMessage], now: datetime, letter: int | None = None
) -> list[OutboxRow]:
    """
    Owe letters within the caller's transaction; the journal says what each says and to whom it goes.

    Args: `letter`: the letter that they answer. Receipts of a letter that is just being entered stand
          in its own entry (ledger/row_values.py).
    """
    owed = [outbox_values(letter, message, now) for message in letters]
    if not owed:
        return []
    hold(session)
    facts: Owed = {"owed": {values["message_id"]: owed_digests(values) for values in owed}}
    rows = [OutboxRow(**values) for values in owed]
    session.add_all(rows)
    append(session, JournalEntry(now, PROGRAM, Act.OWED, facts, letter=letter))
    return rows


def withdraw(session: Session, rows: Sequence[OutboxRow], now: datetime) -> None:
    """Remove letters to one letter's sender that have not left and are told anew."""
    for row in rows:
        session.delete(row)
    facts: Owed = {"withdrawn": [row.message_id for row in rows]}
    append(session, JournalEntry(now, PROGRAM, Act.OWED, facts, letter=rows[0].letter_id))
    session.flush()
