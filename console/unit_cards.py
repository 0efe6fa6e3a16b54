"""A unit's own card from the ledger: what it reported, what waits, what it owes, for an officer who asks."""

from __future__ import annotations

from datetime import date

from ledger.queries.figures import Figures, Summary
from notifier.letters.card import HeldDraft, OwedDrafts, PeriodFigures, UnitCard
from rulebook.periods import Span, containing
from rulebook.reasons import Outcome

SPANS = (Span.WEEK, Span.MONTH, Span.QUARTER)


def unit_card(figures: Figures, unit: str, today: date) -> UnitCard | None:
    """
    Gather a unit's figures of this week, month and quarter, and what it still owes in them.

    Returns: None for a unit that stands in no table.
    """
    group = ""
    told = []
    for span in SPANS:
        period = containing(today, span)
        summary = figures.summary(period, today)
        found = _figures(summary, unit)
        if found is None:
            return None
        group, one = found
        told.append(one)
    quarter = containing(today, Span.QUARTER)
    return UnitCard(
        unit=unit,
        group=group,
        today=today,
        figures=tuple(told),
        owed=tuple(
            OwedDrafts(one.kind, one.period, one.wanted, one.reported)
            for one in figures.behind(today)
            if one.unit == unit
        ),
        held=tuple(
            HeldDraft(
                one.title,
                one.day,
                tuple(reason.sentence for reason in one.reasons if reason.outcome is Outcome.HELD),
            )
            for one in figures.held(unit, quarter)
        ),
    )


def _figures(summary: Summary, unit: str) -> tuple[str, PeriodFigures] | None:
    raw = next((one for one in summary.raw if one.unit == unit), None)
    for group, rows in summary.tables:
        for row in rows:
            if row.unit == unit and raw is not None:
                return group, PeriodFigures(
                    period=summary.period,
                    reported=tuple(raw.reported.items()),
                    late=raw.late,
                    held=raw.held,
                    refused=raw.refused,
                    points=row.points,
                    rank=row.rank,
                    units=len(rows),
                )
    return None
