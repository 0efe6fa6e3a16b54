"""Who of the office deals with a held draft, and what colleagues tell each other about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.errors import InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Assigned, Noted
from ledger.models.conversations import AssignmentRow
from ledger.models.database import read_only
from ledger.models.decisions import JournalRow, StandingRow
from ledger.states import Act

MAX_NOTE = 500
MAX_NOTES = 50


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody told colleagues about a draft."""

    at: datetime
    who: str
    words: str


class Desk:
    """
    Assignments and notes of drafts. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def assign(self, drafts: Collection[int], assignee: str, who: str, now: datetime) -> int:
        """
        Give drafts to a colleague, "" to nobody in particular; returns how many changed hands.

        Raises: NotFound when one of them is not there.
        """
        changed = 0
        with Session(self._engine) as session, session.begin():
            hold(session)
            for draft in sorted(drafts):
                standing = session.get(StandingRow, draft)
                if standing is None:
                    raise NotFound(f"没有第 {draft} 号稿件。")
                row = session.get(AssignmentRow, draft)
                if (row.assignee if row else "") == assignee:
                    continue
                if row is not None:
                    session.delete(row)
                    session.flush()
                given = []
                if assignee:
                    given = [
                        AssignmentRow(
                            draft_id=draft, assignee=assignee, assigned_by=who, assigned=now
                        )
                    ]
                    session.add_all(given)
                gone = [row] if row is not None and not given else []
                facts: Assigned = {"assignee": assignee}
                letter = standing.letter_id
                entry = JournalEntry(
                    now, who, Act.ASSIGNED, facts, "", letter, draft, rows=given, gone=gone
                )
                append(session, entry)
                changed += 1
        return changed

    def assignees(self, drafts: Collection[int]) -> dict[int, str]:
        """Tell to whom drafts were given; those that are anybody's are left out."""
        query = select(AssignmentRow.draft_id, AssignmentRow.assignee).where(
            AssignmentRow.draft_id.in_(drafts)
        )
        with read_only(self._engine).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def note(self, draft: int, words: str, who: str, now: datetime) -> None:
        """Leave a note for colleagues. Raises: NotFound; InvalidInput for an empty or endless one."""
        words = words.strip()
        if not words:
            raise InvalidInput("备注是空的，请先写好再保存。")
        if len(words) > MAX_NOTE:
            raise InvalidInput(f"备注超过 {MAX_NOTE} 字，请写短一些。")
        with Session(self._engine) as session, session.begin():
            hold(session)
            standing = session.get(StandingRow, draft)
            if standing is None:
                raise NotFound(f"没有第 {draft} 号稿件。")
            facts: Noted = {}
            append(
                session,
                JournalEntry(now, who, Act.NOTED, facts, words, standing.letter_id, draft),
            )

    def notes(self, draft: int) -> list[Note]:
        """List what colleagues noted about a draft, the latest first."""
        query = (
            select(JournalRow.at, JournalRow.who, JournalRow.why)
            .where(JournalRow.draft_id == draft, JournalRow.act == Act.NOTED)
            .order_by(JournalRow.seq.desc())
            .limit(MAX_NOTES)
        )
        with read_only(self._engine).connect() as connection:
            return [Note(*row) for row in connection.execute(query)]
