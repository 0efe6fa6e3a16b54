"""`shougao office`: many offices in one installation: listed, added, paused, resumed, removed, brought back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console.cli.choosing import installation_of
from console.cli.options import By, GlobalOptions, Why, current_user
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from console.offices import deeds
from console.offices.installation import Installation, environment_of
from console.offices.paused import Pause, read
from console.settings.loading import MAILBOX_PASSWORD, ConfigError, Settings, variable_of
from console.settings.urls import MaildirUrl
from console.state import last_round
from ledger.os_errors import describe

office_app = typer.Typer(
    help="多个单位 (many offices in one installation).",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="单位的代号，如 east。")]
SOON = "服务在运行的，一分钟内照办。"


@office_app.command("list")
def office_list(context: typer.Context) -> None:
    """Every office: how it stands, where its pages and its data are."""
    installation = installation_of(context)
    names = installation.names()
    if not names:
        print_line(f"{installation.folder} 里还没有单位。用 shougao office add 代号 新增。")
    else:
        table = Table(title="单位", header_style="bold", box=box.SIMPLE_HEAD)
        for column in ("代号", "单位", "情况", "工作台", "数据"):
            table.add_column(column, overflow="fold")
        for name in names:
            table.add_row(name, *_row(installation, name))
        print_table(table)
    for name in installation.removed():
        print_line(
            f"已移除：{name}，数据在 {installation.folder / name}（恢复：office restore {name}）"
        )


@office_app.command("add")
def office_add(
    context: typer.Context,
    name: Name,
    config: Annotated[
        Path | None, typer.Option("--config", help="现成的 config.toml；不写就问九个问题。")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="九个问题的答案文件（同 init）。")
    ] = None,
    by: By = "",
) -> None:
    """Add an office: from a config.toml, or by the nine questions of `shougao init`."""
    installation = installation_of(context)
    deeds.check_new(installation, name)
    with _told_of_no_room():
        if config is None:
            _ask(context, installation, name, answers)
            settings = installation.settings(name, environment_of(name, os.environ))
        else:
            settings = deeds.add(installation, name, config, os.environ)
    _record(installation, by, f"新增单位 {name}（{settings.office.name}）")
    deeds.check_apart(installation, settings, os.environ)
    print_line(f"单位 {name}（{settings.office.name}）已新增：{settings.path}。{SOON}")
    print_line(f"工作台网址：{settings.pages_url}")
    for line in _after_adding(installation, settings) if config else ():
        print_line(line)


@office_app.command("pause")
def office_pause(context: typer.Context, name: Name, by: By = "", why: Why = "") -> None:
    """Stop collecting and sending; its pages stay open, and letters wait in the mailbox."""
    installation, who = installation_of(context), by or current_user()
    with _told_of_no_room():
        done = deeds.rest(installation, name, Pause(now(), who, why))
    if not done:
        print_line(f"单位 {name} 本来就是暂停的，没有改动。")
        return
    _record(installation, by, f"暂停单位 {name} 收信和发信{f'：{why}' if why else ''}")
    print_line(
        f"单位 {name} 已暂停收信和发信，网页照常打开；来信留在邮箱里，待发的信留在台账里。{SOON}"
        f"恢复：shougao office resume {name}"
    )


@office_app.command("resume")
def office_resume(context: typer.Context, name: Name, by: By = "") -> None:
    """Collect and send again."""
    installation = installation_of(context)
    with _told_of_no_room():
        done = deeds.work(installation, name)
    if not done:
        print_line(f"单位 {name} 没有暂停，没有改动。")
        return
    _record(installation, by, f"恢复单位 {name} 收信和发信")
    print_line(f"单位 {name} 已恢复收信和发信。{SOON}")


@office_app.command("remove")
def office_remove(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。")] = False,
    by: By = "",
    why: Why = "",
) -> None:
    """Take an office out of the service; nothing of it is deleted, and it can be brought back."""
    installation = installation_of(context)
    deeds.check_known(installation, name)
    folder = installation.folder / name
    if not yes:
        print_line(
            f"移除单位 {name}：不再收信、发信，网页关闭。台账、原始邮件和设置一样也不删，仍在 {folder}。"
        )
        typer.confirm("确定移除吗？", abort=True)
    data = _data_of(installation, name)
    with _told_of_no_room():
        deeds.remove(installation, name)
    _record(installation, by, f"移除单位 {name}，数据留在 {data}{f'：{why}' if why else ''}")
    print_line(
        f"单位 {name} 已移除。{SOON}数据没有删除：台账和原始邮件在 {data}，设置在 {folder}。"
        f"恢复：shougao office restore {name}；确实不再要的，请自行备份后删除这个目录。"
    )


@office_app.command("restore")
def office_restore(context: typer.Context, name: Name, by: By = "") -> None:
    """Bring a removed office back, with all that it had."""
    installation = installation_of(context)
    with _told_of_no_room():
        deeds.restore(installation, name)
    _record(installation, by, f"恢复移除过的单位 {name}")
    print_line(f"单位 {name} 已恢复，台账、账号和设置都是移除前的。{SOON}")


def _row(installation: Installation, name: str) -> tuple[str, str, str, str]:
    """Return an office's name, how it stands, its address and where its data lie."""
    try:
        settings = installation.settings(name, environment_of(name, os.environ))
        deeds.check_apart(installation, settings, os.environ)
    except ConfigError as error:
        first = str(error).splitlines()[0]
        return "", f"设置有误：{first}", "", ""
    resting = read(settings.path.parent)
    if resting is not None:
        state = resting.sentence(settings.zone)
    else:
        last = last_round.read(settings.data_dir)
        state = last.trouble or ("收发正常" if last.ended else "还没有收过信")
    ledger = settings.storage.ledger
    data = f"{settings.data_dir}{f'，台账在 {ledger}' if ledger else ''}"
    return settings.office.name, state, settings.pages_url, data


def _data_of(installation: Installation, name: str) -> str:
    try:
        settings = installation.settings(name, environment_of(name, os.environ))
    except ConfigError:
        return str(installation.folder / name)
    ledger = settings.storage.ledger
    return f"{settings.data_dir}{f'，台账在 {ledger}' if ledger else ''}"


def _ask(
    context: typer.Context, installation: Installation, name: str, answers: Path | None
) -> None:
    """Ask the nine questions; config.toml is written at their end, whole and checked, or not at all."""
    from console.cli.init import init

    path = installation.config(name)
    deeds.make_folder(installation, name)
    context.obj = GlobalOptions(path, installation, name)
    init(context, answers)


def _after_adding(installation: Installation, settings: Settings) -> list[str]:
    lines = []
    if not isinstance(settings.mailbox_url, MaildirUrl) and not settings.mailbox.password_file:
        variable = variable_of(settings.key, MAILBOX_PASSWORD)
        lines.append(
            f"邮箱授权码放在环境变量 {variable} 里，或写进文件，在它的 config.toml 里写 password_file。"
        )
    option = f"--offices {installation.folder} --office {settings.key}"
    lines.append(f"检查：shougao {option} doctor")
    lines.append(f"导入名单：shougao {option} roster import 名单.xlsx")
    return lines


def _record(installation: Installation, by: str, deed: str) -> None:
    try:
        deeds.record(installation, now().astimezone(), by or current_user(), deed)
    except OSError as error:
        exit_with_error(
            f"已照办（{deed}），但没有记进 {installation.folder / deeds.LOG}：{describe(error)}。",
            1,
        )


@contextmanager
def _told_of_no_room() -> Iterator[None]:
    """End the command with a sentence where nothing can be written."""
    try:
        yield
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        exit_with_error(f"无法写入{place}：{describe(error)}。请检查权限和空间；什么也没有改。", 1)
