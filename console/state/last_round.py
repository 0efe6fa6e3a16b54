"""The last round as a small file beside the ledger: the digest, the pages and the metrics read it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = "last-round.json"


@dataclass(frozen=True, slots=True)
class LastRound:
    """
    The last round.

    When it ended, when one last ended well, what troubled the last one, how many seconds it took;
    `notes`: what it had to leave out though it ended well.
    """

    ended: datetime | None = None
    well: datetime | None = None
    trouble: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


_RESERVED = 4096
"""Bytes that the file has from the first start on: on a full disk it can still be written over."""


def reserve(data: Path) -> None:
    """Have the file take its place on the disk before anything else does; OSError is swallowed."""
    with contextlib.suppress(OSError), (data / NAME).open("xb") as file:
        file.write(b" " * _RESERVED)


def read(data: Path) -> LastRound:
    """Read the last round of a data folder; an empty LastRound when there was none, or none that can be read."""
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        return LastRound(
            _moment(values["ended"]),
            _moment(values["well"]),
            str(values["trouble"]),
            float(values["seconds"]),
            tuple(str(note) for note in values.get("notes", ())),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return LastRound()


def record_round(
    data: Path, ended: datetime, trouble: str, seconds: float, notes: Sequence[str] = ()
) -> None:
    """
    Write last-round.json; OSError is swallowed, since it must not fail a round.

    It is replaced atomically; on a full disk, where no second file fits, it is written over in place.
    """
    before = read(data)
    values = {
        "ended": ended.isoformat(),
        "well": ended.isoformat() if not trouble else before.well and before.well.isoformat(),
        "trouble": trouble,
        "seconds": round(seconds, 3),
        "notes": list(notes),
    }
    text = json.dumps(values, ensure_ascii=False)
    temporary = data / f".{NAME}.{os.getpid()}"
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(data / NAME)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            _write_over(data / NAME, text.encode())


def _write_over(path: Path, text: bytes) -> None:
    """Write into the blocks that the file has; JSON may end with blanks."""
    with path.open("r+b") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(text.ljust(length))
        file.truncate(max(len(text), length))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
