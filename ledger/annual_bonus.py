"""附加分 and what cancels it (五.2, 五.3): entered by hand, per unit and year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.days import check_day
from ledger.deed_checks import filled, points_in_range
from ledger.errors import InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import BonusSet, Sanctioned, SanctionLifted
from ledger.models.database import read_only
from ledger.models.decisions import BonusRow, SanctionRow
from ledger.states import Act
from rulebook.points import ProvisionsOn
from rulebook.unit_history import NoSuchUnit, UnitHistory


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

    A name means the unit that has the row at the year's end, so that what is entered shows in a row.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine, provisions_on_day: ProvisionsOn) -> None:
        self._engine = engine
        self._provisions_on = provisions_on_day
        self._units = UnitHistory(provisions_on_day)

    def unit_of(self, written: str, year: int) -> str:
        """Return the unit whose row of the year a name means. Raises: NoSuchUnit."""
        return self._units.named(written, date(year, 12, 31)).name

    def set_bonus(
        self, written: str, year: int, points: Decimal, who: str, why: str, now: datetime
    ) -> str:
        """
        Set the 附加分 of a unit's row of a year; earlier figures are replaced, their journal entries stay.

        What units that it carries on had in that year is set to 0: the row is what was said. A figure
        under a name that no unit of the year takes can be set to 0 under that name.

        Returns: the unit's name. Raises: NoSuchUnit; InvalidInput for points out of range or without a reason.
        """
        points_in_range("附加分", points, least=0)
        why = filled("附加分的依据", why)
        with Session(self._engine) as session, session.begin():
            hold(session)
            there = {
                row.unit: row
                for row in session.scalars(select(BonusRow).where(BonusRow.year == year))
            }
            try:
                unit = self.unit_of(written, year)
            except NoSuchUnit:
                if points or written not in there:
                    raise
                unit = written
            wanted = {
                name: Decimal(0)
                for name, row in there.items()
                if row.points and self._takes(name, year) == unit
            } | {unit: points}
            for name, figure in wanted.items():
                facts: BonusSet = {"unit": name, "year": year, "points": str(figure)}
                seq = append(session, JournalEntry(now, who, Act.BONUS, facts, why))
                if name in there:
                    there[name].points, there[name].seq = figure, seq
                else:
                    session.add(BonusRow(unit=name, year=year, points=figure, seq=seq))
            return unit

    def _takes(self, name: str, year: int) -> str | None:
        """Return the unit whose row of the year a stored name is summed in."""
        end = date(year, 12, 31)
        row = self._units.row(name, end, end)
        return row.unit if row else None

    def sanction(self, sanction: Sanction, who: str, now: datetime) -> int:
        """
        Record a sanction; returns its number.

        Raises: NoSuchUnit; InvalidInput without reason or approver, or for a day of approval before the
                year or to come.
        """
        sanction = replace(
            sanction,
            reason=filled("取消附加分的事由", sanction.reason),
            approved_by=filled("取消附加分的批准人", sanction.approved_by),
        )
        if sanction.day.year < sanction.year:
            raise InvalidInput(
                f"批准日期 {sanction.day} 早于所取消的 {sanction.year} 年度，请核对日期。"
            )
        check_day("批准日期", sanction.day, now, self._provisions_on)
        unit = self.unit_of(sanction.unit, sanction.year)
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = SanctionRow(
                unit=unit,
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
        """Lift a sanction. Raises: NotFound; InvalidInput without a reason."""
        why = filled("解除的理由", why)
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
