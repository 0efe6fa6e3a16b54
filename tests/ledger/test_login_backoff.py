"""Refused logins wait longer and longer, and not at all once the secret changed."""

from __future__ import annotations

from ledger.login_backoff import LoginBackOff

MINUTE = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_pauses_double_from_a_minute_to_an_hour() -> None:
    clock = Clock()
    backoff = LoginBackOff(clock=clock)
    assert backoff.seconds_left("old") == 0.0
    pauses = []
    for _ in range(8):
        pauses.append(backoff.refused("old", ValueError("no")) / MINUTE)
        clock.now += backoff.seconds_left("old")
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff.seconds_left("old") == 0.0


def test_a_day_of_refusals_is_a_few_dozen_logins() -> None:
    clock = Clock()
    backoff = LoginBackOff(clock=clock)
    logins = 0
    for _ in range(24 * 60 * 2):  # a look each 30 s
        if not backoff.seconds_left("old"):
            logins += 1
            backoff.refused("old", ValueError("no"))
        clock.now += 30
    assert logins < 35


def test_another_secret_may_be_tried_at_once() -> None:
    backoff = LoginBackOff(clock=Clock())
    backoff.refused("old", ValueError("no"))
    assert backoff.seconds_left("old") == MINUTE
    assert backoff.seconds_left("new") == 0.0
    backoff.refused("new", ValueError("no"))
    assert backoff.seconds_left("new") == MINUTE


def test_after_a_login_that_succeeded_nothing_waits() -> None:
    backoff = LoginBackOff(clock=Clock())
    backoff.refused("old", ValueError("no"))
    backoff.succeeded()
    assert backoff.seconds_left("old") == 0.0 and backoff.error is None
