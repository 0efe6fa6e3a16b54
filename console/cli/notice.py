"""`shougao notice`: the notice of a period drafted, and the signed file published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from console.application import open_application
from console.cli.options import By, current_user, parse_day, settings_of, today, unit_named
from console.cli.terminal import exit_with_error, print_line
from console.clock import now
from console.settings.loading import Settings
from ledger.errors import InvalidInput
from ledger.notice_checks import UnitCheck
from ledger.os_errors import describe
from rulebook import periods


class DraftByDefault(TyperGroup):
    """`shougao notice 2022Q1` is `shougao notice draft 2022Q1`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `draft` before what is no command of the group."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["draft", *args]
        return super().parse_args(ctx, args)


notice_app = typer.Typer(
    cls=DraftByDefault,
    help="通报 (the notice): 2022Q1 drafts it, publish takes the signed file.",
    no_args_is_help=True,
)


@notice_app.command()
def draft(
    context: typer.Context,
    period: Annotated[str, typer.Argument(help="时段：2022Q1、2022-03、2022H1、2022。")],
    out: Annotated[Path, typer.Option(help="文件放在哪个目录。")] = Path(),
    named: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help="在“存在问题”里点名的单位，可以写几次；也可以写成 单位：问题，不写问题就按数据说明。",
        ),
    ] = None,
    asked: Annotated[
        list[str] | None,
        typer.Option("--ask", help="“下一步要求”里的一段，可以写几次；不写就按数据起草。"),
    ] = None,
    number: Annotated[str, typer.Option(help="文号；不写则留空待填。")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="正式发布：存档并寄给名单。")] = False,
    by: By = "",
) -> None:
    """
    Make the notice (通报) of a period as .docx and .xlsx, to be edited and signed.

    --publish freezes and mails it as it is, where the template leaves nothing to fill in.
    """
    from console.actions import notices  # the writers of Word and Excel files are slow to load
    from notifier.notice.document import BadTemplate

    with open_application(settings_of(context)) as application:
        try:
            chosen = periods.parse(period)
            problems = [_problem(one, application.settings) for one in named or ()]
            choices = notices.Choices(
                tuple(name for name, _ in problems), number, tuple(asked or ()), tuple(problems)
            )
            built = notices.build_notice(application, chosen, choices, today(application.settings))
            edition = (
                notices.publish(application, built, by or current_user(), now()) if publish else 0
            )
        except (periods.UnknownPeriod, InvalidInput) as error:
            exit_with_error(str(error), 2)
        except BadTemplate as error:
            exit_with_error(str(error), 1)
        recipients = len(application.settings.notice.recipients)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in built.files.items():
            (out / name).write_bytes(content)
            print_line(f"已生成 {out / name}")
    except OSError as error:
        exit_with_error(f"无法写入 {out}：{describe(error)}。请检查目录。", 1)
    if publish:
        print_line(f"{chosen.label}通报第 {edition} 版已存档，将寄给 {recipients} 个地址。")


@notice_app.command()
def publish(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="签发的通报：Word（.docx）或 PDF。")],
    period: Annotated[str, typer.Option(help="时段，如 2022Q1；不写就看文件的标题。")] = "",
    acknowledge: Annotated[
        str, typer.Option(help="文件与台账不一致、或有单位提出异议时，仍要发布的理由（记入日志）。")
    ] = "",
    by: By = "",
) -> None:
    """Freeze the figures beside the signed file, and mail that file to the distribution list."""
    from console.actions import signed_notice

    try:
        content = file.read_bytes()
    except OSError as error:
        exit_with_error(f"打不开 {file}：{describe(error)}。请检查文件名。", 2)
    with open_application(settings_of(context)) as application:
        day = today(application.settings)
        try:
            signed = signed_notice.read_signed(application, file.name, content)
            chosen = (
                periods.parse(period)
                if period
                else signed_notice.period_of(signed, application.settings.words.work)
            )
            if chosen is None:
                exit_with_error("看不出这是哪个时段的通报，请用 --period 写明，如 2022Q1。", 2)
            summary = application.figures.summary(chosen, day)
            edition = signed_notice.publish_signed(
                application, summary, signed, by or current_user(), now(), acknowledge
            )
        except (periods.UnknownPeriod, InvalidInput) as error:
            exit_with_error(str(error), 2)
        except signed_notice.Unacknowledged as error:
            for sentence in error.sentences:
                print_line(f"{sentence}。")
            exit_with_error(
                "以上各处请先核对；确实要按此发布的，加 --acknowledge 理由（记入日志）。", 1
            )
        recipients = len(application.settings.notice.recipients)
    print_line(f"{chosen.label}通报第 {edition} 版已存档，将寄给 {recipients} 个地址。")


def _problem(named: str, settings: Settings) -> tuple[str, str]:
    """Split “单位：问题” in two, the unit by the name of its row."""
    name, _, problem = named.replace(":", "：", 1).partition("：")
    return unit_named(name.strip(), settings), problem.strip()


@notice_app.command()
def check(
    context: typer.Context,
    period: Annotated[str, typer.Argument(help="时段，如 2022Q1。")],
    until: Annotated[
        str, typer.Option(help="请各单位在哪天（含当日）前回复，如 2022-04-08；不写只看进展。")
    ] = "",
    by: By = "",
) -> None:
    """Mail each unit its own rows before the notice is signed (核对); without --until tell who has looked."""
    from console.actions import notice_check

    with open_application(settings_of(context)) as application:
        try:
            chosen = periods.parse(period)
            if until:
                summary = application.figures.summary(chosen, today(application.settings))
                sent = notice_check.send_checks(
                    application, summary, parse_day(until, "--until"), by or current_user(), now()
                )
                print_line(f"{chosen.label}的核对信 {sent} 封待发（下一轮 poll 或服务寄出）。")
        except (periods.UnknownPeriod, InvalidInput) as error:
            exit_with_error(str(error), 2)
        asked = application.notice_checks.of(chosen)
    if not asked and not until:
        print_line(f"{chosen.label}还没有请各单位核对；加 --until 日期 寄出。")
    for one in asked:
        print_line(f"{one.unit}：{CHECK_WORDS[one.objects]}{_answered(one)}")


CHECK_WORDS = {None: "还没有回复", False: "无异议", True: "有异议"}


def _answered(one: UnitCheck) -> str:
    if one.letter is None:
        return f"（{one.until}截止）"
    done = "" if one.objects is False else "，已处理" if one.settled else "，待处理"
    return f"（第 {one.letter} 号来信{done}）"
