"""`shougao publish`: drafts as files to be printed from, and where they were printed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from console.actions.adoptions import Evidence
from console.actions.printing import Outlet, keep_printed, record_printed
from console.actions.publication import pack
from console.application import Application, open_application
from console.cli.options import (
    By,
    Why,
    check_tier,
    current_user,
    parse_past_day,
    settings_of,
    today,
)
from console.cli.terminal import exit_with_error, print_line
from console.clock import now
from console.settings.loading import ConfigError
from ledger.errors import LedgerError
from ledger.os_errors import describe
from notifier.notice.document import BadTemplate


def publish(
    context: typer.Context,
    drafts: Annotated[list[int], typer.Argument(help="稿件编号，可以写几个。")],
    out: Annotated[
        Path | None, typer.Option(help="出稿包写到这个文件或目录；不登记刊发时默认写到当前目录。")
    ] = None,
    book: Annotated[
        bool, typer.Option("--book/--no-book", help="几篇稿件另外合成一份带目录的 Word 文件。")
    ] = True,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="已发布到哪家载体，可以写几次；登记为录用。")
    ] = None,
    day: Annotated[str, typer.Option("--date", help="刊发日期；默认今天。")] = "",
    tier: Annotated[
        int | None, typer.Option(min=1, help="第几类；载体不在名单里时由人工确定。")
    ] = None,
    url: Annotated[
        list[str] | None, typer.Option("--url", help="网址；与 --to 一一对应，或只写一个。")
    ] = None,
    evidence: Annotated[Path | None, typer.Option(help="样报、截图等证明文件。")] = None,
    printed: Annotated[
        Path | None, typer.Option(help="刊发稿（Word、PDF、网页或文本），留作改动对照；只限一篇。")
    ] = None,
    why: Why = "",
    by: By = "",
) -> None:
    """Pack drafts to be printed from (出稿包); with --to register where they were printed."""
    settings = settings_of(context)
    who = by or current_user()
    if printed is not None and len(drafts) != 1:
        exit_with_error("--printed 只能和一个稿件编号一起用。", 2)
    places = _places(to or [], url or [], evidence)
    with open_application(settings) as application:
        check_tier(tier, settings)
        when = parse_past_day(day, "--date", settings) if day else today(settings)
        try:
            if out is not None or (not places and printed is None):
                _pack(application, drafts, out, who, book=book)
            if places:
                done = record_printed(
                    application,
                    drafts,
                    [Outlet(name, when, tier, link, {}, proof) for name, link, proof in places],
                    who,
                    now(),
                    why,
                )
                for known in done.known:
                    print_line(known)
                print_line(f"已登记 {len(done.numbers)} 条录用。")
                if done.untiered:
                    print_line(
                        f"其中 {done.untiered} 条的载体不在名单里，用 shougao adoption set 选定类别后计分。"
                    )
            if printed is not None:
                content = _read(printed)
                outlet = to[0] if to else ""
                number = keep_printed(
                    application, drafts[0], outlet, "", "", (printed.name, content), who, now()
                )
                print_line(f"刊发稿已登记（第 {number} 号），改动对照见工作台的“出稿”页。")
        except (LedgerError, BadTemplate, ConfigError) as error:
            exit_with_error(str(error), 1)


def _places(
    names: list[str], links: list[str], evidence: Path | None
) -> list[tuple[str, str, Evidence]]:
    if len(links) > 1 and len(links) != len(names):
        exit_with_error("--url 的个数要和 --to 一样，或者只写一个。", 2)
    if any(not one.lower().startswith(("http://", "https://")) for one in links):
        exit_with_error("网址要以 http:// 或 https:// 开头。", 2)
    if not names and (links or evidence):
        exit_with_error("--url、--evidence 要和 --to 一起用。", 2)
    each = links if len(links) == len(names) else [*links, ""][:1] * len(names)
    proof = Evidence(evidence.name, _read(evidence)) if evidence is not None else Evidence()
    return [(name, link, proof) for name, link in zip(names, each, strict=True)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        exit_with_error(f"打不开 {file}：{describe(error)}。请检查文件名。", 2)


def _pack(
    application: Application, drafts: list[int], out: Path | None, who: str, *, book: bool
) -> None:
    made = pack(application, drafts, who, now(), book=book)
    try:
        target = out or Path(made.name)
        if target.is_dir():
            target = target / made.name
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                shutil.copyfileobj(made.file, file)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            exit_with_error(f"写不到 {target}：{describe(error)}。请检查路径、权限和磁盘。", 2)
    finally:
        made.file.close()
    for trouble in made.troubles:
        print_line(f"没有放进来：{trouble}")
    print_line(f"出稿包已写到 {target}：{len(made.drafts)} 篇稿件，{made.pictures} 张图片。")
