"""An office whose mail rests: a small file beside its config.toml, which the service looks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.settings.loading import Settings
from console.settings.rewriting import write_atomically

NAME = "paused.json"


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, by whom and why an office neither collects nor sends."""

    since: datetime | None
    by: str
    why: str

    def sentence(self, zone: str) -> str:
        """Say it to people, times in an office's zone (an IANA name)."""
        if self.since is None:
            return "已暂停收信和发信"
        since = f"{self.since.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        return f"自 {since} 起暂停收信和发信（{self.by}{f'：{self.why}' if self.why else ''}）"


UNREADABLE = Pause(None, "", "")
"""What a file means that is there and cannot be read: in doubt nothing is sent."""


def pause(folder: Path, resting: Pause) -> None:
    """Have an office rest. Raises OSError."""
    since = resting.since.isoformat() if resting.since else ""
    values = {"since": since, "by": resting.by, "why": resting.why}
    write_atomically(folder / NAME, json.dumps(values, ensure_ascii=False))


def resume(folder: Path) -> bool:
    """Have it work again; whether it rested. Raises OSError."""
    try:
        (folder / NAME).unlink()
    except FileNotFoundError:
        return False
    return True


def read(folder: Path) -> Pause | None:
    """Return how an office rests, None for one that works; a file that cannot be read still means rest."""
    try:
        text = (folder / NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return UNREADABLE
    try:
        values = json.loads(text)
        since = datetime.fromisoformat(values["since"])
        return Pause(since, str(values["by"]), str(values["why"]))
    except (ValueError, KeyError, TypeError):
        return UNREADABLE


def paused_office(settings: Settings) -> Pause | None:
    """Return how an office of several rests, None for one that works or is alone."""
    return read(settings.path.parent) if settings.key else None
