"""Offices take turns at the workers: in the order in which they asked, each for a while."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.service.turns import Turn, Turns
from ingest.examination_types import ExaminationResult
from ingest.sandbox.pool import PoolClosed

PATIENCE = 60.0
AT = datetime(2022, 3, 7, tzinfo=UTC)


class Counting:
    """Examiners that only count what they are asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.warmed = 0

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        self.asked += 1
        return Future()

    def recognise(
        self, letter: Path, received: datetime, examined: ExaminationResult
    ) -> Future[ExaminationResult]:
        raise AssertionError

    def warm_up(self) -> None:
        self.warmed += 1

    def tend(self) -> None:
        return None


def never() -> bool:
    return False


def test_a_round_without_letters_takes_no_place_and_starts_no_worker() -> None:
    workers = Counting()
    turn = Turn(workers, Turns(1))
    turn.begin(never)
    turn.warm_up()
    assert not turn.is_over
    turn.end()
    assert workers.warmed == 0


def test_whoever_asked_first_is_next_and_the_first_is_told_that_its_time_is_over() -> None:
    turns, told = Turns(1), []
    first = Turn(Counting(), turns, seconds=0.0)
    first.begin(never)
    first.submit(Path(), AT, False)
    assert not first.is_over  # nobody waits: it goes on as long as it likes
    asked = [threading.Event(), threading.Event()]

    def office(name: str, mine: threading.Event) -> None:
        def asked_to_stop() -> bool:
            mine.set()
            return False

        turn = Turn(Counting(), turns)
        turn.begin(asked_to_stop)
        turn.submit(Path(), AT, False)
        told.append(name)
        turn.end()

    threads = []
    for name, mine in zip(("second", "third"), asked, strict=True):
        threads.append(threading.Thread(target=office, args=(name, mine)))
        threads[-1].start()
        assert mine.wait(PATIENCE)  # it stands in the row
    assert first.is_over
    first.end()
    for thread in threads:
        thread.join(PATIENCE)
    assert told == ["second", "third"]
    assert not turns.wanted


def test_an_office_that_is_to_stop_waits_no_longer_and_its_letter_loses_no_try() -> None:
    turns, workers = Turns(1), Counting()
    assert turns.acquire(never)
    turn = Turn(workers, turns)
    turn.begin(lambda: True)
    with pytest.raises(PoolClosed):
        turn.submit(Path(), AT, False).result(PATIENCE)
    assert workers.asked == 0
    turns.release()
    assert turns.acquire(never)  # the place was not lost
