"""How a PostgreSQL keeps texts: what would lose or hide some is named with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.doctor.findings import Level
from console.doctor.storage import texts_kept
from ledger.models.database import open_ledger
from ledger.models.postgresql_state import PostgresqlState, postgresql_state

WELL = PostgresqlState("shougao", "UTF8", "2.36", "2.36")


def test_a_database_as_it_should_be_is_not_spoken_of(postgresql: Callable[[], str]) -> None:
    engine = open_ledger(postgresql())
    state = postgresql_state(engine)
    engine.dispose()
    assert state.encoding == "UTF8"
    assert list(texts_kept(state)) == []


@pytest.mark.parametrize(
    ("state", "level", "remedy"),
    [
        (replace(WELL, encoding="SQL_ASCII"), Level.FAIL, "ENCODING 'UTF8'"),
        (replace(WELL, sorts_by="2.39"), Level.WARN, "REINDEX DATABASE shougao"),
    ],
)
def test_what_hides_records_is_named_with_its_remedy(
    state: PostgresqlState, level: Level, remedy: str
) -> None:
    (found,) = texts_kept(state)
    assert found.level is level
    assert remedy in found.remedy
