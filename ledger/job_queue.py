"""
procrastinate's tables in the ledger: jobs that are handed over in the ledger's own transactions.

A job names a letter and the version of its form, no more: what is to be done, and whether it still is,
stands in the ledger. A lost job is deferred anew, one too many finds nothing to do. The functions
called here are those that procrastinate 3.10 calls itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from ledger.models.locks import Lock, taking
from ledger.models.schemas import mark_of

VERSION = 1
"""Of the form of jobs and of what examinations leave; a worker takes none that is newer than itself."""

EXAMINE, RECOGNISE, ENTER = "examine", "recognise", "enter"
URGENCY = {ENTER: 10, EXAMINE: 0, RECOGNISE: -10}
"""What was examined is entered first; pictures are read when nothing else is to be done."""

SILENT_SECONDS = 20
"""A worker whose heart has not beaten for so long is dead, and its jobs are somebody else's."""

# a table, not to_regclass: that may remember from before the lock that there were none
_PREPARED = text(
    "SELECT EXISTS (SELECT FROM pg_tables WHERE tablename = 'procrastinate_jobs'"
    " AND schemaname = ANY (current_schemas(false)))"
)
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg(ROW("
    "CAST(:queue AS varchar), CAST(:task AS varchar), CAST(:priority AS integer), NULL,"
    " CAST(:task AS text) || ':' || letter,"
    " jsonb_build_object('letter', letter, 'version', CAST(:version AS integer)),"
    " NULL)::procrastinate_job_to_defer_v1 ORDER BY place))"
    " FROM unnest(CAST(:letters AS bigint[])) WITH ORDINALITY AS given(letter, place)"
)
_DEFER_ENTER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW("
    "CAST(:queue AS varchar), CAST(:task AS varchar), CAST(:priority AS integer),"
    " CAST(:task AS text), CAST(:task AS text),"
    " jsonb_build_object('version', CAST(:version AS integer)),"
    " NULL)::procrastinate_job_to_defer_v1])"
    " WHERE NOT EXISTS (SELECT FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queueing_lock = CAST(:task AS text))"
)
_STALLED = (
    " FROM procrastinate_jobs AS job"
    " LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id"
    " WHERE job.status = 'doing' AND (worker.id IS NULL"
    " OR worker.last_heartbeat < now() - make_interval(secs => :seconds))"
)
_WAKE = (  # as procrastinate does for a job that is new, and for no other
    "pg_notify('procrastinate_queue_v1#' || queue_name,"
    " CAST(json_build_object('type', 'job_inserted', 'job_id', id) AS text))"
)
_WAITS_AGAIN = (
    "EXISTS (SELECT FROM procrastinate_jobs AS other"
    " WHERE other.status = 'todo' AND other.queueing_lock = job.queueing_lock)"
)
_SWEEP = tuple(
    text(
        f"WITH stalled AS (SELECT job.id, job.queue_name{_STALLED} AND {which}{_WAITS_AGAIN}"
        " FOR UPDATE OF job SKIP LOCKED)"
        f" SELECT {what} FROM stalled"
    )
    for which, what in (
        ("", "procrastinate_finish_job_v1(id, 'failed', true)"),
        ("NOT ", f"procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL), {_WAKE}"),
    )
)
WAKE_ENTERING = (
    f"SELECT {_WAKE} FROM procrastinate_jobs WHERE status = 'todo' AND lock = '{ENTER}' LIMIT 1"
)
"""Wakes a worker for the entering that waited until another was done: procrastinate tells nobody of that."""
_ADOPT = text(
    "UPDATE procrastinate_jobs SET queue_name = task_name || :ending"
    " WHERE status = 'todo' AND task_name = ANY(CAST(:tasks AS varchar[]))"
    " AND queue_name <> ALL(CAST(:names AS varchar[]))"
    " AND CAST(args->>'version' AS integer) = :version"
)
_CENSUS = text(
    "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'),"
    " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'),"
    f" (SELECT count(*){_STALLED}),"
    " (SELECT count(*) FROM procrastinate_workers"
    " WHERE last_heartbeat >= now() - make_interval(secs => :seconds)),"
    " (SELECT count(*) FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queue_name <> ALL(CAST(:queues AS varchar[])))"
)


@dataclass(frozen=True, slots=True)
class QueueState:
    """
    How the queue stands.

    `waiting`, `doing`: jobs; `stalled`: of the latter those whose worker is dead; `workers`: whose
    hearts beat; `newer`: waiting jobs that only a newer program can do.
    """

    waiting: int
    doing: int
    stalled: int
    workers: int
    newer: int


def queue_of(task: str, version: int = VERSION, mark: str = "") -> str:
    """
    Name the queue of a task: one for each version, so that older workers leave newer jobs alone.

    `mark`: of the ledger's schema. Workers are woken by the name of a queue, in the whole database: one
    name for all schemas would have every office's workers ask whenever another's letters come.
    """
    return f"{task}.{version}{mark and '@'}{mark}"


class JobQueue:
    """
    The queue of a PostgreSQL ledger.

    Raises: every method sqlalchemy.exc.OperationalError while the database is away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mark = mark_of(engine.url)

    def names(self, *tasks: str) -> list[str]:
        """
        List the queues that this program's workers take such jobs from.

        An office in a schema takes those without its mark, too: an older poller defers them.
        """
        return [
            queue_of(task, version, mark)
            for version in range(1, VERSION + 1)
            for task in tasks
            for mark in dict.fromkeys((self._mark, ""))
        ]

    def adopt(self) -> None:
        """Take over waiting jobs that bear another schema's mark: the ledger was brought here from there."""
        ending = queue_of("", mark=self._mark)
        asked = {"ending": ending, "names": self.names(*URGENCY), "version": VERSION}
        with self._engine.begin() as connection:
            connection.execute(_ADOPT, {**asked, "tasks": list(URGENCY)})

    def prepare(self, schema: Callable[[], str]) -> None:
        """Make procrastinate's tables where there are none; `schema` gives its own text of them."""
        if self.is_prepared():
            self.adopt()
            return
        with self._engine.begin() as connection:
            connection.execute(taking("pg_advisory_xact_lock", Lock.QUEUE))
            if not connection.scalar(_PREPARED):  # two programs may be started at once
                driver: Any = connection.connection.driver_connection
                driver.execute(schema())

    def is_prepared(self) -> bool:
        """Whether procrastinate's tables are there."""
        with self._engine.connect() as connection:
            return bool(connection.scalar(_PREPARED))

    def defer(self, within: Connection, task: str, letters: Sequence[int]) -> None:
        """Defer a job for each letter, in the caller's transaction and in this order."""
        if letters:
            within.execute(_DEFER, {**self._named(task), "letters": list(letters)})

    def defer_entering(self) -> None:
        """Defer a job that enters what is examined, unless one waits already."""
        try:
            with self._engine.begin() as connection:
                connection.execute(_DEFER_ENTER, self._named(ENTER))
        except IntegrityError:  # another did, in this very moment
            return

    def sweep(self, within: Connection, seconds: float = SILENT_SECONDS) -> None:
        """
        Take jobs from dead workers and have them done again.

        procrastinate leaves them in `doing` for ever (procrastinate#1518). One that waits a second
        time already is dropped: two may not wait under one queueing lock.
        """
        for statement in _SWEEP:
            within.execute(statement, {"seconds": seconds})

    def state(self) -> QueueState:
        """Count jobs and workers."""
        asked = {"seconds": SILENT_SECONDS, "queues": self.names(*URGENCY)}
        with self._engine.connect() as connection:
            return QueueState(*connection.execute(_CENSUS, asked).one())

    def _named(self, task: str) -> dict[str, object]:
        return {
            "queue": queue_of(task, mark=self._mark),
            "task": task,
            "priority": URGENCY[task],
            "version": VERSION,
        }
