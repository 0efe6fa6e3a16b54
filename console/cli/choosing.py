"""Which office a command is for: the one of config.toml, one of a folder of offices, or each of them in turn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer

from console.cli.options import GlobalOptions
from console.cli.terminal import exit_with_error, print_line
from console.offices.installation import ALL, Installation, environment_of, open_installation
from console.settings.loading import ConfigError

OF_ALL = frozenset({"office", "run", "console", "service", "demo"})
"""Commands of the whole installation."""
OF_ALL_OR_ONE = frozenset({"worker"})
"""Commands of the whole installation, unless an office is named."""
EACH = frozenset({"doctor", "status", "upgrade"})
"""Commands that are done for each office where none is named."""
_VALUED = ("--config", "--offices", "--office")


def chosen(
    context: typer.Context, config: Path | None, offices: Path | None, office: str
) -> GlobalOptions:
    """
    Return what the command works on. A command for each office is done here, and ends the program.

    Raises: ConfigError.
    """
    if config is not None and offices is not None:
        if _typed(context, "offices"):
            exit_with_error("--config 和 --offices 只能写一个。", 2)
        offices = None  # what is typed comes before what the environment says
        office = office if _typed(context, "office") else ""
    if offices is None:
        if office:
            exit_with_error(
                "--office 要和单位目录一起用：请加上 --offices 目录，或设置环境变量 SHOUGAO_OFFICES。",
                2,
            )
        return GlobalOptions(config or Path("config.toml"))
    installation = open_installation(offices)
    command = context.invoked_subcommand or ""
    if command in OF_ALL:
        if office and command != "office":
            exit_with_error(f"{command} 是全部单位一起的，请不要加 --office。", 2)
        return GlobalOptions(offices / "config.toml", installation)
    if command in OF_ALL_OR_ONE and not office:
        return GlobalOptions(offices / "config.toml", installation)
    rest = _rest(sys.argv[1:])
    if "--help" in rest:
        return GlobalOptions(offices / "config.toml", installation)
    if office == ALL or (not office and command in EACH):
        raise typer.Exit(_for_each(installation, rest))
    names = installation.names()
    if office not in names:
        known = (
            f"现有单位：{'、'.join(names)}。"
            if names
            else "还没有单位，请用 shougao office add 新增。"
        )
        told = (
            f"没有单位 {office}。"
            if office
            else "请用 --office 指明哪个单位，或用 --office all 逐个做。"
        )
        exit_with_error(told + known, 2)
    own = environment_of(office, os.environ)
    for foreign in os.environ.keys() - own.keys():
        del os.environ[foreign]  # nothing in this process can see what is another office's
    os.environ.update(own)
    return GlobalOptions(installation.config(office), installation, office)


def installation_of(context: typer.Context) -> Installation:
    """Return the folder of offices that a command works on. Raises ConfigError where none is named."""
    front: GlobalOptions = context.obj
    if front.installation is None:
        raise ConfigError(
            "没有指明单位目录：请写 shougao --offices 目录 office …，或设置环境变量 SHOUGAO_OFFICES。"
        )
    return front.installation


def _for_each(installation: Installation, rest: list[str]) -> int:
    """Have the command done for each office, in a process of its own; return the gravest exit code."""
    worst = 0
    names = installation.names()
    if not names:
        print_line("还没有单位，请用 shougao office add 新增。")
    for name in names:
        if "--json" not in rest:
            print_line(f"—— {name} ——")
            sys.stdout.flush()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "console", "--offices", str(installation.folder)),
                *("--office", name),
                *(part.replace("{office}", name) for part in rest),
            ],
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)},
        )
        worst = max(worst, done.returncode if done.returncode >= 0 else 1)
    return worst


def _rest(arguments: list[str]) -> list[str]:
    """Return the command and what follows it, without the global options before it."""
    left = list(arguments)
    while left and left[0].startswith("-"):
        left = left[2:] if left[0] in _VALUED else left[1:]
    return left


def _typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
