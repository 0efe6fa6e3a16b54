"""The queue of held drafts as work: how many wait for which reason, of which unit and kind, since when."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from ledger.models.conversations import AssignmentRow, QuestionRow, StatementRow
from ledger.models.decisions import StandingRow
from ledger.models.letters import SOUNDS_URGENT, DraftRow
from ledger.open_questions import unanswered
from ledger.queries.counts import at_most
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
    """Count the held drafts; those that are alike are counted together by the database."""
    held: ColumnElement[bool] = StandingRow.outcome == Outcome.HELD
    waits = StandingRow.draft_id.in_(select(QuestionRow.draft_id).where(unanswered()))
    said = select(StatementRow.draft_id).where(
        StatementRow.settled.is_(None), StatementRow.draft_id.is_not(None)
    )
    sounding = select(DraftRow.id).where(SOUNDS_URGENT)
    with Session(engine) as session:
        groups = session.execute(_alike(held & ~waits)).all()
        given = session.execute(
            select(AssignmentRow.assignee, func.count())
            .join(StandingRow, StandingRow.draft_id == AssignmentRow.draft_id)
            .where(held, ~waits)
            .group_by(AssignmentRow.assignee)
        ).all()
        waiting, stated, urgent = (
            at_most(session, StandingRow.draft_id, held, condition, most=MOST)
            for condition in (
                waits,
                ~waits & StandingRow.draft_id.in_(said),
                ~waits & StandingRow.draft_id.in_(sounding),
            )
        )
    reasons: Counter[Reason] = Counter()
    units: Counter[str | None] = Counter()
    kinds: Counter[Kind | None] = Counter()
    for names, unit, kind, many, _ in groups:
        units[unit] += many
        kinds[kind] += many
        for name in json.loads(names):
            reasons[Reason[name]] += many
    return QueueCounts(
        open=units.total(),
        waiting=waiting,
        stated=stated,
        reasons=reasons,
        units=units,
        kinds=kinds,
        assignees={row[0]: row[1] for row in given},
        urgent=urgent,
        oldest=min((group[-1] for group in groups), default=None),
    )


def _alike(
    condition: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """Build the question for drafts that are alike: reasons as JSON, unit, kind, how many, the first day."""
    opened = (
        select(
            cast(StandingRow.reasons, Text).label("reasons"),
            StandingRow.unit,
            StandingRow.kind,
            StandingRow.day,
        )
        .where(condition)
        .limit(MOST)
        .subquery()
    )
    alike = opened.c.reasons, opened.c.unit, opened.c.kind
    return select(*alike, func.count(), func.min(opened.c.day)).group_by(*alike)
