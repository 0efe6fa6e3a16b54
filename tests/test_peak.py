"""The simulation of a Friday afternoon: nothing is lost in it, and it agrees with what is known of queues."""

from __future__ import annotations

import math
import random

import pytest

from bench.peak import Costs, Installation, afternoon, erlang_wait, simulate

SMALL = Installation(offices=20, letters_a_year=60_000, lines=5, workers=1, writers=1)


def test_every_letter_of_the_afternoon_is_answered() -> None:
    seen = simulate(SMALL, Costs())
    assert seen.came > 300
    assert len(seen.waits) == seen.came


def test_letters_come_in_order_and_swell_towards_the_deadline() -> None:
    moments = [moment for moment, _ in afternoon(random.Random(3), SMALL)]
    assert moments == sorted(moments)
    assert sum(3 * 3600 <= one < 4 * 3600 for one in moments) > sum(one < 3600 for one in moments)


def test_an_office_past_its_relays_ceiling_waits_and_no_other_does() -> None:
    crowded = Installation(offices=1, letters_a_year=60_000, lines=5, workers=1, writers=1)
    seen = simulate(crowded, Costs(per_hour=50))
    assert seen.over_ceiling > 100
    assert max(seen.waits) > 3600
    assert simulate(SMALL, Costs(per_hour=50)).over_ceiling < seen.over_ceiling


def test_one_worker_that_is_too_slow_falls_behind_and_four_do_not() -> None:
    slow = Costs(examine=40.0)
    one = simulate(SMALL, slow)
    four = simulate(
        Installation(offices=20, letters_a_year=60_000, lines=5, workers=4, writers=1), slow
    )
    assert one.longest_queue > 10 * max(four.longest_queue, 1)


@pytest.mark.parametrize(
    ("rate", "service", "servers", "wait"),
    [(0.5, 1.0, 1, 1.0), (1.0, 1.0, 2, 1 / 3), (0.9, 1.0, 1, 9.0)],
)
def test_erlangs_formula_gives_the_waits_of_the_textbooks(
    rate: float, service: float, servers: int, wait: float
) -> None:
    assert erlang_wait(rate, service, servers) == pytest.approx(wait)


def test_a_queue_that_cannot_keep_up_has_no_end() -> None:
    assert erlang_wait(2.0, 1.0, 2) == math.inf
