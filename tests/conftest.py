"""
What all tests share: hypothesis without deadlines, and a real PostgreSQL, started once and thrown away.

`SHOUGAO_DEEP=1`: many more examples and kills, for a night.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from bench.postgresql import PostgreSql
from bench.postgresql import postgresql as server
from bench.servers import NoServer
from ledger.models.database import open_ledger
from tests import skips, slowest
from tests.ledgers import empty_ledger

NewDatabase = Callable[[], str]


def pytest_configure(config: pytest.Config) -> None:
    skips.register(config)
    slowest.register(config)


# how fast a machine is, or what else it does, is no property of the program
settings.register_profile(
    "any machine", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", settings.get_profile("any machine"), max_examples=2_000)
if not os.environ.get("SHOUGAO_MUTANTS"):  # bench/mutants.py has set its own
    settings.load_profile("deep" if os.environ.get("SHOUGAO_DEEP") else "any machine")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSql]:
    """
    A server with an empty database `migrated` to copy.

    Durability is off, since nothing outlives the tests.
    """
    folder = Path(tempfile.mkdtemp(prefix="shougao-pg-"))  # a socket's path must be short
    try:
        with server(folder, "fsync=off", "full_page_writes=off") as running:
            open_ledger(running.create("migrated")).dispose()
            yield running
    except NoServer as error:
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty ledger in SQLite."""
    with empty_ledger(tmp_path / "ledger.sqlite") as engine:
        yield engine


@pytest.fixture
def postgresql(postgresql_server: PostgreSql) -> Iterator[NewDatabase]:
    """A function that makes a migrated, empty database and returns its URL; it lives as long as the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"t{uuid.uuid4().hex}")
        return postgresql_server.create(made[-1], "migrated")

    yield make
    postgresql_server.drop(*made)
