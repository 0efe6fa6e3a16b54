"""A first-in, first-out lock for the writers of one program."""

from __future__ import annotations

from collections import deque
from threading import Lock


class FairLock:
    """
    A lock handed from writer to writer in the order in which they asked.

    SQLite gives its lock to whoever happens to ask when it is free, and waits longer and longer
    between two tries: a thread that writes all the time keeps the others out for seconds.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def acquire(self, seconds: float) -> bool:
        """Wait for the turn; False when it does not come within `seconds`."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last instant

    def release(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)
