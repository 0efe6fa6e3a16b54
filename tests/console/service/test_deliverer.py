"""Delivery in its own thread: at once when something is owed, never in haste when in trouble, always ended."""

from __future__ import annotations

import threading

from console.service.deliverer import Deliverer
from notifier.delivery.deliver import Delivered

PATIENCE = 60.0
NEVER = 3600.0


class Counting:
    """Counts deliveries and says when so many were made."""

    def __init__(self, answer: Delivered | None = None) -> None:
        self.answer = answer or Delivered()
        self.many = 0
        self._made = threading.Condition()

    def __call__(self) -> Delivered:
        with self._made:
            self.many += 1
            self._made.notify_all()
        return self.answer

    def came_to(self, many: int) -> bool:
        with self._made:
            return self._made.wait_for(lambda: self.many >= many, PATIENCE)


def test_while_letters_are_entered_it_looks_again_and_again_and_else_when_told() -> None:
    deliver = Counting()
    deliverer = Deliverer(deliver, lambda: None, pause=0.01, rest=NEVER)
    deliverer.start()
    assert deliver.came_to(1)
    deliverer.look()
    assert deliver.came_to(2)
    deliverer.round_begins()
    assert deliver.came_to(10)
    deliverer.round_ends()
    assert deliverer.join(PATIENCE, PATIENCE)


def test_told_that_something_is_owed_it_looks_at_once_however_long_its_pauses() -> None:
    deliver = Counting()
    deliverer = Deliverer(deliver, lambda: None, pause=NEVER, rest=NEVER)
    deliverer.start()
    for looks in (1, 2, 3):
        assert deliver.came_to(looks)
        deliverer.look()
    assert deliverer.join(PATIENCE, PATIENCE)


def test_in_trouble_it_is_in_no_haste_whoever_wakes_it() -> None:
    deliver = Counting(Delivered(trouble="发信服务器停机"))
    deliverer = Deliverer(deliver, lambda: None, pause=NEVER, rest=NEVER)
    deliverer.start()
    assert deliver.came_to(1)
    deliverer.look()
    deliverer.look()
    assert deliverer.join(PATIENCE, PATIENCE)
    assert deliver.many == 1


def test_what_trips_one_delivery_does_not_stop_the_next() -> None:
    deliver = Counting()

    def trips() -> Delivered:
        deliver()
        raise RuntimeError("a bug of ours")

    deliverer = Deliverer(trips, lambda: None, pause=0.01, rest=0.01)
    deliverer.start()
    assert deliver.came_to(3)
    assert deliverer.join(PATIENCE, PATIENCE)


def test_a_wait_for_the_relay_is_ended_by_hanging_up() -> None:
    entered, hung_up = threading.Event(), threading.Event()

    def stalls() -> Delivered:
        entered.set()
        hung_up.wait(PATIENCE)
        return Delivered(uncertain=1)

    deliverer = Deliverer(stalls, hung_up.set)
    deliverer.start()
    assert entered.wait(PATIENCE)
    assert deliverer.join(0.05, PATIENCE)
    assert hung_up.is_set()
