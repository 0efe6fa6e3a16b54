"""The walled-in processes in which letters are examined. One may die; only its letter notices."""

from __future__ import annotations

import multiprocessing
import os
import resource
import threading
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from ingest.desk import Desk, Examined
from ingest.memory import keep_freed_memory

GRACE = 15.0
"""Seconds beyond the letter's own limit, after which the worker is taken for hung and killed."""


class WorkerLost(Exception):
    """The worker died or hung over this letter; the text says which."""


class PoolBroken(Exception):
    """A worker died and nobody can tell over which letter; every letter in hand has to go again."""


@dataclass(frozen=True, slots=True)
class Walls:
    """Limits of one worker process: bytes of address space, bytes of one written file, open files."""

    memory: int = 2_000_000_000
    file_size: int = 600_000_000
    open_files: int = 256


class Workers:
    """
    A pool of examiners, started with the first letter.

    `submit` returns a future of Examined. `outcome_of` turns its failures into WorkerLost.
    """

    def __init__(self, count: int, desk: Desk, walls: Walls | None = None) -> None:
        self._count = count
        self._desk = desk
        self._walls = walls or Walls()
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

    def submit(self, letter: Path, received: datetime, head_only: bool) -> Future[Examined]:
        """Have the letter in this file examined. The file is read by the worker itself."""
        future: Future[Examined] = self._ready().schedule(
            _examine_file,
            args=[letter, received, self._desk, head_only],
            timeout=self._desk.limits.seconds + GRACE,
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

    def _ready(self) -> ProcessPool:
        with self._starting:
            if self._pool is not None and not self._pool.active:
                self.close()
            if self._pool is None:
                self._pool = self._start()
            return self._pool

    def _start(self) -> ProcessPool:
        # forkserver: workers start from a small clean process that never saw a password
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["ingest.examination"])
        return ProcessPool(
            max_workers=self._count, initializer=_wall_in, initargs=[self._walls], context=context
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
        raise WorkerLost(f"the worker died over this letter: {error}") from error
    except TimeoutError as error:
        raise WorkerLost("the worker took too long over this letter") from error
    except MemoryError as error:
        raise WorkerLost("the worker ran out of memory over this letter") from error


def _nothing() -> None:
    """The first task: it has the pool start its processes."""


def _examine_file(letter: Path, received: datetime, desk: Desk, head_only: bool) -> Examined:
    from ingest.examination import examine  # the parsers are loaded in the workers alone

    with letter.open("rb", buffering=0) as file:
        raw = file.readall()
        # hardly ever read again: its pages are better used for the next letter
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return examine(raw, received, desk, head_only=head_only)


def _wall_in(walls: Walls) -> None:
    keep_freed_memory()
    for what, most in (
        (resource.RLIMIT_AS, walls.memory),
        (resource.RLIMIT_FSIZE, walls.file_size),
        (resource.RLIMIT_NOFILE, walls.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _, ceiling = resource.getrlimit(what)
        bound = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(what, (bound, bound))
