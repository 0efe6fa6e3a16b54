"""SIGTERM and SIGINT as a descriptor that becomes readable: no lock is taken in a signal's handler."""

from __future__ import annotations

import os
import select
import signal

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignal:
    """
    Waits for SIGTERM or SIGINT, however often they come.

    A handler runs between two steps of the main thread, perhaps of one that holds the lock of an Event
    or of the scheduler: it only writes a byte. The descriptors stay open until the process ends, for a
    late signal must not write into another file that was given their numbers.
    """

    def __init__(self) -> None:
        self._readable, self._writable = os.pipe()
        os.set_blocking(self._writable, False)
        for number in SIGNALS:
            signal.signal(number, self._handle)

    def wait(self, seconds: float) -> bool:
        """Wait for at most so many seconds; whether a signal has come, now or earlier."""
        return bool(select.select([self._readable], [], [], seconds)[0])

    def _handle(self, _number: int, _frame: object) -> None:
        try:
            os.write(self._writable, b"s")
        except BlockingIOError:  # asked ten thousand times: it is known by now
            return
