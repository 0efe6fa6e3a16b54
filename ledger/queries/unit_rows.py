"""Every draft of one unit in a period, as a unit is shown its own: by whatever name it was stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, func, select

from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, StandingRow
from ledger.models.letters import DraftRow
from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import Period
from rulebook.reasons import Reason


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """One draft and how it stands."""

    draft: int
    title: str
    day: date
    kind: Kind | None
    outcome: Outcome
    timely: Timely
    voided: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class UnitAdoption:
    """One adoption as it is registered."""

    adoption: int
    title: str
    outlet: str
    tier: int | None
    day: date


def unit_drafts(
    engine: Engine, names: Collection[str], period: Period, latest: int | None = None
) -> list[UnitDraft]:
    """
    List the drafts of a unit's names received in a period, the earliest first; withdrawn ones left out.

    Args: `latest`: no more than so many, the latest first.
    """
    query = (
        select(
            StandingRow.draft_id,
            DraftRow.title,
            StandingRow.day,
            StandingRow.kind,
            StandingRow.outcome,
            StandingRow.timely,
            StandingRow.voided,
            StandingRow.reasons,
        )
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .where(*_of_unit(names, period))
    )
    if latest is None:
        query = query.order_by(StandingRow.day, StandingRow.draft_id)
    else:
        query = query.order_by(StandingRow.day.desc(), StandingRow.draft_id.desc()).limit(latest)
    with read_only(engine).connect() as connection:
        return [
            UnitDraft(*row[:-1], tuple(Reason[name] for name in row.reasons))
            for row in connection.execute(query)
        ]


def count_unit_drafts(engine: Engine, names: Collection[str], period: Period) -> int:
    """Count what `unit_drafts` lists."""
    query = select(func.count()).where(*_of_unit(names, period))
    with read_only(engine).connect() as connection:
        return connection.scalar(query) or 0


def _of_unit(names: Collection[str], period: Period) -> tuple[ColumnElement[bool], ...]:
    return (
        StandingRow.unit.in_(sorted(names)),
        StandingRow.day.between(period.first, period.last),
        StandingRow.outcome != Outcome.IGNORED,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft that may be what a unit was asked for."""

    draft: int
    title: str
    day: date


def candidates(
    engine: Engine, units: Collection[str], first: date, last: date, *, most: int
) -> dict[str, list[Candidate]]:
    """List what each of several units sent within days and was not refused, the latest `most` first."""
    latest = StandingRow.day.desc(), StandingRow.draft_id.desc()
    place = func.row_number().over(partition_by=StandingRow.unit, order_by=latest)
    sent = (
        select(StandingRow.unit, StandingRow.draft_id, StandingRow.day, place.label("place"))
        .where(
            StandingRow.unit.in_(sorted(units)),
            StandingRow.day.between(first, last),
            StandingRow.outcome.not_in((Outcome.REFUSED, Outcome.IGNORED)),
        )
        .subquery()
    )
    query = (
        select(sent.c.unit, sent.c.draft_id, DraftRow.title, sent.c.day)
        .join(DraftRow, DraftRow.id == sent.c.draft_id)
        .where(sent.c.place <= most)
        .order_by(sent.c.unit, sent.c.place)
    )
    found: dict[str, list[Candidate]] = {}
    with read_only(engine).connect() as connection:
        for unit, draft, title, day in connection.execute(query):
            found.setdefault(unit, []).append(Candidate(draft, title, day))
    return found


def unit_adoptions(engine: Engine, names: Collection[str], period: Period) -> list[UnitAdoption]:
    """List the adoptions registered for a unit's names in a period, the earliest first."""
    query = (
        select(
            AdoptionRow.id, AdoptionRow.title, AdoptionRow.outlet, AdoptionRow.tier, AdoptionRow.day
        )
        .where(
            AdoptionRow.unit.in_(sorted(names)),
            AdoptionRow.day.between(period.first, period.last),
            AdoptionRow.withdrawn.is_(False),
        )
        .order_by(AdoptionRow.day, AdoptionRow.id)
    )
    with read_only(engine).connect() as connection:
        return [UnitAdoption(*row) for row in connection.execute(query)]
