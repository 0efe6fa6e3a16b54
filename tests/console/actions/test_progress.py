"""What takes long says so; what is quick says nothing."""

from __future__ import annotations

import threading

from console.actions.progress import patience

NEVER = 3600.0


def test_what_only_reads_says_that_it_goes_on_where_it_takes_long() -> None:
    told: list[str] = []
    heard = threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        heard.set()

    with patience("逐条核对台账", tell, pulse=0.0001):
        assert heard.wait(60)
    assert told[0] == "仍在逐条核对台账，已用 0 秒。"


def test_what_is_quick_says_nothing() -> None:
    told: list[str] = []
    with patience("逐条核对台账", told.append, pulse=NEVER):
        pass
    assert told == []
