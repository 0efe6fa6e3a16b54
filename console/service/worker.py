"""
A worker: takes jobs from the queue in the ledger, on any machine that reaches ledger and vault.

procrastinate hands the jobs out, keeps the worker's heart beating and the lock under which letters are
entered; what is to be done stands in the ledger (ledger/examinations.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError

from console.actions.rule_changes import rules_changed
from console.application import Application
from console.clock import now
from console.service.job_app import is_away, job_app, troubles_told_once, was_struck_off
from console.service.job_turn import JobTurn
from console.service.notify import notify
from console.settings.loading import ConfigError
from console.sharing import missing
from ingest.queued import QueuedIntake
from ledger.errors import LedgerUpgraded
from ledger.ids import LetterId
from ledger.job_queue import ENTER, EXAMINE, RECOGNISE, SILENT_SECONDS
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, LedgerGone
from ledger.models.troubles import sentence

_log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
SWEEP_SECONDS = 5.0
"""How often it is looked for what dead workers left, and whether the rules are others."""

REST_SECONDS = 10.0
"""The same where nothing waits: who collects letters tells of them."""

LOOK_SECONDS = 10.0
"""How often a worker asks for jobs when it is told of none."""

STOP_SECONDS = 1.0
"""How often it looks whether it is to end."""

ABORT_SECONDS = 3600.0
"""How often procrastinate asks for jobs that are to be aborted: there are none."""

FINISH_SECONDS = 60.0
"""How long a worker that is told to stop waits for the letters in its hands."""

AGAIN_SECONDS = 5.0
"""How long a worker waits that lost the ledger."""


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """
    How a worker ended.

    `anew`: it is to begin again, for other rules are in force. `trouble`: why it can go on no more, empty
    when it was asked to end: a newer program has migrated the ledger.
    """

    anew: bool = False
    trouble: str = ""


def work(
    application: Application,
    concurrency: int,
    stopped: threading.Event,
    lock: InstanceLock,
    turn: JobTurn | None = None,
) -> WorkerEnded:
    """
    Work until `stopped`, whatever happens to the ledger meanwhile; what is in hand is finished.

    Args:
        application: its rooms; its settings share the work.
        concurrency: letters at a time.
        stopped: set, in any thread, when it is to end.
        lock: holds the ledger, with others that share its work.
        turn: the office's turn where the process works for several.

    Raises:
        ConfigError: procrastinate is not installed.

    """
    try:
        import procrastinate
    except ModuleNotFoundError as error:
        raise ConfigError(missing()) from error
    del procrastinate
    return _Worker(application, concurrency, stopped, lock, turn).run()


class _Worker:
    def __init__(
        self,
        application: Application,
        concurrency: int,
        stopped: threading.Event,
        lock: InstanceLock,
        turn: JobTurn | None,
    ) -> None:
        assert application.queued is not None
        assert application.sharing is not None
        self._application = application
        self._queue = application.sharing.queue
        self._queued: QueuedIntake = application.queued
        self._concurrency = concurrency
        self._stopped = stopped
        self._lock = lock
        self._turn = turn
        self._anew = False
        self._trouble = ""
        self._told = ""

    def run(self) -> WorkerEnded:
        while not self._over():
            try:
                asyncio.run(self._work())
            except Exception as error:
                self._tell(error)
            finally:
                if self._turn is not None:
                    self._turn.end()
            if not self._over():
                self._stopped.wait(AGAIN_SECONDS)
        return WorkerEnded(self._anew, self._trouble)

    def _over(self) -> bool:
        return self._anew or bool(self._trouble) or self._stopped.is_set()

    def _tell(self, error: BaseException) -> None:
        """Tell once why no jobs can be had, until they can."""
        if is_away(error):
            told = "连不上台账的数据库，暂时取不到任务，稍后再试"
        elif was_struck_off(error):
            told = "太久连不上数据库，任务已由其他解析程序接着做；这里重新开始取任务"
        else:
            told = f"暂时取不到任务，稍后再试：{error.__cause__ or error!r}"
        if told != self._told:
            _log.warning("%s", told)
        self._told = told

    async def _work(self) -> None:
        queue = self._queue
        app = job_app(self._application, queue, self._turn, self._over)
        # a thread for each letter, and one for entering besides
        with (
            ThreadPoolExecutor(self._concurrency + 1, "job") as threads,
            troubles_told_once(self._tell),
        ):
            self._add_tasks(app, threads)
            async with app.open_async():
                if self._told:
                    _log.info("又取得到任务了")
                    self._told = ""
                running = asyncio.create_task(
                    app.run_worker_async(
                        queues=queue.names(ENTER, EXAMINE, RECOGNISE),
                        name=self._queued.examinations.worker,
                        concurrency=self._concurrency + 1,  # entering goes on beside
                        fetch_job_polling_interval=LOOK_SECONDS,
                        abort_job_polling_interval=ABORT_SECONDS,
                        update_heartbeat_interval=HEARTBEAT_SECONDS,
                        stalled_worker_timeout=float(SILENT_SECONDS),
                        delete_jobs="always",
                        install_signal_handlers=False,
                    )
                )
                try:
                    await self._until_over(running)
                finally:
                    await self._end(running)

    async def _until_over(self, running: asyncio.Task[None]) -> None:
        """Sweep now and then; return when it is to end, raise where the worker has ended by itself."""
        due = 0.0
        while not self._over():
            if time.monotonic() >= due:
                seconds = SWEEP_SECONDS if await asyncio.to_thread(self._look) else REST_SECONDS
                due = time.monotonic() + seconds
            done, _ = await asyncio.wait([running], timeout=STOP_SECONDS)
            if done:
                running.result()
                raise ConnectionError("procrastinate's worker has ended")

    async def _end(self, running: asyncio.Task[None]) -> None:
        """Take no more jobs and finish those in hand; those that take too long go to another worker."""
        if running.done():
            return
        running.cancel()
        _, unfinished = await asyncio.wait([running], timeout=FINISH_SECONDS)
        if unfinished:
            _log.warning("手头的来信处理太久，留给其他解析程序")
            self._application.workers.close()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await running

    def _look(self) -> bool:
        """Look whether the ledger is ours, the rules are the same, and all goes on; whether anything waits."""
        try:
            self._lock.hold()
        except LedgerGone as gone:
            self._trouble = str(gone)
            return False
        except HeldElsewhere as error:
            _log.warning("台账暂时用不了：%s", error)
            return True
        except DBAPIError as error:
            self._tell(error)
            return True
        try:
            waits = self._queued.examinations.sweep(now())
            self._anew = rules_changed(self._application)
        except DBAPIError as error:
            self._tell(error)
            return True
        return waits

    def _add_tasks(self, app: Any, threads: ThreadPoolExecutor) -> None:
        def add(name: str, does: Callable[[dict[str, Any]], object]) -> None:
            async def task(**arguments: Any) -> None:
                loop = asyncio.get_running_loop()
                # shielded: what is begun is finished, and bounded by its own limits
                context = contextvars.copy_context()  # the log says whose letter it is
                done = loop.run_in_executor(threads, context.run, _told(name, does), arguments)
                try:
                    await asyncio.shield(done)
                except asyncio.CancelledError:
                    await done
                    raise
                finally:
                    if self._turn is not None and name != ENTER:
                        self._turn.done()

            app.task(name=name, pass_context=False)(task)

        queued = self._queued
        add(EXAMINE, lambda given: queued.examine(LetterId(given["letter"])))
        add(RECOGNISE, lambda given: queued.recognise(LetterId(given["letter"])))
        add(ENTER, lambda _: queued.enter(self._over))


def _told(name: str, does: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    """Do a job; whatever trips it is told, and the sweep defers it anew."""

    def do(given: dict[str, Any]) -> None:
        try:
            does(given)
        except DBAPIError as error:
            _log.warning("任务 %s %s 稍后再做：%s", name, given.get("letter", ""), sentence(error))
        except LedgerUpgraded as upgraded:
            _log.warning("%s", upgraded)
        except Exception:
            _log.exception("任务 %s %s 没有做成", name, given.get("letter", ""))

    return do


def stop_on_signals(stopped: threading.Event) -> None:
    """Set `stopped` once SIGTERM or SIGINT has come; a thread waits for it."""
    from console.service.stopping import StopSignal

    signal = StopSignal()

    def wait() -> None:
        while not signal.wait(3600.0):
            continue
        notify("STOPPING=1")
        stopped.set()

    threading.Thread(target=wait, name="signals", daemon=True).start()
