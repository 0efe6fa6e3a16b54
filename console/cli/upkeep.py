"""`shougao upgrade`, `config`, `service`: what is done with the program itself, not with letters."""

from __future__ import annotations

import difflib
import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from console.actions.upgrade import make_data_folder, upgrade
from console.application import hold_data_folder
from console.cli.options import GlobalOptions, settings_of
from console.cli.terminal import exit_with_error, print_line
from console.clock import now
from console.offices.deeds import any_shared
from console.service import units
from console.settings import rewriting
from console.settings.loading import load
from console.settings.spelling import assumed_encoding
from ledger.os_errors import describe

config_app = typer.Typer(help="设置文件 (config.toml).", no_args_is_help=True)
service_app = typer.Typer(help="系统服务 (systemd).", no_args_is_help=True)


def upgrade_ledger(context: typer.Context) -> None:
    """Bring an older ledger to this program's schema; a copy is kept first."""
    settings = settings_of(context)
    make_data_folder(settings)
    with hold_data_folder(settings.data_dir, shared=settings.engine.queued):
        done = upgrade(settings, os.environ, now(), print_line)
    if done.copy:
        print_line(f"台账已从结构 {done.before} 升级到 {done.after}。升级前的台账：{done.copy}。")
    else:
        print_line(f"台账已是最新的结构（{done.after}），不必升级。")


@config_app.command("check")
def config_check(context: typer.Context) -> None:
    """Read config.toml and say everything that is wrong with it, a line each."""
    front: GlobalOptions = context.obj
    settings = load(front.config, os.environ)
    print_line(f"{front.config} 没有问题：{len(settings.provisions)} 段规定。")
    if encoding := assumed_encoding(front.config.read_bytes()):
        print_line(
            f"这个文件按 {encoding} 编码读取，单位名称为“{settings.office.name}”；"
            "如有乱码，请用记事本“另存为”，编码选 UTF-8。"
        )


@config_app.command("upgrade")
def config_upgrade(
    context: typer.Context,
    write: Annotated[bool, typer.Option("--write", help="写入文件；不加只显示改动。")] = False,
) -> None:
    """Take retired keys out of config.toml, comments kept, and show the difference."""
    front: GlobalOptions = context.obj
    try:
        raw = front.config.read_bytes()
    except OSError as error:
        exit_with_error(f"打不开 {front.config}：{describe(error)}。请用 --config 指明。", 2)
    before = rewriting.text_of(raw, front.config)
    after = rewriting.without_retired(before, front.config)
    if before == after and raw == after.encode():
        print_line(f"{front.config} 不必改动。")
        return
    for line in difflib.unified_diff(
        before.splitlines(), after.splitlines(), "现在", "改后", lineterm="", n=1
    ):
        print_line(line)
    if not write:
        print_line("以上是要作的改动，还没有写入；加上 --write 写入（原文件会另存为 .old）。")
        return
    try:
        front.config.with_name(f"{front.config.name}.old").write_bytes(raw)
        front.config.write_text(after, encoding="utf-8")
    except OSError as error:
        exit_with_error(f"无法写入 {front.config}：{describe(error)}。请检查权限。", 1)
    print_line(f"已写入 {front.config}，原文件另存为 {front.config.name}.old。")


@service_app.command("install")
def service_install(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--to", help="写到哪个目录。")] = Path(
        "/etc/systemd/system"
    ),
    user: Annotated[str, typer.Option("--user", help="用哪个系统用户运行。")] = "shougao",
    backup: Annotated[str, typer.Option("--backup", help="每天备份到哪个目录；留空不备份。")] = "",
) -> None:
    """Write the units for systemd: the service, and a daily backup where a folder is named."""
    front: GlobalOptions = context.obj
    program = Path(__file__).resolve().parents[2]
    home = str(Path(backup).absolute()) if backup else ""
    if front.installation is not None:
        offices = front.installation.folder.resolve()
        shared = any_shared(front.installation, os.environ)
        site = units.Site(program, offices, offices, user, home, many=True, workers=shared)
    else:
        settings = settings_of(context)
        config, shared = front.config.resolve(), settings.engine.queued
        site = units.Site(program, config, settings.data_dir, user, home, workers=shared)
    written = units.written(site)
    try:
        for name, text in written.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        exit_with_error(
            f"无法写入 {folder}：{describe(error)}。请用 sudo 运行，或用 --to 另指目录。", 1
        )
    print_line(f"已写入 {folder}：{'、'.join(written)}。接下来（用 root）：")
    for line in units.next_steps(site):
        print_line(f"  {line}")
    started = program / ".venv" / "bin"
    configs = () if site.many else (site.config,)  # the folder of offices is the user's own
    for path in (started / "shougao", (started / "python").resolve(), *configs):
        if closed := units.closed_to_others(path):
            exit_with_error(
                f"{closed} 只有属主能进，用户 {user} 启动不了服务。请把程序放到人人可读的目录，如 /opt/shougao，"
                f"或运行 chmod {'o+rx' if closed.is_dir() else 'o+r'} {shlex.quote(str(closed))}。",
                1,
            )
