"""A resubmitted draft stands in place of the one it corrects: one counts, never both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from ledger.errors import ConflictError
from ledger.ids import DraftId
from ledger.models.decisions import ScoreRow, StandingRow
from ledger.models.letters import DraftRow
from ledger.resubmissions import earlier_versions, replaced_drafts
from ledger.verification import Rules, contradictions
from rulebook.conversation import Thread
from rulebook.model import EventDate, Outcome, Sender, Submission
from rulebook.reasons import Reason
from rulebook.rulings import Ruling
from tests.ledger.conversation import Talk
from tests.ledger.world import MARCH, RULES
from tests.rulebook.builders import draft

LATER = MARCH + timedelta(hours=5)
OPEN_DAY = EventDate(None)


@pytest.fixture
def talk(engine: Engine) -> Talk:
    return Talk(engine)


def standing(engine: Engine, number: int) -> tuple[Outcome, list[str]]:
    with engine.connect() as connection:
        row = connection.execute(
            select(StandingRow.outcome, StandingRow.reasons).where(StandingRow.draft_id == number)
        ).one()
    return row.outcome, row.reasons


def points(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(connection.scalars(select(ScoreRow.points)))


def consistent(talk: Talk) -> bool:
    rules = Rules(lambda _m: RULES, lambda _d: RULES, lambda day: day.weekday() < 5)
    return list(contradictions(talk.engine, rules)) == []


def first(**more: object) -> object:
    return draft("1.zip/稿.docx", title="湖塘镇开展检查", **more)


def second(**more: object) -> object:
    return draft("2.zip/改.docx", title="湖塘镇开展检查", text="改过的稿件", digest="d2", **more)


def test_a_held_draft_gives_way_to_its_correction_at_once(talk: Talk) -> None:
    letter = talk.send(first(event_date=OPEN_DAY))
    assert standing(talk.engine, 1)[0] is Outcome.HELD
    talk.answer(letter, second(), received=LATER)
    assert standing(talk.engine, 1) == (Outcome.IGNORED, ["DATE_UNCERTAIN", "SUPERSEDED"])
    assert standing(talk.engine, 2)[0] is Outcome.ACCEPTED
    assert points(talk.engine) == 1
    assert consistent(talk)


def test_an_accepted_draft_stays_until_a_person_confirms_and_then_one_counts(talk: Talk) -> None:
    letter = talk.send(first())
    talk.answer(letter, second(), received=LATER)
    assert standing(talk.engine, 1)[0] is Outcome.ACCEPTED
    assert standing(talk.engine, 2) == (Outcome.HELD, ["REPLACES_DRAFT"])
    assert points(talk.engine) == 1
    ruled = talk.decisions.replace(DraftId(2), "li", "核对无误", LATER)
    assert "湖塘镇开展检查" in ruled.note
    assert standing(talk.engine, 1)[0] is Outcome.IGNORED
    assert standing(talk.engine, 2)[0] is Outcome.ACCEPTED
    assert points(talk.engine) == 1
    assert consistent(talk)


def test_what_a_person_accepts_takes_the_place_too_and_what_is_refused_gives_it_back(
    talk: Talk,
) -> None:
    letter = talk.send(first())
    talk.answer(letter, second(), received=LATER)
    talk.decisions.rule(DraftId(2), Ruling(accepted=True), "li", "", LATER)
    assert (standing(talk.engine, 1)[0], points(talk.engine)) == (Outcome.IGNORED, 1)
    talk.decisions.rule(DraftId(2), Ruling(accepted=False), "li", "重复", LATER)
    assert (standing(talk.engine, 1)[0], points(talk.engine)) == (Outcome.ACCEPTED, 1)
    talk.decisions.replace(DraftId(2), "li", "另一篇", LATER, replaces=False)
    talk.decisions.rule(DraftId(2), Ruling(accepted=True), "li", "", LATER)
    assert points(talk.engine) == 2
    assert consistent(talk)


def test_a_refused_draft_has_no_place_to_give_and_nothing_is_told_of_it(talk: Talk) -> None:
    letter = talk.send(first())
    talk.answer(letter, second(), received=LATER)
    talk.decisions.rule(DraftId(1), Ruling(accepted=False), "li", "重复", LATER)
    assert talk.decisions.replace(DraftId(2), "li", "以此稿为准", LATER).note == ""
    assert standing(talk.engine, 1)[0] is Outcome.REFUSED
    assert standing(talk.engine, 2)[0] is Outcome.ACCEPTED


def test_a_late_draft_is_made_timely_by_a_person_alone(talk: Talk) -> None:
    letter = talk.send(first(event_date=EventDate(date(2022, 3, 1))))
    talk.answer(letter, second(event_date=EventDate(date(2022, 3, 7))), received=LATER)
    assert standing(talk.engine, 2) == (Outcome.HELD, ["REPLACES_DRAFT"])


def test_a_printed_draft_is_not_replaced_before_its_adoption_is_moved(talk: Talk) -> None:
    letter = talk.send(first())
    talk.adopt(1, date(2022, 3, 9))
    talk.answer(letter, second(), received=LATER)
    with pytest.raises(ConflictError, match="录用"):
        talk.decisions.replace(DraftId(2), "li", "", LATER)
    assert standing(talk.engine, 1)[0] is Outcome.ACCEPTED


def test_a_correction_of_a_correction_replaces_the_last_one(talk: Talk) -> None:
    letter = talk.send(first(event_date=OPEN_DAY))
    talk.answer(letter, second(event_date=OPEN_DAY), received=LATER)
    third = draft("3.zip/再改.docx", title="湖塘镇开展检查", text="又改了", digest="d3")
    talk.answer(letter, third, received=LATER + timedelta(hours=1))
    assert [standing(talk.engine, one)[0] for one in (1, 2, 3)] == [
        Outcome.IGNORED,
        Outcome.IGNORED,
        Outcome.ACCEPTED,
    ]
    with talk.engine.connect() as connection:
        tied = connection.scalars(select(DraftRow.replaces_draft_id).order_by(DraftRow.id)).all()
    assert tied == [None, 1, 2]


def test_a_fresh_letter_corrects_what_has_its_title_within_thirty_days(talk: Talk) -> None:
    talk.send(first(event_date=OPEN_DAY))
    sender = Sender("钱一鸣", "qian@town.example", "湖塘镇", "钱一鸣")
    for days, found in ((29, True), (40, False)):
        received = MARCH + timedelta(days=days)
        again = Submission("更正稿", sender, received, (), (second(),), archives=1)  # type: ignore[arg-type]
        with talk.engine.connect() as connection:
            assert bool(replaced_drafts(connection, again, None, 99)) is found


def test_the_very_same_words_again_are_a_repeat_and_no_correction(talk: Talk) -> None:
    letter = talk.send(first())
    with talk.engine.connect() as connection:
        same = Submission(
            "回复",
            Sender("钱一鸣", "qian@town.example", "湖塘镇"),
            LATER,
            (),
            (first(),),  # type: ignore[arg-type]
        )
        assert replaced_drafts(connection, same, Thread(letter, True), 99) == {}


LONG = "近日，湖塘镇应急管理局组织人员对辖区危化品企业开展专项检查，发现隐患三处，均已责令整改。"


@pytest.mark.parametrize(
    ("text", "title", "found"),
    [
        (LONG.replace("近日", "3月6日"), "湖塘镇开展检查", True),
        (LONG, "湖塘镇 开展检查", False),  # the very same words: a repeat
        ("3月13日，湖塘镇召开安全生产例会，学习文件精神，部署下周工作。", "湖塘镇开展检查", False),
        (LONG.replace("近日", "3月6日"), "湖塘镇召开会议", False),
    ],
)
def test_a_held_draft_sent_again_in_a_letter_of_its_own_gives_way(
    talk: Talk, text: str, title: str, found: bool
) -> None:
    first = draft(
        "1.zip/稿.docx", title="湖塘镇开展检查", text=LONG, event_date=OPEN_DAY, digest="d1"
    )
    talk.send(first)
    digest, file_digest = ("d1", first.file_digest) if text == LONG else ("d2", "f2")
    again = draft("2.zip/稿.docx", title=title, text=text, digest=digest)
    again = replace(again, file_digest=file_digest)
    sender = Sender("钱一鸣", "qian@town.example", "湖塘镇", "钱一鸣")
    letter = Submission("重新发送", sender, LATER, (), (again,), archives=1)
    with talk.engine.connect() as connection:
        pairs = earlier_versions(connection, letter, 99)
    assert [one.draft for one in pairs.values()] == ([1] if found else [])


def test_an_accepted_draft_is_not_replaced_by_one_of_its_title_on_another_day(talk: Talk) -> None:
    talk.send(draft("1.zip/稿.docx", title="湖塘镇开展检查", text=LONG))
    again = draft("2.zip/稿.docx", title="湖塘镇开展检查", text=LONG + "又及。", digest="d2")
    again = replace(again, event_date=EventDate(date(2022, 3, 8)))
    letter = Submission("再来", Sender("钱", "q@town.example", "湖塘镇"), LATER, (), (again,))
    with talk.engine.connect() as connection:
        assert earlier_versions(connection, letter, 99) == {}


def test_the_reason_is_held_and_names_a_person() -> None:
    assert Reason.REPLACES_DRAFT.outcome is Outcome.HELD


def test_a_second_version_under_the_same_title_and_day_never_makes_a_second_point(
    talk: Talk,
) -> None:
    """However short both are, and though the second letter says nothing of correcting."""
    talk.send(first(text="3月7日，湖塘镇检查企业3家。"))
    talk.send(second(), received=LATER)
    assert standing(talk.engine, 2) == (Outcome.HELD, ["REPLACES_DRAFT"])
    assert points(talk.engine) == 1
    talk.decisions.replace(DraftId(2), "li", "以此稿为准", LATER)
    assert standing(talk.engine, 1)[0] is Outcome.IGNORED
    assert points(talk.engine) == 1
    assert consistent(talk)


def test_a_second_version_of_what_is_held_takes_its_place_at_once(talk: Talk) -> None:
    held = first(maybe_several=True)
    talk.send(held)
    assert standing(talk.engine, 1)[0] is Outcome.HELD
    talk.send(second(), received=LATER)
    assert standing(talk.engine, 1)[0] is Outcome.IGNORED
    assert standing(talk.engine, 2)[0] is Outcome.ACCEPTED
    assert points(talk.engine) == 1
    assert consistent(talk)


def test_the_same_title_on_another_day_is_another_draft(talk: Talk) -> None:
    talk.send(first())
    talk.send(second(event_date=EventDate(date(2022, 3, 6))), received=LATER)
    assert [standing(talk.engine, one)[0] for one in (1, 2)] == [Outcome.ACCEPTED] * 2
    assert points(talk.engine) == 2
