"""Answers to what we wrote of a commission: known by our Message-ID, of a unit that was asked."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ledger import row_digests
from ledger.journal import PROGRAM, JournalEntry, append
from ledger.models.decisions import CommissionReplyRow, CommissionRow
from ledger.models.letters import OutboxRow
from ledger.printing_facts import CommissionAnswered
from ledger.states import Act, LetterKind
from rulebook.model import Submission

MESSAGE_ID = re.compile(r"<commission\.(\d{1,9})[.@]")
"""What the Message-IDs of such letters begin with (notifier/letters/reminder.py)."""


def note_commission_reply(
    connection: Connection, letter: int, submission: Submission, now: datetime
) -> None:
    """Record that a unit has answered; without a letter of ours that went to it nothing is recorded."""
    unit, ours = submission.sender.unit, submission.correspondence.answers
    if unit is None or not ours:
        return
    sent = connection.scalars(
        select(OutboxRow.message_id).where(
            OutboxRow.message_id.in_(ours), OutboxRow.kind == LetterKind.COMMISSION
        )
    )
    numbers = {int(found[1]) for one in sent if (found := MESSAGE_ID.match(one))}
    if not numbers:
        return
    asked = connection.execute(
        select(CommissionRow.id, CommissionRow.units).where(CommissionRow.id.in_(numbers))
    ).all()
    for number, units in asked:
        if unit in units:
            row = CommissionReplyRow(
                commission_id=number, unit=unit, letter_id=letter, received=submission.received
            )
            values = {key: one for key, one in row_digests.columns(row).items() if key != "id"}
            added = insert(CommissionReplyRow).returning(CommissionReplyRow.id)
            row.id = connection.scalar(added, values) or 0
            facts: CommissionAnswered = {"commission": number, "unit": unit}
            entry = JournalEntry(
                now, PROGRAM, Act.COMMISSION_READ, facts, letter=letter, rows=[row]
            )
            append(connection, entry)
