"""Letters of ours: what was forgotten in time may be empty, and only where something was forgotten at all."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.models.decisions import JournalRow
from ledger.models.letters import OutboxRow
from ledger.older_rows import Forgotten
from ledger.owed_rows import OwedRows
from ledger.owing import owe_letters, withdraw
from tests.ledger.test_tampering import execute
from tests.ledger.world import MARCH, World, receipt
from tests.ledgers import ON_SQLITE

NOTHING = Forgotten(letters=False, personal=False, officers=False)
LETTERS = Forgotten(letters=True, personal=False, officers=False)
PEOPLE = Forgotten(letters=False, personal=True, officers=False)
WORDS = "第 1 号邮件的回执与日志不符"
WHOM = "第 1 号邮件的回执的收件人与日志不符"


pytestmark = ON_SQLITE


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """A ledger with one letter and its receipt."""
    World(engine).enter()
    return engine


def told(session: Session, forgotten: Forgotten, older: tuple[int, int] = (0, 0)) -> list[str]:
    owed = OwedRows(session, older, forgotten)
    return [*owed.of_letters(1, 1), *owed.of_the_day()]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("raw = x''", {NOTHING: [WORDS], LETTERS: [], PEOPLE: []}),
        ("raw = x'00'", {NOTHING: [WORDS], LETTERS: [WORDS], PEOPLE: [WORDS]}),
        ("recipient = ''", {NOTHING: [WHOM], LETTERS: [WHOM], PEOPLE: []}),
        ("recipient = 'x@evil.example'", {NOTHING: [WHOM], LETTERS: [WHOM], PEOPLE: [WHOM]}),
        (
            "recipient = '', copies = '[\"x@evil.example\"]'",
            {NOTHING: [WHOM], LETTERS: [WHOM], PEOPLE: [WHOM]},
        ),
    ],
)
def test_only_what_was_forgotten_may_be_empty(
    engine: Engine, change: str, said: dict[Forgotten, list[str]]
) -> None:
    with Session(engine) as session:
        assert told(session, NOTHING) == []
        session.execute(text(f"UPDATE outbox SET {change}"))
        for forgotten, sentences in said.items():
            assert told(session, forgotten) == sentences


def test_an_answer_to_a_letter_that_is_gone_is_named(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = on")
        execute(connection, "COPY outbox id = 1 id=9;letter_id=77;message_id='x'")
        named = [one for one in told(Session(connection), NOTHING) if "第 9 号" in one]
        connection.rollback()
    assert named == ["第 9 号发信所答复的邮件不见了"]


def test_what_gives_way_to_a_letter_that_tells_more_is_missed_by_nobody(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        (row,) = owe_letters(session, [receipt("<more@office.example>")], MARCH, 1)
        session.flush()
        assert told(session, NOTHING) == []
        withdraw(session, [row], MARCH)
        assert told(session, NOTHING) == []
        assert told(session, NOTHING, older=(1, 1)) == []
        assert told(session, NOTHING, older=(3, 1)) == [
            "日志逐封登记以前的发信应有 3 封，现在有 1 封"
        ]


def test_older_letters_that_gave_way_are_taken_from_their_number(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        line = session.get_one(JournalRow, 1)
        line.facts = {name: fact for name, fact in line.facts.items() if name != "owed"}
        withdraw(session, [session.get_one(OutboxRow, 1)], MARCH)
        assert told(session, NOTHING, older=(1, 1)) == []
        assert told(session, NOTHING, older=(3, 1)) == [
            "日志逐封登记以前的发信应有 2 封，现在有 0 封"
        ]


def test_nothing_owed_leaves_no_line(engine: Engine) -> None:
    with Session(engine) as session:
        assert owe_letters(session, [], MARCH, 1) == []
        assert not session.new
