"""Lists of letters: by their words, outcome, state, purpose and moment, page by page; how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from ledger.models.letters import LetterRow
from ledger.queries import search_terms
from ledger.queries.counts import MOST, at_most
from ledger.queries.letter_views import LetterSummary, answered_of, drafts_of, line_of
from ledger.states import LetterState
from ledger.unit_names import stored_names
from rulebook.conversation import Purpose
from rulebook.reasons import Outcome

COUNTED = 10_000
"""Where counting stops."""


@dataclass(frozen=True, slots=True)
class LetterQuery:
    """
    Which letters; what is None or "" does not narrow. Moments of receipt, `until` excluded.

    `words`: each must stand in subject, sender, officer, unit, a file's name or the drafts, or be the
    number of a receipt. `unit`: as it was known at entry, or claimed.
    """

    outcome: Outcome | None = None
    state: LetterState | None = None
    purpose: Purpose | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How many letters a question finds, None for more than COUNTED; of these, by outcome, purpose, unit."""

    total: int | None
    outcomes: Mapping[Outcome | None, int]
    purposes: Mapping[Purpose | None, int]
    units: Mapping[str | None, int]


def letters(
    engine: Engine,
    wanted: LetterQuery = LetterQuery(),
    *,
    limit: int = 50,
    after: tuple[datetime, int] | None = None,
    before: tuple[datetime, int] | None = None,
) -> list[LetterSummary]:
    """
    List letters, the latest received first.

    Args: `after`: (received, id) of the line before the page; `before`: of the line behind it, in place
          of `after`.
    """
    with Session(engine) as session:
        conditions, latest = _conditions(session, wanted)
        order = [latest, LetterRow.id.desc()]
        if before is not None:
            received, letter = before
            conditions.append(LetterRow.received >= received)
            conditions.append((LetterRow.received > received) | (LetterRow.id > letter))
            order = [LetterRow.received.asc(), LetterRow.id.asc()]
        elif after is not None:
            received, letter = after
            conditions.append(LetterRow.received <= received)
            conditions.append((LetterRow.received < received) | (LetterRow.id < letter))
        rows = list(
            session.scalars(select(LetterRow).where(*conditions).order_by(*order).limit(limit))
        )
        if before is not None:
            rows.reverse()
        numbers = [row.id for row in rows]
        counted, answered = drafts_of(session, numbers), answered_of(session, numbers)
        return [line_of(row, counted.get(row.id, 0), row.id in answered) for row in rows]


def letter_counts(engine: Engine, wanted: LetterQuery) -> LetterCounts:
    """Count what a question finds, COUNTED at most."""
    with Session(engine) as session:
        conditions, _ = _conditions(session, wanted)
        query = select(LetterRow.outcome, LetterRow.purpose, LetterRow.unit).where(*conditions)
        query = query.limit(COUNTED + 1)
        counted = select(func.count()).select_from(query.subquery())
        if (session.scalar(counted) or 0) > COUNTED:
            return LetterCounts(None, {}, {}, {})
        rows = session.execute(query).all()
    return LetterCounts(
        len(rows),
        Counter(row.outcome for row in rows),
        Counter(row.purpose for row in rows),
        Counter(row.unit for row in rows),
    )


def _conditions(
    session: Session, wanted: LetterQuery
) -> tuple[list[ColumnElement[bool]], ColumnElement[Any]]:
    """Return what letters must meet, and what they are sorted by."""
    conditions: list[ColumnElement[bool]] = []
    latest: ColumnElement[Any] = LetterRow.received.desc()
    for field, value in (
        (LetterRow.outcome, wanted.outcome),
        (LetterRow.state, wanted.state),
        (LetterRow.purpose, wanted.purpose),
    ):
        if value is None:
            continue
        # few: their index and a sort; many: walk back in time; the other index is hidden each time
        if at_most(session, LetterRow.id, field == value, most=10 * MOST) < 10 * MOST:
            conditions.append(field == value)
            latest = func.coalesce(LetterRow.received, None).desc()
        else:
            conditions.append(func.coalesce(field, None) == value)
    if wanted.unit is not None:
        conditions.append(LetterRow.unit.in_(stored_names(session.connection(), wanted.unit)))
    if wanted.since is not None:
        conditions.append(LetterRow.received >= wanted.since)
    if wanted.until is not None:
        conditions.append(LetterRow.received < wanted.until)
    words = wanted.words.split()
    if words:
        few, found = search_terms.letters_of_words(session.connection(), words)
        conditions += found
        if few:
            latest = func.coalesce(LetterRow.received, None).desc()
    return conditions, latest
