"""Questions to officers about held drafts (待补充): which are open, what answers them, what closes them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.orm import Session

from ledger.journal import PROGRAM, JournalEntry, append, rows_of
from ledger.journal_facts import Asked
from ledger.models.conversations import QuestionRow
from ledger.states import Act


def unanswered() -> ColumnElement[bool]:
    """Tell the questions to which an answer is still waited for."""
    return QuestionRow.answered.is_(None) & QuestionRow.closed.is_(None)


def drafts_asked_about(connection: Connection, message_ids: Collection[str]) -> list[int]:
    """List the drafts about which letters of ours with these Message-IDs ask."""
    if not message_ids:
        return []
    query = select(QuestionRow.draft_id).where(QuestionRow.message_id.in_(message_ids)).distinct()
    return list(connection.scalars(query))


def note_answer(
    connection: Connection, drafts: Collection[int], letter: int, now: datetime
) -> None:
    """Record that a letter says something about these drafts: what was asked about them is answered."""
    rows = connection.execute(
        select(QuestionRow.id, QuestionRow.draft_id).where(
            QuestionRow.draft_id.in_(drafts), unanswered()
        )
    ).all()
    for number, draft in rows:
        connection.execute(
            update(QuestionRow)
            .where(QuestionRow.id == number)
            .values(answered=now, answer_letter_id=letter)
        )
        facts: Asked = {"question": number, "answer": letter}
        entry = JournalEntry(
            now, PROGRAM, Act.ASKED, facts, letter=letter, draft=draft,
            rows=rows_of(connection, QuestionRow, [number]),
        )  # fmt: skip
        append(connection, entry)


def close_questions(session: Session, draft: int, who: str, now: datetime) -> list[QuestionRow]:
    """Close what was asked about a draft: a person has decided, and nobody waits; returns what was."""
    rows = session.scalars(
        select(QuestionRow).where(QuestionRow.draft_id == draft, QuestionRow.closed.is_(None))
    ).all()
    for row in rows:
        row.closed, row.closed_by = now, who
    return list(rows)
