"""
How the commands write on a terminal: lines, tables, failures.

Senders control subjects, titles, names and file names, so no text is ever read as rich's markup or
as an emoji's name, and no control character reaches the terminal. Colours are given as styles.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from contextvars import ContextVar
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Table
from rich.text import Text

from rulebook.wording import Wording

_office: ContextVar[Wording | None] = ContextVar("office", default=None)
"""The words of the running command's office, None until it has read them."""

WIDE = 160
"""Columns of a table that goes into a pipe."""

PIPED = 120
"""Columns of other output that goes into a file or a pipe; a terminal knows its own."""

_FILES = re.compile(r"(\S*[/\\]\S*|[\w\-]+\.[a-z]{2,5}\b)")
"""Paths and names of files, which stay as they are."""

_VISIBLE = {
    code: "\N{REPLACEMENT CHARACTER}"
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\t\n"
}


class PlainConsole(Console):
    """A console that prints every string as it is: no markup, no emoji, no control characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Make a string printable, in table cells and titles, too."""
        return super().render_str(text.translate(_VISIBLE), **options)


class PlainHandler(RichHandler):
    """Writes log lines to the standard error as they are, without control characters."""

    def __init__(self) -> None:
        super().__init__(console=PlainConsole(stderr=True), show_path=False)

    def render_message(self, record: logging.LogRecord, message: str) -> Text:
        """Make a log line printable."""
        return printable(message)


def printable(text: str, style: str = "") -> Text:
    """Return a text with a style, each of its control characters replaced by U+FFFD."""
    return Text(text.translate(_VISIBLE), style=style)


def wide_console() -> PlainConsole:
    """Return a console for tables: PIPED columns at least where no terminal says how wide it is."""
    console = PlainConsole()
    return console if console.is_terminal else PlainConsole(width=max(console.width, PIPED))


def in_words(sentence: str) -> str:
    """Put a sentence of ours into the words of the running command's office, as far as they are known."""
    words = _office.get()
    if words is None:
        return sentence
    parts = _FILES.split(sentence)
    parts[::2] = [words.said(part) for part in parts[::2]]
    return "".join(parts)


def speak(words: Wording | None) -> None:
    """Have this command's sentences put into an office's words from now on."""
    _office.set(words)


def print_error(sentence: str) -> None:
    """Print one red line to the standard error, in the office's words."""
    PlainConsole(stderr=True).print(in_words(sentence), style="red", soft_wrap=True)


def exit_with_error(sentence: str, code: int) -> NoReturn:
    """Print what is wrong and the remedy, and end the command with an exit code."""
    print_error(sentence)
    raise typer.Exit(code)


def print_line(sentence: str) -> None:
    """Print one line of ours, in the office's words; what others wrote stands in it quoted."""
    PlainConsole().print(in_words(sentence), soft_wrap=True)


def print_aside(sentence: str) -> None:
    """Print one line to the standard error that is no part of what was asked for: that it goes on."""
    PlainConsole(stderr=True).print(in_words(sentence), soft_wrap=True)


def print_verbatim(text: str) -> None:
    """Print what others wrote, as it is."""
    PlainConsole().print(text, soft_wrap=True)


def print_table(table: Table) -> None:
    """Print a table, its headings in the office's words; into a pipe WIDE columns wide, names unbroken."""
    if isinstance(table.title, str):
        table.title = in_words(table.title)
    for column in table.columns:
        if isinstance(column.header, str):
            column.header = in_words(column.header)
    table.padding = (0, 1, 0, 0)
    table.pad_edge = False
    for column in table.columns:
        column.overflow = "fold"
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    PlainConsole(width=WIDE if piped else None).print(table)
