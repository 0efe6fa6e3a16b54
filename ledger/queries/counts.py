"""
What the console's pages count: drafts of a day, what waits, how delivery goes.

No question here counts a whole table: counts of days run over an index, all others stop at `MOST`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, String, func, select, type_coerce
from sqlalchemy.orm import Session

from ledger.models.decisions import StandingRow
from ledger.models.letters import LetterRow, OutboxRow
from ledger.queries.facts import OUTCOMES, TIMELIES
from ledger.states import DeliveryState, LetterState
from rulebook.model import Kind
from rulebook.points import Scored
from rulebook.reasons import Outcome

MOST = 1000
"""Where counting stops: people need not know how many thousands wait."""


@dataclass(frozen=True, slots=True)
class DraftCount:
    """So many drafts of a day that are alike; `scored`: as they are counted (rulebook/counts.py)."""

    scored: Scored

    @property
    def day(self) -> date:
        """The office day of their receipt."""
        return self.scored.day

    @property
    def number(self) -> int:
        """How many they are."""
        return self.scored.times


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits; numbers stop at MOST. `oldest`: receipt of the letter that waits longest."""

    unexamined: int
    oldest: datetime | None
    set_aside: int
    held: int
    last_collected: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """Our own letters; numbers stop at MOST. `given_up`: within a week."""

    owed: int
    oldest: datetime | None
    given_up: int
    last_sent: datetime | None
    last_reply: str


def tallies(engine: Engine, first: date, last: date) -> list[DraftCount]:
    """Count drafts received from `first` to `last` by day, unit, kind, outcome and timeliness."""
    alike = (
        StandingRow.day,
        StandingRow.unit,
        type_coerce(StandingRow.kind, String),
        type_coerce(StandingRow.outcome, String),
        type_coerce(StandingRow.timely, String),
        StandingRow.voided,
    )
    query = select(*alike, func.count()).where(StandingRow.day.between(first, last))
    with engine.connect() as connection:
        return [
            DraftCount(
                Scored(
                    0,
                    unit,
                    Kind(kind) if kind else None,
                    day,
                    OUTCOMES[outcome],
                    TIMELIES[timely],
                    voided,
                    many,
                )
            )
            for day, unit, kind, outcome, timely, voided, many in connection.execute(
                query.group_by(*alike)
            ).all()
        ]


def backlog(engine: Engine) -> Backlog:
    """Count what waits for us and for a person."""
    with Session(engine) as session:
        waiting = LetterRow.state == LetterState.COLLECTED
        oldest = session.scalar(
            select(func.min(LetterRow.received)).where(
                LetterRow.id.in_(select(LetterRow.id).where(waiting).limit(MOST))
            )
        )
        return Backlog(
            unexamined=at_most(session, LetterRow.id, waiting),
            oldest=oldest,
            set_aside=at_most(session, LetterRow.id, LetterRow.state == LetterState.SET_ASIDE),
            held=at_most(session, StandingRow.draft_id, StandingRow.outcome == Outcome.HELD),
            last_collected=session.scalar(
                select(LetterRow.collected).order_by(LetterRow.id.desc()).limit(1)
            ),
        )


def mail(engine: Engine, now: datetime) -> DeliveryStatus:
    """Tell how delivery goes."""
    with Session(engine) as session:
        owed = OutboxRow.state == DeliveryState.OWED
        waiting = session.execute(
            select(OutboxRow.owed_since, OutboxRow.reply)
            .where(owed)
            .order_by(OutboxRow.id)
            .limit(1)
        ).first()
        return DeliveryStatus(
            owed=at_most(session, OutboxRow.id, owed),
            oldest=waiting.owed_since if waiting else None,
            given_up=at_most(
                session,
                OutboxRow.id,
                OutboxRow.state == DeliveryState.GIVEN_UP,
                OutboxRow.sent >= now - timedelta(days=7),
            ),
            last_sent=session.scalar(
                select(OutboxRow.sent)
                .where(OutboxRow.sent.is_not(None))
                .order_by(OutboxRow.id.desc())
                .limit(1)
            ),
            last_reply=waiting.reply if waiting else "",
        )


def at_most(
    session: Session, column: Any, *conditions: ColumnElement[bool], most: int = MOST
) -> int:
    """Count the rows that meet the conditions; counting stops at `most`."""
    rows = select(column).where(*conditions).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0
