"""`shougao draft add`: a draft that came on paper or by chat, entered by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.actions.draft_entry import MANNERS, HandEntry, enter_draft
from console.application import open_application
from console.cli.options import (
    By,
    KindOption,
    UnitOption,
    current_user,
    kind_given,
    settings_of,
    unit_named,
)
from console.cli.terminal import exit_with_error, print_line
from console.clock import now
from ledger.errors import InvalidInput
from ledger.os_errors import describe
from notifier.mail.message import Attachment

draft_app = typer.Typer(help="补录稿件 (drafts that came by other ways).", no_args_is_help=True)


@draft_app.command("add")
def draft_add(
    context: typer.Context,
    unit_name: UnitOption,
    title: Annotated[str, typer.Option("--title", help="标题。")],
    text_file: Annotated[Path, typer.Option("--text-file", help="正文，UTF-8 编码的文本文件。")],
    manner: Annotated[str, typer.Option("--how", help=f"来稿方式：{'、'.join(MANNERS)}。")],
    kind: KindOption = "",
    received: Annotated[
        str, typer.Option("--received", help="收到的时间，如 2022-03-07T09:30；默认现在。")
    ] = "",
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="图片或凭证，可以写几次。")
    ] = None,
    by: By = "",
) -> None:
    """Enter a draft by hand with its evidence; it is judged in the next round."""
    settings = settings_of(context)
    try:
        text = text_file.read_text(encoding="utf-8-sig")
        files = tuple(
            Attachment(one.name, "application/octet-stream", one.read_bytes()) for one in file or ()
        )
    except OSError as error:
        exit_with_error(f"打不开文件：{describe(error)}。", 2)
    except UnicodeDecodeError:
        exit_with_error(f"{text_file} 不是 UTF-8 编码的文本。", 2)
    moment = now()
    if received:
        try:
            moment = datetime.fromisoformat(received)
        except ValueError:
            exit_with_error(f"--received “{received}”看不懂，请写成 2022-03-07T09:30 的样子。", 2)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(settings.zone))
    with open_application(settings) as application:
        entry = HandEntry(
            unit_named(unit_name, settings),
            title,
            text,
            manner,
            moment,
            kind_given(kind, settings),
            files,
        )
        try:
            letter = enter_draft(application, entry, by or current_user(), now())
        except InvalidInput as error:
            exit_with_error(str(error), 2)
    print_line(f"已补录为第 {letter} 号来信，下一轮收信时按收到的时间审核。")
