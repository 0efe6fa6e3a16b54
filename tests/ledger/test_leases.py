"""Leases: one holder at a time, and another takes over within a minute when a machine dies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import ColumnElement, DateTime, Engine, literal

from ledger.leases import LASTS, RENEWED_SECONDS, Lease, Leases
from tests.ledgers import ON_POSTGRESQL


@dataclass
class Clock:
    """The database's moment, and with it the machines' own seconds."""

    moment: datetime = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)

    def __call__(self) -> ColumnElement[datetime]:
        return literal(self.moment, DateTime(timezone=True))

    def seconds(self) -> float:
        return self.moment.timestamp()

    def passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


pytestmark = ON_POSTGRESQL


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machines(engine: Engine, clock: Clock) -> tuple[Lease, Lease]:
    leases = Leases(engine, clock)
    first, second = (Lease(leases, "mailbox:a", one, clock.seconds) for one in ("a 1", "b 2"))
    return first, second


def test_one_alone_holds_it_as_long_as_it_renews_it(
    machines: tuple[Lease, Lease], clock: Clock
) -> None:
    first, second = machines
    assert first.renew()
    for _ in range(20):
        clock.passes(RENEWED_SECONDS)
        assert first.renew()
        assert not second.renew()
    assert first.held
    assert not second.held
    told = second.other()
    assert told is not None
    assert told.holder == "a 1"
    assert told.since == clock.moment - timedelta(seconds=20 * RENEWED_SECONDS)
    assert first.other() is None


def test_a_machine_that_died_is_replaced_within_a_minute_and_knows_it_before(
    machines: tuple[Lease, Lease], clock: Clock
) -> None:
    first, second = machines
    assert first.renew()
    waited = 0.0
    while not second.renew():
        assert first.held or waited > RENEWED_SECONDS
        clock.passes(RENEWED_SECONDS)
        waited += RENEWED_SECONDS
    assert waited <= LASTS.total_seconds() + RENEWED_SECONDS < 60
    assert not first.held, "two of them would collect at once"
    assert not first.renew()


def test_whoever_ends_lets_go_at_once_and_only_of_its_own(machines: tuple[Lease, Lease]) -> None:
    first, second = machines
    assert first.renew()
    second.release()
    assert not second.renew()
    first.release()
    assert not first.held
    assert second.renew()


def test_a_ledger_that_is_away_decides_nothing(
    machines: tuple[Lease, Lease], clock: Clock, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = machines
    assert first.renew()

    def away(*_: object) -> bool:
        from sqlalchemy.exc import OperationalError

        raise OperationalError("", {}, Exception("gone"))

    monkeypatch.setattr(Leases, "take", away)
    assert first.renew(), "it is ours until it lapses"
    clock.passes(LASTS.total_seconds())
    assert not first.renew()
