"""The confined processes in which letters are examined. One may die; only its letter notices."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from pebble import ProcessExpired

from ingest.examination_types import ExaminationResult, ExaminerConfig
from ingest.sandbox import scratch, tasks
from ingest.sandbox.confinement import (
    SandboxLimits,
    allow_seconds,
    deny_programs,
    enter_sandbox,
)
from ingest.sandbox.forkserver import workers_context
from ingest.sandbox.group_watch import GroupWatch
from ingest.sandbox.hand_over import HandOver, NotNow, Word, introduce, with_files
from ingest.sandbox.malloc import keep_freed_memory
from ingest.sandbox.worker_pool import NoWorker, WorkerPool, end_with_parent, lead_group
from ingest.sandbox.worker_pool import WorkerLost as WorkerLost
from ledger.os_errors import describe
from parsers import launcher

CPU_GRACE = 5.0
"""Seconds of CPU beyond the letter's own limit, after which the kernel ends the worker."""

if TYPE_CHECKING:
    pass

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class PoolBroken(Exception):
    """A worker died and nobody can tell over which letter; every letter in hand has to go again."""


class PoolClosed(Exception):
    """The program is about to end: the letter waits for its next start, and nothing counts against it."""


@dataclass(frozen=True, slots=True)
class _Team:
    """A pool with those who serve it."""

    pool: WorkerPool
    hand_over: HandOver
    watch: GroupWatch


class Workers:
    """
    A pool of examiners, started with the first letter.

    `submit` returns a future of ExaminationResult. `outcome_of` turns its failures into WorkerLost.

    The workers are given each letter as an open file, and write below `bounds.home`. Without bounds
    they may read everything, and write in a temporary folder that ends with the pool. Once closed it
    takes no letter any more: its futures fail with PoolClosed.
    """

    def __init__(
        self, count: int, config: ExaminerConfig, bounds: SandboxLimits | None = None
    ) -> None:
        self._count = count
        self._config = config
        self._bounds = bounds
        self._home: Path | None = None
        self._pool: _Team | None = None
        self._readers: _Team | None = None
        self._starting = threading.Lock()
        self._closed = False
        self._awaited: dict[Future[Any], _Team] = {}
        self._used = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(
        self,
        letter: Path | bytes,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        """
        Have a letter examined.

        One that lies in a file is read by the worker itself, and compared with its name unless it is
        `fresh`: hashed and written by this program just now. Where its text is in pictures and it is
        to `recognise`, a second look follows in a process of its own, with more memory and time.
        """
        config = self._config
        if isinstance(letter, bytes):
            first = self.run(tasks.examine_bytes, letter, received, config, head_only)
        else:
            task = tasks.examine_file
            first = self.run(task, letter, received, config, head_only, fresh)  # type: ignore[arg-type]
        if self._config.recognition is None or not recognise:
            return first
        done: Future[ExaminationResult] = Future()
        first.add_done_callback(lambda future: self._look_again(future, letter, received, done))
        return done

    def recognise(
        self, letter: Path | bytes, received: datetime, examined: ExaminationResult
    ) -> Future[ExaminationResult]:
        """Have the text recognised that a first look at a letter asked for; else that look stands."""
        first: Future[ExaminationResult] = Future()
        first.set_result(examined)
        done: Future[ExaminationResult] = Future()
        self._look_again(first, letter, received, done)
        return done

    def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """
        Have something done in the sandbox, with a letter's limits of time.

        A path among `args` is opened here; what is to be done gets it as an OpenLetter.
        """
        seconds = self._config.limits.seconds
        try:
            return self._schedule(self._ready(), seconds, task, args, kwargs)
        except (PoolClosed, PoolBroken, NotNow) as error:
            failed: Future[T] = Future()
            failed.set_exception(error)
            return failed

    def _schedule(
        self,
        team: _Team,
        seconds: float,
        task: Callable[P, T],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> Future[T]:
        offered = tuple(team.hand_over.offer(one) if isinstance(one, Path) else one for one in args)
        try:
            future: Future[T] = team.pool.schedule(
                _within, args=[seconds + CPU_GRACE, task, offered, kwargs], timeout=seconds
            )
        except (RuntimeError, OSError) as error:  # closed or broken in this very moment
            cause = error.__cause__ if isinstance(error, BrokenProcessPool) else error
            if isinstance(cause, OSError):
                raise _cannot_start(cause) from error
            raise (PoolClosed if self._closed else PoolBroken)(str(error)) from error
        self._awaited[future] = team

        def forget(future: Future[T]) -> None:
            self._awaited.pop(future, None)
            for one in offered:
                if isinstance(one, Word):
                    team.hand_over.withdraw(one)

        future.add_done_callback(forget)
        return future

    def _look_again(
        self,
        first: Future[ExaminationResult],
        letter: Path | bytes,
        received: datetime,
        done: Future[ExaminationResult],
    ) -> None:
        """
        Have the text recognised that an examination asked for.

        That it cannot be is no failure of the letter: then what was found at first stands.
        """
        try:
            examined = first.result()
        except BaseException as error:  # told to whoever waits, CancelledError too
            done.set_exception(error)
            return
        reading = self._config.recognition
        if reading is None or not examined.scans:
            done.set_result(examined)
            return

        def finish(second: Future[ExaminationResult]) -> None:
            try:
                done.set_result(second.result())
            except Exception as error:
                _log.warning("没有识别出文字：%r", error)
                done.set_result(examined)
            except BaseException as error:
                done.set_exception(error)

        try:
            second: Future[ExaminationResult] = self._schedule(
                self._readers_ready(),
                self._config.limits.seconds + reading.seconds,
                tasks.recognise,
                (letter, received, self._config, examined.scans),
                {},
            )
        except Exception as error:  # the pool is being closed
            done.set_exception(error)
            return
        second.add_done_callback(finish)

    def warm_up(self) -> None:
        """Have the processes started meanwhile, since a letter is on its way. Safe in any thread."""
        if self._pool is None:
            with contextlib.suppress(PoolClosed, NotNow, RuntimeError, OSError):
                self._ready().pool.schedule(
                    _nothing
                )  # what stands in the way is told by the letter

    def tend(self) -> None:
        """
        Fail what nobody will ever finish: the letters of a pool that broke. Call it while waiting.

        Safe in any thread.
        """
        with self._starting:
            broken = self._pool
            if broken is None or broken.pool.active:
                return
            self._pool = None
        self._end([broken], PoolBroken("the pool broke"))

    def rest(self, idle: float) -> bool:
        """
        Let the processes go that nobody has asked for `idle` seconds; the next letter starts others.

        Returns: whether there were any. Safe in any thread.
        """
        with self._starting:
            busy = self._awaited or time.monotonic() - self._used < idle
            teams = [team for team in (self._readers, self._pool) if team is not None]
            if busy or not teams:
                return False
            self._readers = self._pool = None
        self._end(teams, PoolBroken("the pool rests"))
        return True

    def close(self) -> None:
        """
        Stop the processes for good; whatever is waited for fails with PoolClosed.

        Safe in any thread, and a second time.
        """
        with self._starting:
            self._closed = True
            teams = [team for team in (self._readers, self._pool) if team is not None]
            self._readers = self._pool = None
        self._end(teams, PoolClosed("the program is about to end"))
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def _end(self, teams: list[_Team], reason: PoolBroken | PoolClosed) -> None:
        """End pools that nobody can submit to any more; without the lock, since they wait for threads."""
        for team in teams:
            team.watch.close()
            team.pool.stop()  # type: ignore[no-untyped-call]
            try:
                team.pool.join()
            except RuntimeError as error:  # a process that the system cannot end
                _log.error("解析进程没有结束：%s", error)
            team.hand_over.close()
        for future, team in tuple(self._awaited.items()):
            if team in teams:  # pebble leaves for ever as they are those that it has not begun
                with contextlib.suppress(InvalidStateError):
                    future.set_exception(reason)
        if self._bounds is not None:
            scratch.sweep(self._bounds.home)

    def _ready(self) -> _Team:
        self.tend()
        with self._starting:
            if self._closed:
                raise PoolClosed("the program is about to end")
            self._used = time.monotonic()
            if self._pool is None:
                self._pool = self._start(self._count)
            return self._pool

    def _readers_ready(self) -> _Team:
        """One process that recognises text, started when first needed, a new one for each letter."""
        with self._starting:
            if self._closed:
                raise PoolClosed("the program is about to end")
            self._used = time.monotonic()
            if self._readers is None or not self._readers.pool.active:
                reading = self._config.recognition
                memory = reading.memory if reading else 0
                self._readers = self._start(1, memory=memory, max_tasks=1)
            return self._readers

    def _start(self, count: int, memory: int = 0, max_tasks: int = 0) -> _Team:
        bounds = self._bounds
        if bounds is None:
            self._home = self._home or Path(tempfile.mkdtemp(prefix="shougao-"))
            bounds = SandboxLimits(self._home)
        if memory:
            group = replace(bounds.group, memory=memory)
            bounds = replace(bounds, memory=memory, group=group)
        try:
            hand_over = HandOver()
        except OSError as error:
            raise _cannot_start(error) from error
        pool = WorkerPool(
            max_workers=count,
            max_tasks=max_tasks,
            initializer=_wall_in,
            initargs=[bounds, hand_over.door_of_workers],
            context=workers_context(),
        )
        return _Team(pool, hand_over, GroupWatch(pool.at_work, pool.expel, bounds.group))


def outcome_of(future: Future[T]) -> T:
    """
    Return what the worker found.

    Raises WorkerLost when it died or hung over this letter, PoolBroken when it died and the letter
    is not known, NotNow when no worker can be started, and the worker's own exception (a bug of
    ours) otherwise.
    """
    try:
        return future.result()
    except BrokenProcessPool as error:
        if isinstance(error.__cause__, NoWorker):
            raise _cannot_start(error.__cause__.error) from error
        raise PoolBroken(str(error)) from error
    except ProcessExpired as error:
        if error.exitcode == -signal.SIGXCPU:
            raise WorkerLost("the worker used up its CPU seconds over this letter") from error
        raise WorkerLost(f"the worker died over this letter: {error}") from error
    except MemoryError as error:
        raise WorkerLost("the worker ran out of memory over this letter") from error


def _cannot_start(error: OSError) -> NotNow:
    return NotNow(f"启动不了解析进程（{describe(error)}）")


def _nothing() -> None:
    """Do nothing: the first task has the pool start its processes."""


def _within(
    seconds: float, task: Callable[P, T], args: tuple[object, ...], kwargs: dict[str, object]
) -> T:
    allow_seconds(seconds)
    resolved, opened = with_files(args)
    try:
        return task(*resolved, **kwargs)  # type: ignore[arg-type]
    finally:
        for one in opened:
            os.close(one.descriptor)


def _wall_in(bounds: SandboxLimits, door: socket.socket) -> None:
    keep_freed_memory()
    lead_group()
    introduce(door)
    program = enter_sandbox(bounds).program
    launcher.give_birth(program)
    deny_programs()
    end_with_parent()  # a thread: begun behind the walls, since they hold for the thread that raises them
    # numpy's BLAS would set up a thread and a buffer for each core, and multiplies nothing here
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
