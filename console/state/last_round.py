"""The last round as a small file beside the ledger: the digest, the pages and the metrics read it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = "last-round.json"


@dataclass(frozen=True, slots=True)
class LastRound:
    """
    The last round.

    When it ended, when one last ended well, what troubled the last one, how many seconds it took.
    """

    ended: datetime | None = None
    well: datetime | None = None
    trouble: str = ""
    seconds: float = 0.0


def read(data: Path) -> LastRound:
    """Read the last round of a data folder; an empty LastRound when there was none, or none that can be read."""
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        return LastRound(
            _moment(values["ended"]),
            _moment(values["well"]),
            str(values["trouble"]),
            float(values["seconds"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return LastRound()


def record_round(data: Path, ended: datetime, trouble: str, seconds: float) -> None:
    """Write last-round.json atomically; OSError is swallowed, since it must not fail a round."""
    before = read(data)
    values = {
        "ended": ended.isoformat(),
        "well": ended.isoformat() if not trouble else before.well and before.well.isoformat(),
        "trouble": trouble,
        "seconds": round(seconds, 3),
    }
    temporary = data / f".{NAME}.{os.getpid()}"
    try:
        temporary.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        temporary.replace(data / NAME)
    except OSError:
        temporary.unlink(missing_ok=True)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
