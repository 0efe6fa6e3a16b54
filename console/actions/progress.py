"""Signs of life of what takes long: nobody should think that it hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PULSE = 20.0
"""Seconds of silence after which we say that we are still at it."""

Told = Callable[[str], object]


@contextmanager
def alive(begun: str, told: Told, pulse: float = PULSE) -> Iterator[Told]:
    """Say what begins to change the ledger, and that it goes on while it does; yields what tells of the next step."""
    doing = [begun]

    def at(line: str) -> None:
        doing.append(line)
        told(f"{line}…")

    told(f"{begun}…")
    with _beating(lambda passed: told(f"  仍在进行：{doing[-1]}，{passed}。请不要关机。"), pulse):
        yield at


@contextmanager
def patience(doing: str, told: Told, pulse: float = PULSE) -> Iterator[None]:
    """Say that something which changes nothing goes on, where it takes long; nothing where it does not."""
    with _beating(lambda passed: told(f"仍在{doing}，{passed}。"), pulse):
        yield


@contextmanager
def _beating(beat: Callable[[str], object], pulse: float) -> Iterator[None]:
    ended, since = threading.Event(), time.monotonic()

    def run() -> None:
        while not ended.wait(pulse):
            beat(f"已用 {time.monotonic() - since:.0f} 秒")

    beating = threading.Thread(target=run, daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()
