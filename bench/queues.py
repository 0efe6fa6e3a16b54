"""
`shougao` over another queue, or with its sweep at rest: what bench.engine measures beside ours.

`python -m bench.queues QUEUE ARGUMENTS…` is the command with its ARGUMENTS. QUEUE: `procrastinate`, or
`pgqueuer` (pip install 'pgqueuer[asyncpg]'; 1.6 was measured), whose jobs are handed over in the ledger's
transactions, too, and do the same things; `-unswept` after it leaves all that died to the queue alone.
PgQueuer's jobs are shown as `procrastinate_jobs`, so that the ledger's own queries find them.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text

from ledger.job_queue import (
    ENTER,
    EXAMINE,
    RECOGNISE,
    SILENT_SECONDS,
    URGENCY,
    JobQueue,
    QueueState,
)

PROCRASTINATE, PGQUEUER, UNSWEPT = "procrastinate", "pgqueuer", "-unswept"
QUEUES = tuple(f"{one}{after}" for one in (PROCRASTINATE, PGQUEUER) for after in ("", UNSWEPT))
INSTALL = "PgQueuer is not installed: pip install 'pgqueuer[asyncpg]'"

_SHOWN = (
    "CREATE VIEW procrastinate_jobs AS SELECT id, dedupe_key AS queueing_lock,"
    " CASE status WHEN 'queued' THEN 'todo' WHEN 'picked' THEN 'doing' ELSE status::text END AS status"
    " FROM pgqueuer"
)
_DEFER = text(
    "INSERT INTO pgqueuer (priority, entrypoint, payload, dedupe_key, status)"
    " SELECT CAST(:priority AS integer), CAST(:task AS text), convert_to(letter::text, 'UTF8'),"
    " CAST(:task AS text) || ':' || letter, 'queued'"
    " FROM unnest(CAST(:letters AS bigint[])) WITH ORDINALITY AS given(letter, place) ORDER BY place"
    " ON CONFLICT DO NOTHING"
)
# without a key: PgQueuer's counts running jobs, too, and what is offered meanwhile would be lost
_DEFER_ENTER = text(
    "INSERT INTO pgqueuer (priority, entrypoint, payload, status)"
    " SELECT CAST(:priority AS integer), CAST(:task AS text), ''::bytea, 'queued' WHERE NOT EXISTS"
    " (SELECT FROM pgqueuer WHERE entrypoint = CAST(:task AS text) AND status = 'queued')"
)
_COUNT = text("SELECT count(*) FROM pgqueuer WHERE status = CAST(:status AS pgqueuer_status)")


def installed() -> bool:
    """Whether PgQueuer and its driver can be imported."""
    return all(importlib.util.find_spec(one) is not None for one in ("pgqueuer", "asyncpg"))


class PgQueue(JobQueue):
    """PgQueuer's tables in the place of procrastinate's."""

    def prepare(self, _schema: Callable[[], str]) -> None:
        """Make PgQueuer's tables where there are none."""
        queries: Any = importlib.import_module("pgqueuer.adapters.persistence.qb")
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(534751)"))
            if not self.is_prepared():
                driver: Any = connection.connection.driver_connection
                driver.execute(queries.QueryBuilderEnvironment().build_install_query())
                connection.execute(text(_SHOWN))

    def is_prepared(self) -> bool:
        """Whether PgQueuer's tables are there."""
        known = text("SELECT EXISTS (SELECT FROM pg_tables WHERE tablename = 'pgqueuer')")
        with self._engine.connect() as connection:
            return bool(connection.scalar(known))

    def defer(self, within: Connection, task: str, letters: Sequence[int]) -> None:
        """Queue a job for each letter, in the caller's transaction."""
        if letters:
            given = {"task": task, "priority": URGENCY[task], "letters": list(letters)}
            within.execute(_DEFER, given)

    def defer_entering(self) -> None:
        """Queue a job that enters what is examined, unless one waits already."""
        with self._engine.begin() as connection:
            connection.execute(_DEFER_ENTER, {"task": ENTER, "priority": URGENCY[ENTER]})

    def sweep(self, within: Connection, seconds: float = SILENT_SECONDS) -> None:
        """Leave the jobs of dead workers to PgQueuer, which picks them again."""

    def state(self) -> QueueState:
        """Count its jobs."""
        with self._engine.connect() as connection:
            many = [connection.scalar(_COUNT, {"status": one}) or 0 for one in ("queued", "picked")]
        return QueueState(many[0], many[1], 0, 1, 0)


async def _work(self: Any) -> None:
    """Take jobs as the worker of console/service/worker.py does, so many at a time and as urgent."""
    asyncpg = importlib.import_module("asyncpg")
    pgqueuer = importlib.import_module("pgqueuer")
    url = self._application.engine.url
    where = {
        "user": url.username,
        "host": url.query.get("host") or url.host,
        "database": url.database,
    }
    many = self._concurrency + 1
    pool = await asyncpg.create_pool(min_size=2, max_size=6, **where)
    manager = pgqueuer.QueueManager(pgqueuer.Queries.from_asyncpg_pool(pool))
    with ThreadPoolExecutor(many, "job") as threads:

        def add(name: str, does: Callable[[int], object], most: int) -> None:
            async def task(job: Any) -> None:
                loop = asyncio.get_running_loop()
                letter = int(job.payload or b"0")
                await asyncio.shield(loop.run_in_executor(threads, does, letter))

            manager.entrypoint(name, concurrency_limit=most)(task)

        add(EXAMINE, self._queued.examine, 0)
        add(RECOGNISE, self._queued.recognise, 0)
        add(ENTER, lambda _: self._queued.enter(self._over), 1)
        running = asyncio.create_task(
            manager.run(
                dequeue_timeout=timedelta(seconds=2),
                batch_size=1,
                max_concurrent_tasks=many,
                heartbeat_timeout=timedelta(seconds=SILENT_SECONDS),
            )
        )
        try:
            await self._until_over(running)
        finally:
            manager.shutdown.set()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(running, 60)
            await pool.close()


def main() -> None:
    """Run the command over the queue that the first argument names."""
    queue, *rest = sys.argv[1:]
    if queue not in QUEUES:
        raise SystemExit(f"one of {QUEUES}")
    from console import sharing
    from console.service import worker
    from ledger.examinations import Examinations

    if queue.startswith(PGQUEUER):
        if not installed():
            raise SystemExit(INSTALL)
        setattr(sharing, "JobQueue", PgQueue)  # noqa: B010  # patched, not declared
        setattr(worker._Worker, "_work", _work)  # noqa: B010
    if queue.endswith(UNSWEPT):
        setattr(Examinations, "sweep", lambda _self, _now: None)  # noqa: B010
    sys.argv = ["shougao", *rest]
    from console.__main__ import main as command

    command()


if __name__ == "__main__":
    main()
