"""The walled-in processes in which letters are examined. One may die; only its letter notices."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from ingest import scratch
from ingest.desk import Desk, Examined
from ingest.memory import keep_freed_memory
from ingest.walls import Bounds, allow_seconds, raise_walls

GRACE = 15.0
"""Seconds beyond the letter's own limit, after which the worker is taken for hung and killed."""

CPU_GRACE = 5.0
"""Seconds of CPU beyond the letter's own limit, after which the kernel ends the worker."""

P = ParamSpec("P")
T = TypeVar("T")


class WorkerLost(Exception):
    """The worker died or hung over this letter; the text says which."""


class PoolBroken(Exception):
    """A worker died and nobody can tell over which letter; every letter in hand has to go again."""


class Workers:
    """
    A pool of examiners, started with the first letter.

    `submit` returns a future of Examined. `outcome_of` turns its failures into WorkerLost.

    The workers may read the letters in `bounds.letters`, and write below `bounds.home`. Without
    bounds they may read everything, and write in a temporary folder that ends with the pool.
    """

    def __init__(self, count: int, desk: Desk, bounds: Bounds | None = None) -> None:
        self._count = count
        self._desk = desk
        self._bounds = bounds
        self._home: Path | None = None
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(self, letter: Path | bytes, received: datetime, head_only: bool) -> Future[Examined]:
        """Have a letter examined. One that lies in a file is read by the worker itself."""
        if isinstance(letter, bytes):
            return self.run(_examine_bytes, letter, received, self._desk, head_only)
        return self.run(_examine_file, letter, received, self._desk, head_only)

    def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have something done behind the walls, with a letter's limits of time."""
        seconds = self._desk.limits.seconds
        future: Future[T] = self._ready().schedule(
            _within,
            args=[seconds + CPU_GRACE, task, args, kwargs],
            timeout=seconds + GRACE,
        )
        return future

    def warm_up(self) -> None:
        """Have the processes started meanwhile, since a letter is on its way. Safe in any thread."""
        if self._pool is None:
            self._ready().schedule(_nothing)

    def close(self) -> None:
        """Stop the processes; what was not finished is finished another time."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
            if self._bounds is not None:
                scratch.sweep(self._bounds.home)
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def _ready(self) -> ProcessPool:
        with self._starting:
            if self._pool is not None and not self._pool.active:
                self.close()
            if self._pool is None:
                self._pool = self._start()
            return self._pool

    def _start(self) -> ProcessPool:
        bounds = self._bounds
        if bounds is None:
            self._home = Path(tempfile.mkdtemp(prefix="shougao-"))
            bounds = Bounds(self._home)
        for folder in bounds.letters:
            # one that is made later would be outside of the walls
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # forkserver: workers start from a small clean process that never saw a password
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["ingest.examination"])
        return ProcessPool(
            max_workers=self._count, initializer=_wall_in, initargs=[bounds], context=context
        )


def outcome_of(future: Future[Examined]) -> Examined:
    """
    What the worker found. Raises WorkerLost when it died or hung over this letter, PoolBroken when
    it died and the letter is not known, and the worker's own exception (a bug of ours) otherwise.
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
    """The first task: it has the pool start its processes."""


def _within(
    seconds: float, task: Callable[P, T], args: tuple[object, ...], kwargs: dict[str, object]
) -> T:
    allow_seconds(seconds)
    return task(*args, **kwargs)  # type: ignore[arg-type]


def _examine_file(letter: Path, received: datetime, desk: Desk, head_only: bool) -> Examined:
    with letter.open("rb", buffering=0) as file:
        raw = file.readall()
        # hardly ever read again: its pages are better used for the next letter
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return _examine_bytes(raw, received, desk, head_only)


def _examine_bytes(raw: bytes, received: datetime, desk: Desk, head_only: bool) -> Examined:
    from ingest.examination import examine  # the parsers are loaded in the workers alone

    return examine(raw, received, desk, head_only=head_only)


def _wall_in(bounds: Bounds) -> None:
    keep_freed_memory()
    raise_walls(bounds)
    # numpy's BLAS would set up a thread and a buffer for each core, and multiplies nothing here
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
