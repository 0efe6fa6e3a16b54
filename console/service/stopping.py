"""SIGTERM and SIGINT as a descriptor that becomes readable: no lock is taken in a signal's handler."""

from __future__ import annotations

import os
import select
import signal
import sys

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class EarlyStop:
    """
    Ends a program in order that is told SIGTERM before it waits for any: while it loads, opens its ledger.

    What was opened is closed on the way. Should somebody keep SystemExit from ending the program, a
    `StopSignal` knows all the same that the signal has come.
    """

    def __init__(self) -> None:
        self.came = False
        signal.signal(signal.SIGTERM, self._handle)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # `replace_process` held them back

    def _handle(self, _number: int, _frame: object) -> None:
        self.came = True
        sys.exit(0)


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
        before = [signal.signal(number, self._handle) for number in SIGNALS]
        if any(isinstance(one, EarlyStop) and one.came for one in map(_owner, before)):
            self._handle(signal.SIGTERM, None)

    def wait(self, seconds: float) -> bool:
        """Wait for at most so many seconds; whether a signal has come, now or earlier."""
        return bool(select.select([self._readable], [], [], seconds)[0])

    def _handle(self, _number: int, _frame: object) -> None:
        try:
            os.write(self._writable, b"s")
        except BlockingIOError:  # asked ten thousand times: it is known by now
            return


def replace_process(arguments: list[str]) -> None:
    """
    Have the same program begin anew in this process, with these arguments; return if it is to end instead.

    A signal that comes on the way is for the program that begins: it waits until that has an `EarlyStop`.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    if any(isinstance(one, StopSignal) and one.wait(0) for one in map(_owner, _handlers())):
        return
    os.execv(sys.executable, [sys.executable, *arguments])


def _handlers() -> list[object]:
    return [signal.getsignal(number) for number in SIGNALS]


def _owner(handler: object) -> object:
    return getattr(handler, "__self__", None)
