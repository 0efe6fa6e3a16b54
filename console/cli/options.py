"""What all commands share: the global options, who is at the keyboard, failures in one line."""

from __future__ import annotations

import getpass
import logging
import os
import re
import shlex
import sys
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.cli.terminal import exit_with_error, speak
from console.clock import now
from console.offices.installation import Installation
from console.settings.loading import Settings, load
from ledger.deed_checks import doer, is_blank
from ledger.errors import InvalidInput
from rulebook import periods
from rulebook.kind_rules import Kind
from rulebook.periods import Period
from rulebook.unit_history import NoSuchUnit, UnitHistory


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """
    What the global options gave.

    `installation`: the folder of offices, None for an office that is alone; `office`: which of them,
    empty where the command is of all.
    """

    config: Path
    installation: Installation | None = None
    office: str = ""

    def settings(self) -> Settings:
        """Read config.toml. Raises ConfigError."""
        if self.installation is not None:
            return self.installation.settings(self.office, os.environ)
        return load(self.config, os.environ)

    @property
    def typed(self) -> str:
        """How these options are typed, with a blank before them; empty where nothing was."""
        if self.installation is not None:
            return f" --offices {shlex.quote(str(self.installation.folder))} --office {self.office}"
        return "" if self.config == Path("config.toml") else f" --config {self.config}"


def settings_of(context: typer.Context) -> Settings:
    """Read config.toml as the command line names it. Raises ConfigError."""
    front: GlobalOptions = context.obj
    settings = front.settings()
    speak(settings.wording())
    return settings


def begin_anew() -> None:
    """Have the same command take this process's place: other rules are in force. Its number stays."""
    from console.service.stopping import replace_process

    logging.getLogger(__name__).warning("规定已更改，换用新的规定")
    sys.stdout.flush()
    logging.shutdown()
    replace_process(sys.orig_argv[1:])


def current_user() -> str:
    """Say who is at the keyboard, for the journal, unless --by does."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        return "命令行"
    try:
        return doer(user)
    except InvalidInput:  # the service's own user: a person typed it all the same
        return f"命令行（{user}）"


def checked_doer(context: typer.Context, parameter: typer.CallbackParam, written: str) -> str:
    """Return who --by names, in one spelling; exit code 2 for nobody and for the program's own name."""
    if not written and not _typed(context, parameter):
        return ""
    try:
        return doer(written)
    except InvalidInput as error:
        exit_with_error(f"--by：{error}", 2)


def checked_reason(context: typer.Context, parameter: typer.CallbackParam, written: str) -> str:
    """Return the reason that --why gives; exit code 2 for a blank one where one is asked for."""
    if is_blank(written) and (parameter.required or _typed(context, parameter)):
        exit_with_error("请用 --why 写明理由，会写进台账。", 2)
    return written.strip()


def _typed(context: typer.Context, parameter: typer.CallbackParam) -> bool:
    source = context.get_parameter_source(parameter.name or "")
    return source is not None and source.name == "COMMANDLINE"


By = Annotated[
    str,
    typer.Option("--by", help="谁作的决定（默认是登录系统的用户）。", callback=checked_doer),
]
Why = Annotated[str, typer.Option("--why", help="理由，会写进台账。", callback=checked_reason)]
Date = Annotated[str, typer.Option("--date", help="日期，如 2022-03-05。")]
KindOption = Annotated[str, typer.Option("--kind", help="类别，如规定所列的名称。")]
UnitOption = Annotated[str, typer.Option("--unit", help="单位。")]


SPANS = {"week": "周", "month": "月", "quarter": "季度", "half": "半年", "year": "年度"}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def parse_day(text: str, option: str) -> date:
    """Parse an office day: 2022-03-05, 2022/3/5 or 2022年3月5日; exit code 2 otherwise."""
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        exit_with_error(f"{option} “{text}”不是日期，请写成 2022-03-05 的样子。", 2)
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        exit_with_error(f"{option} “{text}”：没有这一天，请核对。", 2)


def period_of(on: date, **given: str) -> Period:
    """
    Return the period that one of --week, --month, --quarter, --half, --year names.

    The quarter of `on` when none is given; exit code 2 for two of them, or for another length than
    the option says.
    """
    chosen = {name: text for name, text in given.items() if text}
    if len(chosen) > 1:
        exit_with_error(f"{'、'.join(f'--{name}' for name in chosen)} 只能写一个。", 2)
    if not chosen:
        return periods.containing(on, periods.Span.QUARTER)
    ((name, text),) = chosen.items()
    try:
        period = periods.parse(text)
    except periods.UnknownPeriod as error:
        exit_with_error(str(error), 2)
    if period.span.value != name:
        option = "days" if period.span is periods.Span.OWN else period.span.value
        exit_with_error(f"“{text}”不是{SPANS[name]}，请用 --{option} {text}。", 2)
    return period


def parse_past_day(text: str, option: str, settings: Settings) -> date:
    """Parse a day that has come; exit code 2 otherwise."""
    chosen, on = parse_day(text, option), today(settings)
    if chosen > on:
        exit_with_error(f"{option} {chosen} 还没有到（今天是 {on}），请核对日期。", 2)
    return chosen


def unit_named(name: str, settings: Settings, on: date | None = None) -> str:
    """
    Return the scoring unit that a name means under the provisions of a day, by default today's.

    Exit code 2, with names that come near, when there is none.
    """
    day = on or today(settings)
    try:
        return UnitHistory(settings.provisions_on_day).named(name, day).name
    except NoSuchUnit as error:
        exit_with_error(str(error), 2)


def kind_given(written: str, settings: Settings) -> Kind | None:
    """Return the kind that --kind means, None when it was not given; exit code 2 for an unknown one."""
    if not written.strip():
        return None
    kind = settings.kind_named(written)
    if kind is None:
        names = "、".join(rule.name for rule in settings.kinds)
        exit_with_error(f"没有“{written}”这个类别。可用的类别：{names}。", 2)
    return kind


def check_tier(tier: int | None, settings: Settings) -> None:
    """Check that a tier is one of the provisions'; exit code 2 otherwise."""
    tiers = settings.provisions[-1].tier_rules
    if tier is not None and tier > len(tiers):
        names = "、".join(f"{number} {rule.name}" for number, rule in enumerate(tiers, 1))
        exit_with_error(f"--tier {tier} 不对，应为：{names}。", 2)


def year_of(number: int, settings: Settings) -> int:
    """Check that a year has begun and provisions were written for it; exit code 2 otherwise."""
    first = min(one.since for one in settings.provisions).year
    last = today(settings).year
    if not first <= number <= last:
        exit_with_error(f"--year {number} 不对，应在 {first} 至 {last} 之间。", 2)
    return number


def today(settings: Settings) -> date:
    """Return the office's present day."""
    moment: datetime = now()
    return moment.astimezone(ZoneInfo(settings.zone)).date()
