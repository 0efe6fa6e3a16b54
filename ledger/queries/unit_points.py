"""What a unit earned week by week: the sums of its lines, by whatever name they were stored."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Engine, select

from ledger.models.base import summed
from ledger.models.decisions import ScoreRow
from rulebook.amounts import Amount, amount
from rulebook.periods import Period


def points_by_day(engine: Engine, names: Collection[str], period: Period) -> dict[date, Amount]:
    """Sum a unit's points of each day of a period; days without any are left out."""
    query = (
        select(ScoreRow.day, summed(ScoreRow.points))
        .where(ScoreRow.unit.in_(sorted(names)), ScoreRow.day.between(period.first, period.last))
        .group_by(ScoreRow.day)
        .order_by(ScoreRow.day)
    )
    with engine.connect() as connection:
        return {day: amount(points) for day, points in connection.execute(query)}
