"""Proof of what officers said: every statement is there, of its draft, and settled only by a deed of the journal."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from ledger.models.conversations import StatementRow
from ledger.models.decisions import JournalRow
from ledger.states import Act
from ledger.unreadable import there


def stated_rows(session: Session) -> Iterator[str]:
    """
    Yield statements and requests that the journal contradicts, a Chinese sentence each.

    One that was entered and not settled goes with the word of a person that its letter is for something
    else (`Act.PURPOSE`).
    """
    entered = {
        line.facts["statement"]: line
        for line in session.scalars(
            select(JournalRow).where(JournalRow.act == Act.STATED).order_by(JournalRow.seq)
        )
        if "asks" in line.facts
    }
    rows = {row.id: row for row in session.scalars(select(StatementRow).order_by(StatementRow.id))}
    purposes = {
        row[0]: row[1]
        for row in session.execute(
            select(JournalRow.letter_id, func.max(JournalRow.seq))
            .where(JournalRow.act == Act.PURPOSE)
            .group_by(JournalRow.letter_id)
        )
    }
    unread = {row[0] for row in there(session, StatementRow, "id")} - rows.keys()
    for number, line in sorted(entered.items()):
        row = rows.get(number)
        if number in unread:
            continue
        if row is None:
            if purposes.get(line.letter_id, 0) < line.seq:
                yield f"第 {number} 号报送人说明的记录不见了"
        elif (row.letter_id, row.draft_id, row.asks.value) != (
            line.letter_id,
            line.draft_id,
            line.facts["asks"],
        ):
            yield f"第 {number} 号报送人说明的来信、稿件或事项与日志不符"
    yield from _settled_by_nobody(session)


def _settled_by_nobody(session: Session) -> Iterator[str]:
    deed = exists().where(
        and_(
            JournalRow.at == StatementRow.settled,
            JournalRow.who == StatementRow.settled_by,
            or_(
                JournalRow.draft_id == StatementRow.draft_id,
                JournalRow.letter_id == StatementRow.letter_id,
            ),
        )
    )
    query = select(StatementRow.id).where(StatementRow.settled.is_not(None), ~deed)
    for number in session.scalars(query.order_by(StatementRow.id)):
        yield f"第 {number} 号报送人说明已办结，日志里却没有谁办过"
