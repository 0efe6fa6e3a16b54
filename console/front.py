"""What all commands share: the global options, who is at the keyboard, failures in one line."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from console.settings import Settings, load
from console.wiring import House, now
from rulebook import units


@dataclass(frozen=True, slots=True)
class Front:
    """What the global options gave."""

    config: Path

    def settings(self) -> Settings:
        return load(self.config, os.environ)


def settings_of(context: typer.Context) -> Settings:
    """config.toml as the command line names it. Raises ConfigError."""
    front: Front = context.obj
    return front.settings()


def fail(sentence: str, code: int) -> NoReturn:
    """One line with the remedy, and an exit code."""
    Console(stderr=True).print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(code)


def say(sentence: str) -> None:
    """One line on the screen, as it is."""
    Console().print(sentence, highlight=False, markup=False, soft_wrap=True)


def person() -> str:
    """Who is at the keyboard, for the journal, unless --by says."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "命令行"


By = Annotated[str, typer.Option("--by", help="谁作的决定（默认是登录系统的用户）。")]
Why = Annotated[str, typer.Option("--why", help="理由，会写进台账。")]


def day(text: str, option: str) -> date:
    """An office day, ISO 8601; exit code 2 otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option} “{text}”不是日期，请写成 2022-03-05 的样子。", 2)


def unit(name: str, house: House) -> str:
    """The scoring unit that a name means; exit code 2 when there is none."""
    provisions = house.settings.provisions_for(now())
    found = units.find(name, provisions.units)
    if found is None:
        known = "、".join(one.name for one in provisions.units)
        fail(f"没有“{name}”这个单位。可用的单位：{known}。", 2)
    return found.name


def today(house: House) -> date:
    """The office's present day."""
    moment: datetime = now()
    return moment.astimezone(ZoneInfo(house.zone)).date()
