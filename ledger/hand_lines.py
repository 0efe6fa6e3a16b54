"""±points by hand (批示、扣分、头条、合写……): dated lines with a clause, a reason and who approved them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.deed_checks import filled
from ledger.errors import InvalidInput, NotFound
from ledger.hand_line_entry import HandLine as HandLine
from ledger.hand_line_entry import checked, enter
from ledger.hand_line_facts import HandLineRemoved
from ledger.journal import JournalEntry, append, hold
from ledger.models.database import read_only
from ledger.models.decisions import HandLineRow
from ledger.score_lines import Scores
from ledger.states import Act
from ledger.unit_names import stored_names


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

        Raises: InvalidInput as hand_line_entry.checked.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            return enter(session, self._scores, checked(line, self._scores, now), who, now)

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
