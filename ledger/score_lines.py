"""The table `scores`: the lines of points as the one scoring function gives them, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from ledger.errors import RulesChanged
from ledger.models.decisions import (
    AdoptionRow,
    HandLineRow,
    RuleVersionRow,
    ScoreRow,
    StandingRow,
)
from ledger.models.transaction import insert_later, insert_now, once
from rulebook.amounts import Amount, total
from rulebook.periods import Period, Span, containing
from rulebook.points import (
    Adoption,
    HandPoints,
    LineKind,
    ProvisionsOn,
    Scored,
    ScoreLine,
    lines_of,
    of_adoption,
    of_draft,
    of_hand,
)


class Scores:
    """
    Writes a draft's lines anew whenever it or its adoptions change, in the caller's transaction.

    Under a weekly cap the lines that keep it, too.
    """

    def __init__(self, provisions_on_day: ProvisionsOn, newest: int | None = None) -> None:
        """
        Follow provisions.

        Args: `newest`: the number of the newest version among them; lines are not written once the
              ledger has a newer one (RulesChanged). None: that is not looked at.
        """
        self._provisions_on = provisions_on_day
        self._newest = newest

    @property
    def provisions_on_day(self) -> ProvisionsOn:
        """The regulation that the lines follow."""
        return self._provisions_on

    def under(self, provisions_on_day: ProvisionsOn) -> Scores:
        """Return the same under other provisions."""
        return Scores(provisions_on_day)

    def check(self, connection: Session | Connection) -> None:
        """Check that the provisions are still those in force. Raises RulesChanged."""
        if self._newest is not None:
            newest = once(connection, _NEWEST, lambda: connection.scalar(_NEWEST))
            if newest != self._newest:
                raise RulesChanged

    def first(self, connection: Connection, standings: Iterable[Mapping[str, Any]]) -> None:
        """Write the lines of drafts that are just being entered, from the values of their standings."""
        self.check(connection)
        lines: list[ScoreLine] = []
        weeks: set[_Week] = set()
        for row in standings:
            scored = Scored(
                row["draft_id"], row["unit"], row["kind"], row["day"], row["outcome"], row["timely"]
            )
            lines += of_draft(scored, (), self._provisions_on)
            weeks |= self._capped(row["unit"], row["day"])
        _write(connection, lines)
        if weeks:
            with Session(connection) as session:
                self._cap(session, weeks)

    def points_of(self, session: Session, scored: Scored) -> Amount:
        """Sum what a draft has earned as it stands, its adoptions included."""
        return total(line.points for line in self.lines_of(session, scored))

    def lines_of(self, session: Session, scored: Scored) -> tuple[ScoreLine, ...]:
        """List the lines of a draft as it stands, its adoptions included."""
        rows = session.scalars(
            select(AdoptionRow).where(
                AdoptionRow.draft_id == scored.draft, AdoptionRow.withdrawn.is_(False)
            )
        )
        return of_draft(scored, [adoption_of(row) for row in rows], self._provisions_on)

    def points_with(self, scored: Scored, adoptions: Sequence[Adoption]) -> Amount:
        """Sum what a draft has earned with these adoptions."""
        return total(line.points for line in of_draft(scored, adoptions, self._provisions_on))

    def refresh(self, session: Session, drafts: Sequence[int]) -> None:
        """Write these drafts' lines anew, from their standings and adoptions."""
        if not drafts:
            return
        self.check(session)
        session.flush()
        insert_now(session)
        weeks: set[_Week] = set()
        for unit, day in session.execute(
            select(ScoreRow.unit, ScoreRow.day).where(ScoreRow.draft_id.in_(drafts))
        ):
            weeks |= self._capped(unit, day)  # a draft may have left a unit
        session.execute(delete(ScoreRow).where(ScoreRow.draft_id.in_(drafts)))
        standings, adoptions = _facts(session, StandingRow.draft_id.in_(drafts))
        lines: list[ScoreLine] = []
        for scored in standings:
            lines += of_draft(scored, adoptions.get(scored.draft, ()), self._provisions_on)
            weeks |= self._capped(scored.unit, scored.day)
        _write(session, lines)
        self._cap(session, weeks)

    def _capped(self, unit: str | None, day: date) -> set[_Week]:
        week = containing(day, Span.WEEK)
        capped = unit is not None and self._provisions_on(week.last).points.weekly_cap
        return {(unit, week)} if unit is not None and capped else set()

    def _cap(self, session: Session, weeks: Iterable[_Week]) -> None:
        """Write anew what goes beyond the cap of these units' weeks."""
        insert_now(session)
        for unit, week in sorted(weeks):
            session.execute(
                delete(ScoreRow).where(ScoreRow.unit == unit, ScoreRow.week == week.first)
            )
            standings, adoptions = _facts(
                session,
                StandingRow.unit == unit,
                StandingRow.day.between(week.first, week.last),
            )
            printed = [one for adopted in adoptions.values() for one in adopted]
            lines = lines_of(standings, printed, self._provisions_on)
            _write(session, [line for line in lines if line.what is LineKind.CAPPED])

    def refresh_adoption(self, session: Session, adoption: int) -> None:
        """Write the line of an adopted text that never came by mail; none when it has a draft now."""
        self.check(session)
        session.flush()
        insert_now(session)
        session.execute(
            delete(ScoreRow).where(ScoreRow.adoption_id == adoption, ScoreRow.draft_id.is_(None))
        )
        row = session.get_one(AdoptionRow, adoption)
        if row.draft_id is None and not row.withdrawn:
            _write(session, [of_adoption(adoption_of(row), self._provisions_on)])

    def refresh_hand_line(self, session: Session, number: int) -> None:
        """Write the line of points that a person entered; none when it was taken back."""
        self.check(session)
        insert_now(session)
        session.execute(delete(ScoreRow).where(ScoreRow.hand_line_id == number))
        row = session.get_one(HandLineRow, number)
        if not row.removed:
            _write(session, of_hand([hand_points_of(row)]))

    def rebuild(self, session: Session, batch: int = 2000) -> int:
        """Write all lines anew in the caller's transaction. Returns how many drafts there are."""
        session.execute(delete(ScoreRow))
        for adoption in session.scalars(
            select(AdoptionRow.id).where(AdoptionRow.draft_id.is_(None))
        ).all():
            self.refresh_adoption(session, adoption)
        for line in session.scalars(select(HandLineRow.id)).all():
            self.refresh_hand_line(session, line)
        last = done = 0
        while True:
            drafts = session.scalars(
                select(StandingRow.draft_id)
                .where(StandingRow.draft_id > last)
                .order_by(StandingRow.draft_id)
                .limit(batch)
            ).all()
            if not drafts:
                return done
            self.refresh(session, drafts)
            session.expire_all()  # a ledger of years must not stand in memory
            last, done = drafts[-1], done + len(drafts)


_Week = tuple[str, Period]
_NEWEST = select(func.max(RuleVersionRow.id))
_NEW_LINES = insert(ScoreRow).inline()
"""Nobody asks for their numbers."""


def _facts(
    session: Session, *conditions: ColumnElement[bool]
) -> tuple[list[Scored], dict[int, list[Adoption]]]:
    """Read standings and, by draft, what was printed of them."""
    rows = session.scalars(
        select(StandingRow).where(*conditions).execution_options(populate_existing=True)
    ).all()
    adoptions: dict[int, list[Adoption]] = {}
    printed = [row.draft_id for row in rows if row.adopted]
    if printed:
        for row in session.scalars(
            select(AdoptionRow).where(
                AdoptionRow.draft_id.in_(printed), AdoptionRow.withdrawn.is_(False)
            )
        ):
            adoptions.setdefault(row.draft_id or 0, []).append(adoption_of(row))
    return [scored_of(row) for row in rows], adoptions


def scored_of(row: StandingRow) -> Scored:
    """Convert a standing to the rulebook's word."""
    return Scored(row.draft_id, row.unit, row.kind, row.day, row.outcome, row.timely, row.voided)


def adoption_of(row: AdoptionRow) -> Adoption:
    """Convert an adoption to the rulebook's word."""
    return Adoption(
        row.id, row.draft_id, row.unit, row.kind, row.outlet, row.tier, row.day, row.manner
    )


def hand_points_of(row: HandLineRow) -> HandPoints:
    """Convert a line by hand to the rulebook's word."""
    return HandPoints(row.id, row.unit, row.day, row.points, row.why, row.clause, row.person)


def _write(session: Session | Connection, lines: Iterable[ScoreLine]) -> None:
    rows = [
        {
            "draft_id": line.draft,
            "adoption_id": line.adoption,
            "unit": line.unit,
            "day": line.day,
            "what": line.what.value,
            "points": line.points,
            "why": line.why,
            "week": line.week,
            "hand_line_id": line.hand_line,
        }
        for line in lines
    ]
    if rows:
        insert_later(session, _NEW_LINES, rows)
