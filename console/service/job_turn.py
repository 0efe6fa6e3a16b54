"""An office's turn at a worker that serves several: it takes jobs that need processes only while it has a place."""

from __future__ import annotations

import threading
import time

from console.service.turns import TURN_SECONDS, Turns


class JobTurn:
    """
    One office's place among the turns, asked for when letters wait and kept while its jobs run.

    A job is not taken from the queue before: on another machine somebody may be free for it. Safe in any
    thread.
    """

    def __init__(self, turns: Turns, seconds: float = TURN_SECONDS) -> None:
        self._turns = turns
        self._seconds = seconds
        self._guard = threading.Lock()
        self._asked: threading.Event | None = None
        self._since: float | None = None
        self._in_hand = 0
        self._drained = False

    @property
    def held(self) -> bool:
        """Whether the office has its place."""
        return self._since is not None

    def may_take(self) -> bool:
        """Whether a job may be taken now: asks for the place, and hands it on once its time is over."""
        with self._guard:
            if self._since is not None and self._is_over():
                if self._in_hand:
                    return False  # what is in hand is finished, then others have their turn
                self._give_back()
            if self._since is None:
                self._asked = self._asked or self._turns.ask()
                if not self._asked.is_set():
                    return False
                self._asked, self._since = None, time.monotonic()
            self._drained = False
            return True

    def took(self) -> None:
        """Note a job that was taken."""
        with self._guard:
            self._in_hand += 1

    def found_none(self) -> None:
        """Note that no job waits: the place is given back once nothing is in hand, or asked for no longer."""
        with self._guard:
            self._drained = True
            self._forgo()
            self._settle()

    def done(self) -> None:
        """Note that a job has ended."""
        with self._guard:
            self._in_hand = max(0, self._in_hand - 1)  # none of those before an end
            self._settle()

    def end(self) -> None:
        """Give the place back, or ask for it no longer, whatever is in hand."""
        with self._guard:
            self._forgo()
            self._in_hand = 0
            if self._since is not None:
                self._give_back()

    def _forgo(self) -> None:
        if self._asked is not None and self._turns.withdraw(self._asked):
            self._turns.release()
        self._asked = None

    def _is_over(self) -> bool:
        since = self._since
        return since is not None and self._turns.wanted and time.monotonic() - since > self._seconds

    def _settle(self) -> None:
        if self._since is not None and not self._in_hand and (self._drained or self._is_over()):
            self._give_back()

    def _give_back(self) -> None:
        self._since = None
        self._turns.release()
