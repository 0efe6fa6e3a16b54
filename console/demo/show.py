"""A demonstration in a folder: config.toml, roster, a maildir of sample letters, one round over them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from console.actions.rounds import RoundResult, run_round
from console.application import Application, hold_data_folder, open_application
from console.clock import now
from console.demo import letters
from console.settings.loading import ConfigError, Settings, load
from console.spreadsheets.roster import read_roster
from ledger.journal import PROGRAM

TEMPLATE = Path(__file__).resolve().parents[2] / "config.toml"


def run(
    folder: Path, one_round: Callable[[Application], RoundResult] = run_round
) -> tuple[Settings, RoundResult]:
    """
    Lay out `folder` with a config.toml, a roster and a maildir of letters, and run one round.

    Run again, it finds everything in place and nothing new.

    Args:
        folder: where everything is laid out.
        one_round: runs the round; the command shows its progress.

    Returns:
        The settings of the demonstration, and what its round did.

    Raises:
        ConfigError: there is no config.toml to start from.

    """
    if not (folder / "config.toml").exists() or not (folder / "in").is_dir():
        _lay_out(folder)
    settings = load(folder / "config.toml", {})
    with (
        open_application(settings, {}) as application,
        hold_data_folder(settings.data_dir),
    ):
        if not application.roster.officers():
            units = settings.provisions_at(now()).units
            application.roster.enter(read_roster(folder / "roster.csv", units), PROGRAM, now())
        result = one_round(application)
    return settings, result


def _lay_out(folder: Path) -> None:
    try:
        config = TEMPLATE.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"演示需要随程序提供的 {TEMPLATE.name}，请在项目目录里运行。") from error
    folder.mkdir(parents=True, exist_ok=True)
    letters.write(folder / "in", letters.samples(now()))
    (folder / "roster.csv").write_text(letters.ROSTER, encoding="utf-8-sig")
    # last: its presence says that all the rest is there
    (folder / "config.toml").write_text(_for_demo(config), encoding="utf-8")


def _for_demo(config: str) -> str:
    """Put mailbox and relay of the office's config.toml into the demonstration's folder."""
    config = config.replace('\nsince = ""', '\nsince = "2022-01-01"')
    url = iter(('"maildir:in"', '"maildir:out"'))
    # an empty one is no address: where letters lie beside
    config = re.sub(r'(?m)^url = "[^"]+"', lambda _: f"url = {next(url)}", config)
    for key, value in (
        ("sender", f'"{letters.INBOX}"'),
        ("own_addresses", f'["{letters.INBOX}"]'),
        ("support_email", '""'),
        ("letter_bytes", str(letters.LETTER_BYTES)),
        ("not_older_than_days", "0"),
    ):
        config = re.sub(rf"(?m)^{key} = [^#\n]*?(?= *(?:#|$))", f"{key} = {value}", config)
    return config
