"""The last round as a small file beside the ledger: the digest, the pages and the metrics read it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = "last-round.json"


@dataclass(frozen=True, slots=True)
class Pulse:
    """
    When a round last ended, when one last ended well, what troubled the last one, how many seconds
    it took.
    """

    ended: datetime | None = None
    well: datetime | None = None
    trouble: str = ""
    seconds: float = 0.0


def read(data: Path) -> Pulse:
    """The last round of a data folder; an empty Pulse when there was none, or none that can be read."""
    try:
        told = json.loads((data / NAME).read_text(encoding="utf-8"))
        return Pulse(
            _moment(told["ended"]),
            _moment(told["well"]),
            str(told["trouble"]),
            float(told["seconds"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Pulse()


def record_round(data: Path, ended: datetime, trouble: str, seconds: float) -> None:
    """Record a round. A disk that is full is told elsewhere: this must not fail a round."""
    before = read(data)
    told = {
        "ended": ended.isoformat(),
        "well": ended.isoformat() if not trouble else before.well and before.well.isoformat(),
        "trouble": trouble,
        "seconds": round(seconds, 3),
    }
    passing = data / f".{NAME}.{os.getpid()}"
    try:
        passing.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        passing.replace(data / NAME)
    except OSError:
        passing.unlink(missing_ok=True)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
