"""
procrastinate as an office's worker uses it: two connections, jobs in turn, troubles told once.

Of the two one hears of new jobs; all that is asked goes over the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

from console.application import Application
from console.service.job_turn import JobTurn
from ledger.job_queue import ENTER, EXAMINE, RECOGNISE, WAKE_ENTERING, JobQueue

_log = logging.getLogger(__name__)

TURN_LOOK_SECONDS = 0.25
"""How often an office whose letters wait for its turn looks whether it has come."""

PATIENCE = 10.0
"""Seconds that a worker waits for a connection before it gives its jobs up and begins again."""

FINISH_TRIES = 10
"""Tries, a second apart, to note that a job is done: left as it is, no other would be its like again."""

_LETTERS_WAIT = (
    "SELECT EXISTS (SELECT FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queue_name = ANY(%(queues)s)) AS waits"
)


def job_app(
    application: Application, queue: JobQueue, turn: JobTurn | None, over: Callable[[], bool]
) -> Any:
    """
    Make procrastinate's App over an office's ledger.

    `turn`: the office's where the process works for several. `over`: whether the worker is to end.
    """
    from procrastinate import App, PsycopgConnector

    connector = PsycopgConnector(
        conninfo=_conninfo(application),
        min_size=1,
        max_size=1,
        timeout=PATIENCE,
        configure=_alone,
    )
    app = App(connector=connector)
    app.job_manager = _manager(connector, queue, turn, over)
    return app


async def _alone(connection: Any) -> None:
    """Have each statement stand alone: no BEGIN and COMMIT around it."""
    await connection.set_autocommit(True)


def _manager(
    connector: Any, queue: JobQueue, turn: JobTurn | None, over: Callable[[], bool]
) -> Any:
    """
    Make a manager of jobs that wakes whoever waited for the lock of an entering that is done.

    Where there is a turn, it takes jobs which need processes only in it.
    """
    import psycopg
    from procrastinate.exceptions import ConnectorException
    from procrastinate.manager import JobManager

    entering, letters = queue.names(ENTER), queue.names(EXAMINE, RECOGNISE)

    class Manager(JobManager):
        async def fetch_job(self, queues: Any, worker_id: int) -> Any:
            while turn is not None:
                if not turn.held and not await self._letters_wait():
                    turn.found_none()
                    return await super().fetch_job(entering, worker_id)
                if turn.may_take():
                    job = await super().fetch_job(queues, worker_id)
                    if job is None:
                        turn.found_none()
                    elif job.task_name != ENTER:
                        turn.took()
                    return job
                job = await super().fetch_job(entering, worker_id)
                if job is not None or over():
                    return job
                await asyncio.sleep(TURN_LOOK_SECONDS)
            return await super().fetch_job(queues, worker_id)

        async def finish_job(self, job: Any, status: Any, delete_job: bool) -> None:
            for left in reversed(range(FINISH_TRIES)):
                try:
                    await super().finish_job(job, status, delete_job)
                    break
                except ConnectorException as error:
                    if isinstance(error.__cause__, psycopg.errors.RaiseException):
                        break  # noted already: by another who took us for dead, or by a try that was cut off
                    if not left or over() or not is_away(error):
                        raise
                    await asyncio.sleep(1)
            if job.task_name == ENTER:
                with contextlib.suppress(ConnectorException):
                    await self.connector.execute_query_async(query=WAKE_ENTERING)

        async def _letters_wait(self) -> bool:
            found = await self.connector.execute_query_one_async(
                query=_LETTERS_WAIT, queues=letters
            )
            return bool(found["waits"])

    return Manager(connector)


@contextlib.contextmanager
def troubles_told_once(tell: Callable[[BaseException], None]) -> Iterator[None]:
    """
    Tell of a database that is away instead of what procrastinate and asyncio say of it, task by task.

    Around what is run in an event loop; anything else is told as before.
    """
    loop = asyncio.get_running_loop()

    def collect(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error: BaseException | None = context.get("exception")
        if error is not None and is_away(error):
            tell(error)
        else:
            loop.default_exception_handler(context)

    class Told(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            return not (record.exc_info and is_away(record.exc_info[1]))

    loop.set_exception_handler(collect)
    told, loggers = Told(), [logging.getLogger(f"procrastinate.{one}") for one in _TALKATIVE]
    for logger in loggers:
        logger.addFilter(told)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(told)


_TALKATIVE = ("worker", "utils")


def is_away(error: BaseException | None) -> bool:
    """Whether an error of procrastinate's only says that the database cannot be reached."""
    import psycopg

    while error is not None:
        if isinstance(error, psycopg.OperationalError | OSError):
            return True
        error = error.__cause__
    return False


def was_struck_off(error: BaseException) -> bool:
    """Whether another worker took this one for dead, so that no job may bear its number any more."""
    import psycopg

    return isinstance(error.__cause__, psycopg.errors.ForeignKeyViolation)


def _conninfo(application: Application) -> str:
    """Return how psycopg reaches the ledger: as SQLAlchemy does."""
    from psycopg.conninfo import make_conninfo

    engine = application.engine
    _, values = engine.dialect.create_connect_args(engine.url)
    values.pop("context", None)
    return make_conninfo(**values)
