"""附加分 and what cancels it (五.2, 五.3): entered by hand, per unit and year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import BonusSet, Sanctioned, SanctionLifted
from ledger.models.database import read_only
from ledger.models.decisions import BonusRow, SanctionRow
from ledger.states import Act


@dataclass(frozen=True, slots=True)
class Sanction:
    """弄虚作假 or 重大负面舆论处置不力 (五.3): the unit's 附加分 of the year is cancelled."""

    unit: str
    year: int
    reason: str
    approved_by: str
    day: date
    id: int = 0
    lifted: bool = False


class AnnualBonuses:
    """
    附加分 and sanctions. Every method is one transaction and leaves a journal entry.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_bonus(
        self, unit: str, year: int, points: Decimal, who: str, why: str, now: datetime
    ) -> None:
        """Set the unit's 附加分 of a year; an earlier figure is replaced, its journal entry stays."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            facts: BonusSet = {"unit": unit, "year": year, "points": str(points)}
            seq = append(session, JournalEntry(now, who, Act.BONUS, facts, why))
            row = session.get(BonusRow, (unit, year))
            if row is None:
                session.add(BonusRow(unit=unit, year=year, points=points, seq=seq))
            else:
                row.points, row.seq = points, seq

    def sanction(self, sanction: Sanction, who: str, now: datetime) -> int:
        """Record a sanction; returns its number."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = SanctionRow(
                unit=sanction.unit,
                year=sanction.year,
                reason=sanction.reason,
                approved_by=sanction.approved_by,
                day=sanction.day,
                lifted=False,
                seq=0,
            )
            session.add(row)
            session.flush()
            facts: Sanctioned = {
                "sanction": row.id,
                "unit": row.unit,
                "year": row.year,
                "approved_by": row.approved_by,
                "day": row.day.isoformat(),
            }
            row.seq = append(session, JournalEntry(now, who, Act.SANCTION, facts, sanction.reason))
            return row.id

    def lift(self, sanction: int, who: str, why: str, now: datetime) -> None:
        """Lift a sanction. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(SanctionRow, sanction, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {sanction} 号处理记录。")
            row.lifted = True
            facts: SanctionLifted = {"sanction": sanction, "lifted": True}
            row.seq = append(session, JournalEntry(now, who, Act.SANCTION, facts, why))

    def sanctions(self, year: int | None = None) -> list[Sanction]:
        """List all records, the latest first, lifted ones included."""
        query = select(SanctionRow).order_by(SanctionRow.id.desc())
        if year is not None:
            query = query.where(SanctionRow.year == year)
        with Session(read_only(self._engine)) as session:
            return [
                Sanction(
                    row.unit, row.year, row.reason, row.approved_by, row.day, row.id, row.lifted
                )
                for row in session.scalars(query)
            ]
