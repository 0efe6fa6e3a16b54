"""The journal as the console's page shows it, the newest entry first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.journal import JournalLine, line_of
from ledger.models.decisions import JournalRow
from ledger.states import Act

WINDOW = 100_000
"""Lines of the journal that one page looks through for a person's name."""


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Lines of the journal, and the number to go on before; None when there is nothing older."""

    lines: tuple[JournalLine, ...]
    before: int | None


def audit(
    engine: Engine,
    *,
    who: str = "",
    acts: Sequence[Act] = (),
    before: int | None = None,
    limit: int = 100,
) -> JournalPage:
    """
    Page through the journal, the newest entry first.

    A page looks through WINDOW entries at most, so that a rare name in a long journal costs several
    pages instead of one long wait.
    """
    with Session(engine) as session:
        if before is None:
            before = (session.scalar(select(func.max(JournalRow.seq))) or 0) + 1
        least = max(0, before - WINDOW)
        query = (
            select(JournalRow)
            .where(JournalRow.seq < before, JournalRow.seq >= least)
            .order_by(JournalRow.seq.desc())
            .limit(limit + 1)
        )
        if who:
            query = query.where(JournalRow.who == who)
        if acts:
            query = query.where(func.coalesce(JournalRow.act, None).in_(acts))
        rows = session.scalars(query).all()
        lines = tuple(line_of(row) for row in rows[:limit])
        if len(rows) > limit:
            return JournalPage(lines, lines[-1].seq)
        return JournalPage(lines, least if least > 1 else None)


def end_of_journal(engine: Engine) -> int:
    """Return the number of the latest entry: while it stands, no figure has changed."""
    with Session(engine) as session:
        return session.scalar(select(func.max(JournalRow.seq))) or 0
