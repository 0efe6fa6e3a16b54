"""
An empty ledger of the newest schema in a file: migrated once a session, then copied.

The fixture `engine` of tests/conftest.py opens one, that of tests/ledger/conftest.py on both databases in turn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.models.database import open_ledger

ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
"""For a file of tests/ledger whose tests ask one database alone."""


def new_ledger(path: Path) -> str:
    """Put an empty ledger at a path where nothing is yet; returns its URL."""
    assert not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@contextmanager
def empty_ledger(path: Path) -> Iterator[Engine]:
    """Open an empty ledger in a file, for as long as it is needed."""
    engine = open_ledger(new_ledger(path))
    yield engine
    engine.dispose()


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="shougao-ledger-") as folder:
        path = Path(folder) / "ledger.db"
        open_ledger(f"sqlite:///{path}").dispose()
        assert [one.name for one in path.parent.iterdir()] == [path.name]  # no write-ahead log left
        return path.read_bytes()
