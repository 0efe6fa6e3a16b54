"""核对: units are mailed their own rows before a notice; their answers are known and tied to their drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger import journal
from ledger.ids import DraftId
from ledger.journal_facts import FACTS
from ledger.models.conversations import StatementRow
from ledger.notice_checks import NoticeChecks, UnitCheck
from ledger.queries.search import DraftQuery, search
from ledger.queries.unit_rows import unit_drafts
from ledger.row_values import OutgoingMessage
from ledger.states import Act, LetterKind
from ledger.threads import thread_of
from ledger.unit_names import write_unit_names
from ledger.verification import Rules, contradictions
from rulebook.conversation import Correspondence, Purpose
from rulebook.model import Sender
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.conversation import OFFICER, Talk
from tests.ledger.world import MARCH, RULES
from tests.rulebook.builders import UNITS, draft

Q1 = parse("2022Q1")
APRIL = MARCH + timedelta(days=30)
UNTIL = date(2022, 4, 10)
ID = "<check.2022Q1.1@office.example>"


def letter(message_id: str = ID, address: str = "qian@town.example") -> OutgoingMessage:
    return OutgoingMessage(LetterKind.CHECK, address, (), "【核对】", message_id, b"raw")


@pytest.fixture
def talk(engine: Engine) -> Talk:
    talk = Talk(engine)
    talk.send(draft("1.zip/一.docx", title="湖塘镇开展危化品检查"))
    talk.send(
        draft("2.zip/二.docx", title="湖塘镇举办消防演练", digest="d2", file_digest="f2"),
        received=MARCH + timedelta(hours=1),
    )
    return talk


@pytest.fixture
def checks(engine: Engine) -> NoticeChecks:
    checks = NoticeChecks(engine)
    other = ("雪堰镇", letter("<check.2022Q1.2@office.example>", "sun@town.example"))
    assert checks.ask(Q1, UNTIL, [("湖塘镇", letter()), other], "li", APRIL) == 2
    return checks


def only(checks: NoticeChecks, unit: str = "湖塘镇") -> UnitCheck:
    return next(one for one in checks.of(Q1) if one.unit == unit)


def reply(talk: Talk, words: str, purpose: Purpose = Purpose.STATEMENT) -> int:
    return talk.say(purpose, words, 1, received=APRIL, answers=(ID,))


def test_nobody_has_looked_before_somebody_answers(checks: NoticeChecks) -> None:
    assert [(one.unit, one.answered, one.objects) for one in checks.of(Q1)] == [
        ("湖塘镇", None, None),
        ("雪堰镇", None, None),
    ]
    assert checks.of(parse("2022Q2")) == []


def test_a_letter_is_owed_once_and_the_journal_tells_who_was_asked(
    engine: Engine, checks: NoticeChecks
) -> None:
    assert checks.ask(Q1, UNTIL, [("湖塘镇", letter())], "li", APRIL) == 0
    (line,) = journal.history(engine, acts=(Act.CHECKED,))
    assert line.entry.facts["units"] == ["湖塘镇", "雪堰镇"]
    assert set(line.entry.facts) == set(FACTS[Act.CHECKED][0].__annotations__)


@pytest.mark.parametrize("words", ["核对无误。", "没有异议", "已核对，数据一致，谢谢"])
def test_who_agrees_has_looked_and_does_not_object(
    talk: Talk, checks: NoticeChecks, words: str
) -> None:
    number = reply(talk, words)
    found = only(checks)
    assert (found.objects, found.letter, found.is_open) == (False, number, False)
    assert only(checks, "雪堰镇").letter is None


@pytest.mark.parametrize("words", ["少了一篇。", "数据与我们登记的不一致", "《厂中厂》应为综合。"])
def test_who_does_not_plainly_agree_objects(talk: Talk, checks: NoticeChecks, words: str) -> None:
    reply(talk, words)
    assert only(checks).objects


def test_thanks_agree_and_the_latest_answer_counts(talk: Talk, checks: NoticeChecks) -> None:
    reply(talk, "少了一篇。")
    reply(talk, "收到，谢谢！", Purpose.THANKS)
    assert only(checks).objects is False


def test_an_objection_is_a_statement_of_the_draft_that_it_names_until_that_is_decided(
    engine: Engine, talk: Talk, checks: NoticeChecks
) -> None:
    number = reply(talk, "《湖塘镇举办消防演练》应计分，有异议。")
    with Session(engine) as session:
        (row,) = session.scalars(select(StatementRow).where(StatementRow.letter_id == number))
        assert row.draft_id == 2
    assert only(checks).is_open
    talk.decisions.rule(DraftId(2), Ruling(accepted=True), "li", "核实无误", APRIL)
    assert (only(checks).objects, only(checks).is_open) == (True, False)


def test_only_the_unit_itself_answers(talk: Talk, checks: NoticeChecks) -> None:
    stranger = Sender("某人", "who@elsewhere.example")
    talk.say(Purpose.STATEMENT, "有误", 1, sender=stranger, answers=(ID,), received=APRIL)
    assert only(checks).letter is None


def test_a_unit_that_was_renamed_since_answers_for_its_row_of_the_period(
    engine: Engine, talk: Talk, checks: NoticeChecks
) -> None:
    earlier = replace(RULES, units=UNITS)
    renamed = replace(
        RULES,
        since=date(2022, 4, 1),
        units=tuple(
            replace(one, name="新湖塘街道", successor_of=("湖塘镇",))
            if one.name == "湖塘镇"
            else one
            for one in UNITS
        ),
    )
    write_unit_names(
        engine, (earlier, renamed), lambda day: renamed if day >= renamed.since else earlier
    )
    officer = replace(OFFICER, unit="新湖塘街道")
    words = "《湖塘镇举办消防演练》少计了，有异议。"
    number = talk.say(Purpose.STATEMENT, words, None, sender=officer, answers=(ID,), received=APRIL)
    assert only(checks).is_open
    assert {one.draft for one in search(engine, DraftQuery(unit="新湖塘街道"))} == {1, 2}
    with Session(engine) as session:
        (row,) = session.scalars(select(StatementRow).where(StatementRow.letter_id == number))
        assert row.draft_id == 2


def test_an_answer_is_read_beside_the_units_latest_letter(
    engine: Engine, talk: Talk, checks: NoticeChecks
) -> None:
    with engine.connect() as connection:
        thread = thread_of(connection, Correspondence(answers=(ID,)), OFFICER, 0)
        assert thread is not None
        assert thread.letter == 2
        unknown = Correspondence(answers=("<nix@office.example>",))
        assert thread_of(connection, unknown, OFFICER, 0) is None


def test_a_units_rows_are_its_drafts_of_the_period(engine: Engine, talk: Talk) -> None:
    found = unit_drafts(engine, {"湖塘镇"}, Q1)
    assert [one.title for one in found] == ["湖塘镇开展危化品检查", "湖塘镇举办消防演练"]
    assert unit_drafts(engine, {"高新区"}, Q1) == []
    assert unit_drafts(engine, {"湖塘镇"}, parse("2022Q2")) == []


def test_the_ledger_proves_as_before(engine: Engine, talk: Talk, checks: NoticeChecks) -> None:
    reply(talk, "有误")
    rules = Rules(lambda _: RULES, lambda _: RULES, lambda day: day.weekday() < 5)
    assert list(contradictions(engine, rules)) == []
