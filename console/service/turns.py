"""Offices take turns at the processors: whose letters are examined, and for how long while others wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from ingest.examination_types import ExaminationResult
from ingest.round_types import Examiners
from ingest.sandbox.pool import PoolClosed

TURN_SECONDS = 20.0
"""So long an office may go on while others wait: 10,000 first letters hold up nobody for longer."""

_SLICE = 0.5
"""Seconds between two looks whether the office is to stop, while its turn is waited for."""


class Turns:
    """So many offices at once, the others in the order in which they asked. Safe in any thread."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Event] = deque()
        self._guard = threading.Lock()

    def ask(self) -> threading.Event:
        """Ask for a place, which is there once the event is set."""
        mine = threading.Event()
        with self._guard:
            if self._free:
                self._free -= 1
                mine.set()
            else:
                self._waiting.append(mine)
        return mine

    def withdraw(self, mine: threading.Event) -> bool:
        """Ask no longer; whether the place has come all the same, which is to be released then."""
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True

    def acquire(self, halted: Callable[[], bool]) -> bool:
        """Wait for a place; False when `halted` says so first."""
        mine = self.ask()
        while not mine.wait(_SLICE):
            if halted():
                return self.withdraw(mine)  # it may have come in the last instant
        return True

    def release(self) -> None:
        """Hand the place to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    @property
    def wanted(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)


class Turn:
    """
    One office's examiners, asked only while it has a place: taken with a round's first letter.

    A round without letters needs none. `is_over` tells a round to end, since others wait: what is in
    its hands is finished, the rest is the next round's, behind them.
    """

    def __init__(self, workers: Examiners, turns: Turns, seconds: float = TURN_SECONDS) -> None:
        self._workers = workers
        self._turns = turns
        self._halted: Callable[[], bool] = lambda: False
        self._seconds = seconds
        self._since: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the office had its time and others wait."""
        since = self._since
        return since is not None and self._turns.wanted and time.monotonic() - since > self._seconds

    def begin(self, halted: Callable[[], bool]) -> None:
        """Begin a round, which takes no place any more once `halted` says so."""
        self._halted = halted

    def end(self) -> None:
        """Give the place back at the end of a round."""
        if self._since is not None:
            self._since = None
            self._turns.release()

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        """Have the letter in this file examined, when it is the office's turn."""
        if not self._taken():
            return _closed()
        return self._workers.submit(letter, received, head_only, recognise=recognise, fresh=fresh)

    def recognise(
        self, letter: Path, received: datetime, examined: ExaminationResult
    ) -> Future[ExaminationResult]:
        """Have the text in its pictures recognised, when it is the office's turn."""
        if not self._taken():
            return _closed()
        return self._workers.recognise(letter, received, examined)

    def warm_up(self) -> None:
        """Get ready where it is the office's turn already: no process is started before."""
        if self._since is not None:
            self._workers.warm_up()

    def tend(self) -> None:
        """Fail what nobody will ever finish."""
        self._workers.tend()

    def _taken(self) -> bool:
        """Make sure of a place; asked in one thread alone, the round's."""
        if self._since is None and self._turns.acquire(self._halted):
            self._since = time.monotonic()
        return self._since is not None


def _closed() -> Future[ExaminationResult]:
    failed: Future[ExaminationResult] = Future()
    failed.set_exception(PoolClosed("the program is about to end"))
    return failed
