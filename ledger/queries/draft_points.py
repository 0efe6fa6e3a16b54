"""Why a draft has the points that it has: every line of the scores, with its clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.models.decisions import AdoptionRow, HandLineRow, ScoreRow
from rulebook.amounts import Amount


@dataclass(frozen=True, slots=True)
class PointLine:
    """One line: `why` with its clause; `outlet`, `adoption`: what printed it, "" and None for a submission."""

    day: date
    points: Amount
    why: str
    outlet: str
    adoption: int | None


def points_of(engine: Engine, draft: int) -> list[PointLine]:
    """List the lines of a draft in the order of their days, what other units have of it (合写) with the unit."""
    query = (
        select(ScoreRow, AdoptionRow.outlet)
        .outerjoin(AdoptionRow, AdoptionRow.id == ScoreRow.adoption_id)
        .where(ScoreRow.draft_id == draft)
        .order_by(ScoreRow.day, ScoreRow.id)
    )
    shares = (
        select(HandLineRow)
        .where(HandLineRow.shared_draft == draft, HandLineRow.removed.is_(False))
        .order_by(HandLineRow.day, HandLineRow.id)
    )
    with Session(engine) as session:
        lines = [
            PointLine(row.day, row.points, row.why, outlet or "", row.adoption_id)
            for row, outlet in session.execute(query)
        ]
        lines += [
            PointLine(row.day, row.points, f"{row.unit}：{row.why}", "", None)
            for row in session.scalars(shares)
        ]
    return sorted(lines, key=lambda line: line.day)
