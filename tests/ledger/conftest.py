"""An empty ledger for each test, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.models.database import open_ledger
from tests.ledgers import new_ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return new_ledger(tmp_path / "ledger.sqlite")
    made: str = request.getfixturevalue("postgresql")()
    return made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_ledger(url)
    yield engine
    engine.dispose()


@pytest.fixture
def noon() -> datetime:
    return datetime(2022, 3, 7, 4, 0, tzinfo=UTC)
