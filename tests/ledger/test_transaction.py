"""What a transaction that enters letters asks once, and that nobody can change it meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select
from sqlalchemy.orm import Session

from ledger.answer_limits import earliest_answer, owed_since, was_told
from ledger.commissions import Commission, Commissions
from ledger.errors import RulesChanged
from ledger.ids import LetterId
from ledger.journal import JournalEntry, append, hold, record, verify
from ledger.letter_types import Headers
from ledger.letters import LetterRepository
from ledger.models.decisions import RuleVersionRow, ScoreRow
from ledger.models.letters import OutboxRow
from ledger.models.locks import Lock, taking
from ledger.models.transaction import forget, learn, once, remembering
from ledger.roster import Officer, Roster
from ledger.score_lines import Scores
from ledger.states import Act, LetterKind
from ledger.threads import thread_of
from rulebook.conversation import Correspondence, Thread
from rulebook.model import Submission, Verdict
from rulebook.provisions import Provisions
from rulebook.reasons import Remark
from tests.ledger.test_letters import SENDER, judged, receipt, seen
from tests.ledgers import ON_POSTGRESQL

DAY = date(2022, 3, 7)
RULES = Provisions(date(2022, 1, 1), "规定", date(2022, 2, 24), ())
ADDRESS = "qian@hutang.example"


@pytest.fixture
def letters(engine: Engine) -> LetterRepository:
    return LetterRepository(engine, Scores(lambda _day: RULES))


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    told: list[str] = []
    note = lambda *seen: told.append(seen[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def note(number: int, noon: datetime) -> JournalEntry:
    return JournalEntry(noon, "li", Act.NOTED, {}, f"{number}")


def test_the_second_letter_asks_neither_for_its_officer_nor_for_commissions_or_rules(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    roster, commissions = Roster(engine), Commissions(engine)
    roster.enter([Officer("湖塘镇", "钱一鸣", addresses=(ADDRESS,))], "li", noon)
    seq = record(engine, note(0, noon))
    with engine.begin() as connection:
        values = {"digest": "", "since": DAY, "canonical": "", "seq": seq}
        connection.execute(insert(RuleVersionRow), values)
    with letters.entering() as within:
        for costs in (3, 0):
            with asked(engine) as told:
                assert roster.sender("钱", ADDRESS, DAY, within).unit == "湖塘镇"
                assert commissions.waiting(DAY, within) == ()
                Scores(lambda _day: RULES, 1).check(within)
            assert len(told) == costs
        with pytest.raises(RulesChanged):
            Scores(lambda _day: RULES, 2).check(within)
        assert roster.sender("孙", "sun@hutang.example", DAY, within).unit is None


def test_senders_are_looked_up_together_each_as_alone(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    roster = Roster(engine)
    ended = Officer("雪堰镇", "孙立", addresses=("sun@x.example", ADDRESS), ends=date(2022, 1, 1))
    roster.enter([Officer("湖塘镇", "钱一鸣", addresses=(ADDRESS,)), ended], "li", noon)
    addresses = [
        ADDRESS,
        ADDRESS.upper(),
        "SUN@x.example",
        "nobody@x.example",
        "\u212aim@x.example",
        "",
    ]
    alone = [roster.sender("名", one, DAY) for one in addresses]
    assert [one.unit for one in alone[:4]] == ["湖塘镇", "湖塘镇", "雪堰镇", None]
    with letters.entering() as within:
        roster.look_up(addresses, within)
        with asked(engine) as told:
            assert [roster.sender("名", one, DAY, within) for one in addresses] == alone
        assert len(told) == 1  # who succeeded the one whose appointment has ended
    with letters.entering() as within:
        roster.look_up([], within)


def test_the_next_transaction_sees_what_was_changed_since(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    roster, commissions = Roster(engine), Commissions(engine)
    for _ in range(2):
        with letters.entering() as within:
            assert roster.sender("钱", ADDRESS, DAY, within).unit is None
            assert commissions.waiting(DAY, within) == ()
    roster.enter([Officer("湖塘镇", "钱一鸣", addresses=(ADDRESS,))], "li", noon)
    asks = Commission("防汛", ("湖塘镇",), DAY, DAY + timedelta(days=1))
    commissions.add(asks, "li", noon)
    with letters.entering() as within:
        assert roster.sender("钱", ADDRESS, DAY, within).unit == "湖塘镇"
        assert [one.topic for one in commissions.waiting(DAY, within)] == ["防汛"]
        assert commissions.waiting(DAY - timedelta(days=1), within) == ()


def test_a_commission_that_a_letter_answers_is_answered_for_those_behind_it(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    commissions = Commissions(engine)
    number = commissions.add(Commission("防汛", ("湖塘镇",), DAY, DAY), "li", noon)
    first, second = letters.collect([seen(1), seen(2)], noon)
    answer = replace(judged(), commission=number)
    verdict = Verdict(answer.outcome, (), (answer,))
    submission = Submission("主题", SENDER, noon, ("稿件.zip",), (answer.draft,))
    headers = Headers("<1@town.example>", noon)
    with letters.entering() as within:
        for before, pending in (((), first), (("湖塘镇",), second)):
            for _ in range(2):
                (waiting,) = commissions.waiting(DAY, within)
                assert waiting.answered == frozenset(before)
            letters.enter(pending.id, submission, verdict, headers, (), noon, DAY, within)
    assert commissions.waiting(DAY) == (replace(waiting, answered=frozenset({"湖塘镇"})),)


def test_the_chain_goes_on_through_one_transaction_and_from_it_to_the_next(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    record(engine, note(1, noon))
    with letters.entering() as within:
        assert append(within, note(2, noon)) == 2
        assert append(within) == 2
        with Session(within) as session:
            assert append(session, note(3, noon), note(4, noon)) == 4
        with asked(engine) as told:
            assert append(within, note(5, noon)) == 5
        assert told == []
    with pytest.raises(ZeroDivisionError), letters.entering() as within:
        append(within, note(6, noon))
        raise ZeroDivisionError
    record(engine, note(6, noon))
    with letters.entering() as within:
        append(within, note(7, noon))
    assert verify(engine) == (7, None)


@ON_POSTGRESQL  # SQLite has one writer at a time
def test_nobody_else_writes_in_the_journal_before_the_letters_are_entered(
    engine: Engine, letters: LetterRepository
) -> None:
    trying = taking("pg_try_advisory_xact_lock", Lock.JOURNAL)
    with letters.entering() as within, engine.begin() as other:
        assert other.scalar(trying) is False
        with asked(engine) as told:
            hold(within)
        assert told == []
    with engine.begin() as other:
        assert other.scalar(trying) is True


def test_one_that_remembers_asks_again_for_what_it_forgot_and_another_each_time() -> None:
    engine = create_engine("sqlite://")
    answers = iter(range(10))
    with engine.connect() as connection:
        assert [once(connection, "a", lambda: next(answers)) for _ in range(2)] == [0, 1]
        learn(connection, "a", 99)
        forget(connection, "a")
        assert once(connection, "a", lambda: next(answers)) == 2
        remembering(connection)
        assert [once(connection, "a", lambda: next(answers)) for _ in range(2)] == [3, 3]
        with Session(connection) as session:
            assert once(session, "a", lambda: next(answers)) == 3
            forget(session, "a")
        assert once(connection, "a", lambda: next(answers)) == 4
        learn(connection, "a", 99)
        assert once(connection, "a", lambda: next(answers)) == 99
    with Session(engine) as session:
        assert once(session, "a", lambda: next(answers)) == 5
    engine.dispose()


ASKING: tuple[Callable[[Connection, LetterId, datetime], object], ...] = (
    lambda c, letter, noon: owed_since(c, SENDER.address, LetterKind.RECEIPT, noon) == 2 * letter,
    lambda c, letter, noon: earliest_answer(c, letter, noon) == noon + timedelta(hours=1),
    lambda c, letter, noon: was_told(c, "湖塘镇", Remark.NO_REVIEWER, noon, LetterId(99)),
    lambda c, letter, noon: thread_of(c, answering(letter), SENDER, 99) == Thread(letter, True, f"回执{letter}"),
    lambda c, letter, noon: thread_of(c, Correspondence(), SENDER, 99) is None,
)  # fmt: skip


def answering(letter: int) -> Correspondence:
    return Correspondence(answers=(f"<receipt.{letter}@office.example>",))


def test_whoever_asks_for_answers_sees_those_that_wait_to_be_inserted(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    verdict = Verdict(judged().outcome, (), (judged(),), remarks=(Remark.NO_REVIEWER,))
    submission = Submission("主题", SENDER, noon, ("稿件.zip",), (judged().draft,))
    headers = Headers("<1@town.example>", noon)
    for number, ask in enumerate(ASKING, 1):
        (pending,) = letters.collect([seen(number)], noon)
        assert pending.id == number
        with letters.entering() as within:
            owed = (receipt(number), receipt(100 + number))
            letters.enter(pending.id, submission, verdict, headers, owed, noon, DAY, within)
            with asked(engine) as told:
                assert ask(within, pending.id, noon)
            assert any("INSERT INTO outbox" in one for one in told)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(OutboxRow)) == 2 * len(ASKING)
    assert verify(engine) == (len(ASKING), None)


def test_what_nobody_reads_is_inserted_at_the_end_for_all_letters_together(
    engine: Engine, letters: LetterRepository, noon: datetime
) -> None:
    pending = letters.collect([seen(number) for number in range(3)], noon)
    submission = Submission("主题", SENDER, noon, ("稿件.zip",), (judged().draft,))
    verdict, headers = Verdict(judged().outcome, (), (judged(),)), Headers("<1@t.example>", noon)
    with asked(engine) as told, letters.entering() as within:
        for number, one in enumerate(pending):
            owed = [receipt(number)]
            letters.enter(one.id, submission, verdict, headers, owed, noon, DAY, within)
    into = Counter(one.split()[2] for one in told if one.startswith("INSERT"))
    assert into == {"drafts": 3, "standings": 3, "outbox": 1, "journal": 1, "scores": 1}
    answers = select(OutboxRow.letter_id).order_by(OutboxRow.id)
    with engine.connect() as connection:
        assert len(connection.execute(select(ScoreRow.draft_id)).all()) == 3
        assert list(connection.scalars(answers)) == [one.id for one in pending]
    assert verify(engine) == (3, None)


def test_a_weeks_cap_holds_among_letters_that_are_entered_together(
    engine: Engine, noon: datetime
) -> None:
    capped = replace(RULES, points=replace(RULES.points, weekly_cap=2))
    scores = Scores(lambda _day: capped)
    letters = LetterRepository(engine, scores)
    submission = Submission("主题", SENDER, noon, ("稿件.zip",), (judged().draft,))
    verdict, headers = Verdict(judged().outcome, (), (judged(),)), Headers("<1@t.example>", noon)
    pending = letters.collect([seen(number) for number in range(4)], noon)
    with letters.entering() as within:
        for one in pending:
            letters.enter(one.id, submission, verdict, headers, (), noon, DAY, within)
    kept = select(ScoreRow.what, ScoreRow.points)
    with Session(engine) as session, session.begin():
        written = sorted((what, float(points)) for what, points in session.execute(kept))
        assert sum(points for _, points in written) == 2
        scores.rebuild(session)
        again = sorted((what, float(points)) for what, points in session.execute(kept))
        assert again == written
