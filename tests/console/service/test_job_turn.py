"""An office's place at a worker of several: asked for when letters wait, kept while jobs run, handed on in time."""

from __future__ import annotations

from console.service.job_turn import JobTurn
from console.service.turns import Turns


def test_an_office_with_a_flood_hands_its_place_on_once_its_job_is_done() -> None:
    turns = Turns(1)
    flooded, other = JobTurn(turns, seconds=0.0), JobTurn(turns, seconds=0.0)
    for _ in range(3):
        assert flooded.may_take()  # nobody waits: it goes on
        flooded.took()
    assert not other.may_take()
    flooded.done()
    assert not flooded.may_take()
    assert not other.may_take()
    flooded.done()
    flooded.done()
    assert not flooded.held
    assert other.may_take()
    other.took()
    assert not flooded.may_take()
    other.done()
    assert flooded.may_take()


def test_who_finds_no_job_keeps_no_place() -> None:
    turns = Turns(1)
    one, other = JobTurn(turns), JobTurn(turns)
    assert one.may_take()
    one.took()
    one.found_none()
    assert one.held
    assert not other.may_take()
    one.done()
    assert not one.held
    assert other.may_take()
    other.found_none()
    assert one.may_take()


def test_who_waits_no_longer_or_ends_leaves_its_place_to_others() -> None:
    turns = Turns(1)
    first, second, third = (JobTurn(turns) for _ in range(3))
    assert first.may_take()
    assert not second.may_take()
    assert not third.may_take()
    second.found_none()  # another machine did its jobs
    first.took()
    first.end()  # with a job in hand: the office is closed
    first.done()
    assert third.may_take()
    third.end()
    assert second.may_take()
    second.end()
    assert not turns.wanted
    assert turns.ask().is_set()
