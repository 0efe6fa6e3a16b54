"""`shougao roster`: the officers imported, handed over, listed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from console.application import open_application
from console.cli.options import By, current_user, parse_day, settings_of, unit_named
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from console.spreadsheets.roster import mask, read_roster
from ledger.errors import InvalidInput, NotFound
from ledger.roster import Officer

roster_app = typer.Typer(help="宣传员名单 (the roster of officers).", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hang these commands into `shougao`."""
    app.add_typer(roster_app, name="roster")


@roster_app.command("import")
def roster_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Columns 单位,姓名,职务,联系电话,邮箱,备注.")],
) -> None:
    """Import officers from .csv or .xlsx; those known by unit and name are renewed."""
    settings = settings_of(context)
    officers = read_roster(file, settings.provisions_at(datetime.now(UTC)).units)
    with open_application(settings) as application:
        changed = application.roster.enter(officers, current_user(), now())
    print_line(
        f"宣传员名单已导入：新增 {changed.added} 人，更新 {changed.updated} 人，"
        f"未变 {changed.unchanged} 人。"
    )


@roster_app.command("handover")
def roster_handover(
    context: typer.Context,
    unit_name: Annotated[str, typer.Option("--unit", help="单位。")],
    leaves: Annotated[str, typer.Option("--from", help="卸任的宣传员。")],
    comes: Annotated[str, typer.Option("--to", help="新任的宣传员。")],
    mail: Annotated[str, typer.Option(help="新任宣传员的邮箱，几个用逗号隔开。")],
    begins: Annotated[str, typer.Option("--date", help="新任从哪天起，如 2022-04-01。")],
    post: Annotated[str, typer.Option(help="职务。")] = "",
    phone: Annotated[str, typer.Option(help="联系电话。")] = "",
    by: By = "",
) -> None:
    """One officer's appointment ends, the next begins (一.3); the history is kept."""
    addresses = tuple(one.strip().lower() for one in mail.split(",") if one.strip())
    with open_application(settings_of(context)) as application:
        successor = Officer(
            unit_named(unit_name, application.settings),
            comes,
            post,
            phone,
            "",
            addresses,
            parse_day(begins, "--date"),
        )
        try:
            application.roster.hand_over(
                successor.unit, leaves, successor, by or current_user(), now()
            )
        except (NotFound, InvalidInput) as error:
            exit_with_error(str(error), 1)
    print_line(f"{successor.unit}：{leaves} → {comes}，自 {begins} 起。")


@roster_app.command("list")
def roster_list(context: typer.Context) -> None:
    """List the officers; phone numbers are masked."""
    with open_application(settings_of(context)) as application:
        officers = application.roster.officers()
    if not officers:
        print_line("名单还是空的。请用 shougao roster import 名单.xlsx 导入。")
        return
    table = Table(title="宣传员名单", header_style="bold")
    for column in ("单位", "姓名", "职务", "联系电话", "邮箱", "备注"):
        table.add_column(column)
    for officer in officers:
        table.add_row(
            officer.unit,
            officer.name,
            officer.post,
            mask(officer.phone),
            "\n".join(officer.addresses),
            officer.note,
        )
    print_table(table)
