"""Watching a mailbox only while this process is the one that collects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.mailboxes.mailbox import Halted, Mailbox

PAUSE = 1.0
"""Seconds between two looks whether the mailbox is ours by now."""


@dataclass(slots=True)
class _Tenure:
    """Ends with the service, and once another process may collect: also when that one gave it back at once."""

    halted: Halted
    ours: Callable[[], bool]
    over: bool = False

    def is_set(self) -> bool:
        self.over = self.over or self.halted.is_set() or not self.ours()
        return self.over

    def wait(self, timeout: float | None = None) -> bool:
        return self.halted.wait(timeout) or self.is_set()


def watch_while(
    mailbox: Mailbox,
    wake: Callable[[], None],
    halted: Halted,
    ours: Callable[[], bool],
    pause: float = PAUSE,
) -> None:
    """
    Watch a mailbox whenever it is `ours`, until `halted`; return where the server tells nothing by itself.

    Servers count connections: a process that stands by has none.
    """
    while not halted.is_set():
        if not ours():
            halted.wait(pause)
            continue
        tenure = _Tenure(halted, ours)
        mailbox.watch(wake, tenure)
        if not tenure.over:
            return
