"""
What workers found in letters that are not entered yet, where examining and entering are jobs of their own.

The ledger's rows are the truth and the queue only hands them out: a letter that is collected and has no
row here is to be examined; one that has a result is to be entered once all that were received before it are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from ledger.ids import LetterId
from ledger.job_queue import EXAMINE, RECOGNISE, VERSION, JobQueue
from ledger.letter_types import Pending
from ledger.models.base import UtcDateTime
from ledger.models.database import check_version, hold_version, single
from ledger.models.letters import LetterRow
from ledger.models.locks import Lock, taking
from ledger.models.queue import ExaminationRow
from ledger.models.schemas import mark_of
from ledger.states import LetterState

DEFERRED_AT_ONCE = 500
"""Letters at most for which a sweep defers jobs; the next one goes on."""

HOLDS_UP = timedelta(minutes=10)
"""So long a letter that a machine's trouble keeps waiting is waited for; then those behind it pass it by, too."""

SOON = timedelta(seconds=5)

_WAITS = LetterRow.state == LetterState.COLLECTED
_ROW = and_(ExaminationRow.letter_id == LetterRow.id)
_PASSED_BY = and_(
    ExaminationRow.letter_id.is_not(None),
    or_(
        and_(ExaminationRow.result.is_(None), ExaminationRow.version > 0),
        and_(ExaminationRow.aside, ~ExaminationRow.recognised),
    ),
)
_ANYTHING = select(
    or_(
        select(LetterRow.id).where(_WAITS).exists(),
        select(ExaminationRow.letter_id).exists(),
        text("EXISTS (SELECT FROM procrastinate_jobs)"),
    )
)
"""Whether there is anything that a sweep could put right: at rest there is not."""
_ENTERED = text(
    "WITH entered AS (DELETE FROM examinations WHERE letter_id = :letter)"
    " SELECT pg_notify(:channel, '')"
)
_PENDING = (
    LetterRow.id,
    LetterRow.digest,
    LetterRow.received,
    LetterRow.size,
    LetterRow.head_only,
    LetterRow.tries,
    LetterRow.purpose_ruled,
)
_NO_JOB = (
    "NOT EXISTS (SELECT FROM procrastinate_jobs AS job WHERE job.status IN ('todo', 'doing')"
    " AND job.queueing_lock = '{task}:' || letters.id)"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter that was examined: what was found, as plain data, and whether its pictures were read."""

    pending: Pending
    result: bytes
    recognised: bool


@dataclass(frozen=True, slots=True)
class QueueLength:
    """Letters that are collected and not entered, and when the first of them was received."""

    letters: int
    oldest: datetime | None


class Examinations:
    """
    The letters between their being collected and their entry. Every method may be repeated.

    `worker` names host and process in what is kept.

    Raises: every method sqlalchemy.exc.OperationalError while the database is away.
    """

    def __init__(self, engine: Engine, queue: JobQueue, worker: str) -> None:
        self._engine = engine
        self._queue = queue
        self.worker = worker
        mark = mark_of(engine.url)
        self.owed_channel = f"shougao_owed{mark and '@'}{mark}"
        """What PostgreSQL calls the word that answers are owed (LISTEN)."""

    def collected(self, within: Connection, letters: Sequence[LetterId]) -> None:
        """Hand new letters over, in the transaction that enters their rows."""
        self._queue.defer(within, EXAMINE, letters)

    def check(self) -> None:
        """Make sure that no newer program has migrated the ledger. Raises: LedgerUpgraded."""
        with self._engine.connect() as connection:
            check_version(connection)

    def collecting(self, within: Connection) -> None:
        """Keep a migration waiting while letters are handed over. Raises: LedgerUpgraded."""
        hold_version(within)

    def entering(self, within: Connection) -> None:
        """
        Keep others from entering until the transaction ends.

        The queue's lock does so already; where a worker is only taken for dead, this one still holds.
        Raises: LedgerUpgraded.
        """
        hold_version(within)
        within.execute(taking("pg_advisory_xact_lock", Lock.ENTERING))

    def entered(self, within: Connection, letter: LetterId) -> None:
        """Forget what was found in a letter, in the transaction that enters it, and tell whoever delivers."""
        within.execute(_ENTERED, {"letter": letter, "channel": self.owed_channel})

    def to_examine(self, letter: LetterId) -> Pending | None:
        """Return a letter that is still to be examined, None when that is done or no longer wanted."""
        query = (
            select(*_PENDING)
            .outerjoin(ExaminationRow, _ROW)
            .where(LetterRow.id == letter, _WAITS, ExaminationRow.result.is_(None))
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return Pending(LetterId(row[0]), *row[1:]) if row is not None else None

    def to_recognise(self, letter: LetterId) -> Kept | None:
        """Return a letter whose pictures are still to be recognised."""
        aside = and_(ExaminationRow.aside, ~ExaminationRow.recognised)
        with self._engine.connect() as connection:
            found = _kept(connection, LetterRow.id == letter, aside)
        return found[0] if found else None

    def keep(
        self, letter: LetterId, result: bytes, now: datetime, *, recognised: bool = False
    ) -> None:
        """Keep what was found in a letter, as long as it waits to be entered."""
        # whoever enters it holds its row: what comes later leaves nothing behind
        waiting = (
            select(
                LetterRow.id,
                literal(VERSION),
                literal(result),
                literal(recognised),
                literal(recognised),
                literal(""),
                literal(now, UtcDateTime()),
                literal(self.worker),
            )
            .where(LetterRow.id == letter, _WAITS)
            .with_for_update(read=True)
        )
        columns = (
            "letter_id",
            "version",
            "result",
            "recognised",
            "aside",
            "trouble",
            "made",
            "worker",
        )
        new = insert(ExaminationRow).from_select(columns, waiting)
        with self._engine.begin() as connection:
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=[ExaminationRow.letter_id],
                    set_={
                        name: new.excluded[name]
                        for name in (*columns[1:], "not_before")
                        if name not in ("aside",)
                    },
                    where=or_(ExaminationRow.result.is_(None), new.excluded.recognised),
                )
            )

    def hold_up(self, letter: LetterId, trouble: str, now: datetime) -> None:
        """
        Have a letter examined again soon, that a machine's trouble kept waiting; those behind it wait with it.

        Another machine may be well: were it passed by, which of two equal drafts is the original would
        depend on whose trouble it was. After HOLDS_UP it is postponed as any other.
        """
        row = ExaminationRow
        with self._engine.connect() as connection:
            since = connection.scalar(
                select(row.made).where(row.letter_id == letter, row.version == 0)
            )
        if since is not None and now - since > HOLDS_UP:
            self.postpone(letter, trouble, now + SOON, now)
        else:
            self._tried(letter, 0, trouble, now + SOON, since or now)

    def postpone(self, letter: LetterId, trouble: str, until: datetime, now: datetime) -> None:
        """Have a letter examined again later; meanwhile those behind it pass it by."""
        self._tried(letter, VERSION, trouble, until, now)

    def _tried(
        self, letter: LetterId, version: int, trouble: str, until: datetime, made: datetime
    ) -> None:
        values: dict[str, object] = {
            "version": version,
            "result": None,
            "recognised": False,
            "aside": False,
            "trouble": trouble,
            "not_before": until,
            "made": made,
            "worker": self.worker,
        }
        new = insert(ExaminationRow).values(letter_id=letter, **values)
        with self._engine.begin() as connection:
            connection.execute(
                new.on_conflict_do_update(index_elements=[ExaminationRow.letter_id], set_=values)
            )

    def put_aside(self, letter: LetterId) -> None:
        """Have a letter's pictures recognised before it is entered; those behind it pass it by."""
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(ExaminationRow)
                .where(ExaminationRow.letter_id == letter, ~ExaminationRow.aside)
                .values(aside=True)
            )
            if changed.rowcount:
                self._queue.defer(connection, RECOGNISE, [letter])

    def forget(self, letter: LetterId) -> None:
        """Have a letter examined anew: what was found cannot be read."""
        with self._engine.begin() as connection:
            connection.execute(delete(ExaminationRow).where(ExaminationRow.letter_id == letter))

    def next_ones(self, most: int) -> list[Kept]:
        """
        List what is to be entered now, in the order of receipt.

        It ends before the first letter that is not examined yet, or by a newer program. Passed by are
        those whose examination failed, and those whose pictures are still being read.
        """
        with self._engine.connect() as connection:
            ready: list[int] = []
            for letter, version in connection.execute(_in_order(most)):
                if not version or version > VERSION:  # none: it is not examined yet
                    break
                ready.append(letter)
            return _kept(connection, LetterRow.id.in_(ready)) if ready else []

    def is_next(self, letter: LetterId) -> bool:
        """Whether nothing that was received before a letter is still to be entered."""
        with self._engine.connect() as connection:
            first = connection.execute(_in_order(1)).first()
        return first is not None and LetterId(first[0]) == letter

    def offer(self) -> None:
        """Have what is examined entered."""
        self._queue.defer_entering()

    def sweep(self, now: datetime) -> bool:
        """
        Put right what dead workers left, and what was set to wait without a job.

        Jobs of dead workers are done again; letters without a job get one (a letter put back by a
        person, one whose time to be tried again has come, a ledger that had been worked on by one
        program); what is examined is entered. One program does so at a time.

        Returns: whether there is anything between its collection and its entry.
        """
        with single(self._engine).connect() as connection:
            if not connection.scalar(_ANYTHING):
                return False
        with self._engine.begin() as connection:
            if not connection.scalar(taking("pg_try_advisory_xact_lock", Lock.SWEEPING)):
                return True
            self._queue.sweep(connection)
            gone = select(LetterRow.id).where(LetterRow.id == ExaminationRow.letter_id, ~_WAITS)
            connection.execute(delete(ExaminationRow).where(gone.exists()))
            for task, wanted in (
                (
                    EXAMINE,
                    or_(
                        ExaminationRow.letter_id.is_(None),
                        and_(
                            ExaminationRow.result.is_(None),
                            func.coalesce(ExaminationRow.not_before, now) <= now,
                        ),
                    ),
                ),
                (RECOGNISE, and_(ExaminationRow.aside, ~ExaminationRow.recognised)),
            ):
                query = (
                    select(LetterRow.id)
                    .outerjoin(ExaminationRow, _ROW)
                    .where(_WAITS, wanted, text(_NO_JOB.format(task=task)))
                    .order_by(LetterRow.received, LetterRow.id)
                    .limit(DEFERRED_AT_ONCE)
                )
                self._queue.defer(connection, task, list(connection.scalars(query)))
            first = connection.execute(_in_order(1)).first()
        if first is not None and first[1]:
            self.offer()
        return True

    def length(self) -> QueueLength:
        """Count what is collected and not entered."""
        query = select(func.count(), func.min(LetterRow.received)).where(_WAITS)
        with self._engine.connect() as connection:
            many, oldest = connection.execute(query).one()
        return QueueLength(many, oldest)


def _in_order(most: int) -> Select[int, int]:
    """Ask for letters that are not passed by and the versions of their examinations, in their order."""
    return (
        select(LetterRow.id, ExaminationRow.version)
        .outerjoin(ExaminationRow, _ROW)
        .where(_WAITS, ~_PASSED_BY)
        .order_by(LetterRow.received, LetterRow.id)
        .limit(most)
    )


def _kept(connection: Connection, *wanted: ColumnElement[bool]) -> list[Kept]:
    query = (
        select(*_PENDING, ExaminationRow.result, ExaminationRow.recognised)
        .join(ExaminationRow, _ROW)
        .where(_WAITS, ExaminationRow.result.is_not(None), *wanted)
        .order_by(LetterRow.received, LetterRow.id)
    )
    return [
        Kept(Pending(LetterId(row[0]), *row[1:7]), row[7] or b"", row[8])
        for row in connection.execute(query)
    ]
