"""Why the relay is left alone, and until when, as a small file beside the ledger."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ledger.login_backoff import FIRST_PAUSE, LONGEST_PAUSE
from notifier.delivery.deliver import Delivered

NAME = "relay-stopped.json"
LONGEST_REST = timedelta(seconds=LONGEST_PAUSE)
_DOUBLINGS = 6
"""After so many a minute has become more than the longest pause."""


@dataclass(frozen=True, slots=True)
class RelayStop:
    """
    The relay refuses us, or wants to be left alone.

    `sentence`: why, with the remedy; `refused`: a person has to act; `since`, `at` and `until`: the
    first and the last time it said so, and when it is asked again (ISO 8601); `times`: how often it
    refused us in a row; `key`: a digest of address and secret: with others it is asked at once; `told`:
    keys of the robots that know.
    """

    sentence: str
    refused: bool
    since: str
    at: str
    until: str
    times: int
    key: str
    told: tuple[str, ...] = ()

    def holds(self, key: str, now: datetime) -> bool:
        """Whether the relay is not to be asked; what was written under a wrong clock does not count."""
        at, until = datetime.fromisoformat(self.at), datetime.fromisoformat(self.until)
        return key == self.key and at <= now < until <= at + LONGEST_REST


def read(data: Path) -> RelayStop | None:
    """Read why the relay is left alone; None when it is not, or nothing can be read."""
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        stop = RelayStop(**{**values, "told": tuple(values["told"])})
        for moment in (stop.since, stop.at, stop.until):
            datetime.fromisoformat(moment)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return stop


def record(data: Path, delivered: Delivered, key: str, now: datetime) -> RelayStop:
    """
    Record that a delivery was refused or asked to rest; a refusal rests 1, 2, 4 … 60 minutes.

    Returns: what was recorded, with the robots that know of this refusal already.
    """
    before = read(data)
    if before is not None and (before.key != key or before.refused != delivered.refused):
        before = None
    times = (before.times if before else 0) + 1
    rest = delivered.rest
    if delivered.refused:
        rest = max(rest, timedelta(seconds=FIRST_PAUSE) * (1 << min(times - 1, _DOUBLINGS)))
    stop = RelayStop(
        sentence=delivered.trouble,
        refused=delivered.refused,
        since=before.since if before else now.isoformat(),
        at=now.isoformat(),
        until=(now + min(rest, LONGEST_REST)).isoformat(),
        times=times,
        key=key,
        told=before.told if before else (),
    )
    _write(data, stop)
    return stop


def told(data: Path, stop: RelayStop, key: str) -> RelayStop:
    """Record that a robot, known by its key, was told."""
    stop = replace(stop, told=(*stop.told, key))
    _write(data, stop)
    return stop


def clear(data: Path) -> None:
    """Record that the relay takes our letters."""
    (data / NAME).unlink(missing_ok=True)


def _write(data: Path, stop: RelayStop) -> None:
    temporary = data / f".{NAME}.{os.getpid()}"
    try:
        temporary.write_text(json.dumps(asdict(stop), ensure_ascii=False), encoding="utf-8")
        temporary.replace(data / NAME)
    except OSError:
        temporary.unlink(missing_ok=True)
