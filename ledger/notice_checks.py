"""核对: each unit's own rows are mailed to it before a notice; who has looked, and who objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.journal import JournalEntry, append, hold
from ledger.models.conversations import StatementRow
from ledger.models.database import read_only
from ledger.models.decisions import NoticeCheckRow
from ledger.owing import owe_letters
from ledger.printing_facts import Checked
from ledger.row_values import OutgoingMessage
from ledger.states import Act
from rulebook.periods import Period


@dataclass(frozen=True, slots=True)
class UnitCheck:
    """
    How a unit stands to what it was asked to check.

    `objects` is None while nobody of it has answered. `letter`: the answer, None without one.
    `settled`: nothing that the answer says is left for staff to deal with.
    """

    unit: str
    until: date
    sent: datetime
    answered: datetime | None
    objects: bool | None
    letter: int | None
    settled: bool

    @property
    def is_open(self) -> bool:
        """Whether an objection waits for staff."""
        return bool(self.objects) and not self.settled


class NoticeChecks:
    """
    What was asked before a notice, and what came back.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(
        self,
        period: Period,
        until: date,
        letters: Sequence[tuple[str, OutgoingMessage]],
        who: str,
        now: datetime,
    ) -> int:
        """Owe each unit's officers their rows, once for each Message-ID; returns how many letters."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            ids = [message.message_id for _, message in letters]
            known = set(
                session.scalars(
                    select(NoticeCheckRow.message_id).where(NoticeCheckRow.message_id.in_(ids))
                )
            )
            fresh = [one for one in letters if one[1].message_id not in known]
            checks = []
            for unit, message in fresh:
                checks.append(
                    NoticeCheckRow(
                        period=period.name,
                        unit=unit,
                        recipient=message.recipient,
                        message_id=message.message_id,
                        until=until,
                        sent=now,
                        sent_by=who,
                    )
                )
            session.add_all(checks)
            owe_letters(session, [message for _, message in fresh], now)
            if fresh:
                facts: Checked = {
                    "period": period.name,
                    "until": until.isoformat(),
                    "units": list(dict.fromkeys(unit for unit, _ in fresh)),
                }
                append(session, JournalEntry(now, who, Act.CHECKED, facts, rows=checks))
            return len(fresh)

    def of(self, period: Period) -> list[UnitCheck]:
        """List the units that were asked about a period; of each the latest answer."""
        query = (
            select(NoticeCheckRow)
            .where(NoticeCheckRow.period == period.name)
            .order_by(NoticeCheckRow.id)
        )
        with Session(read_only(self._engine)) as session:
            by_unit: dict[str, list[NoticeCheckRow]] = {}
            for row in session.scalars(query):
                by_unit.setdefault(row.unit, []).append(row)
            return [_check(session, unit, rows) for unit, rows in by_unit.items()]


def _check(session: Session, unit: str, rows: Sequence[NoticeCheckRow]) -> UnitCheck:
    answers = [row for row in rows if row.answered is not None]
    last = max(answers, key=lambda row: (row.answered, row.id)) if answers else None
    letter = last.answer_letter_id if last else None
    waiting = letter is not None and session.scalar(
        select(StatementRow.id)
        .where(StatementRow.letter_id == letter, StatementRow.settled.is_(None))
        .limit(1)
    )
    return UnitCheck(
        unit,
        max(row.until for row in rows),
        max(row.sent for row in rows),
        last.answered if last else None,
        last.objects if last else None,
        letter,
        settled=not waiting,
    )
