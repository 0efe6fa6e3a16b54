"""What became of the backup that a person asked for last, as a small file beside the ledger."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

NAME = "backup-job.json"


class JobState(StrEnum):
    """Whether it is at work, done, or failed."""

    AT_WORK = "at_work"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BackupJob:
    """
    A backup, or a trial of one, that a person asked for.

    `said`: what is done while it is at work, then what came of it, for people; `ended`: None meanwhile.
    """

    who: str
    begun: datetime
    state: JobState
    said: str
    ended: datetime | None = None


def read(data: Path) -> BackupJob | None:
    """Read the last one of a data folder; None when there was none, or none that can be read."""
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        ended = values["ended"]
        return BackupJob(
            str(values["who"]),
            datetime.fromisoformat(values["begun"]),
            JobState(values["state"]),
            str(values["said"]),
            datetime.fromisoformat(ended) if ended else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def record(data: Path, job: BackupJob) -> None:
    """Write it. Raises OSError."""
    values = asdict(job)
    for name in ("begun", "ended"):
        values[name] = values[name] and values[name].isoformat()
    temporary = data / f".{NAME}.{os.getpid()}"
    try:
        temporary.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        temporary.replace(data / NAME)
    finally:
        temporary.unlink(missing_ok=True)
