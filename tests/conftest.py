"""What all tests share: hypothesis without deadlines, and a real PostgreSQL, started once and thrown away."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bench.postgresql import postgresql as server
from bench.servers import NoServer
from ledger.models.database import open_ledger
from tests import skips

NewDatabase = Callable[[], str]


def pytest_configure(config: pytest.Config) -> None:
    skips.register(config)


# how fast a machine is, or what else it does, is no property of the program
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[NewDatabase]:
    """
    A function that makes a migrated, empty database and returns its URL.

    Durability is off, since nothing outlives the tests.
    """
    folder = Path(tempfile.mkdtemp(prefix="shougao-pg-"))  # a socket's path must be short
    try:
        with server(folder, "fsync=off", "full_page_writes=off") as running:
            open_ledger(running.create("migrated")).dispose()
            yield lambda: running.create(f"t{uuid.uuid4().hex}", "migrated")
    except NoServer as error:
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder)
