"""An empty ledger of the newest schema in a file: migrated once a session, then copied."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from ledger.models.database import open_ledger


def new_ledger(path: Path) -> str:
    """Put an empty ledger at a path where nothing is yet; returns its URL."""
    assert not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="shougao-ledger-") as folder:
        path = Path(folder) / "ledger.db"
        open_ledger(f"sqlite:///{path}").dispose()
        assert [one.name for one in path.parent.iterdir()] == [path.name]  # no write-ahead log left
        return path.read_bytes()
