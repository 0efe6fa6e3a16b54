"""The table of commands: each is where it says, and its first line of help is the one that it has."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from console.cli.app import app
from console.cli.commands import COMMANDS, LEDGER, Command, CommandGroup, LazyGroup
from console.cli.options import checked_doer, checked_reason


@pytest.mark.parametrize("told", [*COMMANDS.values(), *LEDGER.values()], ids=lambda told: told.help)
def test_a_command_is_where_the_table_says_with_the_same_first_line(
    told: Command | CommandGroup,
) -> None:
    first = inspect.cleandoc(told.load().help).split("\n\n")[0].replace("\n", " ")
    assert first == told.help


def test_a_name_that_is_none_is_loaded_from_nowhere() -> None:
    group = get_command(app)
    assert isinstance(group, LazyGroup)
    assert group.load("polll") is None
    assert set(group.commands) == set(COMMANDS)


INTERFACE = Path(__file__).resolve().parents[3] / "docs" / "interface.md"
ROW = re.compile(r"^\| `([\w -]+)` \| (.+) \|$", re.MULTILINE)


def within(command: Any) -> dict[str, Any]:
    """The commands of a group, loaded; none for a command."""
    found: dict[str, Any] = getattr(command, "commands", {})
    return {
        name: command.load(name) if isinstance(command, LazyGroup) else one
        for name, one in found.items()
    }


def leaves(name: str, command: Any) -> Iterator[tuple[str, list[str]]]:
    """Every command below one, with what it takes as docs/interface.md writes it."""
    inner = within(command)
    for called, one in inner.items():
        yield from leaves(f"{name} {called}", one)
    if not inner:
        yield name, [taken(one) for one in command.params if one.name != "help"]


def taken(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"{parameter.name.upper()}{'…' if parameter.nargs == -1 else ''}"
        return f"`{name}`" if parameter.required else f"`[{name}]`"
    names = "/".join([*parameter.opts, *parameter.secondary_opts])
    return f"`{names}`{' (needed)' if parameter.required else ''}"


def test_the_interface_lists_every_command_with_all_that_it_takes() -> None:
    words = INTERFACE.read_text(encoding="utf-8").partition("## Commands")[2].partition("\n## ")[0]
    ours = {
        name: ", ".join(takes) or "—"
        for group, command in COMMANDS.items()
        for name, takes in leaves(group, command.load())
    }
    assert dict(ROW.findall(words)) == ours


def parameters(command: Any) -> Iterator[Any]:
    inner = within(command)
    for one in inner.values():
        yield from parameters(one)
    if not inner:
        yield from command.params


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_checks_who_does_a_deed_and_why(name: str) -> None:
    for one in parameters(COMMANDS[name].load()):
        if "--by" in one.opts:
            assert checked_doer.__name__ in repr(one.callback.__wrapped__), name
        if "--why" in one.opts and one.required:
            assert checked_reason.__name__ in repr(one.callback.__wrapped__), name


@pytest.mark.parametrize(
    "written", ["程序", "Shougao", "ＳＨＯＵＧＡＯ", " 程 序 ".replace(" ", "\u200b"), "", "　"]
)
def test_nobody_does_a_deed_in_the_programs_name_or_in_none(written: str) -> None:
    told = CliRunner().invoke(app, ["claim", "1", "--unit", "x", "--by", written])
    assert told.exit_code == 2
    assert "--by" in told.output


@pytest.mark.parametrize("why", ["", "　", "\u200b"])
def test_a_reason_that_is_asked_for_is_not_blank(why: str) -> None:
    told = CliRunner().invoke(app, ["decide", "1", "--accept", "--why", why])
    assert (told.exit_code, "--why" in told.output) == (2, True)
