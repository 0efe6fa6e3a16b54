"""In what order letters of ours leave, what waits and why, and how a person owes them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from ledger.letters import LetterRepository
from ledger.models.letters import LetterRow, OutboxRow
from ledger.outbox import Outbox
from ledger.queries.due import LONGEST_PAUSE
from ledger.queries.outbox import Bounds, OutboxQueries
from ledger.states import DeliveryState, LetterState, WaitReason
from notifier.delivery.deliver import BEHIND, Ceilings, Delivered
from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    Interrupted,
    PermanentFailure,
    Uncertain,
)
from tests.notifier.delivering import (
    DAY,
    FROM,
    HOUR,
    MINUTE,
    NOON,
    PLENTY,
    QIAN,
    SCORES,
    SUN,
    ScriptedRelay,
    go,
    numbers,
    owe,
    states,
)

# order and ceilings


def test_after_an_outage_todays_letters_and_the_backlog_take_turns(engine: Engine) -> None:
    for number in range(1, 5):
        owe(engine, number, f"old{number}@town.example", at=NOON - 5 * DAY)
    for number in range(5, 8):
        owe(engine, number, f"new{number}@town.example")
    relay = ScriptedRelay()
    assert go(engine, relay).sent == 7
    assert numbers(relay) == [5, 1, 6, 2, 7, 3, 4]


def test_a_correction_never_overtakes_the_receipt_it_corrects(engine: Engine) -> None:
    owe(engine, 1, at=NOON - 5 * DAY)
    owe(engine, 2)
    with Session(engine) as session, session.begin():
        session.get_one(OutboxRow, 2).letter_id = 1
    relay = ScriptedRelay()
    assert go(engine, relay).sent == 2
    assert numbers(relay) == [1, 2]


def test_what_is_over_an_addresss_ceiling_waits_for_the_next_day(engine: Engine) -> None:
    for number in range(1, 101):
        owe(engine, number, "machine@town.example")
    owe(engine, 101, SUN)
    ceilings = Ceilings(1000, 1000, per_address=30)
    relay = ScriptedRelay()
    sent = [go(engine, relay, NOON + day * DAY, ceilings).sent for day in (0, 0.5, 1, 2, 3, 4)]
    assert sent == [31, 0, 30, 30, 10, 0]
    assert set(states(engine)) == {DeliveryState.SENT}


def test_strangers_have_a_small_budget_and_officers_go_first(engine: Engine) -> None:
    for number in range(1, 21):
        owe(engine, number, f"stranger{number}@elsewhere.example", unit=None)
    owe(engine, 21, QIAN)
    relay = ScriptedRelay()
    ceilings = Ceilings(1000, 1000, per_address=30, strangers=5)
    assert go(engine, relay, NOON, ceilings).sent == 6
    assert numbers(relay) == [21, 1, 2, 3, 4, 5]
    assert go(engine, relay, NOON + HOUR, ceilings) == Delivered()
    owe(engine, 22, QIAN, at=NOON + HOUR)
    assert go(engine, relay, NOON + HOUR, ceilings) == Delivered(sent=1)
    assert go(engine, relay, NOON + DAY, ceilings).sent == 5


def test_what_waits_is_counted_with_why(engine: Engine) -> None:
    for number in range(1, 6):
        owe(engine, number, "machine@town.example")
    for number in range(6, 10):
        owe(engine, number, f"stranger{number}@elsewhere.example", unit=None)
    owe(engine, 10, QIAN)
    relay = ScriptedRelay(*[Accepted("250")] * 3, Interrupted("reset"))
    go(engine, relay, NOON, Ceilings(100, 100, per_address=3, strangers=1))
    backlog = OutboxQueries(engine).backlog(NOON, Bounds(3, 1))
    assert backlog.many == sum(backlog.reasons.values()) == 6
    assert backlog.reasons == {
        WaitReason.ADDRESS_CEILING: 2,
        WaitReason.STRANGERS_CEILING: 3,
        WaitReason.RELAY: 1,
    }
    listed = OutboxQueries(engine).listing(NOON, Bounds(3, 1))
    assert {one.again for one in listed if one.wait is WaitReason.RELAY} == {NOON + BEHIND}


# clocks


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=400)])
def test_a_clock_that_was_in_the_future_holds_nothing_until_then(
    engine: Engine, ahead: timedelta
) -> None:
    for number in range(1, 4):
        owe(engine, number, f"officer{number}@town.example")
    future = NOON + ahead
    relay = ScriptedRelay(Accepted("250"), ChannelPaused(timedelta(), "421", over_letter=True))
    go(engine, relay, future, Ceilings(1000, 1000, per_address=1))
    assert states(engine) == [DeliveryState.SENT, DeliveryState.OWED, DeliveryState.OWED]
    assert go(engine, relay, NOON, Ceilings(2, 2, per_address=1)) == Delivered(sent=2)


def test_a_moment_beyond_the_longest_pause_is_due(engine: Engine) -> None:
    owe(engine, 1)
    with engine.begin() as connection:
        connection.execute(
            update(OutboxRow).values(not_before=NOON + LONGEST_PAUSE + MINUTE, tried=NOON - HOUR)
        )
    assert go(engine, ScriptedRelay()) == Delivered(sent=1)


# owed again


def test_what_was_given_up_or_is_uncertain_is_owed_again_by_a_person(engine: Engine) -> None:
    for number, to in enumerate((QIAN, SUN, "li@town.example"), 1):
        owe(engine, number, to)
    relay = ScriptedRelay(PermanentFailure("550 Invalid User"), Uncertain("x"))
    go(engine, relay)
    relay.script = [Uncertain("x")]
    for _ in range(2):
        go(engine, relay, NOON + HOUR)
    assert states(engine) == [
        DeliveryState.GIVEN_UP,
        DeliveryState.UNCERTAIN,
        DeliveryState.SENT,
    ]
    again = Outbox(engine).owe_again([1, 2, 3, 77], "li", "地址已更正", NOON + HOUR)
    assert again == (1, 2)
    with Session(engine) as session:
        assert session.get_one(LetterRow, 1).state is LetterState.EXAMINED
    assert go(engine, relay, NOON + HOUR).sent == 2
    assert LetterRepository(engine, SCORES).census() == {LetterState.SETTLED: 3}


def test_a_letter_whose_text_was_purged_cannot_be_owed_again(engine: Engine) -> None:
    owe(engine, 1)
    go(engine, ScriptedRelay(PermanentFailure("550 Invalid User")))
    with engine.begin() as connection:
        connection.execute(update(OutboxRow).values(raw=b""))
    assert Outbox(engine).owe_again([1], "li", "", NOON) == ()
    (listed,) = OutboxQueries(engine).listing(NOON, Bounds())
    assert not listed.kept


def test_a_round_that_is_to_end_begins_no_further_letter(engine: Engine) -> None:
    from notifier.delivery.deliver import deliver

    for number in range(1, 4):
        owe(engine, number)
    relay = ScriptedRelay()
    done = deliver(Outbox(engine), relay, FROM, NOON, PLENTY, halted=lambda: len(relay.offered) > 0)
    assert done == Delivered(sent=1)


def test_todays_officer_is_answered_before_five_thousand_strangers(engine: Engine) -> None:
    for number in range(1, 120):
        owe(engine, number, f"s{number}@elsewhere.example", at=NOON - HOUR, unit=None)
    owe(engine, 120, QIAN)
    relay = ScriptedRelay()
    go(engine, relay, ceilings=Ceilings(1, 1))
    assert numbers(relay) == [120]
