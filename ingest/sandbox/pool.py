"""The confined processes in which letters are examined. One may die; only its letter notices."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from ingest.examination_types import ExaminationResult, ExaminerConfig
from ingest.sandbox import scratch
from ingest.sandbox.confinement import SandboxLimits, allow_seconds, enter_sandbox
from ingest.sandbox.forkserver import workers_context
from ingest.sandbox.malloc import keep_freed_memory

GRACE = 15.0
"""Seconds beyond the letter's own limit, after which the worker is taken for hung and killed."""

CPU_GRACE = 5.0
"""Seconds of CPU beyond the letter's own limit, after which the kernel ends the worker."""

if TYPE_CHECKING:
    from parsers.mime.headers import Letter

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class WorkerLost(Exception):
    """The worker died or hung over this letter; the text says which."""


class PoolBroken(Exception):
    """A worker died and nobody can tell over which letter; every letter in hand has to go again."""


class _Pool(ProcessPool):
    """
    QUIRK: pebble 5 unlinks its semaphores before it stops its workers.

    One that is just starting finds them gone, and says so on standard error. Here they are stopped
    first.
    """

    def _stop_pool(self) -> None:
        if (
            self._pool_manager_loop is not None
        ):  # it starts workers in the place of those that ended
            self._pool_manager_loop.join()
        self._pool_manager.worker_manager.force_stop_workers()  # type: ignore[no-untyped-call]
        super()._stop_pool()  # type: ignore[no-untyped-call]


class Workers:
    """
    A pool of examiners, started with the first letter.

    `submit` returns a future of ExaminationResult. `outcome_of` turns its failures into WorkerLost.

    The workers may read the letters in `bounds.letters`, and write below `bounds.home`. Without
    bounds they may read everything, and write in a temporary folder that ends with the pool.
    """

    def __init__(
        self, count: int, config: ExaminerConfig, bounds: SandboxLimits | None = None
    ) -> None:
        self._count = count
        self._config = config
        self._bounds = bounds
        self._home: Path | None = None
        self._pool: ProcessPool | None = None
        self._readers: ProcessPool | None = None
        self._starting = threading.Lock()
        self._awaited: set[Future[Any]] = set()

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
        self, letter: Path | bytes, received: datetime, head_only: bool
    ) -> Future[ExaminationResult]:
        """
        Have a letter examined.

        One that lies in a file is read by the worker itself. Where its text is in pictures, a
        second look follows in a process of its own, with more memory and time.
        """
        task = _examine_bytes if isinstance(letter, bytes) else _examine_file
        first = self.run(task, letter, received, self._config, head_only)  # type: ignore[arg-type]
        if self._config.recognition is None:
            return first
        done: Future[ExaminationResult] = Future()
        first.add_done_callback(lambda future: self._look_again(future, letter, received, done))
        return done

    def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have something done in the sandbox, with a letter's limits of time."""
        seconds = self._config.limits.seconds
        future: Future[T] = self._ready().schedule(
            _within,
            args=[seconds + CPU_GRACE, task, args, kwargs],
            timeout=seconds + GRACE,
        )
        self._awaited.add(future)
        future.add_done_callback(self._awaited.discard)
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
                _log.warning("no text could be recognised: %r", error)
                done.set_result(examined)
            except BaseException as error:
                done.set_exception(error)

        seconds = self._config.limits.seconds + reading.seconds
        try:
            second: Future[ExaminationResult] = self._readers_ready().schedule(
                _within,
                args=[
                    seconds + CPU_GRACE,
                    _recognise,
                    (letter, received, self._config, examined.scans),
                    {},
                ],
                timeout=seconds + GRACE,
            )
            self._awaited.add(second)
            second.add_done_callback(self._awaited.discard)
        except Exception as error:  # the pool is being closed
            done.set_exception(error)
            return
        second.add_done_callback(finish)

    def warm_up(self) -> None:
        """Have the processes started meanwhile, since a letter is on its way. Safe in any thread."""
        if self._pool is None:
            self._ready().schedule(_nothing)

    def close(self) -> None:
        """Stop the processes; what was not finished fails with PoolBroken, and is done another time."""
        if self._readers is not None:
            self._readers.stop()  # type: ignore[no-untyped-call]
            self._readers.join()
            self._readers = None
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
            if self._bounds is not None:
                scratch.sweep(self._bounds.home)
        for future in tuple(self._awaited):  # pebble leaves them for ever as they are
            with contextlib.suppress(InvalidStateError):
                future.set_exception(PoolBroken("the pool was closed"))
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def _ready(self) -> ProcessPool:
        with self._starting:
            if self._pool is not None and not self._pool.active:
                self.close()
            if self._pool is None:
                self._pool = self._start(self._count)
            return self._pool

    def _readers_ready(self) -> ProcessPool:
        """One process that recognises text, started when first needed, a new one for each letter."""
        with self._starting:
            if self._readers is None or not self._readers.active:
                reading = self._config.recognition
                memory = reading.memory if reading else 0
                self._readers = self._start(1, memory=memory, max_tasks=1)
            return self._readers

    def _start(self, count: int, memory: int = 0, max_tasks: int = 0) -> ProcessPool:
        bounds = self._bounds
        if bounds is None:
            self._home = self._home or Path(tempfile.mkdtemp(prefix="shougao-"))
            bounds = SandboxLimits(self._home)
        if memory:
            bounds = replace(bounds, memory=memory)
        for folder in bounds.letters:
            # one that is made later would be outside of the sandbox
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _Pool(
            max_workers=count,
            max_tasks=max_tasks,
            initializer=_wall_in,
            initargs=[bounds],
            context=workers_context(),
        )


def outcome_of(future: Future[ExaminationResult]) -> ExaminationResult:
    """
    Return what the worker found.

    Raises WorkerLost when it died or hung over this letter, PoolBroken when it died and the letter
    is not known, and the worker's own exception (a bug of ours) otherwise.
    """
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise PoolBroken(str(error)) from error
    except ProcessExpired as error:
        if error.exitcode == -signal.SIGXCPU:
            raise WorkerLost("the worker used up its CPU seconds over this letter") from error
        raise WorkerLost(f"the worker died over this letter: {error}") from error
    except TimeoutError as error:
        raise WorkerLost("the worker took too long over this letter") from error
    except MemoryError as error:
        raise WorkerLost("the worker ran out of memory over this letter") from error


def _nothing() -> None:
    """Do nothing: the first task has the pool start its processes."""


def _within(
    seconds: float, task: Callable[P, T], args: tuple[object, ...], kwargs: dict[str, object]
) -> T:
    allow_seconds(seconds)
    return task(*args, **kwargs)  # type: ignore[arg-type]


def _examine_file(
    letter: Path, received: datetime, config: ExaminerConfig, head_only: bool
) -> ExaminationResult:
    from ingest.message import large_messages

    with large_messages.opened(letter) as raw:
        return _examine_bytes(raw, received, config, head_only)


def _examine_bytes(
    raw: Letter, received: datetime, config: ExaminerConfig, head_only: bool
) -> ExaminationResult:
    from ingest.examination import examine  # the parsers are loaded in the workers alone

    return examine(raw, received, config, head_only=head_only)


def _recognise(
    letter: Path | bytes, received: datetime, config: ExaminerConfig, scans: tuple[str, ...]
) -> ExaminationResult:
    from ingest.examination import examine
    from ingest.message import large_messages

    if isinstance(letter, bytes):
        return examine(letter, received, config, scans=scans)
    with large_messages.opened(letter) as raw:
        return examine(raw, received, config, scans=scans)


def _wall_in(bounds: SandboxLimits) -> None:
    keep_freed_memory()
    enter_sandbox(bounds)
    # numpy's BLAS would set up a thread and a buffer for each core, and multiplies nothing here
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
