"""
Pebble's pool of processes, mended: a worker goes with all that it started, and what it sends is data.

A worker leads a process group (`lead_group`), which nothing that it starts can leave (seccomp denies
setsid and setpgid); whoever ends the worker ends the group.
"""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pebble import ProcessPool
from pebble.common.types import Result, ResultStatus
from pebble.pool.base_pool import PoolStatus, Task
from pebble.pool.process import TaskManager, WorkerManager, dictionary_values

from ingest.sandbox.channels import plain_channels
from ingest.sandbox.group_watch import AtWork

_LOCK_PATIENCE = 1.0
"""Seconds that the channel's lock is waited for before a worker is ended without it."""


class WorkerLost(Exception):
    """The worker died or hung over this letter; the text says which."""


SEMAPHORES = "/dev/shm"
"""Where the system keeps what processes wait for each other by; its errors do not name it."""


class NoWorker(Exception):
    """No worker could be started."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class WorkerPool(ProcessPool):
    """
    A pool whose workers are ended together with the programs that they started.

    QUIRK: pebble 5 unlinks its semaphores before it stops its workers: one that is just starting finds
    them gone, and says so on standard error. Here they are stopped first.
    """

    def __init__(self, **arguments: Any) -> None:
        try:
            super().__init__(**arguments)
        except OSError as error:
            error.filename = error.filename or SEMAPHORES
            raise
        self._reasons: dict[int, str] = {}
        manager = self._pool_manager
        self._tasks = _Tasks(manager.task_manager.task_done_callback)
        manager.task_manager = self._tasks
        workers = manager.worker_manager
        manager.worker_manager = _Groups(
            workers.workers_number, workers.worker_parameters, workers.mp_context
        )
        self._abort = manager.handle_broken_pool
        manager.handle_broken_pool = self._handle_broken  # type: ignore[method-assign]
        self._expired = manager.handle_worker_expiration
        manager.handle_worker_expiration = self._handle_expired  # type: ignore[method-assign]

    def at_work(self) -> Iterator[AtWork]:
        """Yield the tasks that workers have begun."""
        for task in dictionary_values(self._pool_manager.task_manager.tasks):
            if task.started and task.worker_id:
                yield AtWork(task.id, task.worker_id, task.timeout or 0.0)

    def expel(self, worker: int, why: str) -> None:
        """
        End a worker and its group; its task fails with WorkerLost, which says why.

        A worker may hold the channel's lock, for ever if it is not our code any more: then the pool is
        broken, and another takes its place.
        """
        self._reasons[worker] = why
        channel = self._pool_manager.worker_manager.workers_channel
        with contextlib.suppress(OSError, AttributeError, TypeError):  # closed meanwhile
            with channel.lock(timeout=_LOCK_PATIENCE) as locked:  # type: ignore[union-attr]
                end_group(worker)
            if not locked:
                self._handle_broken(BrokenProcessPool("a worker kept the channel"))

    def _handle_expired(self, expiration: tuple[int, int]) -> None:
        worker, _ = expiration
        why = self._reasons.pop(worker, "")
        task = next((one.task for one in self.at_work() if one.worker == worker), None)
        if not why or task is None:
            self._expired(expiration)
            return
        self._pool_manager.task_manager.task_done(task, Result(ResultStatus.ERROR, WorkerLost(why)))

    def _handle_broken(self, error: BrokenProcessPool) -> None:
        """
        Abort the tasks of a pool that broke.

        QUIRK: pebble takes the channels that it closed itself for broken ones: a pool that is being
        stopped is stopped, and whoever stops it tells those who wait.
        """
        if self._context.status is PoolStatus.STOPPED:
            return
        if not self._tasks.began:
            # none came as far as a letter: it is this machine's fault, no letter's
            why = error.__cause__ if isinstance(error.__cause__, OSError) else None
            error.__cause__ = NoWorker(why or OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)))
        self._abort(error)

    def _stop_pool(self) -> None:
        if (
            self._pool_manager_loop is not None
        ):  # it starts workers in the place of those that ended
            self._pool_manager_loop.join()
        self._pool_manager.worker_manager.force_stop_workers()  # type: ignore[no-untyped-call]
        super()._stop_pool()  # type: ignore[no-untyped-call]


class _Tasks(TaskManager):
    """
    No time-outs: a task's `timeout` is its seconds of CPU, which the watch over groups counts.

    QUIRK: pebble counts by the wall clock: set forward by an hour, it ended every task in hand.
    """

    began = False
    """Whether any worker has ever begun a task."""

    def task_start(self, task_id: int, worker_id: int | None) -> None:
        super().task_start(task_id, worker_id)
        self.began = self.began or worker_id is not None

    @staticmethod
    def timeout(task: Task) -> bool:
        return False


class _Groups(WorkerManager):
    """Ends a worker's whole group with it, however it ended; reads plain data from its workers."""

    def create_channels(self) -> None:
        self.pool_channel, self.workers_channel = plain_channels(self.mp_context)

    def inspect_workers(self) -> tuple[tuple[int, int], ...]:
        known = tuple(self.workers)
        expired: tuple[tuple[int, int], ...] = super().inspect_workers()
        for number in known:
            if number not in self.workers:
                end_group(number)
        return expired

    def force_stop_workers(self) -> None:
        known = tuple(self.workers)
        for number in known:
            end_group(number)
        super().force_stop_workers()  # type: ignore[no-untyped-call]

    def maybe_stop_worker(self, worker_id: int) -> bool:
        stopped = super().maybe_stop_worker(worker_id)
        if stopped:
            end_group(worker_id)
        return stopped


def end_group(leader: int) -> None:
    """Kill a worker's process group; nothing where it has none (yet), or there are no groups."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def lead_group() -> None:
    """Make this process the leader of a group of its own."""
    if hasattr(os, "setpgid"):
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)


def end_with_parent(end: Callable[[], None] | None = None) -> None:
    """
    Have this process and its group end with the program that it works for, even one that was killed.

    Otherwise a worker that hangs would live for ever, and the forkserver with it.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        (end or _end_own_group)()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _end_own_group() -> None:
    end_group(os.getpid())
    os._exit(1)
