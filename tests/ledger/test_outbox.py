"""The letters we owe: when each is due, what becomes of it, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger import journal
from ledger.ids import LetterId
from ledger.outbox import Outbox, Unsent, Waiting
from ledger.owing import owe_letters
from ledger.queries.due import Due
from ledger.row_values import OutgoingMessage
from ledger.states import Act, DeliveryState, LetterKind, LetterState
from tests.ledger.world import MARCH, World, receipt

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    return Outbox(engine)


def of_day(name: str, **changes: object) -> OutgoingMessage:
    plain = receipt(f"<{name}@office.example>")
    return replace(plain, **({"kind": LetterKind.DIGEST} | changes))  # type: ignore[arg-type]


def one(outbox: Outbox, now: datetime = MARCH) -> Due:
    (due,) = outbox.due(now, 10)
    return due


def settled(world: World) -> bool:
    return world.letters.census() == {LetterState.SETTLED: 1}


def test_what_was_sent_is_owed_no_more_and_its_letter_is_settled(
    world: World, outbox: Outbox
) -> None:
    letter = world.enter()
    assert not settled(world)
    due = one(outbox)
    assert outbox.owed("<receipt.1@office.example>") == replace(due, stranger=False)
    outbox.sent([(due, "250 好")], MARCH + HOUR)
    assert settled(world)
    assert (outbox.owed(due.message_id), outbox.due(MARCH + HOUR, 10)) == (None, [])
    assert outbox.census() == {DeliveryState.SENT: 1}
    assert outbox.of_letter(letter) == [
        (MARCH, LetterKind.RECEIPT, DeliveryState.SENT, MARCH + HOUR)
    ]


def test_a_letter_that_is_owed_two_answers_is_settled_by_the_last(
    world: World, outbox: Outbox
) -> None:
    letter = world.enter()
    due = one(outbox)
    second = of_day("second", kind=LetterKind.CORRECTION)
    with Session(world.engine) as session, session.begin():
        owe_letters(session, [second], MARCH, letter)
    outbox.sent([(due, "")], MARCH)
    assert not settled(world)
    outbox.give_up(one(outbox), "550 没有此人", MARCH)
    assert settled(world)
    with world.engine.connect() as connection:
        assert connection.scalars(text("SELECT tries FROM outbox")).all() == [1, 1]
    assert [state for _, _, state, _ in outbox.of_letter(letter)] == [
        DeliveryState.SENT,
        DeliveryState.GIVEN_UP,
    ]


def test_a_letter_of_the_day_settles_nobody_elses(world: World, outbox: Outbox) -> None:
    world.enter()
    outbox.enqueue_once([of_day("digest.1")], MARCH)
    (digest,) = (due for due in outbox.due(MARCH, 10) if due.letter_id is None)
    outbox.sent([(digest, "")], MARCH)
    assert not settled(world)
    assert outbox.owed(digest.message_id) is None


def test_what_was_given_up_or_is_uncertain_is_listed_the_latest_first(
    world: World, outbox: Outbox
) -> None:
    outbox.enqueue_once([of_day("a"), of_day("b"), of_day("c")], MARCH)
    first, second, third = outbox.due(MARCH, 10)
    outbox.give_up(first, "550 没有此人", MARCH)
    outbox.leave_to_a_person(second, "没有回音", MARCH + HOUR)
    outbox.sent([(third, "")], MARCH + HOUR)
    given_up = Unsent(
        *(None, LetterKind.DIGEST, first.recipient, "回执", "550 没有此人"),
        DeliveryState.GIVEN_UP,
    )
    uncertain = replace(given_up, reply="没有回音", state=DeliveryState.UNCERTAIN)
    assert outbox.unsent(MARCH) == [uncertain, given_up]
    assert outbox.unsent(MARCH, most=1) == [uncertain]
    assert outbox.unsent(MARCH + SECOND) == [uncertain]


def test_what_the_relay_put_off_waits_and_the_try_is_counted_if_it_was_the_letters(
    outbox: Outbox,
) -> None:
    outbox.enqueue_once([of_day("a")], MARCH)
    outbox.postpone(one(outbox), MARCH + HOUR, "450 稍后", MARCH)
    assert outbox.due(MARCH + HOUR - SECOND, 10) == []
    assert outbox.waiting(MARCH) == Waiting(1, MARCH, ("450 稍后",))
    assert outbox.waiting(MARCH + HOUR) == Waiting(1, MARCH, ())
    due = one(outbox, MARCH + HOUR)
    assert (due.tries, due.tried, due.reply) == (1, MARCH, "450 稍后")
    outbox.postpone(due, MARCH + HOUR, "忙", MARCH, counted=False)
    outbox.doubt(one(outbox, MARCH + HOUR), MARCH + HOUR, "断了", MARCH)
    due = one(outbox, MARCH + HOUR)
    assert (due.tries, due.uncertain, due.reply) == (1, 1, "断了")


def test_nothing_owed_is_no_backlog(outbox: Outbox) -> None:
    assert outbox.waiting(MARCH) == Waiting(0, None, ())


def test_what_is_owed_again_is_as_if_it_had_never_been_tried(world: World, outbox: Outbox) -> None:
    world.enter()
    due = one(outbox)
    outbox.doubt(due, MARCH, "断了", MARCH)
    outbox.leave_to_a_person(due, "没有回音", MARCH)
    assert settled(world)
    later = MARCH + HOUR
    assert outbox.owe_again([due.id, 77], "li", "再发", later) == (due.id,)
    again = one(outbox, later)
    assert (again.tries, again.uncertain, again.tried, again.reply) == (0, 0, None, "")
    assert outbox.due(later - SECOND, 10) == []
    assert not settled(world)
    (line,) = journal.history(world.engine, acts=(Act.OWED_AGAIN,))
    assert (line.entry.facts, line.entry.who, line.entry.why) == (
        {"outbox": [due.id]},
        "li",
        "再发",
    )


def test_neither_what_was_sent_nor_what_was_forgotten_is_owed_again(
    world: World, outbox: Outbox
) -> None:
    outbox.enqueue_once([of_day("a"), of_day("b", raw=b"")], MARCH)
    sent, empty = outbox.due(MARCH, 10)
    outbox.sent([(sent, "")], MARCH)
    outbox.give_up(empty, "", MARCH)
    assert outbox.owe_again([sent.id, empty.id], "li", "", MARCH) == ()
    assert list(journal.history(world.engine, acts=(Act.OWED_AGAIN,))) == []


def test_of_very_many_none_is_left_out(outbox: Outbox) -> None:
    letters = [of_day(f"n{number}") for number in range(501)]
    assert outbox.enqueue_once(letters, MARCH) == 501
    assert outbox.enqueue_once([*letters, of_day("one more")], MARCH) == 1
    numbers = [due.id for due in outbox.due(MARCH, 600)]
    assert len(numbers) == 502
    assert sorted(outbox.owe_again(numbers, "li", "", MARCH)) == sorted(numbers)


def test_a_letter_handed_in_twice_at_once_is_owed_once(outbox: Outbox) -> None:
    assert outbox.enqueue_once([of_day("a"), of_day("a")], MARCH) == 1
    assert outbox.enqueue_once([], MARCH) == 0
    assert outbox.enqueue_once([of_day("a")], MARCH) == 0


def test_ceilings_count_what_left_between_two_moments(world: World, outbox: Outbox) -> None:
    world.enter()
    world.enter(unit=None)
    outbox.enqueue_once([of_day("a")], MARCH)
    for due in outbox.due(MARCH, 10):
        outbox.sent([(due, "")], MARCH)
    before = MARCH - SECOND
    assert (outbox.sent_since(before, MARCH), outbox.sent_since(MARCH, MARCH + HOUR)) == (3, 0)
    assert outbox.sent_since(before, before) == 0
    assert outbox.answered_since(before, MARCH) == {"qian@town.example": 2}
    assert outbox.answered_since(MARCH, MARCH + HOUR) == {}
    assert outbox.strangers_answered_since(before, MARCH) == 1
    assert outbox.strangers_answered_since(MARCH, MARCH + HOUR) == 0


def test_a_letter_of_the_day_is_known_by_kind_and_moment(world: World, outbox: Outbox) -> None:
    assert outbox.last_owed(LetterKind.DIGEST, MARCH) is None
    world.enter()
    outbox.enqueue_once([of_day("a")], MARCH)
    outbox.enqueue_once([of_day("b")], MARCH + HOUR)
    assert outbox.last_owed(LetterKind.DIGEST, MARCH) == MARCH
    assert outbox.last_owed(LetterKind.DIGEST, MARCH + HOUR) == MARCH + HOUR
    assert outbox.last_owed(LetterKind.REMINDER, MARCH) is None
    assert outbox.last_owed(LetterKind.RECEIPT, MARCH) is None, "it answers a letter"
    assert outbox.message_ids(LetterKind.DIGEST, MARCH + HOUR) == ["<b@office.example>"]
    assert len(outbox.message_ids(LetterKind.DIGEST, MARCH)) == 2
    assert outbox.message_ids(LetterKind.RECEIPT, MARCH) == []


def test_letters_to_units_stand_in_the_journal_with_whom_they_went_to(
    world: World, outbox: Outbox
) -> None:
    asked = [
        (unit, of_day(f"commission.7.{number}", kind=LetterKind.COMMISSION))
        for number, unit in enumerate(("湖塘镇", "湖塘镇", "高新区"))
    ]
    assert outbox.owe_units(asked, "li", MARCH, commission=7) == 3
    assert outbox.owe_units(asked, "li", MARCH, commission=7) == 0
    (line,) = journal.history(world.engine, acts=(Act.REMINDED,))
    assert line.entry.facts == {"units": ["湖塘镇", "高新区"], "recipients": 3, "commission": 7}
    outbox.owe_units(
        [("湖塘镇", of_day("commission.70.1", kind=LetterKind.COMMISSION))], "li", MARCH
    )
    (latest, _) = journal.history(world.engine, acts=(Act.REMINDED,))
    assert "commission" not in latest.entry.facts
    (last, *_) = outbox.due(MARCH, 10)[::-1]
    assert len(outbox.of_commission(7)) == 3
    outbox.sent([(due, "") for due in outbox.due(MARCH, 2)], MARCH)
    to = "qian@town.example"
    assert outbox.of_commission(7) == [
        (to, DeliveryState.OWED, None),
        (to, DeliveryState.SENT, MARCH),
        (to, DeliveryState.SENT, MARCH),
    ]
    assert outbox.of_commission(70) == [(to, DeliveryState.OWED, None)]
    assert last.message_id == "<commission.70.1@office.example>"


def test_answers_to_one_letter_are_listed_in_their_order(world: World, outbox: Outbox) -> None:
    letter = LetterId(world.enter())
    world.enter()
    assert [kind for _, kind, _, _ in outbox.of_letter(letter)] == [LetterKind.RECEIPT]
    assert outbox.census() == {DeliveryState.OWED: 2}
