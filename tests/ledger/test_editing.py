"""Words corrected, drafts cut and joined: journalled, proved, told to the sender, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ledger.decisions import AppliedRuling, ConcernedLetter, Decisions
from ledger.editing import Editing
from ledger.errors import ConflictError, InvalidInput
from ledger.ids import DraftId, LetterId
from ledger.models.conversations import AmendmentRow
from ledger.models.decisions import JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.queries.search import DraftQuery, search
from ledger.queries.undoing import undoable
from ledger.row_values import OutgoingMessage
from ledger.rulings import standing_of
from ledger.states import Act, DeliveryState, LetterKind, LetterState
from ledger.storage.retention import purge
from ledger.storage.vault import Vault
from ledger.verification import Rules, contradictions
from rulebook.judge import judge_by_hand
from rulebook.model import DraftVerdict, EventDate, Outcome, Sender, Submission
from rulebook.reasons import Reason
from rulebook.rulings import Ruling
from tests.ledger.conversation import OFFICER, Talk
from tests.ledger.world import MARCH, OFFICE, RULES, owing
from tests.rulebook.builders import draft

GRACE = timedelta(minutes=10)
NOW = MARCH + timedelta(hours=1)
DAY = MARCH.astimezone(OFFICE).date()
ONE = DraftId(1)


class Desk(Talk):
    """An office that corrects drafts, with ten minutes to think again."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.decisions = Decisions(
            engine, lambda _m: RULES, lambda day: day.weekday() < 5, self.scores, GRACE
        )
        self.editing = Editing(engine, self.decisions, self.scores)

    def amend(self, number: int = 1, **words: str) -> bool:
        return self.editing.amend(DraftId(number), words, 50, "li", "对照原图", NOW, self.owe)

    def owe(
        self, letter: ConcernedLetter, ruled: Sequence[AppliedRuling]
    ) -> Sequence[OutgoingMessage]:
        self.told = "".join(one.note for one in ruled)
        return owing(letter, ruled)

    def row(self, number: int = 1) -> DraftRow:
        with Session(self.engine) as session:
            return session.get_one(DraftRow, number)

    def stands(self, number: int) -> tuple[Outcome, tuple[Reason, ...]]:
        with Session(self.engine) as session:
            stands = standing_of(session.get_one(StandingRow, number))
            return stands.outcome, stands.reasons

    def corrections(self) -> list[OutboxRow]:
        with Session(self.engine) as session:
            query = select(OutboxRow).where(OutboxRow.kind == LetterKind.CORRECTION)
            return list(session.scalars(query))

    def undo_all(self) -> None:
        found = undoable(self.engine, "li", NOW - GRACE)[0]
        for seq, act in zip(found.seqs, found.acts, strict=True):
            (self.decisions.undo if act is Act.RULED else self.editing.undo)(
                seq, "li", NOW, self.owe
            )

    def contradicted(self) -> list[str]:
        rules = Rules(lambda _m: RULES, lambda _d: RULES, lambda day: day.weekday() < 5)
        return list(contradictions(self.engine, rules))

    def part(self, title: str, text: str, sender: Sender = OFFICER) -> DraftVerdict:
        submission = Submission("来稿", sender, MARCH, (), ())
        return judge_by_hand(draft("拆分#2", title=title, text=text), submission, RULES, None)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    desk = Desk(engine)
    desk.send(draft("1.zip/稿.docx", event_date=EventDate(None)), draft("1.zip/另.docx"))
    with Session(desk.engine) as session, session.begin():
        session.execute(update(OutboxRow).values(state=DeliveryState.SENT, tried=MARCH, tries=1))
    return desk


def test_words_are_corrected_found_proved_and_the_first_ones_kept(desk: Desk) -> None:
    before = desk.row()
    assert desk.amend(
        title="更正后的标题", author="新作者", origin="某社区", text="改过的正文 独角兽"
    )
    now = desk.row()
    assert (now.title, now.author, now.origin, now.text, now.characters) == (
        *("更正后的标题", "新作者", "某社区", "改过的正文 独角兽"),
        50,
    )
    assert desk.contradicted() == []
    assert desk.editing.original(1).words["text"] == before.text
    assert [hit.draft for hit in search(desk.engine, DraftQuery("独角兽"))] == [1]
    assert not desk.amend(title="更正后的标题")


def test_a_correction_is_undone_as_if_it_had_never_been_made(desk: Desk) -> None:
    before = desk.row()
    desk.amend(title="更正后的标题", text="另一段")
    desk.undo_all()
    now = desk.row()
    assert (now.title, now.text, now.characters) == (before.title, before.text, before.characters)
    assert desk.contradicted() == [] and desk.editing.original(1).words == {}
    assert undoable(desk.engine, "li", NOW - GRACE) == []


def test_of_a_held_draft_the_correction_is_told_with_the_decision(desk: Desk) -> None:
    desk.amend(title="更正后的标题", reviewer="审核某")
    assert desk.corrections() == []
    told = desk.decisions.rule(
        ONE, Ruling(event_date=date(2022, 3, 7), accepted=True), "li", "", NOW, desk.owe
    )
    assert len(desk.corrections()) == 1
    assert told.title == "更正后的标题"
    assert "标题更正为“更正后的标题”" in desk.told
    assert "审核人更正为“审核某”" in desk.told


def test_of_an_accepted_draft_it_is_told_at_once_and_not_when_it_was_undone(desk: Desk) -> None:
    assert desk.stands(2)[0] is Outcome.ACCEPTED
    desk.amend(2, origin="某社区")
    assert "供稿单位更正为“某社区”" in desk.told
    desk.undo_all()
    assert desk.corrections() == []


def test_an_altered_correction_and_an_altered_original_are_named(desk: Desk) -> None:
    desk.amend(title="更正后的标题", origin="某社区")
    with Session(desk.engine) as session, session.begin():
        kept = session.scalars(select(AmendmentRow)).one()
        kept.before = {**kept.before, "title": "伪造的原标题"}
        session.get_one(DraftRow, 1).origin = "别处"
    told = "；".join(desk.contradicted())
    assert "更正前后的内容" in told and "供稿单位与日志不符" in told
    with Session(desk.engine) as session, session.begin():
        session.delete(session.scalars(select(AmendmentRow)).one())
    assert "不见了" in "；".join(desk.contradicted())


def test_what_is_empty_endless_or_was_changed_meanwhile_is_refused(desk: Desk) -> None:
    for words in ({"title": " "}, {"text": ""}, {"author": "某" * 300}):
        with pytest.raises(InvalidInput):
            desk.amend(1, **words)
    with pytest.raises(ConflictError, match="刚刚由"):
        desk.editing.amend(ONE, {"title": "新"}, 5, "li", "", NOW, seen=999)
    assert desk.contradicted() == []


def test_a_draft_is_cut_in_two_and_the_part_is_held_and_decided_like_any_other(desk: Desk) -> None:
    (new,) = desk.editing.cut(ONE, "前半", 2, [desk.part("后半的标题", "后半")], "li", NOW)
    assert (desk.row().text, desk.row(new).title, desk.row(new).position) == (
        "前半",
        "后半的标题",
        3,
    )
    outcome, reasons = desk.stands(new)
    assert outcome is Outcome.HELD and Reason.DRAWN_BY_HAND in reasons
    assert desk.contradicted() == []
    desk.decisions.rule(DraftId(new), Ruling(accepted=True), "li", "", NOW + GRACE, owing)
    assert desk.stands(new)[0] is Outcome.ACCEPTED
    assert desk.contradicted() == []


def test_a_cut_is_undone_whole(desk: Desk) -> None:
    text = desk.row().text
    (new,) = desk.editing.cut(ONE, "前半", 2, [desk.part("后半的标题", "后半")], "li", NOW)
    desk.undo_all()
    assert desk.row().text == text
    assert desk.stands(new)[0] is Outcome.IGNORED
    assert desk.contradicted() == [] and undoable(desk.engine, "li", NOW - GRACE) == []


def test_drafts_are_joined_and_parted_again(desk: Desk) -> None:
    one, other = desk.row(1).text, desk.row(2).text
    desk.editing.join(ONE, [DraftId(2)], 100, "li", NOW, desk.owe)
    assert desk.row(1).text == f"{one}\n{other}"
    assert desk.stands(2) == (Outcome.IGNORED, (Reason.JOINED,))
    assert len(desk.corrections()) == 1 and desk.contradicted() == []
    desk.undo_all()
    assert desk.row(1).text == one and desk.stands(2)[0] is Outcome.ACCEPTED
    assert desk.corrections() == [] and desk.contradicted() == []


def test_drafts_of_another_letter_or_with_an_adoption_are_not_joined(desk: Desk) -> None:
    desk.send(draft("2.zip/别的.docx", text="别的一件事情"))
    with pytest.raises(InvalidInput):
        desk.editing.join(ONE, [DraftId(3)], 1, "li", NOW)
    with pytest.raises(InvalidInput):
        desk.editing.join(ONE, [ONE], 1, "li", NOW)
    with Session(desk.engine) as session, session.begin():
        session.get_one(StandingRow, 2).adopted = True
    with pytest.raises(ConflictError):
        desk.editing.join(ONE, [DraftId(2)], 1, "li", NOW)


def test_a_refused_letter_is_put_back_to_be_decided_or_has_a_draft_drawn_from_it(
    desk: Desk,
) -> None:
    with Session(desk.engine) as session, session.begin():
        letter = session.get_one(LetterRow, 1)
        letter.faults = [{"reason": "BODY_DRAFT", "detail": ""}]
    assert (
        desk.decisions.rule(ONE, Ruling(reopened=True), "li", "", NOW).after.outcome is Outcome.HELD
    )
    new = desk.editing.draw(
        LetterId(1), desk.part("补登的", "补登的正文"), DAY, "li", "电话核实", NOW
    )
    outcome, reasons = desk.stands(new)
    assert outcome is Outcome.HELD and Reason.BODY_DRAFT not in reasons
    with Session(desk.engine) as session, session.begin():
        session.get_one(LetterRow, 1).reasons = ["SECRET_MARK"]
    with pytest.raises(InvalidInput):
        desk.editing.draw(LetterId(1), desk.part("补登的", "正文"), DAY, "li", "", NOW)


def test_what_is_forgotten_in_time_is_forgotten_in_corrections_too(
    desk: Desk, tmp_path: object
) -> None:
    desk.amend(title="更正后的标题", author="新作者", text="改过的正文")
    with Session(desk.engine) as session, session.begin():
        session.execute(update(LetterRow).values(state=LetterState.SETTLED))
    later = MARCH + timedelta(days=1)
    purge(desk.engine, Vault(tmp_path), later, later, "admin", later)  # type: ignore[arg-type]
    with Session(desk.engine) as session:
        kept = session.scalars(select(AmendmentRow)).one()
    assert set(kept.before) == set(kept.after) == {"title", "characters"}
    assert desk.contradicted() == []


def test_the_journal_keeps_no_by_line_and_no_text_of_a_correction(desk: Desk) -> None:
    desk.amend(author="新作者", text="改过的正文")
    with Session(desk.engine) as session:
        line = session.scalars(select(JournalRow).where(JournalRow.act == Act.AMENDED)).one()
    assert "新作者" not in str(line.facts) and "改过" not in str(line.facts)


def test_what_was_there_before_a_correction_is_proved_to_the_letter(desk: Desk) -> None:
    desk.amend(title="更正后的标题")
    desk.amend(author="新作者")
    assert desk.contradicted() == []
    with Session(desk.engine) as session:
        first, second = (row.seq for row in session.scalars(select(AmendmentRow)))
    gone = f"第 1 号稿件更正前的内容（日志第 {first} 条）不见了"
    altered = f"第 1 号稿件更正前后的内容（日志第 {first} 条）与日志不符"
    other = select(AmendmentRow.after).where(AmendmentRow.seq == second).scalar_subquery()
    for change, told in (
        ({"at": NOW + timedelta(minutes=1)}, [gone]),
        ({"before": {"title": "别的"}}, [altered]),
        ({"before": {}}, [altered]),
        ({"after": other}, [altered]),
        ({"seq": 99}, [gone, "第 1 号稿件的更正不是按手续登记的：日志里没有它"]),
    ):
        with Session(desk.engine) as session, session.begin():
            kept = session.get_one(AmendmentRow, first)
            values = {"at": kept.at, "before": kept.before, "after": kept.after, "seq": first}
            row = update(AmendmentRow).where(AmendmentRow.seq == first)
            session.execute(row.values(change))
        assert desk.contradicted() == told
        with Session(desk.engine) as session, session.begin():
            number = change.get("seq", first)
            session.execute(update(AmendmentRow).where(AmendmentRow.seq == number).values(values))
    assert desk.contradicted() == []
