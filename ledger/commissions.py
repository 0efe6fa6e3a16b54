"""Commissions (约稿, 三.3): what was asked of whom until when, and which drafts answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, Row, bindparam, func, null, select
from sqlalchemy.orm import Session

from ledger.deed_checks import filled
from ledger.errors import InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.models.database import read_connection, read_only
from ledger.models.decisions import CommissionReplyRow, CommissionRow, StandingRow
from ledger.models.letters import DraftRow
from ledger.models.transaction import ANSWERED, once
from ledger.printing_facts import CommissionChanged, Commissioned
from ledger.states import Act
from rulebook.commissions import OpenCommission
from rulebook.reasons import Outcome

LONGEST = timedelta(days=2 * 365)
"""A commission that runs longer is a slip of the pen."""


class Answer(StrEnum):
    """How a unit stands to a commission."""

    FULFILLED = "按时完成"
    LATE = "逾期完成"
    OPEN = "未到期"
    MISSING = "未完成"


@dataclass(frozen=True, slots=True)
class Commission:
    """A text asked for. `units` are scoring units; `due` the last day."""

    topic: str
    units: tuple[str, ...]
    asked: date
    due: date
    note: str = ""
    id: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """How one asked unit stands; `draft` and `day` of the first accepted answer."""

    unit: str
    answer: Answer
    draft: int | None = None
    title: str = ""
    day: date | None = None


_WAITING = (
    select(CommissionRow.id, CommissionRow.topic, CommissionRow.units, CommissionRow.due)
    .where(CommissionRow.closed.is_(False), CommissionRow.asked <= bindparam("day"))
    .order_by(CommissionRow.id)
)

_ANSWERED = (
    select(StandingRow.commission_id, StandingRow.unit)
    .join(CommissionRow, CommissionRow.id == StandingRow.commission_id)
    .where(
        CommissionRow.closed.is_(False),
        # hidden from SQLite, which would look through all that was ever accepted
        func.coalesce(StandingRow.outcome, null()) == Outcome.ACCEPTED,
        StandingRow.voided.is_(False),
        StandingRow.day <= bindparam("day"),
    )
    .distinct()
)


class Commissions:
    """
    The office's commissions. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, commission: Commission, who: str, now: datetime, why: str = "") -> int:
        """Record one; returns its number. Raises: InvalidInput when its days or units make no sense."""
        _check(commission)
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = CommissionRow(
                topic=commission.topic,
                units=list(commission.units),
                asked=commission.asked,
                due=commission.due,
                note=commission.note,
                closed=False,
                seq=0,
            )
            session.add(row)
            session.flush()
            facts: Commissioned = {
                "commission": row.id,
                "topic": row.topic,
                "units": row.units,
                "asked": row.asked.isoformat(),
                "due": row.due.isoformat(),
            }
            row.seq = append(
                session, JournalEntry(now, who, Act.COMMISSIONED, facts, why, rows=[row])
            )
            return row.id

    def close(
        self, commission: int, who: str, why: str, now: datetime, *, closed: bool = True
    ) -> None:
        """Close a commission to further answers, or open it again. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(CommissionRow, commission)
            if row is None:
                raise NotFound(f"没有第 {commission} 号约稿。")
            row.closed = closed
            facts: CommissionChanged = {"commission": commission, "closed": closed}
            row.seq = append(
                session, JournalEntry(now, who, Act.COMMISSION_CHANGED, facts, why, rows=[row])
            )

    def change(
        self, wanted: Commission, who: str, now: datetime, why: str = ""
    ) -> tuple[Commission, Commission]:
        """
        Let a commission ask for something else, by its number: topic, units, last day, note.

        Returns: (before, after); equal when nothing was changed, and then nothing is recorded.
        Raises:  NotFound; InvalidInput when its days or units make no sense, or a unit that has answered
                 would be left out.
        """
        _check(wanted)
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(CommissionRow, wanted.id, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {wanted.id} 号约稿。")
            before = _commission(row)
            facts: CommissionChanged = {"commission": row.id}
            if wanted.topic != row.topic:
                row.topic = facts["topic"] = wanted.topic
            if list(wanted.units) != row.units:
                answered = set(
                    session.scalars(
                        select(StandingRow.unit).where(
                            StandingRow.commission_id == row.id, StandingRow.voided.is_(False)
                        )
                    )
                )
                gone = [one for one in row.units if one not in wanted.units and one in answered]
                if gone:
                    raise InvalidInput(f"{'、'.join(gone)}已经交了这次约稿，不能去掉。")
                row.units = facts["units"] = list(wanted.units)
            if wanted.due != row.due:
                row.due, facts["due"] = wanted.due, wanted.due.isoformat()
            if wanted.note != row.note:
                row.note = facts["note"] = wanted.note
            if len(facts) > 1:
                entry = JournalEntry(now, who, Act.COMMISSION_CHANGED, facts, why, rows=[row])
                row.seq = append(session, entry)
            return before, _commission(row)

    def listing(self, *, open_on: date | None = None) -> list[Commission]:
        """List all, the latest due first; `open_on`: those asked and not closed on a day."""
        query = select(CommissionRow).order_by(CommissionRow.due.desc(), CommissionRow.id.desc())
        if open_on is not None:
            query = query.where(CommissionRow.closed.is_(False), CommissionRow.asked <= open_on)
        with Session(read_only(self._engine)) as session:
            return [_commission(row) for row in session.scalars(query)]

    def one(self, commission: int) -> Commission | None:
        """Return one commission, None when there is none of that number."""
        with Session(read_only(self._engine)) as session:
            row = session.get(CommissionRow, commission)
            return _commission(row) if row else None

    def waiting(self, day: date, within: Connection | None = None) -> tuple[OpenCommission, ...]:
        """List those asked and not closed on a day, as the rulebook wants them."""
        with read_connection(self._engine, within) as connection:
            commissions = once(
                connection,
                (_WAITING, day),
                lambda: connection.execute(_WAITING, {"day": day}).all(),
            )
            answered: dict[int, set[str]] = {}
            by_day: dict[date, Sequence[Row[int | None, str | None]]] = once(
                connection, ANSWERED, dict
            )
            if commissions and day not in by_day:
                by_day[day] = connection.execute(_ANSWERED, {"day": day}).all()
            for number, unit in by_day.get(day, ()):
                if number is not None and unit is not None:
                    answered.setdefault(number, set()).add(unit)
            return tuple(
                OpenCommission(
                    number, topic, tuple(units), due, frozenset(answered.get(number, ()))
                )
                for number, topic, units, due in commissions
            )

    def replies(self, commission: int) -> dict[str, tuple[int, datetime]]:
        """Map the units that answered what we wrote of it to their first letter and when it came."""
        query = (
            select(
                CommissionReplyRow.unit, CommissionReplyRow.letter_id, CommissionReplyRow.received
            )
            .where(CommissionReplyRow.commission_id == commission)
            .order_by(CommissionReplyRow.received.desc(), CommissionReplyRow.id.desc())
        )
        with Session(read_only(self._engine)) as session:
            return {unit: (letter, at) for unit, letter, at in session.execute(query).all()}

    def answers(self, commission: int, today: date) -> Sequence[UnitAnswer]:
        """List how each asked unit stands, in the order asked. Raises: NotFound."""
        asked = self.one(commission)
        if asked is None:
            raise NotFound(f"没有第 {commission} 号约稿。")
        return self.answers_of([asked], today)[commission]

    def answers_of(
        self, several: Sequence[Commission], today: date
    ) -> dict[int, Sequence[UnitAnswer]]:
        """List the same of several commissions, by their numbers."""
        query = (
            select(
                StandingRow.commission_id,
                StandingRow.unit,
                StandingRow.draft_id,
                DraftRow.title,
                StandingRow.day,
            )
            .join(DraftRow, DraftRow.id == StandingRow.draft_id)
            .where(
                StandingRow.commission_id.in_([one.id for one in several]),
                func.coalesce(StandingRow.outcome, null()) == Outcome.ACCEPTED,
                StandingRow.voided.is_(False),
            )
            .order_by(StandingRow.day.desc(), StandingRow.draft_id.desc())
        )
        first: dict[tuple[int | None, str | None], tuple[int, str, date]] = {}
        with read_only(self._engine).connect() as connection:
            for number, unit, draft, title, day in connection.execute(query):
                first[number, unit] = draft, title, day
        return {
            one.id: [_answer(unit, first.get((one.id, unit)), one.due, today) for unit in one.units]
            for one in several
        }


def _check(commission: Commission) -> None:
    """Check that topic, days and units make sense. Raises: InvalidInput."""
    filled("约稿的题目", commission.topic)
    if not commission.units:
        raise InvalidInput("约稿没有写明向哪些单位约稿。")
    if commission.due < commission.asked:
        raise InvalidInput(f"约稿的截止日期 {commission.due} 早于约稿日期 {commission.asked}。")
    if commission.due > commission.asked + LONGEST:
        raise InvalidInput(f"约稿的截止日期 {commission.due} 在两年以后，请核对年份。")


def _answer(unit: str, answer: tuple[int, str, date] | None, due: date, today: date) -> UnitAnswer:
    if answer is None:
        return UnitAnswer(unit, Answer.OPEN if today <= due else Answer.MISSING)
    draft, title, day = answer
    return UnitAnswer(unit, Answer.FULFILLED if day <= due else Answer.LATE, draft, title, day)


def _commission(row: CommissionRow) -> Commission:
    return Commission(row.topic, tuple(row.units), row.asked, row.due, row.note, row.id, row.closed)
