"""What the doctor finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is: the word that people see and its colour."""

    OK = ("正常", "green")
    WARN = ("注意", "yellow")
    FAIL = ("不行", "red")


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One line: what was looked at, what was found, what to do about it ("" when nothing).

    `detail`: what a program or a server said itself; for `--json` and whoever is asked for help.
    """

    level: Level
    subject: str
    found: str
    remedy: str = ""
    detail: str = ""


_QUOTED = re.compile(r"（([^（）]*[A-Za-z]{3}[^（）]*)）")
"""A server's own words in brackets; foreign ones are no help to whoever has to act."""


def from_sentence(level: Level, subject: str, text: str) -> Finding:
    """Take apart a sentence that says what is wrong and one that says what to do."""
    said = [words for words in _QUOTED.findall(text) if not re.search(r"[\u4e00-\u9fff]", words)]
    for words in said:
        text = text.replace(f"（{words}）", "")
    head, _, tail = text.partition("。")
    if not tail:
        head, _, tail = text.partition("：")
    return Finding(level, subject, *((head, tail) if tail else (text, "")), "；".join(said))
