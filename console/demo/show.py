"""`shougao demo`: sample letters through one whole round, on this machine alone."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from console.actions import rounds
from console.application import Application, now
from console.demo import letters
from console.settings.loading import ConfigError, Settings, load
from console.spreadsheets.roster import read_roster
from ledger.journal import PROGRAM
from rulebook.periods import Span, containing

TEMPLATE = Path(__file__).resolve().parents[2] / "config.toml"


def run(folder: Path) -> None:
    """
    Lay out `folder` with a config.toml, a roster and a maildir of letters, and run one round.

    Run again, it finds everything in place and nothing new. Raises ConfigError when there is no
    config.toml to start from.
    """
    if not (folder / "config.toml").exists() or not (folder / "in").is_dir():
        _lay_out(folder)
    settings = load(folder / "config.toml", {})
    with Application(settings, {}) as application, application.alone():
        if not application.roster.officers():
            units = settings.provisions_at(now()).units
            application.roster.enter(read_roster(folder / "roster.csv", units), PROGRAM, now())
        result = rounds.with_progress(application)
    rounds.show(result, settings)
    _next_steps(folder, settings)


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
    """The office's own rulebook, with mailbox and relay in the demo's folder."""
    url = iter(('"maildir:in"', '"maildir:out"'))
    config = re.sub(r'(?m)^url = "[^"]*"', lambda _: f"url = {next(url)}", config)
    for key, value in (
        ("sender", f'"{letters.INBOX}"'),
        ("own_addresses", f'["{letters.INBOX}"]'),
        ("support_email", '""'),
        ("letter_bytes", str(letters.LETTER_BYTES)),
    ):
        config = re.sub(rf"(?m)^{key} = [^#\n]*?(?= *(?:#|$))", f"{key} = {value}", config)
    return config


def _next_steps(folder: Path, settings: Settings) -> None:
    out = Console()
    program = Path(sys.executable).parent / "shougao"
    shougao = f"{os.path.relpath(program)} --config {folder / 'config.toml'}"
    receipt = next(iter(sorted((folder / "out" / "new").glob("*"))), None)
    quarter = containing(
        now().astimezone(ZoneInfo(settings.provisions[-1].zone)).date(), Span.QUARTER
    ).name
    letter = next(iter(sorted((folder / "in" / "new").glob("*"))), None)
    out.print(
        f"\n回执在 [bold]{folder / 'out' / 'new'}[/]，原信和台账在 [bold]{settings.data_dir}[/]。",
        highlight=False,
    )
    out.print("接下来可以试试：", highlight=False)
    for command, purpose in (
        (f"{shougao} examine {letter}", "看一封信的判断和依据"),
        (f"{shougao} export drafts --format csv", "导出稿件台账"),
        (f"{shougao} ledger summary", "看本季度的积分、排名和任务完成情况"),
        (f"{shougao} ledger search 消防", "在台账里找稿件"),
        (f"{shougao} notice {quarter} --out {folder}", "生成季度通报（Word 和 Excel）"),
        (f"{shougao} console", "打开工作台网页（第一次会给出一次性链接）"),
        (f"{shougao} roster list", "看宣传员名单"),
        (f"{shougao} doctor", "检查运行条件"),
        (f"less {receipt}" if receipt else "", "看一封回执的原文"),
    ):
        if command:
            out.print(
                f"  {command}\n      {purpose}", highlight=False, markup=False, soft_wrap=True
            )
    out.print(f"想从头再来，删去 {folder} 目录再运行即可。", highlight=False)
