"""±points by hand (批示、扣分、头条、合写……): dated lines with a clause, a reason and who approved them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.days import check_counted_day, unit_on
from ledger.deed_checks import filled, is_blank, points_in_range
from ledger.errors import InvalidInput, NotFound
from ledger.ids import DraftId
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import HandLineAdded, HandLineRemoved
from ledger.models.database import read_only
from ledger.models.decisions import HandLineRow
from ledger.score_lines import Scores
from ledger.states import Act
from ledger.unit_names import stored_names
from rulebook.amounts import Amount


@dataclass(frozen=True, slots=True)
class HandLine:
    """One line as a person enters it. `unit` empty: of the person alone."""

    unit: str
    day: date
    points: Amount
    why: str
    approved_by: str
    person: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class RecordedHandLine:
    """A line of the ledger."""

    id: int
    line: HandLine
    removed: bool
    shared_draft: int | None = None


class HandLines:
    """Records lines and takes them back; a line is never changed."""

    def __init__(self, engine: Engine, scores: Scores) -> None:
        self._engine = engine
        self._scores = scores

    def add(self, line: HandLine, who: str, now: datetime) -> int:
        """
        Enter a line; returns its number.

        Raises: InvalidInput for a line of nobody, of nothing, that nobody approved, of a day to come, or
                of a unit that there was not on that day.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            return self.enter(session, line, who, now)

    def enter(
        self,
        session: Session,
        line: HandLine,
        who: str,
        now: datetime,
        shared: DraftId | None = None,
    ) -> int:
        """
        Enter a line in the caller's transaction; returns its number.

        Args: `shared`: the draft whose points it passes on to a unit that wrote it, too.
        Raises: as `add`.
        """
        if is_blank(line.unit) and is_blank(line.person):
            raise InvalidInput("请写明加减分的单位或个人。")
        if not line.points:
            raise InvalidInput("加减的分数不能是 0。")
        line = replace(
            line,
            why=filled("加减分的事由", line.why),
            approved_by=filled("加减分的审批人", line.approved_by),
        )
        if shared is None:  # a share may have four decimals, and stands on its draft's own days
            points_in_range("加减的分数", line.points)
            check_counted_day("日期", line.day, now, self._scores.provisions_on_day)
        if line.unit:
            unit = unit_on(line.day, line.unit, self._scores.provisions_on_day)
            line = replace(line, unit=unit)
        row = HandLineRow(
            unit=line.unit,
            person=line.person,
            day=line.day,
            points=line.points,
            clause=line.clause,
            why=line.why,
            approved_by=line.approved_by,
            removed=False,
            shared_draft=shared,
            seq=0,
        )
        session.add(row)
        session.flush()
        facts: HandLineAdded = {
            "hand_line": row.id,
            "unit": line.unit,
            "person": line.person,
            "day": line.day.isoformat(),
            "points": str(line.points),
            "clause": line.clause,
            "approved_by": line.approved_by,
        }
        if shared is not None:
            facts["shared_draft"] = shared
        row.seq = append(session, JournalEntry(now, who, Act.HAND_LINE, facts, line.why))
        session.flush()
        self._scores.refresh_hand_line(session, row.id)
        return row.id

    def remove(self, number: int, who: str, why: str, now: datetime) -> None:
        """Take a line back. Raises: NotFound; InvalidInput without a reason, or when it was taken back before."""
        why = filled("撤销的理由", why)
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(HandLineRow, number, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {number} 号加减分。")
            if row.removed:
                raise InvalidInput(f"第 {number} 号加减分已经撤销过了。")
            if row.shared_draft is not None:
                raise InvalidInput(
                    f"第 {number} 号是第 {row.shared_draft} 号稿件合写分出的，有加有减；请到这篇稿件里改合写的单位。"
                )
            facts: HandLineRemoved = {"hand_line": number, "removed": True}
            row.removed = True
            row.seq = append(session, JournalEntry(now, who, Act.HAND_LINE, facts, why))
            session.flush()
            self._scores.refresh_hand_line(session, number)

    def listing(self, unit: str | None = None) -> list[RecordedHandLine]:
        """List the lines, the latest day first; of one unit or all."""
        query = select(HandLineRow).order_by(HandLineRow.day.desc(), HandLineRow.id.desc())
        with Session(read_only(self._engine)) as session:
            if unit is not None:
                names = stored_names(session.connection(), unit)
                query = query.where(HandLineRow.unit.in_(names))
            return [
                RecordedHandLine(
                    row.id,
                    HandLine(
                        row.unit,
                        row.day,
                        row.points,
                        row.why,
                        row.approved_by,
                        row.person,
                        row.clause,
                    ),
                    row.removed,
                    row.shared_draft,
                )
                for row in session.scalars(query)
            ]
