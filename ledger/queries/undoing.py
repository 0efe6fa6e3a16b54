"""Decisions that can still be undone: each person's own, while nothing has been decided on the draft since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.models.decisions import AdoptionRow, JournalRow, StandingRow
from ledger.models.letters import DraftRow
from ledger.rulings import TAKEN_BACK, UNDOES
from ledger.states import Act
from rulebook.model import Outcome

MOST = 200
UNDOABLE = (Act.RULED, Act.AMENDED, Act.DRAWN)


@dataclass(frozen=True, slots=True)
class Undoable:
    """
    What a person did at one moment, with one draft or with several alike.

    `seqs`: the numbers of the entries, `acts` what they are; `drafts` and `titles` in their order;
    `outcome`: how the first stands now.
    """

    at: datetime
    seqs: tuple[int, ...]
    acts: tuple[Act, ...]
    drafts: tuple[int, ...]
    titles: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RecentAdoptions:
    """Adoptions that a person registered in one act, and nobody changed since."""

    at: datetime
    numbers: tuple[int, ...]
    titles: tuple[str, ...]


def recent_adoptions(engine: Engine, who: str, since: datetime) -> RecentAdoptions | None:
    """Return what a person registered last, since a moment and as yet unchanged; None for nothing."""
    query = (
        select(JournalRow.at, AdoptionRow.id, AdoptionRow.title)
        .join(AdoptionRow, AdoptionRow.seq == JournalRow.seq)
        .where(
            JournalRow.at > since,
            JournalRow.act == Act.ADOPTED,
            JournalRow.who == who,
            AdoptionRow.withdrawn.is_(False),
        )
        .order_by(JournalRow.at.desc(), JournalRow.seq.desc())
        .limit(MOST)
    )
    with Session(engine) as session:
        rows = session.execute(query).all()
    latest = [row for row in rows if row[0] == rows[0][0]]
    if not latest:
        return None
    return RecentAdoptions(
        latest[0][0], tuple(row[1] for row in latest), tuple(row[2] for row in latest)
    )


def undoable(engine: Engine, who: str, since: datetime, most: int = 5) -> list[Undoable]:
    """List what a person decided since a moment and may take back, the latest first."""
    groups: dict[datetime, list[tuple[int, Act, int, str, Outcome]]] = {}
    with Session(engine) as session:
        # the few entries alone, by the index of their moments
        lines = session.scalars(
            select(JournalRow)
            .where(
                JournalRow.at > since,
                JournalRow.act.in_(UNDOABLE),
                JournalRow.who == who,
                JournalRow.draft_id.is_not(None),
            )
            .order_by(JournalRow.at.desc(), JournalRow.seq.desc())
            .limit(MOST)
        ).all()
        drafts = _standing(session, {line.draft_id for line in lines if line.draft_id})
    for line in lines:
        seq, title, outcome = drafts.get(line.draft_id or 0, (0, "", Outcome.HELD))
        if (
            seq != line.seq
            or not line.facts
            or UNDOES in line.facts
            or (line.why == TAKEN_BACK and "joined" in line.facts)
        ):
            continue
        one = (line.seq, line.act, line.draft_id or 0, title, outcome)
        groups.setdefault(line.at, []).append(one)
    return [
        Undoable(
            at,
            tuple(one[0] for one in several),
            tuple(one[1] for one in several),
            tuple(one[2] for one in several),
            tuple(one[3] for one in several),
            several[0][4],
        )
        for at, several in list(groups.items())[:most]
    ]


def _standing(session: Session, drafts: Collection[int]) -> dict[int, tuple[int, str, Outcome]]:
    """Return of drafts the entry that they rest on, their title and how they stand."""
    if not drafts:
        return {}
    query = (
        select(StandingRow.draft_id, StandingRow.seq, DraftRow.title, StandingRow.outcome)
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .where(StandingRow.draft_id.in_(sorted(drafts)))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}
