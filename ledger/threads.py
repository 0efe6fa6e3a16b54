"""Which letter an answer belongs to: by a Message-ID of our outbox, else by a receipt's number."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from ledger.check_answers import checks_answered, latest_letter
from ledger.models.letters import LetterRow, OutboxRow
from ledger.models.transaction import insert_now
from ledger.unit_names import stored_names
from rulebook.conversation import Correspondence, Thread
from rulebook.model import Sender


def thread_of(
    connection: Connection, correspondence: Correspondence, sender: Sender, letter: int
) -> Thread | None:
    """
    Find the letter that this one answers.

    Only a letter of the same unit or of the very same address is found: a Message-ID or a number of
    ours in a stranger's letter ties nothing to an officer's draft. Of several the latest counts, a
    Message-ID before a number.

    Args:   `letter` is the letter itself, 0 if it has no row: it answers only earlier ones.
    Source: RFC 5322 3.6.4 (In-Reply-To, References).
    """
    if sender.unit is None:
        return None
    insert_now(connection)
    of_unit = LetterRow.unit.in_(stored_names(connection, sender.unit))
    theirs = or_(of_unit, LetterRow.sender_address == sender.address)
    if correspondence.answers:
        found = _latest(
            connection,
            select(LetterRow.id, OutboxRow.subject)
            .join(OutboxRow, OutboxRow.letter_id == LetterRow.id)
            .where(OutboxRow.message_id.in_(correspondence.answers), theirs),
            letter,
        )
        if found is not None:
            return Thread(found[0], by_header=True, subject=found[1])
        beside = latest_letter(connection, sender.unit, letter)
        if beside and checks_answered(connection, correspondence.answers, sender.unit):
            return Thread(beside, by_header=True)
    if correspondence.receipt_numbers:
        found = _latest(
            connection,
            select(LetterRow.id, LetterRow.subject).where(
                LetterRow.id.in_(correspondence.receipt_numbers), theirs
            ),
            letter,
        )
        if found is not None:
            return Thread(found[0], by_header=False)
    return None


def _latest(connection: Connection, query: Select[int, str], letter: int) -> tuple[int, str] | None:
    earlier: ColumnElement[bool] = LetterRow.id < letter if letter else LetterRow.id > 0
    row = connection.execute(query.where(earlier).order_by(LetterRow.id.desc()).limit(1)).first()
    return (row[0], row[1]) if row is not None else None
