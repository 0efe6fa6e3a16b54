"""A draft gives way to a later one that corrects it: as it is entered, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ledger.journal import PROGRAM, JournalEntry, append
from ledger.journal_facts import Ruled
from ledger.models.decisions import StandingRow
from ledger.models.transaction import ANSWERED, forget, insert_now
from ledger.score_lines import Scores
from ledger.shares import follow
from ledger.states import Act
from rulebook.model import DraftVerdict, Outcome
from rulebook.reasons import Reason


def takes_the_place(judged: DraftVerdict) -> bool:
    """Whether a draft that corrects an earlier one does so without a person's word."""
    return (
        judged.replaces is not None
        and judged.outcome is not Outcome.REFUSED
        and Reason.REPLACES_DRAFT not in judged.reasons
        and judged.replaces.outcome is not Outcome.REFUSED
    )


def supersede(
    connection: Connection, draft: int, by: int, letter: int, scores: Scores, now: datetime
) -> None:
    """
    Have an earlier draft counted no longer, since draft number `by` of `letter` stands in its place.

    The entry in the journal is a ruling like a person's, so that it is merged, undone and verified
    like one.
    """
    insert_now(connection)
    with Session(connection) as session:
        row = session.get_one(StandingRow, draft, with_for_update=True)
        if Reason.SUPERSEDED.name in row.reasons:
            return
        facts: Ruled = {"superseded": True}
        why = f"由第 {letter} 号来信的更正稿（第 {by} 号稿件）替换"
        row.seq = append(
            session, JournalEntry(now, PROGRAM, Act.RULED, facts, why, row.letter_id, draft)
        )
        row.outcome = Reason.SUPERSEDED.outcome
        row.reasons = [*row.reasons, Reason.SUPERSEDED.name]
        session.flush()
        forget(session, ANSWERED)
        scores.refresh(session, [draft])
        follow(session, scores, [draft], PROGRAM, now)
        session.flush()
