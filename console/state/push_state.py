"""What is pushed to robots: each message once; what was refused is tried again, and all is remembered."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from notifier.delivery.push import Message, Target, push

_log = logging.getLogger(__name__)

NAME = "last-push.json"
"""The file of the digest's headline; other messages have files of their own."""

MOST_TRIES = 6
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))


@dataclass(frozen=True, slots=True)
class Pushed:
    """
    A day's message and what became of it.

    `done`: keys of the targets that took it; `failed`: those that did not, as people may read them;
    `again`: when they are asked next (ISO 8601). `upto`: the last letter that it tells of.
    """

    day: str = ""
    title: str = ""
    text: str = ""
    link: str = ""
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    tries: int = 0
    again: str = ""
    finished: bool = False
    upto: int = 0

    def waits(self, now: datetime) -> bool:
        """Whether somebody is to be told at a moment."""
        if not self.title or self.finished or self.tries >= MOST_TRIES:
            return False
        return not self.again or datetime.fromisoformat(self.again) <= now

    def due(self, day: date, now: datetime) -> bool:
        """Whether somebody is to be told of a day at a moment."""
        return self.day == day.isoformat() and self.waits(now)


def read(data: Path, name: str = NAME) -> Pushed:
    """Read the last push of a data folder; an empty one where there is none that can be read."""
    try:
        values = json.loads((data / name).read_text(encoding="utf-8"))
        lists = {key: tuple(values[key]) for key in ("done", "failed")}
        return Pushed(**{**values, **lists})
    except (OSError, ValueError, KeyError, TypeError):
        return Pushed()


def start(data: Path, day: date, message: Message, name: str = NAME, upto: int = 0) -> None:
    """Persist the message before the first attempt, so that retries send the same text."""
    pushed = Pushed(day.isoformat(), message.title, message.text, message.link, upto=upto)
    _write(data, pushed, name)


def deliver_pending(
    data: Path, targets: tuple[Target, ...], now: datetime, name: str = NAME
) -> int:
    """
    Offer the message to those who have not taken it, and remember each at once.

    A crash in between repeats one message at most. Call it when `Pushed.due` or `Pushed.waits` says so.

    Returns:
        How many took it.

    """
    last = read(data, name)
    failed = []
    before = len(last.done)
    for target in targets:
        if target.key in last.done:
            continue
        if push(Message(last.title, last.text, last.link), target):
            last = replace(last, done=(*last.done, target.key))
            _write(data, last, name)
        else:
            failed.append(str(target))
            _log.warning("推送没有送到%s", target)
    rest = RESTS[min(last.tries, len(RESTS) - 1)]
    last = replace(
        last,
        failed=tuple(failed),
        tries=last.tries + 1,
        again=(now + rest).isoformat(),
        finished=not failed,
    )
    _write(data, last, name)
    return len(last.done) - before


def _write(data: Path, pushed: Pushed, name: str) -> None:
    temporary = data / f".{name}.{os.getpid()}"
    try:
        temporary.write_text(json.dumps(asdict(pushed), ensure_ascii=False), encoding="utf-8")
        temporary.replace(data / name)
    except OSError:
        temporary.unlink(missing_ok=True)
