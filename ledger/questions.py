"""Held drafts that staff ask the officer about: the question goes out in the thread, the draft waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.conversation_types import Question
from ledger.decisions import ConcernedLetter, concerned_letter
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Asked
from ledger.models.conversations import QuestionRow
from ledger.models.database import read_only
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.open_questions import unanswered
from ledger.owing import owe_letters
from ledger.row_values import OutgoingMessage
from ledger.states import Act, LetterState
from rulebook.reasons import Outcome

ComposeQuestion = Callable[[ConcernedLetter, str], OutgoingMessage]
"""Composes the letter that asks about a draft of this title."""


class Questions:
    """
    What is asked about held drafts. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(
        self, draft: int, words: str, who: str, now: datetime, compose: ComposeQuestion
    ) -> Question:
        """
        Ask the officer about a held draft; the letter is owed, and the draft waits for the answer.

        Raises: NotFound; InvalidInput for a draft that is not held, or a letter without an address;
                ConflictError when this very question is asked already.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            standing = session.get(StandingRow, draft, with_for_update=True)
            if standing is None:
                raise NotFound(f"没有第 {draft} 号稿件。")
            if standing.outcome is not Outcome.HELD:
                raise InvalidInput("这篇稿件已经核定，不必再请报送人补充。")
            letter = session.get_one(LetterRow, standing.letter_id)
            if not letter.sender_address:
                raise InvalidInput("来信没有可以答复的发件地址。")
            title = session.get_one(DraftRow, draft).title
            message = compose(concerned_letter(letter), title)
            if session.scalar(
                select(OutboxRow.id).where(OutboxRow.message_id == message.message_id)
            ):
                raise ConflictError("刚刚已经请报送人补充，不必再发一次。")
            (owed,) = owe_letters(session, [message], now, letter.id)
            row = QuestionRow(
                draft_id=draft,
                letter_id=letter.id,
                message_id=message.message_id,
                words=words,
                asked=now,
                asked_by=who,
                closed_by="",
            )
            session.add(row)
            if letter.state is LetterState.SETTLED:
                letter.state = LetterState.EXAMINED
            session.flush()
            facts: Asked = {"question": row.id, "outbox": owed.id}
            entry = JournalEntry(now, who, Act.ASKED, facts, "", letter.id, draft, rows=[row])
            append(session, entry)
            return _value(row)

    def close(self, draft: int, who: str, now: datetime, why: str = "") -> None:
        """Wait no longer for an answer about a draft; it goes back among those to be decided."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            for row in session.scalars(
                select(QuestionRow).where(QuestionRow.draft_id == draft, unanswered())
            ):
                row.closed, row.closed_by = now, who
                facts: Asked = {"question": row.id, "closed": True}
                entry = JournalEntry(
                    now, who, Act.ASKED, facts, why, row.letter_id, draft, rows=[row]
                )
                append(session, entry)

    def of_draft(self, draft: int) -> list[Question]:
        """List what was asked about a draft, the first first."""
        query = select(QuestionRow).where(QuestionRow.draft_id == draft).order_by(QuestionRow.id)
        with Session(read_only(self._engine)) as session:
            return [_value(row) for row in session.scalars(query)]

    def waiting(self) -> int:
        """Count the held drafts that wait for an answer."""
        query = (
            select(func.count(QuestionRow.draft_id.distinct()))
            .join(StandingRow, StandingRow.draft_id == QuestionRow.draft_id)
            .where(unanswered(), StandingRow.outcome == Outcome.HELD)
        )
        with Session(read_only(self._engine)) as session:
            return session.scalar(query) or 0


def _value(row: QuestionRow) -> Question:
    return Question(
        id=row.id,
        draft=row.draft_id,
        letter=row.letter_id,
        words=row.words,
        asked=row.asked,
        asked_by=row.asked_by,
        answered=row.answered,
        answer=row.answer_letter_id,
        closed=row.closed,
    )
