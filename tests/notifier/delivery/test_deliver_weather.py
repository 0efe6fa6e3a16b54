"""Whatever relay, ledger, disk and clock do: none is lost, at most one is repeated, none waits for ever."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.letters import LetterRepository
from ledger.outbox import Outbox
from ledger.states import DeliveryState, LetterState
from notifier.delivery.deliver import BEHIND, MAX_TRIES, REPEAT_AFTER, Delivered
from notifier.delivery.relay import (
    ChannelPaused,
    Interrupted,
    PermanentFailure,
    RelayRefused,
    Uncertain,
)
from notifier.delivery.send_log import InTransit, SendLog
from notifier.delivery.smtp import SmtpRelay
from notifier.delivery.smtp_session import Tls
from tests.notifier.delivering import (
    DAY,
    FROM,
    HOUR,
    MINUTE,
    NOON,
    QIAN,
    SCORES,
    SUN,
    ScriptedRelay,
    go,
    killed_before_the_record,
    numbers,
    owe,
    raw_of,
    row,
    states,
)
from tests.notifier.relays import PATIENT, Wire

END = b"\r\n.\r\n"


@pytest.fixture
def log(tmp_path: Path) -> SendLog:
    return SendLog(tmp_path / "in-transit.json")


# an answer that never came


def test_a_cut_after_the_end_is_repeated_once_and_then_a_persons(
    engine: Engine, serve: Callable[..., Any], log: SendLog
) -> None:
    owe(engine, 1)
    owe(engine, 2, SUN)
    smtp = serve(Tls.NONE)
    now = NOON
    with Wire((smtp.host, smtp.port), END, times=2) as wire:
        relay = SmtpRelay("127.0.0.1", wire.port, FROM, "right", Tls.NONE, PATIENT)
        done = [go(engine, relay, now := now + HOUR, log=log) for _ in range(5)]
    assert states(engine) == [DeliveryState.UNCERTAIN, DeliveryState.SENT]
    taken = [envelope.content for envelope in smtp.post.taken]
    assert taken.count(raw_of(1)) == 2 and taken.count(raw_of(2)) == 1
    assert sum(one.uncertain for one in done) == 1 and "没有收到答复" in done[0].trouble
    (unsure,) = Outbox(engine).unsent(NOON)
    assert unsure.state is DeliveryState.UNCERTAIN and "两次" in unsure.reply
    assert LetterRepository(engine, SCORES).census() == {LetterState.SETTLED: 2}


def test_a_relay_that_answers_the_repeat_ends_the_doubt(engine: Engine, log: SendLog) -> None:
    owe(engine, 1)
    relay = ScriptedRelay(Uncertain("SMTPServerDisconnected"))
    assert go(engine, relay, log=log).postponed == 1
    assert (row(engine).uncertain, row(engine).tries) == (1, 0)
    assert go(engine, relay, NOON + REPEAT_AFTER - MINUTE, log=log) == Delivered()
    assert go(engine, relay, NOON + REPEAT_AFTER, log=log) == Delivered(sent=1)
    assert numbers(relay) == [1, 1]


def test_a_refused_repeat_says_that_the_first_may_have_arrived(engine: Engine) -> None:
    owe(engine, 1)
    relay = ScriptedRelay(Uncertain("silence"), PermanentFailure("550 Invalid User"))
    go(engine, relay)
    go(engine, relay, NOON + HOUR)
    assert row(engine).state is DeliveryState.GIVEN_UP
    assert "可能已经送达" in row(engine).reply


# the relay is away, or refuses us


def test_a_relay_that_is_away_for_eight_days_costs_no_letter_a_try(engine: Engine) -> None:
    for number in range(1, 4):
        owe(engine, number)
    relay = ScriptedRelay(*[ChannelPaused(timedelta(), "ConnectionRefusedError")] * 8 * 24)
    for hours in range(8 * 24):
        done = go(engine, relay, NOON + hours * HOUR)
        assert done.trouble and not (done.postponed or done.given_up or done.refused)
    assert [row(engine, number).tries for number in (1, 2, 3)] == [0, 0, 0]
    assert go(engine, relay, NOON + 8 * DAY) == Delivered(sent=3)


def test_connections_that_break_inside_a_letter_are_no_tries_and_hold_up_no_other(
    engine: Engine,
) -> None:
    owe(engine, 1)
    owe(engine, 2, SUN)
    relay = ScriptedRelay(Interrupted("reset"))
    assert go(engine, relay) == Delivered(sent=1, postponed=1)
    now = NOON
    for _ in range(2 * MAX_TRIES):
        relay.script = [Interrupted("reset")]
        now = now + BEHIND
        assert go(engine, relay, now).given_up == 0
    assert row(engine).tries == 0
    assert go(engine, relay, now + BEHIND) == Delivered(sent=1)


def test_a_refusal_of_us_over_a_letter_lets_another_go_first_the_next_time(engine: Engine) -> None:
    owe(engine, 1)
    owe(engine, 2, SUN)
    spam = RelayRefused("判为垃圾邮件", "550 DT:SPM", over_letter=True)
    relay = ScriptedRelay(spam)
    done = go(engine, relay)
    assert (done.refused, done.trouble, done.given_up) == (True, "判为垃圾邮件", 0)
    assert (row(engine).state, row(engine).tries) == (DeliveryState.OWED, 0)
    assert go(engine, relay, NOON + MINUTE) == Delivered(sent=1)
    assert numbers(relay) == [1, 2]


def test_a_letter_refused_again_while_others_pass_is_itself_to_blame(engine: Engine) -> None:
    owe(engine, 1)
    owe(engine, 2, SUN)
    owe(engine, 3, SUN)
    spam = RelayRefused("判为垃圾邮件", "550 DT:SPM", over_letter=True)
    relay = ScriptedRelay(spam)
    go(engine, relay)
    assert go(engine, relay, NOON + MINUTE).sent == 2
    relay.script = [spam]
    assert go(engine, relay, NOON + HOUR) == Delivered(given_up=1)
    assert row(engine).state is DeliveryState.GIVEN_UP


def test_a_relay_that_refuses_every_letter_gives_up_none(engine: Engine) -> None:
    for number, to in enumerate((QIAN, SUN, "li@town.example"), 1):
        owe(engine, number, to)
    spam = RelayRefused("判为垃圾邮件", "550 DT:SPM", over_letter=True)
    relay = ScriptedRelay(*[spam] * 100)
    for hours in range(100):
        assert go(engine, relay, NOON + hours * HOUR).refused
    assert set(states(engine)) == {DeliveryState.OWED}


# the ledger cannot be written, or the disk is full


@contextmanager
def locked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program writes to the ledger all the while; ours waits a moment, not ten seconds."""
    monkeypatch.setattr("ledger.models.database.PATIENCE", 0)
    path = engine.url.database
    assert path is not None
    engine.dispose()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


def test_while_the_ledger_is_locked_each_letter_leaves_once(
    engine: Engine, serve: Callable[..., Any], log: SendLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        owe(engine, number)
    smtp = serve(Tls.IMPLICIT)
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)
    with locked(engine, monkeypatch):
        done = [go(engine, relay, log=log) for _ in range(6)]
        assert [one.sent for one in done] == [1, 0, 0, 0, 0, 0]
        assert all("台账" in one.trouble for one in done)
        assert log.in_transit() == InTransit("<receipt.1@office.example>", "250 2.0.0 OK queued")
    assert go(engine, relay, log=log).sent == 2
    assert [one.content for one in smtp.post.taken] == [raw_of(number) for number in (1, 2, 3)]
    assert states(engine) == [DeliveryState.SENT] * 3
    assert row(engine).reply == "250 2.0.0 OK queued"


def test_what_was_sent_is_remembered_by_the_next_process(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(engine, 1)
    owe(engine, 2)
    relay = ScriptedRelay()
    path = tmp_path / "in-transit.json"
    with locked(engine, monkeypatch):
        go(engine, relay, log=SendLog(path))
    assert go(engine, relay, log=SendLog(path)).sent == 1
    assert numbers(relay) == [1, 2]
    assert SendLog(path).in_transit() is None


def test_where_the_send_log_cannot_be_written_nothing_is_sent(
    engine: Engine, log: SendLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(engine, 1)
    relay = ScriptedRelay()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        done = go(engine, relay, log=log)
    assert relay.offered == [] and "No space left" in done.trouble
    assert go(engine, relay, log=log) == Delivered(sent=1)


def test_with_disk_and_ledger_full_at_once_the_program_still_knows_what_it_sent(
    engine: Engine, log: SendLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(engine, 1)
    owe(engine, 2)
    relay = ScriptedRelay()
    written = 0
    plain = os.pwrite

    def full_after_one(handle: int, line: bytes, offset: int) -> int:
        nonlocal written
        written += 1
        if written > 1:
            raise OSError(28, "No space left on device")
        return plain(handle, line, offset)

    with locked(engine, monkeypatch), monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full_after_one)
        for _ in range(3):
            go(engine, relay, log=log)
    assert numbers(relay) == [1]
    go(engine, relay, log=log)
    assert numbers(relay) == [1, 2]


def test_killed_between_the_end_and_the_record_a_letter_is_repeated_once_at_most(
    engine: Engine, serve: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(engine, 1)
    smtp = serve(Tls.IMPLICIT)
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)
    path = tmp_path / "in-transit.json"
    for _ in range(2):
        killed_before_the_record(engine, relay, monkeypatch, SendLog(path))
    go(engine, relay, log=SendLog(path))
    assert states(engine) == [DeliveryState.UNCERTAIN]
    assert [one.content for one in smtp.post.taken] == [raw_of(1)] * 2
