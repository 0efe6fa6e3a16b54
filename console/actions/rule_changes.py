"""What a change of the provisions would move: every unit's points and rank, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, func, select

from console.application import Application
from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, HandLineRow, StandingRow
from ledger.queries.figures import Figures
from ledger.rule_versions import PendingRules
from rulebook.amounts import Amount
from rulebook.periods import Period, Span, containing, following
from rulebook.provisions import Provisions


@dataclass(frozen=True, slots=True)
class Move:
    """A unit whose points or rank in a period would be others."""

    period: Period
    unit: str
    points_before: Amount
    points_after: Amount
    rank_before: int
    rank_after: int


def after_applying(in_force: Sequence[Provisions], changes: PendingRules) -> tuple[Provisions, ...]:
    """Return the versions that would be in force."""
    latest = {one.since: one for one in in_force}
    latest |= {one.since: one for one in changes.new}
    latest |= {after.since: after for _, after in changes.changed}
    return tuple(latest[since] for since in sorted(latest))


def moves(application: Application, changes: PendingRules, today: date) -> list[Move]:
    """List what would move in each quarter and each year since the first draft."""
    in_force = application.settings.provisions
    is_workday = application.settings.calendar.is_workday
    engine = application.engine
    before = Figures(engine, _on_day(in_force), is_workday)
    after = Figures(engine, _on_day(after_applying(in_force, changes)), is_workday)
    moved = []
    for period in _periods(engine, today):
        old = {row.unit: row for _, rows in before.summary(period, today).tables for row in rows}
        new = {row.unit: row for _, rows in after.summary(period, today).tables for row in rows}
        for unit in dict.fromkeys([*old, *new]):
            one, other = old.get(unit), new.get(unit)
            points = (one.points if one else 0, other.points if other else 0)
            ranks = (one.rank if one else 0, other.rank if other else 0)
            if points[0] != points[1] or (one and other and ranks[0] != ranks[1]):
                moved.append(Move(period, unit, *points, *ranks))
    return moved


def is_correction(changes: PendingRules, moved: Sequence[Move], today: date) -> bool:
    """Tell whether a change touches the past: a version in force is another, or points would move."""
    return bool(moved) or any(before.since <= today for before, _ in changes.changed)


def apply_rules(
    application: Application, changes: PendingRules, who: str, why: str, moment: datetime
) -> None:
    """Enter the versions and write all lines of points anew under them."""
    application.rule_versions.apply(changes, who, why, moment)
    application.scores.under(_on_day(application.rule_versions.in_force())).rebuild(
        application.engine
    )


def _on_day(versions: Sequence[Provisions]) -> Callable[[date], Provisions]:
    def on_day(day: date) -> Provisions:
        in_force = [one for one in versions if one.since <= day]
        return in_force[-1] if in_force else versions[0]

    return on_day


def _periods(engine: Engine, today: date) -> list[Period]:
    """List the quarters and years that have drafts, adoptions or lines by hand."""
    with read_only(engine).connect() as connection:
        days = [
            connection.scalar(select(function(column)))
            for column in (StandingRow.day, AdoptionRow.day, HandLineRow.day)
            for function in (func.min, func.max)
        ]
    known = [day for day in days if day is not None]
    if not known:
        return []
    periods = []
    for span in (Span.QUARTER, Span.YEAR):
        period = containing(min(known), span)
        while period.first <= min(max(known), today):
            periods.append(period)
            period = following(period)
    return periods
