"""Every draft of one unit in a period, as a unit is shown its own: by whatever name it was stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select

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


def unit_drafts(engine: Engine, names: Collection[str], period: Period) -> list[UnitDraft]:
    """List the drafts of a unit's names received in a period, the earliest first; withdrawn ones left out."""
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
        .where(
            StandingRow.unit.in_(sorted(names)),
            StandingRow.day.between(period.first, period.last),
            StandingRow.outcome != Outcome.IGNORED,
        )
        .order_by(StandingRow.day, StandingRow.draft_id)
    )
    with read_only(engine).connect() as connection:
        return [
            UnitDraft(*row[:-1], tuple(Reason[name] for name in row.reasons))
            for row in connection.execute(query)
        ]


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
