"""The last backup as a small file beside the ledger: the digest, the pages and `shougao status` read it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

NAME = "last-backup.json"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """
    The last backup.

    `folder`: where it lies; `at`: when one was last made; `trouble`: why the last one was not;
    `tried`: when a restore was last tried; `try_trouble`: why that went wrong.
    """

    folder: str
    at: datetime | None = None
    trouble: str = ""
    tried: datetime | None = None
    try_trouble: str = ""


def read(data: Path) -> LastBackup | None:
    """Read the last backup of a data folder; None when there was none, or none that can be read."""
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        at, tried = (
            datetime.fromisoformat(values[name]) if values[name] else None
            for name in ("at", "tried")
        )
        return LastBackup(
            str(values["folder"]), at, str(values["trouble"]), tried, str(values["try_trouble"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def record(data: Path, last: LastBackup) -> None:
    """Write it. Raises OSError."""
    values = asdict(last)
    for name in ("at", "tried"):
        values[name] = values[name] and values[name].isoformat()
    temporary = data / f".{NAME}.{os.getpid()}"
    temporary.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    temporary.replace(data / NAME)
