"""The table of commands: each is where it says, and its first line of help is the one that it has."""

from __future__ import annotations

import inspect

import pytest
from typer.main import get_command

from console.cli.app import app
from console.cli.commands import COMMANDS, LazyGroup


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_where_the_table_says_with_the_same_first_line(name: str) -> None:
    command = COMMANDS[name].load()
    first = inspect.cleandoc(command.help).split("\n\n")[0].replace("\n", " ")
    assert first == COMMANDS[name].help


def test_a_name_that_is_none_is_loaded_from_nowhere() -> None:
    group = get_command(app)
    assert isinstance(group, LazyGroup)
    assert group.load("polll") is None
    assert set(group.commands) == set(COMMANDS)
