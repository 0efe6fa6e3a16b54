"""Machines never write to each other for long, and a thread gets two answers an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ledger.answer_limits import (
    earliest_answer,
    letters_of_thread,
    owed_since,
    says_the_same_again,
)
from ledger.ids import LetterId
from ledger.models.database import read_only
from ledger.outbox import Outbox
from ledger.states import Deed, LetterKind
from rulebook.conversation import Purpose
from tests.ledger.conversation import OFFICER, Talk
from tests.ledger.world import MARCH, receipt
from tests.rulebook.builders import draft

HOUR = timedelta(hours=1)
ACK = LetterKind.ACKNOWLEDGMENT


@pytest.fixture
def talk(engine: Engine) -> Talk:
    return Talk(engine)


def test_a_thread_is_found_from_each_of_its_letters(talk: Talk) -> None:
    first = talk.send(draft("1.zip/稿.docx"))
    second = talk.say(Purpose.STATEMENT, "一", first)
    third = talk.say(Purpose.STATEMENT, "二", second)
    other = talk.say(Purpose.STATEMENT, "三")
    with read_only(talk.engine).connect() as connection:
        for number in (first, second, third):
            assert letters_of_thread(connection, number) == [first, second, third]
        assert letters_of_thread(connection, other) == [other]


def test_the_third_answer_of_an_hour_waits_until_the_hour_is_over(talk: Talk) -> None:
    first = talk.send(draft("1.zip/稿.docx"))
    with read_only(talk.engine).connect() as connection:
        assert earliest_answer(connection, first, MARCH) == MARCH
    talk.say(Purpose.STATEMENT, "一", first, received=MARCH + HOUR / 2, answered=ACK)
    with read_only(talk.engine).connect() as connection:
        soon = MARCH + HOUR * 3 / 4
        assert earliest_answer(connection, first, soon) == MARCH + HOUR
        assert earliest_answer(connection, first, MARCH + 2 * HOUR) == MARCH + 2 * HOUR
        assert earliest_answer(connection, None, soon) == soon


def test_the_very_same_words_a_third_time_are_a_machines(talk: Talk) -> None:
    words = "您好，我正在休假，稿件请发值班邮箱。"
    for turn in range(3):
        number = talk.say(Purpose.STATEMENT, words, received=MARCH + turn * HOUR)
        with read_only(talk.engine).connect() as connection:
            again = says_the_same_again(
                connection, OFFICER.address, words, number, MARCH + turn * HOUR
            )
            assert again is (turn == 2)
    with read_only(talk.engine).connect() as connection:
        later = MARCH + timedelta(days=2)
        assert not says_the_same_again(connection, OFFICER.address, words, 0, later)
        assert not says_the_same_again(connection, OFFICER.address, "", 0, MARCH + 3 * HOUR)
        assert not says_the_same_again(connection, "a@b.example", words, 0, MARCH + 3 * HOUR)


def test_what_waits_for_its_turn_stays_though_it_became_owed_after_the_round_began(
    talk: Talk,
) -> None:
    late = replace(receipt("<late@office.example>"), not_before=MARCH + HOUR)
    other = replace(receipt("<other@office.example>"), recipient="qian@town.example")
    letter = LetterId(talk.send(draft("1.zip/稿.docx")))
    owed = MARCH + timedelta(seconds=20)
    talk.conversations.send(letter, late, Deed.ANSWERED, "li", owed)
    second = LetterId(talk.say(Purpose.OTHER, "二"))
    talk.conversations.send(second, other, Deed.ANSWERED, "li", owed)
    outbox = Outbox(talk.engine)
    due = [one.message_id for one in outbox.due(MARCH, 9)]
    assert "<late@office.example>" not in due
    assert "<other@office.example>" in due, "it holds up no other letter to the same address"
    outbox.sent([(one, "250") for one in outbox.due(MARCH, 9)], MARCH)
    assert [one.message_id for one in outbox.due(MARCH + 2 * HOUR, 9)] == ["<late@office.example>"]


def test_cards_are_counted_by_address_and_day(talk: Talk) -> None:
    talk.say(Purpose.INQUIRY, "几分", answered=LetterKind.CARD)
    with read_only(talk.engine).connect() as connection:
        assert owed_since(connection, OFFICER.address, LetterKind.CARD, MARCH) == 1
        assert owed_since(connection, OFFICER.address, LetterKind.CARD, MARCH + HOUR) == 0
        assert owed_since(connection, "a@b.example", LetterKind.CARD, MARCH) == 0
