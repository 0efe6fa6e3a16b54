"""Questions about held drafts: which letters answer them, what closes them, what the journal tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from ledger import journal
from ledger.decisions import ConcernedLetter
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import DraftId
from ledger.journal_facts import FACTS
from ledger.queries.search import DraftQuery, search
from ledger.questions import ComposeQuestion, Questions
from ledger.row_values import OutgoingMessage
from ledger.states import Act, LetterKind
from ledger.verification import Rules, contradictions
from rulebook.conversation import Purpose
from rulebook.model import EventDate, Outcome
from rulebook.rulings import Ruling
from tests.ledger.conversation import Talk
from tests.ledger.world import MARCH, RULES
from tests.rulebook.builders import draft

LATER = MARCH + timedelta(hours=2)
UNDATED = EventDate(None)


@pytest.fixture
def talk(engine: Engine) -> Talk:
    return Talk(engine)


@pytest.fixture
def questions(engine: Engine) -> Questions:
    return Questions(engine)


def asking(key: str = "1") -> ComposeQuestion:
    def compose(letter: ConcernedLetter, title: str) -> OutgoingMessage:
        message_id = f"<question.{key}@office.example>"
        return OutgoingMessage(
            LetterKind.QUESTION, letter.address, (), f"请补充 {title}", message_id, b"raw"
        )

    return compose


def two_undated(talk: Talk) -> int:
    return talk.send(
        draft("1.zip/一.docx", title="湖塘镇开展危化品检查", event_date=UNDATED),
        draft(
            "1.zip/二.docx",
            title="湖塘镇举办消防演练",
            event_date=UNDATED,
            digest="d2",
            file_digest="f2",
        ),
    )


def test_a_draft_waits_from_the_question_to_the_answer(talk: Talk, questions: Questions) -> None:
    letter = two_undated(talk)
    questions.ask(2, "请补充事件日期", "li", LATER, asking())
    assert questions.waiting() == 1
    waiting = DraftQuery(outcome=Outcome.HELD, waiting=True)
    assert [one.draft for one in search(talk.engine, waiting)] == [2]
    said = talk.say(Purpose.STATEMENT, "3月7日", letter, answers=("<question.1@office.example>",))
    assert questions.waiting() == 0
    (asked,) = questions.of_draft(2)
    assert (asked.answer, asked.waits) == (said, False)
    (statement,) = talk.conversations.statements()
    assert statement.draft == 2, "the answer belongs to the draft that was asked about"
    assert [one.draft for one in search(talk.engine, DraftQuery(stated=True))] == [2]


def test_thanks_answer_no_question(talk: Talk, questions: Questions) -> None:
    letter = two_undated(talk)
    questions.ask(1, "请补充事件日期", "li", LATER, asking())
    talk.say(Purpose.THANKS, "收到", letter, answers=("<question.1@office.example>",))
    assert questions.waiting() == 1


def test_a_decision_or_a_person_ends_the_waiting(talk: Talk, questions: Questions) -> None:
    two_undated(talk)
    for number in (1, 2):
        questions.ask(number, "请补充", "li", LATER, asking(str(number)))
    ruling = Ruling(event_date=date(2022, 3, 7), accepted=True)
    talk.decisions.rule(DraftId(1), ruling, "li", "", LATER)
    questions.close(2, "wang", LATER, "电话里说了")
    assert questions.waiting() == 0
    entries = [line.entry for line in journal.history(talk.engine, acts=(Act.ASKED,))]
    assert [entry.facts.get("closed") for entry in entries] == [True, None, None]
    assert all(set(entry.facts) <= FACTS[Act.ASKED][0].__annotations__.keys() for entry in entries)
    rules = Rules(lambda _m: RULES, lambda _d: RULES, lambda day: day.weekday() < 5)
    assert list(contradictions(talk.engine, rules)) == []


def test_only_held_drafts_are_asked_about_and_once(talk: Talk, questions: Questions) -> None:
    two_undated(talk)
    questions.ask(1, "请补充", "li", LATER, asking())
    with pytest.raises(ConflictError):
        questions.ask(1, "请补充", "li", LATER, asking())
    with pytest.raises(NotFound):
        questions.ask(99, "请补充", "li", LATER, asking())
    talk.decisions.rule(DraftId(2), Ruling(accepted=False), "li", "否", LATER)
    with pytest.raises(InvalidInput):
        questions.ask(2, "请补充", "li", LATER, asking("2"))
