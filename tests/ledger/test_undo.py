"""Decisions are undone as easily as made: nothing of them leaves before the time for it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ledger.decisions import Decisions
from ledger.errors import ConflictError, NotFound
from ledger.ids import DraftId
from ledger.models.decisions import JournalRow, ScoreRow, StandingRow
from ledger.models.letters import OutboxRow
from ledger.outbox import Outbox
from ledger.rulings import standing_of
from ledger.states import DeliveryState, LetterKind
from ledger.verification import Rules, contradictions
from rulebook.conversation import Purpose
from rulebook.default_rules import OPINION
from rulebook.model import EventDate, Outcome
from rulebook.reasons import Reason
from rulebook.rulings import CurrentVerdict, Ruling
from tests.ledger.conversation import Talk
from tests.ledger.world import MARCH, RULES, owing
from tests.rulebook.builders import draft

GRACE = timedelta(minutes=10)
DECIDED = MARCH + timedelta(hours=1)
ONE = DraftId(1)
DAY = Ruling(event_date=date(2022, 3, 7), accepted=True)


class Desk(Talk):
    """An office whose decisions can be undone for ten minutes."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.decisions = Decisions(
            engine, lambda _m: RULES, lambda day: day.weekday() < 5, self.scores, GRACE
        )

    def decide(self, ruling: Ruling, now: datetime = DECIDED, number: int = 1) -> int:
        return self.decisions.rule(DraftId(number), ruling, "li", "核定", now, owing).seq

    def corrections(self) -> list[OutboxRow]:
        with Session(self.engine) as session:
            query = select(OutboxRow).where(OutboxRow.kind == LetterKind.CORRECTION)
            return list(session.scalars(query))

    def stands(self, number: int = 1) -> CurrentVerdict:
        with Session(self.engine) as session:
            return standing_of(session.get_one(StandingRow, number))

    def points(self) -> int:
        with self.engine.connect() as connection:
            return sum(connection.scalars(select(ScoreRow.points)))

    def sent(self) -> None:
        """Everything that waits has left."""
        with Session(self.engine) as session, session.begin():
            session.execute(update(OutboxRow).values(state=DeliveryState.SENT, tried=DECIDED))

    def verified(self) -> bool:
        rules = Rules(lambda _m: RULES, lambda _d: RULES, lambda day: day.weekday() < 5)
        return list(contradictions(self.engine, rules)) == []


@pytest.fixture
def desk(engine: Engine) -> Desk:
    desk = Desk(engine)
    desk.send(draft("1.zip/稿.docx", event_date=EventDate(None)))
    return desk


def test_a_corrected_receipt_leaves_when_the_time_for_undoing_is_over(desk: Desk) -> None:
    desk.sent()
    desk.decide(DAY)
    (owed,) = desk.corrections()
    assert owed.not_before == DECIDED + GRACE
    outbox = Outbox(desk.engine)
    assert outbox.due(DECIDED + GRACE - timedelta(seconds=1), 9) == []
    assert [one.id for one in outbox.due(DECIDED + GRACE, 9)] == [owed.id]


def test_what_is_undone_stands_as_before_and_nothing_leaves(desk: Desk) -> None:
    before = desk.stands()
    seq = desk.decide(DAY)
    assert (desk.stands().outcome, desk.points()) == (Outcome.ACCEPTED, 1)
    desk.decisions.undo(seq, "li", DECIDED + timedelta(minutes=5), owing)
    assert desk.stands() == before
    assert desk.points() == 0
    assert desk.corrections() == []
    assert desk.verified()


def test_only_the_latest_decision_is_undone_and_once(desk: Desk) -> None:
    first = desk.decide(DAY)
    second = desk.decide(Ruling(kind=OPINION), DECIDED + timedelta(minutes=1))
    with pytest.raises(ConflictError):
        desk.decisions.undo(first, "li", DECIDED, owing)
    desk.decisions.undo(second, "li", DECIDED + timedelta(minutes=2), owing)
    assert desk.stands().kind is not OPINION
    assert desk.stands().outcome is Outcome.ACCEPTED
    with pytest.raises(ConflictError):
        desk.decisions.undo(second, "li", DECIDED, owing)
    with pytest.raises(NotFound):
        desk.decisions.undo(9999, "li", DECIDED, owing)
    with pytest.raises(NotFound):
        desk.decisions.undo(1, "li", DECIDED, owing)
    assert desk.verified()


def test_two_decisions_within_the_time_are_told_in_one_letter(desk: Desk) -> None:
    desk.decide(DAY)
    told: list[tuple[object, ...]] = []

    def compose(letter: object, ruled: object) -> list[object]:
        told.extend((one.before.outcome, one.after.kind, one.why) for one in ruled)  # type: ignore[attr-defined]
        return list(owing(letter, ruled))  # type: ignore[arg-type]

    later = DECIDED + timedelta(minutes=3)
    ruling = Ruling(kind=OPINION)
    desk.decisions.rule(ONE, ruling, "wang", "改类别", later, compose)  # type: ignore[arg-type]
    (owed,) = desk.corrections()
    assert owed.not_before == later + GRACE
    assert told == [(Outcome.HELD, OPINION, "核定；改类别")]


def test_after_the_letter_has_left_undoing_owes_another_one(desk: Desk) -> None:
    seq = desk.decide(DAY)
    desk.sent()
    desk.decisions.undo(seq, "li", DECIDED + timedelta(hours=1), owing)
    assert [one.state for one in desk.corrections()] == [DeliveryState.SENT, DeliveryState.OWED]


def test_what_the_officer_said_waits_again_after_undoing(desk: Desk) -> None:
    desk.say(Purpose.STATEMENT, "3月7日", 1)
    seq = desk.decide(DAY)
    assert desk.conversations.statements() == []
    desk.decisions.undo(seq, "li", DECIDED + timedelta(minutes=1), owing)
    assert [one.words for one in desk.conversations.statements()] == ["3月7日"]


@pytest.mark.parametrize(
    "ruling",
    [
        DAY,
        Ruling(accepted=False),
        Ruling(original=False),
        replace(DAY, voided=True, approved_by="赵局"),
        Ruling(withdrawn=True),
    ],
)
def test_whatever_was_decided_a_draft_goes_back_to_be_decided(desk: Desk, ruling: Ruling) -> None:
    desk.decide(ruling)
    desk.decide(Ruling(reopened=True), DECIDED + timedelta(hours=2))
    stands = desk.stands()
    assert (stands.outcome, stands.voided) == (Outcome.HELD, False)
    assert Reason.REOPENED in stands.reasons
    assert Reason.DECLINED not in stands.reasons
    assert desk.points() == 0
    desk.decide(DAY, DECIDED + timedelta(hours=3))
    assert (desk.stands().outcome, desk.points()) == (Outcome.ACCEPTED, 1)
    assert Reason.REOPENED not in desk.stands().reasons
    assert desk.verified()


def test_who_ordered_that_points_are_void_stands_in_the_journal(desk: Desk) -> None:
    seq = desk.decide(replace(DAY, voided=True, approved_by="赵局"))
    with Session(desk.engine) as session:
        assert session.get_one(JournalRow, seq).facts["approved_by"] == "赵局"
