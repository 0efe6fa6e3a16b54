"""Letters that are no submissions are listed by purpose, and a thread is shown whole and in order."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from ledger.models.letters import LetterRow
from ledger.queries.conversations import conversation_letters, count_by_purpose, thread
from rulebook.conversation import Purpose
from tests.ledger.world import MARCH, World


def told(engine: Engine, letter: int, **values: object) -> None:
    """Say what a letter is for, as the intake does."""
    with Session(engine) as session, session.begin():
        session.execute(update(LetterRow).where(LetterRow.id == letter).values(**values))


def test_urgent_letters_stand_first_and_pages_follow_without_gap_or_repeat(engine: Engine) -> None:
    world = World(engine)
    numbers = [world.enter(received=MARCH + timedelta(hours=hour)) for hour in range(7)]
    for number in numbers:
        told(engine, number, purpose=Purpose.OTHER, urgent=number == numbers[2])
    first = conversation_letters(engine, Purpose.OTHER, limit=3)
    assert [one.id for one in first] == [numbers[2], numbers[6], numbers[5]]
    rest = conversation_letters(engine, Purpose.OTHER, after=(first[-1].received, first[-1].id))
    assert [one.id for one in rest] == [numbers[4], numbers[3], numbers[1], numbers[0]]
    assert count_by_purpose(engine, MARCH) == {Purpose.OTHER: 7}
    assert conversation_letters(engine, Purpose.THANKS) == []


def test_a_thread_is_the_same_from_each_of_its_letters(engine: Engine) -> None:
    world = World(engine)
    first = world.enter()
    answer = world.enter(received=MARCH + timedelta(days=1))
    again = world.enter(received=MARCH + timedelta(days=2))
    other = world.enter(received=MARCH + timedelta(days=3))
    told(engine, answer, in_thread_of=first)
    told(engine, again, in_thread_of=answer)
    whole = thread(engine, first)
    assert [one.letter for one in whole if one.outgoing is None] == [first, answer, again]
    assert sum(one.outgoing is not None for one in whole) == 3
    assert thread(engine, again) == thread(engine, answer) == whole
    assert {one.letter for one in thread(engine, other)} == {other}


def test_letters_that_answer_each_other_end(engine: Engine) -> None:
    world = World(engine)
    one, two = world.enter(), world.enter()
    told(engine, one, in_thread_of=two)
    told(engine, two, in_thread_of=one)
    assert {member.letter for member in thread(engine, one)} == {one, two}
