"""A clock that is set forward or back: noticed, since what is planned by the wall clock is then wrong."""

from __future__ import annotations

import time
from collections.abc import Callable

TOLERANCE = 20.0
"""Seconds by which both clocks may part before it is called a step; NTP slews far less at a time."""


class ClockSteps:
    """Compares the wall clock with the monotonic one."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._difference = wall() - monotonic()

    def step(self) -> float:
        """Return by how many seconds the clock was set since the last look; 0.0 when it was not."""
        difference = self._wall() - self._monotonic()
        step = difference - self._difference
        if abs(step) < TOLERANCE:
            return 0.0
        self._difference = difference
        return step
