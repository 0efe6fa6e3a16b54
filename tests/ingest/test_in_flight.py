"""Letters in flight: which of them are entered together, and how long one waits for others."""

from __future__ import annotations

from concurrent.futures import Future, wait
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Any

import pytest

from ingest.backpressure import batches
from ingest.in_flight import BATCH_SIZE, IN_FLIGHT, LettersInFlight
from ledger.ids import LetterId
from ledger.letter_types import Pending, StoredMessage
from tests.ingest.test_intake import NobodyExamines

NOON = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)


@pytest.fixture
def flight() -> LettersInFlight:
    return LettersInFlight(NobodyExamines())


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits so long: a letter that is not examined fails the test by its time."""
    monkeypatch.setattr("ingest.in_flight.GATHERING_SECONDS", 3600.0)


def add(flight: LettersInFlight, many: int, *, examined: bool = True) -> list[Future[Any]]:
    futures: list[Future[Any]] = []
    for number in range(many):
        future: Future[Any] = Future()
        if examined:
            future.set_result(number)
        flight.add((Pending(LetterId(number), f"{number}", NOON, 1, False, 0), future))
        futures.append(future)
    return futures


def test_a_letter_that_comes_alone_is_entered_at_once(flight: LettersInFlight) -> None:
    assert not flight.is_due()
    add(flight, 1, examined=False)[0].set_result(None)
    assert flight.is_due()
    assert len(flight.next_ones()) == 1


@pytest.mark.usefixtures("patient")
def test_after_an_entry_letters_gather_until_a_transaction_is_full(flight: LettersInFlight) -> None:
    flight.entered()
    add(flight, BATCH_SIZE - 1)
    assert not flight.is_due()
    add(flight, 2)
    assert flight.is_due()
    assert [one[0].digest for one in flight.next_ones()][:2] == ["0", "1"]
    assert len(flight) == 1


@pytest.mark.usefixtures("patient")
def test_where_too_much_is_in_flight_it_is_waited_for(flight: LettersInFlight) -> None:
    flight.entered()
    add(flight, IN_FLIGHT, examined=False)
    assert not flight.is_due()
    add(flight, 1, examined=False)
    assert flight.is_due()


def test_when_its_time_is_over_a_letter_waits_for_no_other(
    flight: LettersInFlight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.in_flight.GATHERING_SECONDS", 0.0)
    flight.entered()
    add(flight, 2)
    add(flight, 3, examined=False)
    assert flight.is_due()
    assert len(flight.next_ones()) == 2
    assert not flight.is_due()


def test_one_that_is_examined_within_the_time_comes_along(
    flight: LettersInFlight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.in_flight.GATHERING_SECONDS", 3600.0)
    flight.entered()
    add(flight, 1)
    late = add(flight, 1, examined=False)[0]

    def done_meanwhile(futures: list[Future[Any]], seconds: float) -> Any:
        assert seconds > 0
        if futures[0] is late:
            late.set_result(None)
        return wait(futures, 0)

    monkeypatch.setattr("ingest.in_flight.wait", done_meanwhile)
    assert len(flight.next_ones()) == 2


def test_while_a_letter_is_fetched_for_long_those_before_it_are_seen_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.backpressure.LOOKED_SECONDS", 0.0)
    queue: SimpleQueue[Future[StoredMessage] | None] = SimpleQueue()
    coming = batches(queue)
    assert next(coming) == []
    queue.put(None)
    assert list(coming) == []
