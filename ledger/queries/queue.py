"""The queue of held drafts as work: how many wait for which reason, of which unit and kind, since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.models.conversations import AssignmentRow, QuestionRow, StatementRow
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow
from ledger.open_questions import unanswered
from rulebook.model import Kind, Outcome
from rulebook.reasons import Reason

MOST = 20_000
"""Held drafts that are counted: an office that has more counts no more."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """
    How many held drafts there are, and of what.

    `open`: to be decided now; `waiting`: for the officer's answer; `stated`: of the open ones those to
    which the officer says something; `urgent`: those that sound so; the others count the open ones.
    `oldest`: the day of the oldest.
    """

    open: int
    waiting: int
    stated: int
    reasons: Mapping[Reason, int]
    units: Mapping[str | None, int]
    kinds: Mapping[Kind | None, int]
    assignees: Mapping[str, int]
    urgent: int
    oldest: date | None


def queue_counts(engine: Engine) -> QueueCounts:
    """Count the held drafts."""
    query = (
        select(
            StandingRow.draft_id,
            StandingRow.reasons,
            StandingRow.unit,
            StandingRow.kind,
            StandingRow.day,
            DraftRow.urgent,
        )
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .where(StandingRow.outcome == Outcome.HELD)
        .limit(MOST)
    )
    with Session(engine) as session:
        waiting = set(session.scalars(select(QuestionRow.draft_id).where(unanswered())))
        stated = set(
            session.scalars(
                select(StatementRow.draft_id).where(
                    StatementRow.settled.is_(None), StatementRow.draft_id.is_not(None)
                )
            )
        )
        assigned = select(AssignmentRow.draft_id, AssignmentRow.assignee)
        given = {row.draft_id: row.assignee for row in session.execute(assigned)}
        rows = session.execute(query).all()
    opened = [row for row in rows if row.draft_id not in waiting]
    return QueueCounts(
        open=len(opened),
        waiting=len(rows) - len(opened),
        stated=sum(row.draft_id in stated for row in opened),
        reasons=Counter(Reason[name] for row in opened for name in row.reasons),
        units=Counter(row.unit for row in opened),
        kinds=Counter(row.kind for row in opened),
        assignees=Counter(given[row.draft_id] for row in opened if row.draft_id in given),
        urgent=sum(row.urgent for row in opened),
        oldest=min((row.day for row in opened), default=None),
    )
