"""Drafts that were refused for how they were sent (五.4), by the program's rules and not by a person's word."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

from sqlalchemy import Engine, select

from ledger.models.database import read_only
from ledger.models.decisions import StandingRow
from rulebook.citations import reasons_of_form
from rulebook.model import Outcome
from rulebook.periods import Period
from rulebook.points import ProvisionsOn
from rulebook.unit_history import UNPLACED, UnitHistory


def malformed(engine: Engine, period: Period, provisions_on_day: ProvisionsOn) -> dict[str, int]:
    """Count them by the row of each unit at the period's end; what came before the rules began is left out."""
    history, counted = UnitHistory(provisions_on_day), Counter[str]()

    @cache
    def codes(day: date) -> frozenset[str]:
        provisions = provisions_on_day(day)
        if day < provisions.effective_from:
            return frozenset()
        return frozenset(reason.name for reason in reasons_of_form(provisions))

    query = select(StandingRow.unit, StandingRow.day, StandingRow.reasons).where(
        StandingRow.day.between(period.first, period.last),
        StandingRow.outcome == Outcome.REFUSED,
    )
    with read_only(engine).connect() as connection:
        for unit, day, reasons in connection.execute(query):
            if not codes(day).isdisjoint(reasons):
                row = history.row(unit, day, period.last) if unit else None
                counted[row.unit if row else UNPLACED] += 1
    return dict(counted)
