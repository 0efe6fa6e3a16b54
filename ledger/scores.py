"""The table `scores`: the lines of points as the one scoring function gives them, kept fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.orm import Session

from ledger.tables_decided import AdoptionRow, ScoreRow, StandingRow
from rulebook.points import Adoption, Line, ProvisionsOn, Scored, alone, of_draft


class Scores:
    """
    Writes a draft's lines anew whenever it or its adoptions change, in the caller's transaction.

    The weekly cap concerns many drafts at once and is not in these lines; the notice applies it.
    """

    def __init__(self, provisions_on: ProvisionsOn) -> None:
        self._provisions_on = provisions_on

    def first(self, connection: Connection, standings: Iterable[Mapping[str, Any]]) -> None:
        """The lines of drafts that are just being entered, from the values of their standings."""
        lines: list[Line] = []
        for row in standings:
            scored = Scored(
                row["draft_id"], row["unit"], row["kind"], row["day"], row["outcome"], row["timely"]
            )
            lines += of_draft(scored, (), self._provisions_on)
        _write(connection, lines)

    def refresh(self, session: Session, drafts: Sequence[int]) -> None:
        """These drafts' lines, from their standings and adoptions."""
        if not drafts:
            return
        session.flush()
        session.execute(delete(ScoreRow).where(ScoreRow.draft_id.in_(drafts)))
        standings = session.scalars(
            select(StandingRow)
            .where(StandingRow.draft_id.in_(drafts))
            .execution_options(populate_existing=True)
        ).all()
        adoptions: dict[int, list[Adoption]] = {}
        if any(row.adopted for row in standings):
            rows = session.scalars(
                select(AdoptionRow).where(
                    AdoptionRow.draft_id.in_(drafts), AdoptionRow.withdrawn.is_(False)
                )
            )
            for row in rows:
                adoptions.setdefault(row.draft_id or 0, []).append(adoption_of(row))
        lines = [
            line
            for row in standings
            for line in of_draft(
                scored_of(row), adoptions.get(row.draft_id, ()), self._provisions_on
            )
        ]
        _write(session, lines)

    def refresh_adoption(self, session: Session, adoption: int) -> None:
        """The line of an adopted text that never came by mail; none when it has a draft now."""
        session.flush()
        session.execute(
            delete(ScoreRow).where(ScoreRow.adoption_id == adoption, ScoreRow.draft_id.is_(None))
        )
        row = session.get_one(AdoptionRow, adoption)
        if row.draft_id is None and not row.withdrawn:
            _write(session, [alone(adoption_of(row), self._provisions_on)])

    def rebuild(self, engine: Engine, batch: int = 2000) -> int:
        """All lines anew, after config.toml was changed. Returns how many drafts there are."""
        last = done = 0
        with Session(engine) as session, session.begin():
            session.execute(delete(ScoreRow))
            for adoption in session.scalars(
                select(AdoptionRow.id).where(AdoptionRow.draft_id.is_(None))
            ).all():
                self.refresh_adoption(session, adoption)
        while True:
            with Session(engine) as session, session.begin():
                drafts = session.scalars(
                    select(StandingRow.draft_id)
                    .where(StandingRow.draft_id > last)
                    .order_by(StandingRow.draft_id)
                    .limit(batch)
                ).all()
                if not drafts:
                    return done
                self.refresh(session, drafts)
                last, done = drafts[-1], done + len(drafts)


def scored_of(row: StandingRow) -> Scored:
    """The rulebook's word for a standing."""
    return Scored(row.draft_id, row.unit, row.kind, row.day, row.outcome, row.timely, row.voided)


def adoption_of(row: AdoptionRow) -> Adoption:
    """The rulebook's word for an adoption."""
    return Adoption(row.id, row.draft_id, row.unit, row.kind, row.outlet, row.tier, row.day)


def _write(session: Session | Connection, lines: Iterable[Line]) -> None:
    rows = [
        {
            "draft_id": line.draft,
            "adoption_id": line.adoption,
            "unit": line.unit,
            "day": line.day,
            "what": line.what.value,
            "points": line.points,
            "why": line.why,
        }
        for line in lines
    ]
    if rows:
        session.execute(insert(ScoreRow), rows)
