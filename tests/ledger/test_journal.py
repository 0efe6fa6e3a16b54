"""The chain: whoever changes, removes, inserts or swaps a line breaks it there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from ledger import journal
from ledger.journal import JournalEntry
from ledger.states import Act

NOW = datetime(2022, 3, 8, 1, 0, 0, 123456, tzinfo=UTC)


def fill(engine: Engine, count: int = 6) -> None:
    for number in range(count):
        journal.record(
            engine,
            JournalEntry(
                NOW + timedelta(seconds=number),
                "李",
                Act.RULED,
                {"kind": "舆情", "n": number},
                "理由",
            ),
        )


def test_an_untouched_journal_holds(engine: Engine) -> None:
    fill(engine)
    assert journal.verify(engine) == (6, None)


def test_an_empty_journal_holds(engine: Engine) -> None:
    assert journal.verify(engine) == (0, None)


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE journal SET who = '王' WHERE seq = 3", 3),
        ("UPDATE journal SET why = '别的理由' WHERE seq = 2", 2),
        ("UPDATE journal SET act = 'bonus' WHERE seq = 4", 4),
        ("UPDATE journal SET draft_id = 7 WHERE seq = 5", 5),
        ("DELETE FROM journal WHERE seq = 3", 3),
        ("DELETE FROM journal WHERE seq = 1", 1),
        ("UPDATE journal SET link = repeat('0', 64) WHERE seq = 4", 4),
    ],
)
def test_tampering_is_found_at_the_first_line_that_does_not_fit(
    engine: Engine, tampering: str, broken: int
) -> None:
    fill(engine)
    if engine.dialect.name == "sqlite":
        tampering = tampering.replace("repeat('0', 64)", f"'{'0' * 64}'")
    with engine.begin() as connection:
        connection.execute(text(tampering))
    fitting, found = journal.verify(engine)
    assert found is not None
    assert (fitting, found.seq) == (broken - 1, broken)


def test_swapped_lines_are_found(engine: Engine) -> None:
    fill(engine)
    with engine.begin() as connection:
        for old, new in ((2, 100), (4, 2), (100, 4)):
            connection.execute(text(f"UPDATE journal SET seq = {new} WHERE seq = {old}"))
    fitting, found = journal.verify(engine)
    assert found is not None
    assert (fitting, found.seq) == (1, 2)


def test_history_is_the_newest_first_and_can_be_paged(engine: Engine) -> None:
    fill(engine)
    assert [line.seq for line in journal.history(engine, limit=3)] == [6, 5, 4]
    assert [line.seq for line in journal.history(engine, before=4)] == [3, 2, 1]
    told = next(journal.history(engine)).entry
    assert (told.at, told.facts["n"]) == (NOW + timedelta(seconds=5), 5)
