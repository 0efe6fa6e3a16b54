"""The queue's counts, and what units sent that may answer a commission, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, update

from ledger.desk import Desk
from ledger.models.conversations import QuestionRow
from ledger.models.letters import DraftRow
from ledger.queries.queue import queue_counts
from ledger.queries.search import DraftQuery, search
from ledger.queries.unit_rows import candidates, count_unit_drafts, unit_drafts
from rulebook.model import EventDate, Outcome
from rulebook.periods import parse
from rulebook.reasons import Reason
from tests.ledger.world import MARCH, World
from tests.rulebook.builders import draft

UNITS = ("湖塘镇", "湖塘镇", "雪堰镇", "湖塘镇")


def filled(engine: Engine) -> World:
    """Four held drafts of two units; one of them is urgent, one given to a colleague, one is asked about."""
    world = World(engine)
    for number, unit in enumerate(UNITS, 1):
        undated = draft(f"{number}.zip/稿.docx", title=f"第{number}篇", event_date=EventDate(None))
        world.enter(undated, unit=unit, received=MARCH + timedelta(days=number))
    Desk(engine).assign([2], "li", "li", MARCH)
    with engine.begin() as connection:
        connection.execute(update(DraftRow).where(DraftRow.id == 1).values(urgent=True))
        connection.execute(
            QuestionRow.__table__.insert(),  # type: ignore[attr-defined]
            {
                "draft_id": 4, "letter_id": 4, "message_id": "<q@x.example>", "words": "哪一天？",
                "asked": MARCH, "asked_by": "li", "closed_by": "",
            },
        )  # fmt: skip
    return world


def test_the_queue_counts_what_is_open_and_what_waits(engine: Engine) -> None:
    filled(engine)
    counts = queue_counts(engine)
    assert (counts.open, counts.waiting, counts.stated, counts.urgent) == (3, 1, 0, 1)
    assert (counts.units, counts.reasons) == (
        {"湖塘镇": 2, "雪堰镇": 1},
        {Reason.DATE_UNCERTAIN: 3},
    )
    assert sum(counts.kinds.values()) == 3
    assert (counts.assignees, counts.oldest) == ({"li": 1}, date(2022, 3, 9))
    urgent = search(engine, DraftQuery(outcome=Outcome.HELD, urgent=True))
    assert [hit.draft for hit in urgent] == [1]


def test_of_each_unit_the_latest_drafts_are_listed(engine: Engine) -> None:
    filled(engine)
    days = date(2022, 3, 1), date(2022, 3, 31)
    found = candidates(engine, ("湖塘镇", "雪堰镇", "前黄镇"), *days, most=2)
    assert {unit: [one.draft for one in several] for unit, several in found.items()} == {
        "湖塘镇": [4, 2],
        "雪堰镇": [3],
    }
    quarter = parse("2022Q1")
    assert count_unit_drafts(engine, {"湖塘镇"}, quarter) == 3
    assert [one.draft for one in unit_drafts(engine, {"湖塘镇"}, quarter, latest=2)] == [4, 2]
