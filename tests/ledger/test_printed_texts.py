"""刊发稿: kept once, taken back and put back, and followed by the journal."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.errors import AlreadyExists, InvalidInput, NotFound
from ledger.models.conversations import AmendmentRow
from ledger.printed_texts import MAX_TEXT, PrintedText, PrintedTexts
from ledger.verification import Rules, contradictions
from tests.ledger.world import MARCH, RULES, World
from tests.rulebook.builders import draft


@pytest.fixture
def texts(engine: Engine) -> PrintedTexts:
    World(engine).enter(draft("1.zip/1.docx"))
    return PrintedTexts(engine)


def test_it_is_kept_once_taken_back_and_put_back(texts: PrintedTexts) -> None:
    one = PrintedText(1, "标题", "正文。", "某报")
    number = texts.add(one, "li", MARCH)
    with pytest.raises(AlreadyExists):
        texts.add(one, "wang", MARCH)
    assert texts.withdraw(number, "li", MARCH) == 1
    assert [kept.withdrawn for kept in texts.of_draft(1)] == [True]
    again = texts.add(one, "wang", MARCH)
    texts.withdraw(number, "li", MARCH, withdrawn=False)
    assert [kept.id for kept in texts.of_draft(1)] == [again, number]


@pytest.mark.parametrize("words", ["", " \n", "字" * (MAX_TEXT + 1)])
def test_no_words_and_far_too_many_are_refused(texts: PrintedTexts, words: str) -> None:
    with pytest.raises(InvalidInput):
        texts.add(PrintedText(1, "标题", words), "li", MARCH)


def test_there_must_be_such_a_draft_and_such_a_text(texts: PrintedTexts) -> None:
    with pytest.raises(NotFound):
        texts.add(PrintedText(9, "标题", "正文"), "li", MARCH)
    with pytest.raises(NotFound):
        texts.withdraw(9, "li", MARCH)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE printed_texts SET text = '别的'", "刊发稿的文字校验值"),
        ("UPDATE printed_texts SET outlet = '别的'", "刊发稿的载体"),
        ("UPDATE printed_texts SET withdrawn = true", "刊发稿的撤销"),
        ("DELETE FROM printed_texts", "刊发稿的记录不见了"),
    ],
)
def test_a_row_that_was_changed_by_hand_is_named(
    engine: Engine, texts: PrintedTexts, change: str, named: str
) -> None:
    texts.add(PrintedText(1, "标题", "正文。", "某报"), "li", MARCH)
    rules = Rules(lambda _moment: RULES, lambda _day: RULES, lambda _day: True)
    assert not [one for one in contradictions(engine, rules) if "刊发稿" in one]
    with engine.begin() as connection:
        connection.execute(text(change))
    assert any(named in one for one in contradictions(engine, rules))


def test_what_came_is_what_stood_there_before_anybody_corrected_it(
    engine: Engine, texts: PrintedTexts
) -> None:
    came = texts.as_sent(1)
    assert came is not None
    with Session(engine) as session, session.begin():
        session.add(AmendmentRow(seq=8, draft_id=1, at=MARCH, before={"text": "原文"}, after={}))
        session.add(AmendmentRow(seq=9, draft_id=1, at=MARCH, before={"text": "二改"}, after={}))
    assert texts.as_sent(1) == (came[0], "原文")
    assert texts.as_sent(9) is None
