"""A folder of offices for the tests: `east` with the demo's letters, others new, each with its own maildirs."""

from __future__ import annotations

import shutil
from pathlib import Path

from console.offices.installation import Installation, open_installation
from tests.console.office import config_of_letters_long_ago


def config_of(name: str) -> str:
    """A new office's config.toml: mailbox and relay are folders beside it."""
    text = config_of_letters_long_ago()
    for key, folder in (("imaps", "in"), ("smtps", "out")):
        before, _, after = text.partition(f'url = "{key}://')
        text = f'{before}url = "maildir:{folder}"{after.partition(chr(34))[2]}'
    return text.replace("区应急管理局人事教育科", f"{name}街道办事处党政办")


def new_office(folder: Path, name: str) -> Path:
    """Lay an office out; returns its folder."""
    office = folder / name
    for part in ("cur", "new", "tmp"):
        (office / "in" / part).mkdir(parents=True)
    (office / "config.toml").write_text(config_of(name), encoding="utf-8")
    return office


def two_offices(folder: Path, made: Path, installation: str = "") -> Installation:
    """`east` is a copy of the demo, `west` is new."""
    shutil.copytree(made, folder / "east")
    new_office(folder, "west")
    if installation:
        (folder / "installation.toml").write_text(installation, encoding="utf-8")
    return open_installation(folder)
