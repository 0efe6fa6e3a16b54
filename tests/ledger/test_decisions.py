"""People's decisions: appended, folded into standings, never overwritten, told to the sender."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger import journal
from ledger.errors import ConflictError, NotFound
from ledger.ids import DraftId, LetterId
from ledger.models.decisions import ScoreRow, StandingRow
from ledger.models.letters import LetterRow, OutboxRow
from ledger.outbox import Outbox
from ledger.states import Act, DeliveryState, LetterState
from rulebook.default_rules import COMMISSION, NEWS, OPINION
from rulebook.model import DayDoubt, EventDate, Kind
from rulebook.reasons import Outcome
from rulebook.rulings import Ruling, UnfinishedRuling
from tests.ledger.world import MARCH, World, article, owing
from tests.rulebook.builders import draft


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def open_day(world: World) -> int:
    world.enter(draft("1.zip/稿.docx", event_date=EventDate(None, "近日", DayDoubt.VAGUE)))
    return 1


def points(engine: Engine, number: int = 1) -> int:
    with engine.connect() as connection:
        query = select(func.coalesce(func.sum(ScoreRow.points), 0)).where(
            ScoreRow.draft_id == number
        )
        return connection.scalar(query) or 0


def standing(engine: Engine, number: int = 1) -> StandingRow:
    with Session(engine) as session:
        return session.get_one(StandingRow, number)


def test_a_ruled_day_settles_the_doubt_and_the_points_follow(world: World, engine: Engine) -> None:
    number = open_day(world)
    assert (standing(engine).outcome, points(engine)) == (Outcome.HELD, 0)
    ruled = world.decisions.rule(
        DraftId(number), Ruling(event_date=date(2022, 3, 7)), "li", "电话核实", MARCH
    )
    assert (ruled.before.outcome, ruled.after.outcome) == (Outcome.HELD, Outcome.ACCEPTED)
    assert (ruled.points_before, ruled.points_after) == (0, 1)
    assert (standing(engine).event_date, points(engine)) == (date(2022, 3, 7), 1)


def test_a_day_ruled_too_early_makes_it_late(world: World, engine: Engine) -> None:
    open_day(world)
    world.decisions.rule(DraftId(1), Ruling(event_date=date(2022, 3, 1)), "li", "", MARCH)
    assert standing(engine).reasons == ["LATE"]
    assert points(engine) == 0


def test_voiding_takes_the_points_away_and_can_be_undone(world: World, engine: Engine) -> None:
    world.enter()
    assert points(engine) == 1
    world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", MARCH
    )
    assert points(engine) == 0
    world.decisions.rule(DraftId(1), Ruling(voided=False), "wang", "查无此事", MARCH)
    assert points(engine) == 1


def test_a_claimed_letter_counts_for_its_unit_as_of_its_receipt(
    world: World, engine: Engine
) -> None:
    letter = world.enter(draft("1.zip/甲.docx"), draft("1.zip/乙.docx"), unit=None)
    assert points(engine) == 0
    ruled = world.decisions.claim(LetterId(letter), "高新区", "li", "新任", MARCH)
    assert [made.after.unit for made in ruled] == ["高新区", "高新区"]
    assert (points(engine, 1), points(engine, 2)) == (1, 1)
    assert standing(engine).day == date(2022, 3, 8)


def test_whoever_finds_a_letter_claimed_meanwhile_is_told_and_may_claim_it_all_the_same(
    world: World, engine: Engine
) -> None:
    letter = LetterId(world.enter(unit=None))
    world.decisions.claim(letter, "高新区", "li", "新任", MARCH, unclaimed=True)
    with pytest.raises(ConflictError, match="计入高新区"):
        world.decisions.claim(letter, "湖塘镇", "wang", "", MARCH, unclaimed=True)
    world.decisions.claim(letter, "湖塘镇", "wang", "是湖塘镇的", MARCH)
    assert standing(engine).unit == "湖塘镇"


def test_who_decides_second_is_told_and_nothing_is_overwritten(
    world: World, engine: Engine
) -> None:
    open_day(world)
    seen = standing(engine).seq
    world.decisions.rule(
        DraftId(1), Ruling(event_date=date(2022, 3, 7)), "li", "", MARCH, seen=seen
    )
    with pytest.raises(ConflictError, match="li"):
        world.decisions.rule(DraftId(1), Ruling(accepted=False), "wang", "重复", MARCH, seen=seen)
    assert standing(engine).outcome is Outcome.ACCEPTED


def test_every_ruling_is_a_line_with_who_and_why(world: World, engine: Engine) -> None:
    open_day(world)
    world.decisions.rule(DraftId(1), Ruling(kind=OPINION), "li", "内容是舆情", MARCH)
    world.decisions.rule(DraftId(1), Ruling(kind=NEWS), "wang", "改回", MARCH)
    lines = [
        (line.entry.who, line.entry.act, line.entry.facts, line.entry.why)
        for line in journal.history(engine, draft=1, acts=(Act.RULED,))
    ]
    assert lines == [
        ("wang", Act.RULED, {"kind": "工作动态"}, "改回"),
        ("li", Act.RULED, {"kind": "舆情"}, "内容是舆情"),
    ]
    assert standing(engine).kind == NEWS


def test_a_correction_is_owed_with_the_decision_and_the_letter_waits_for_it(
    world: World, engine: Engine
) -> None:
    open_day(world)
    outbox = Outbox(engine)
    outbox.sent([(outbox.due(MARCH, 9)[0], "250")], MARCH)
    world.decisions.rule(DraftId(1), Ruling(event_date=date(2022, 3, 7)), "li", "", MARCH, owing)
    with engine.connect() as connection:
        owed = connection.scalars(
            select(OutboxRow.kind).where(OutboxRow.state == DeliveryState.OWED)
        ).all()
        state = connection.scalar(select(LetterRow.state))
    assert (owed, state) == (["correction"], LetterState.EXAMINED)


def test_when_the_correction_cannot_be_written_nothing_was_decided(
    world: World, engine: Engine
) -> None:
    open_day(world)

    def broken(*_: object) -> list[object]:
        raise RuntimeError("no template")

    with pytest.raises(RuntimeError):
        world.decisions.rule(1, Ruling(event_date=date(2022, 3, 7)), "li", "", MARCH, broken)  # type: ignore[arg-type]
    assert standing(engine).outcome is Outcome.HELD
    assert not list(journal.history(engine, draft=1, acts=(Act.RULED,)))


def test_nobody_is_written_to_who_was_not_answered_before(world: World, engine: Engine) -> None:
    world.enter(draft("1.zip/稿.docx", event_date=EventDate(None)), owed=False)
    world.decisions.rule(DraftId(1), Ruling(event_date=date(2022, 3, 7)), "li", "", MARCH, owing)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_a_ruling_that_changes_nothing_owes_nothing(world: World, engine: Engine) -> None:
    world.enter()
    made = world.decisions.rule(DraftId(1), Ruling(kind=NEWS), "li", "", MARCH, owing)
    assert not made.changed
    with engine.connect() as connection:
        assert connection.scalars(select(OutboxRow.kind)).all() == ["receipt"]


def test_accepting_an_unclaimed_draft_is_refused_with_what_is_missing(
    world: World, engine: Engine
) -> None:
    world.enter(unit=None)
    with pytest.raises(UnfinishedRuling, match="单位"):
        world.decisions.rule(DraftId(1), Ruling(accepted=True), "li", "", MARCH)
    assert standing(engine).outcome is Outcome.HELD


def test_what_is_not_there_cannot_be_decided(world: World) -> None:
    with pytest.raises(NotFound, match="99"):
        world.decisions.rule(DraftId(99), Ruling(accepted=True), "li", "", MARCH)
    with pytest.raises(NotFound, match="99"):
        world.decisions.claim(LetterId(99), "高新区", "li", "", MARCH)


def test_many_people_deciding_and_recording_at_once_never_wait_for_each_other(
    world: World, engine: Engine
) -> None:
    """Rulings take draft and chain, adoptions the chain and that draft: neither may stop the other."""
    number = world.enter(article(50), subject="【综合】")
    draft = next(iter(_drafts(engine, number)))
    troubles: list[BaseException] = []
    start = threading.Barrier(6)

    def work(person: int) -> None:
        try:
            start.wait()
            for turn in range(4):
                if person % 2:
                    world.decisions.rule(
                        DraftId(draft),
                        Ruling(voided=bool(turn % 2), approved_by="王局"),
                        f"人{person}",
                        "x",
                        MARCH,
                    )
                else:
                    day = date(2022, 4, 1 + 4 * person + turn)
                    adopted = world.adopt(draft, day)
                    world.adoptions.change(adopted, f"人{person}", "改定", MARCH, tier=3)
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(person,)) for person in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert journal.verify(engine)[1] is None
    assert sum(one.printed.draft == draft for one in world.adoptions.listing()) == 12


def _drafts(engine: Engine, letter: int) -> list[int]:
    with engine.connect() as connection:
        return list(
            connection.scalars(select(StandingRow.draft_id).where(StandingRow.letter_id == letter))
        )


def test_of_two_people_who_saw_the_same_draft_only_one_decides(
    world: World, engine: Engine
) -> None:
    number = world.enter(draft("900.zip/稿.docx"))
    (one,) = _drafts(engine, number)
    with engine.connect() as connection:
        seen = connection.scalar(select(StandingRow.seq).where(StandingRow.draft_id == one))
    start, said = threading.Barrier(2), []

    def decide(who: str, kind: Kind) -> None:
        start.wait()
        try:
            world.decisions.rule(DraftId(one), Ruling(kind=kind), who, "x", MARCH, seen=seen)
            said.append("made")
        except ConflictError as error:
            said.append(str(error))

    pairs = (("甲", OPINION), ("乙", COMMISSION))
    threads = [threading.Thread(target=decide, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("made") == 1
    assert any("刚刚由" in sentence for sentence in said)


def test_what_was_ruled_is_told_by_whichever_way_it_was(world: World, engine: Engine) -> None:
    world.enter(draft("1.zip/一.docx"), draft("1.zip/二.docx", digest="d2", file_digest="f2"))
    taken_back = world.decisions.withdraw(DraftId(1), "li", "单位来电", MARCH)
    assert taken_back.after.outcome is Outcome.IGNORED
    again = world.decisions.withdraw(DraftId(1), "li", "又要报", MARCH, withdrawn=False)
    assert again.after.outcome is not Outcome.IGNORED
    told = [(entry.why, ruling.withdrawn) for entry, ruling in world.decisions.rulings(DraftId(1))]
    assert told == [("单位来电", True), ("又要报", False)]
    with Session(engine) as session, session.begin():
        journal.hold(session)
        ruled = world.decisions.rule_letter(
            session, 1, Ruling(submission=False), "li", "不是投稿", MARCH
        )
    assert [one.draft for one in ruled] == [1, 2]
    assert {one.after.outcome for one in ruled} == {Outcome.IGNORED}


def test_a_letter_is_ruled_on_as_a_whole_and_no_other(world: World, engine: Engine) -> None:
    letter = world.enter(draft("1.zip/甲.docx"), draft("1.zip/乙.docx"))
    world.enter()
    with Session(engine) as session, session.begin():
        journal.hold(session)
        ruled = world.decisions.rule_letter(
            session, letter, Ruling(accepted=False), "li", "", MARCH
        )
    assert [one.draft for one in ruled] == [1, 2]
    refused = [standing(engine, number).outcome is Outcome.REFUSED for number in (1, 2, 3)]
    assert refused == [True, True, False]
    ((entry, ruling),) = world.decisions.rulings(DraftId(2))
    assert (entry.who, ruling) == ("li", Ruling(accepted=False))
    assert world.decisions.rulings(DraftId(3)) == []


def test_a_withdrawal_says_what_it_made_of_the_draft(world: World, engine: Engine) -> None:
    world.enter()
    ruled = world.decisions.withdraw(DraftId(1), "li", "本单位撤稿", MARCH)
    assert (ruled.points_before, ruled.points_after, ruled.seq) == (1, 0, standing(engine).seq)
    back = world.decisions.withdraw(DraftId(1), "li", "", MARCH, withdrawn=False)
    assert back.points_after == 1


def test_what_is_undone_says_how_the_draft_stands_again(world: World) -> None:
    world.enter()
    ruled = world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", MARCH
    )
    undone = world.decisions.undo(ruled.seq, "li", MARCH)
    assert (undone.draft, undone.points_before, undone.points_after) == (1, 0, 1)
