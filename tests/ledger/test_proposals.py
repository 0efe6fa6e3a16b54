"""Adoptions that officers report count once a person confirms them, and the reporter is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, text

from ledger import journal
from ledger.adoptions import AlreadyRecorded
from ledger.decisions import ConcernedLetter
from ledger.errors import InvalidInput, NotFound
from ledger.ids import LetterId
from ledger.models.decisions import ScoreRow
from ledger.models.letters import OutboxRow
from ledger.proposals import ProposedAdoption
from ledger.row_values import OutgoingMessage
from ledger.states import Act, LetterKind, ProposalState
from ledger.verification import contradictions
from rulebook.conversation import Purpose
from rulebook.model import Sender
from tests.ledger.conversation import STRANGER, Talk
from tests.ledger.test_tampering import CHECKS
from tests.ledger.world import MARCH, article, receipt

LATER = MARCH + timedelta(days=3)
WORDS = (
    "《厂中厂治理的实践与思考之1》3月9日被中国应急管理报采用，https://news.example/1\n"
    "《另外一篇》3月10日被某某早报采用"
)


@pytest.fixture
def talk(engine: Engine) -> Talk:
    return Talk(engine)


def report(talk: Talk, words: str = WORDS, **more: object) -> int:
    return talk.say(Purpose.ADOPTION_REPORT, words, received=LATER, **more)  # type: ignore[arg-type]


def told(letter: ConcernedLetter, settled: Sequence[ProposedAdoption]) -> Sequence[OutgoingMessage]:
    states = ",".join(one.state for one in settled)
    return [
        replace(
            receipt(f"<adoption.{letter.letter}@office.example>"),
            kind=LetterKind.ADOPTION,
            subject=states,
        )
    ]


def points(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(connection.scalars(select(ScoreRow.points)))


def test_a_report_proposes_what_it_tells_and_gives_no_points(talk: Talk) -> None:
    talk.send(article(1))
    before = points(talk.engine)
    letter = report(talk)
    first, second = talk.proposals.listing()
    assert (first.letter, first.draft, first.day) == (letter, 1, date(2022, 3, 9))
    assert first.title == "厂中厂治理的实践与思考之1"
    assert (second.draft, second.outlet, second.tier) == (None, "某某早报", None)
    assert points(talk.engine) == before


def test_confirmed_it_stands_in_the_register_and_counts(talk: Talk) -> None:
    talk.send(article(1))
    report(talk)
    talk.proposals.correct(1, "li", LATER, outlet="中国应急管理报", tier=2)
    number = talk.proposals.confirm(1, "li", LATER, owe=told, evidence=("a" * 64, "截图.png"))
    one = talk.adoptions.one(number)
    assert one is not None
    assert (one.printed.draft, one.printed.tier, one.printed.evidence_name) == (1, 2, "截图.png")
    assert points(talk.engine) == 12
    (latest, *_) = journal.history(talk.engine, acts=(Act.PROPOSED,))
    assert latest.entry.facts["state"] == "confirmed"


def test_the_reporter_is_told_once_when_all_are_settled(talk: Talk) -> None:
    talk.send(article(1))
    letter = report(talk)
    talk.proposals.correct(1, "li", LATER, outlet="中国应急管理报", tier=2)
    talk.proposals.confirm(1, "li", LATER, owe=told)
    with talk.engine.connect() as connection:
        kind = select(OutboxRow.subject).where(OutboxRow.kind == LetterKind.ADOPTION)
        assert connection.scalars(kind).all() == []
    talk.proposals.reject(2, "li", "链接打不开", LATER, told)
    with talk.engine.connect() as connection:
        assert connection.scalars(kind).all() == ["confirmed,rejected"]
    states = [one.state for one in talk.proposals.listing(letter=letter, state=None)]
    assert states == [ProposalState.CONFIRMED, ProposalState.REJECTED]


def test_a_confirmation_is_taken_back_as_easily(talk: Talk) -> None:
    talk.send(article(1))
    report(talk)
    talk.proposals.correct(1, "li", LATER, outlet="中国应急管理报", tier=2)
    number = talk.proposals.confirm(1, "li", LATER)
    talk.proposals.reopen(1, "li", "登记错了", LATER)
    one = talk.adoptions.one(number)
    assert one is not None
    assert one.withdrawn
    assert points(talk.engine) == 2
    assert talk.proposals.confirm(1, "li", LATER) != number


def test_what_is_open_is_asked_for_and_what_is_recorded_already_is_named(talk: Talk) -> None:
    talk.send(article(1))
    report(talk, "我镇稿件被采用，请登记")
    with pytest.raises(InvalidInput, match="录用日期"):
        talk.proposals.confirm(1, "li", LATER)
    talk.proposals.correct(
        1,
        "li",
        LATER,
        title="标题1",
        outlet="中国应急管理报",
        tier=2,
        day=date(2022, 3, 9),
        draft=1,
    )
    talk.adopt(1, date(2022, 3, 9))
    with pytest.raises(AlreadyRecorded):
        talk.proposals.confirm(1, "li", LATER)
    with pytest.raises(NotFound):
        talk.proposals.correct(1, "li", LATER, draft=77)
    with pytest.raises(NotFound):
        talk.proposals.reject(99, "li", "", LATER)
    talk.proposals.reject(1, "li", "已登记", LATER)
    with pytest.raises(InvalidInput, match="li"):
        talk.proposals.confirm(1, "li", LATER)


def test_a_strangers_report_is_for_a_person_and_never_answered(talk: Talk) -> None:
    report(talk, sender=STRANGER)
    talk.proposals.reject(1, "li", "", LATER, told)
    talk.proposals.reject(2, "li", "", LATER, told)
    with talk.engine.connect() as connection:
        assert connection.scalars(select(OutboxRow.id)).all() == []


def test_only_the_own_units_drafts_are_found(talk: Talk) -> None:
    talk.send(article(1))
    other = Sender("李", "li@other.example", "高新区", "李")
    report(talk, sender=other)
    assert [one.draft for one in talk.proposals.listing()] == [None, None]


def test_after_each_deed_a_reported_adoption_is_what_the_journal_says(talk: Talk) -> None:
    talk.send(article(1))
    report(talk)
    talk.proposals.correct(1, "li", LATER, outlet="中国应急管理报", tier=2, unit="湖塘镇")
    talk.proposals.correct(
        2, "li", LATER, unit="高新区", day=date(2022, 3, 9), url="https://news.example/2"
    )
    talk.proposals.confirm(1, "li", LATER, owe=told)
    talk.proposals.reject(2, "li", "链接打不开", LATER, told)
    assert list(contradictions(talk.engine, CHECKS)) == []
    talk.proposals.reopen(1, "li", "再看一下", LATER)
    assert list(contradictions(talk.engine, CHECKS)) == []


def test_a_report_that_is_for_something_else_leaves_nothing_to_prove(talk: Talk) -> None:
    letter = report(talk)
    talk.conversations.set_purpose(LetterId(letter), Purpose.OTHER, "li", "", LATER)
    assert talk.proposals.listing(state=None) == []
    assert list(contradictions(talk.engine, CHECKS)) == []


def test_an_open_report_that_is_gone_though_nobody_said_its_letter_is_for_something_else_is_named(
    talk: Talk,
) -> None:
    report(talk)
    with talk.engine.begin() as connection:
        connection.execute(text("DELETE FROM proposed_adoptions WHERE id = 1"))
    assert list(contradictions(talk.engine, CHECKS)) == ["第 1 号录用报送的记录不见了"]


def test_of_reports_from_before_digests_state_and_register_are_proved(talk: Talk) -> None:
    report(talk)
    with talk.engine.begin() as connection:
        lines = text(
            'UPDATE journal SET facts = \'{"proposal": 1, "state": "open"}\' WHERE act = \'proposed\''
        )
        connection.execute(text("DELETE FROM proposed_adoptions WHERE id = 2"))
        connection.execute(lines)
    assert list(contradictions(talk.engine, CHECKS)) == []
    with talk.engine.begin() as connection:
        connection.execute(text("UPDATE proposed_adoptions SET state = 'rejected'"))
    (told_of,) = contradictions(talk.engine, CHECKS)
    assert "第 1 号录用报送的来信、状态" in told_of
