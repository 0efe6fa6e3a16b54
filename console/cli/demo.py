"""`shougao demo`: sample letters through one whole round, on this machine alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.cli.round_view import print_round, run_with_progress
from console.cli.terminal import print_line
from console.clock import now
from console.settings.loading import Settings
from rulebook.periods import Span, containing


def demo(
    folder: Annotated[Path, typer.Option(help="Where to lay it out.")] = Path("demo"),
) -> None:
    """Run sample letters through one whole round, on this machine alone."""
    from console.demo import show  # only the demo needs the writers of samples

    settings, result = show.run(folder, run_with_progress)
    print_round(result, settings)
    _print_next_steps(folder, settings)


def _print_next_steps(folder: Path, settings: Settings) -> None:
    program = Path(sys.executable).parent / "shougao"
    shougao = f"{os.path.relpath(program)} --config {folder / 'config.toml'}"
    receipt = next(iter(sorted((folder / "out" / "new").glob("*"))), None)
    quarter = containing(
        now().astimezone(ZoneInfo(settings.provisions[-1].zone)).date(), Span.QUARTER
    ).name
    letter = next(iter(sorted((folder / "in" / "new").glob("*"))), None)
    print_line(f"\n回执在 {folder / 'out' / 'new'}，原信和台账在 {settings.data_dir}。")
    print_line("接下来可以试试：")
    for command, purpose in (
        (f"{shougao} examine {letter}", "看一封信的判断和依据"),
        (f"{shougao} export drafts --format csv", "导出稿件台账"),
        (f"{shougao} ledger summary", "看本季度的积分、排名和任务完成情况"),
        (f"{shougao} ledger search 消防", "在台账里找稿件"),
        (f"{shougao} notice {quarter} --out {folder}", "生成季度通报（Word 和 Excel）"),
        (f"{shougao} console", "打开工作台网页（第一次会给出一次性链接）"),
        (f"{shougao} roster list", "看报送人员名单"),
        (f"{shougao} doctor", "检查运行条件"),
        (f"less {receipt}" if receipt else "", "看一封回执的原文"),
    ):
        if command:
            print_line(f"  {command}\n      {purpose}")
    print_line(f"想从头再来，删去 {folder} 目录再运行即可。")
