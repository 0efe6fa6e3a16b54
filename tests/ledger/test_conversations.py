"""What officers say about drafts reaches a person; other letters are read, handed on, answered, judged anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update

from ledger import journal
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import DraftId, LetterId
from ledger.journal_facts import FACTS
from ledger.models.decisions import ScoreRow, StandingRow
from ledger.models.letters import LetterRow, OutboxRow, SightingRow
from ledger.states import Act, Deed, LetterKind, LetterState
from ledger.verification import Rules, contradictions
from rulebook.conversation import Purpose
from rulebook.model import EventDate, Outcome
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.conversation import STRANGER, Talk
from tests.ledger.world import MARCH, RULES, owing, receipt
from tests.rulebook.builders import draft

LATER = MARCH + timedelta(hours=2)


@pytest.fixture
def talk(engine: Engine) -> Talk:
    return Talk(engine)


def standing(engine: Engine, number: int = 1) -> StandingRow:
    with engine.connect() as connection:
        return connection.execute(  # type: ignore[return-value]
            select(StandingRow.__table__).where(StandingRow.draft_id == number)
        ).one()


def points(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(connection.scalars(select(ScoreRow.points)))


# -- statements --


def test_a_statement_in_a_thread_stands_beside_the_letters_only_draft(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx"))
    said = talk.say(Purpose.STATEMENT, "事件日期应为3月6日", letter, received=LATER)
    (one,) = talk.conversations.statements()
    assert (one.letter, one.draft, one.words) == (said, 1, "事件日期应为3月6日")
    assert standing(talk.engine).outcome is Outcome.ACCEPTED, "a statement takes no points away"
    assert talk.conversations.other_letters() == []


def test_of_several_drafts_the_one_whose_title_is_named_is_meant(talk: Talk) -> None:
    letter = talk.send(
        draft("1.zip/一.docx", title="湖塘镇开展危化品检查"),
        draft("1.zip/二.docx", title="湖塘镇举办消防演练", digest="d2", file_digest="f2"),
    )
    talk.say(Purpose.STATEMENT, "《湖塘镇举办消防演练》是原创，请核实", letter)
    talk.say(Purpose.STATEMENT, "为什么退稿？", letter)
    first, second = talk.conversations.statements()
    assert (first.draft, first.title) == (2, "湖塘镇举办消防演练")
    assert second.draft is None
    assert [one.letter for one in talk.conversations.other_letters()] == [second.letter]


def test_without_a_thread_a_title_ties_a_statement_to_the_units_own_draft(talk: Talk) -> None:
    talk.send(draft("1.zip/一.docx", title="湖塘镇开展危化品检查"))
    talk.say(Purpose.STATEMENT, "“湖塘镇开展危化品检查”一稿没有重复")
    talk.say(Purpose.STATEMENT, "我们镇的稿件没有重复")
    assert [one.draft for one in talk.conversations.statements()] == [1, None]


def test_an_answer_to_an_acknowledgment_is_still_about_the_draft(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx"))
    said = talk.say(Purpose.STATEMENT, "日期有误", letter)
    talk.say(Purpose.STATEMENT, "补充说明：是3月6日", said)
    assert [one.draft for one in talk.conversations.statements()] == [1, 1]


def test_a_decision_on_the_draft_settles_what_was_said_about_it(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx", event_date=EventDate(None)))
    talk.say(Purpose.STATEMENT, "3月7日", letter)
    talk.decisions.rule(DraftId(1), Ruling(event_date=date(2022, 3, 7)), "li", "", LATER)
    assert talk.conversations.statements() == []
    (one,) = talk.conversations.statements(settled=True)
    assert (one.settled, one.settled_by) == (LATER, "li")


def test_a_statement_that_was_read_can_be_put_back(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx"))
    talk.say(Purpose.STATEMENT, "请核实", letter)
    talk.conversations.settle(1, "li", LATER, "无需改动")
    assert talk.conversations.statements() == []
    talk.conversations.reopen_statement(1, "li", LATER)
    assert len(talk.conversations.statements()) == 1
    with pytest.raises(NotFound):
        talk.conversations.settle(99, "li", LATER)


# -- withdrawal --


def test_a_withdrawn_draft_is_counted_nowhere_and_comes_back_as_easily(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx"))
    talk.say(Purpose.WITHDRAWAL, "申请撤回此稿", letter)
    (asked,) = talk.conversations.statements(asks=(Purpose.WITHDRAWAL,))
    assert asked.draft == 1
    made = talk.decisions.withdraw(DraftId(1), "li", "报送单位申请", LATER, owing)
    assert (made.points_before, made.points_after) == (1, 0)
    assert standing(talk.engine).outcome is Outcome.IGNORED
    assert talk.conversations.statements() == []
    raw = {one.unit: one for one in talk.figures.summary(parse("2022Q1"), date(2022, 3, 31)).raw}
    assert sum(raw["湖塘镇"].reported.values()) == 0
    assert (raw["湖塘镇"].refused, raw["湖塘镇"].held, points(talk.engine)) == (0, 0, 0)
    with talk.engine.connect() as connection:
        kinds = connection.scalars(select(OutboxRow.kind)).all()
    assert kinds == [LetterKind.RECEIPT, LetterKind.CORRECTION]
    talk.decisions.withdraw(DraftId(1), "li", "误撤", LATER, withdrawn=False)
    assert (standing(talk.engine).outcome, points(talk.engine)) == (Outcome.ACCEPTED, 1)
    rules = Rules(lambda _m: RULES, lambda _d: RULES, lambda day: day.weekday() < 5)
    assert list(contradictions(talk.engine, rules)) == []


def test_a_withdrawn_draft_is_no_original_that_a_later_one_repeats(talk: Talk) -> None:
    talk.send(draft("1.zip/稿.docx"))
    talk.decisions.withdraw(DraftId(1), "li", "", LATER)
    talk.send(draft("1.zip/稿.docx"), received=LATER)
    assert standing(talk.engine, 2).outcome is Outcome.ACCEPTED


# -- other letters --


def test_urgent_letters_stand_first_and_a_strangers_junk_is_left_out(talk: Talk) -> None:
    first = talk.say(Purpose.OTHER, "请提供资料", sender=STRANGER)
    second = talk.say(Purpose.OTHER, "举报一家企业", sender=STRANGER)
    with talk.engine.begin() as connection:
        connection.execute(update(LetterRow).where(LetterRow.id == first).values(urgent=True))
    assert [one.letter for one in talk.conversations.other_letters()] == [first, second]
    with talk.engine.begin() as connection:
        connection.execute(update(SightingRow).values(folder="Spam"))
    assert talk.conversations.other_letters() == []


def test_a_question_that_got_its_card_waits_for_nobody(talk: Talk) -> None:
    talk.say(Purpose.INQUIRY, "几分？", answered=LetterKind.CARD)
    beyond = talk.say(Purpose.INQUIRY, "几分？？")
    assert [one.letter for one in talk.conversations.other_letters()] == [beyond]


def test_what_was_read_is_off_the_list_and_can_be_put_back(talk: Talk) -> None:
    letter = LetterId(talk.say(Purpose.OTHER, "通知", sender=STRANGER))
    talk.conversations.read(letter, "li", LATER)
    assert talk.conversations.other_letters() == []
    (one,) = talk.conversations.other_letters(handled=True)
    assert (one.deed, one.handled_by) == (Deed.READ, "li")
    talk.conversations.reopen(letter, "li", LATER)
    assert [one.deed for one in talk.conversations.other_letters()] == [None]


def test_an_answer_is_owed_recorded_and_sent_once(talk: Talk) -> None:
    letter = LetterId(talk.say(Purpose.OTHER, "请提供资料", sender=STRANGER))
    message = replace(
        receipt("<answer.1@office.example>"), kind=LetterKind.ANSWER, recipient=STRANGER.address
    )
    talk.conversations.send(letter, message, Deed.ANSWERED, "li", LATER)
    with pytest.raises(ConflictError):
        talk.conversations.send(letter, message, Deed.ANSWERED, "li", LATER)
    with talk.engine.connect() as connection:
        state = connection.scalar(select(LetterRow.state).where(LetterRow.id == letter))
        owed = connection.execute(select(OutboxRow.kind, OutboxRow.recipient)).all()
    assert state is LetterState.EXAMINED
    assert [tuple(row) for row in owed] == [(LetterKind.ANSWER, STRANGER.address)]
    (line,) = journal.history(talk.engine, letter=letter, acts=(Act.HANDLED,))
    assert line.entry.facts == {"deed": "answered", "to": STRANGER.address, "outbox": 1}


def test_a_thread_shows_ours_and_theirs_in_order(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx"))
    said = talk.say(
        Purpose.STATEMENT, "说明", letter, received=LATER, answered=LetterKind.ACKNOWLEDGMENT
    )
    talk.say(Purpose.OTHER, "无关", sender=STRANGER)
    for number in (letter, said):
        items = talk.conversations.thread(number)
        assert [(one.letter, one.kind) for one in items] == [
            (letter, None),
            (letter, LetterKind.RECEIPT),
            (said, None),
            (said, LetterKind.ACKNOWLEDGMENT),
        ]
    assert talk.conversations.outgoing(1) == b"raw"


# -- what a letter is for, as a person says --


def test_what_is_said_to_be_a_submission_waits_to_be_judged_anew(talk: Talk) -> None:
    letter = LetterId(talk.say(Purpose.STATEMENT, "见附件"))
    assert talk.conversations.set_purpose(letter, Purpose.SUBMISSION, "li", "是投稿", LATER) == []
    (pending,) = talk.letters.backlog()
    assert (pending.id, pending.purpose, pending.received) == (letter, Purpose.SUBMISSION, MARCH)
    assert talk.conversations.statements(settled=True) == []
    (line,) = journal.history(talk.engine, letter=letter, acts=(Act.PURPOSE,))
    assert line.entry.facts == {"before": "statement", "purpose": "submission"}


def test_drafts_of_what_is_no_submission_count_no_longer_until_it_is_one_again(talk: Talk) -> None:
    letter = LetterId(talk.send(draft("1.zip/稿.docx")))
    (made,) = talk.conversations.set_purpose(letter, Purpose.OTHER, "li", "是通知", LATER, owing)
    assert (made.points_before, made.points_after) == (1, 0)
    assert standing(talk.engine).outcome is Outcome.IGNORED
    talk.conversations.set_purpose(letter, Purpose.SUBMISSION, "li", "看错了", LATER)
    assert (standing(talk.engine).outcome, points(talk.engine)) == (Outcome.ACCEPTED, 1)


def test_nobody_makes_a_letter_a_machines_or_judges_what_is_not_kept(talk: Talk) -> None:
    letter = LetterId(talk.say(Purpose.OTHER, "通知", sender=STRANGER))
    with pytest.raises(InvalidInput):
        talk.conversations.set_purpose(letter, Purpose.AUTOMATIC, "li", "", LATER)
    talk.letters.dropped(letter)
    with pytest.raises(InvalidInput, match="不再保存"):
        talk.conversations.set_purpose(letter, Purpose.SUBMISSION, "li", "", LATER)


def test_what_is_recorded_has_the_shape_of_its_act(talk: Talk) -> None:
    letter = talk.send(draft("1.zip/稿.docx"))
    other = LetterId(talk.say(Purpose.STATEMENT, "请核实", letter))
    talk.conversations.settle(1, "li", LATER)
    talk.conversations.read(other, "li", LATER)
    talk.conversations.set_purpose(other, Purpose.THANKS, "li", "致谢", LATER)
    talk.decisions.withdraw(DraftId(1), "li", "", LATER)
    for act in (Act.STATED, Act.HANDLED, Act.PURPOSE, Act.RULED):
        for line in journal.history(talk.engine, acts=(act,)):
            keys = line.entry.facts.keys()
            assert any(
                shape.__required_keys__ <= keys <= shape.__annotations__.keys()  # type: ignore[attr-defined]
                for shape in FACTS[act]
            )
    assert journal.verify(talk.engine)[1] is None
