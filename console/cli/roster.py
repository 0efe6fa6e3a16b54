"""`shougao roster`: the officers imported, handed over, listed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from console.actions import roster_import as roster_import_action
from console.actions.uploads import walled_reader
from console.application import open_application
from console.cli.options import By, current_user, parse_day, settings_of, today, unit_named
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from console.spreadsheets.roster import RosterError, mask, survey_roster
from console.spreadsheets.roster_template import blank_roster
from ledger.errors import InvalidInput, NotFound
from ledger.os_errors import describe
from ledger.roster import Officer

roster_app = typer.Typer(help="报送人员名单 (the roster of officers).", no_args_is_help=True)


@roster_app.command("import")
def roster_import(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="名单：.xlsx、.xls、.ods、.csv、.txt，或 Word、WPS 表格。")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="没有读的部分也不再问。")] = False,
    only_preview: Annotated[bool, typer.Option("--preview", help="只看会改什么，不写入。")] = False,
    end_absent: Annotated[
        str, typer.Option(help="名单里已没有的报送人员任期到哪天为止，如 2022-03-31；不写则不变。")
    ] = "",
) -> None:
    """Tell what a list changes, then import it; those known by unit and name are renewed."""
    settings = settings_of(context)
    last_day = parse_day(end_absent, "--end-absent") if end_absent else None
    with open_application(settings) as application:
        units = settings.provisions_at(datetime.now(UTC)).units
        survey = survey_roster(file, units, walled_reader(application))
        found = roster_import_action.preview(
            survey, application.roster.officers(), today(settings), last_day
        )
        _show_preview(found)
        if found.questions:
            raise RosterError(
                f"{file.name} 未导入，请改正后重试：\n  " + "\n  ".join(found.questions)
            )
        if only_preview:
            return
        if not yes and sys.stdin.isatty() and sys.stdout.isatty():
            typer.confirm("照此写入吗？", abort=True)
        elif not yes and found.left_out:
            raise RosterError(
                f"{file.name} 未导入：上面列出的部分没有读。确认都不用登记的，请加 --yes 再导入。"
            )
        try:
            changed = roster_import_action.write(application.roster, found, current_user(), now())
        except InvalidInput as error:
            exit_with_error(str(error), 1)
    ended = f"，离任 {len(found.absent)} 人" if last_day and found.absent else ""
    print_line(
        f"报送人员名单已导入：新增 {changed.added} 人，更新 {changed.updated} 人，"
        f"未变 {changed.unchanged} 人{ended}。"
    )


def _show_preview(found: roster_import_action.Preview) -> None:
    for line in found.left_out:
        print_line(f"没有读：{line}")
    for line in found.notes:
        print_line(f"提示：{line}")
    for one in found.added:
        told = "，".join(filter(None, (one.post, mask(one.phone), *one.addresses, one.note)))
        print_line(f"新增：{one.unit} {one.name}{f'（{told}）' if told else ''}")
    for renewal in found.changed:
        told = "；".join(
            f"{heading}由“{mask(before) if heading == '联系电话' else before}”改为"
            f"“{mask(after) if heading == '联系电话' else after}”"
            for heading, before, after in renewal.differences()
        )
        print_line(f"改动：{renewal.after.unit} {renewal.after.name}：{told}")
    for one in found.absent:
        what = f"任期到 {found.last_day} 为止" if found.last_day else "名单里没有，任期不变"
        print_line(f"{'离任' if found.last_day else '提示'}：{one.unit} {one.name}：{what}")


@roster_app.command("template")
def roster_template(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="写到哪个 .xlsx 文件。")] = Path("报送人员名单.xlsx"),
) -> None:
    """Write an empty list with every unit, to be filled in and imported."""
    settings = settings_of(context)
    names = [unit.name for unit in settings.provisions_at(datetime.now(UTC)).units]
    try:
        with file.open("xb") as out:
            out.write(blank_roster(names))
    except OSError as error:
        exit_with_error(f"写不了 {file}：{describe(error)}。请换一个文件名。", 1)
    print_line(f"空白名单已写到 {file}，填好后用 shougao roster import {file} 导入。")


@roster_app.command("handover")
def roster_handover(
    context: typer.Context,
    unit_name: Annotated[str, typer.Option("--unit", help="单位。")],
    leaves: Annotated[str, typer.Option("--from", help="卸任的报送人员。")],
    comes: Annotated[str, typer.Option("--to", help="新任的报送人员。")],
    mail: Annotated[str, typer.Option(help="新任报送人员的邮箱，几个用逗号隔开。")],
    begins: Annotated[str, typer.Option("--date", help="新任从哪天起，如 2022-04-01。")],
    post: Annotated[str, typer.Option(help="职务。")] = "",
    phone: Annotated[str, typer.Option(help="联系电话。")] = "",
    by: By = "",
) -> None:
    """One officer's appointment ends, the next begins; the history is kept."""
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
    table = Table(title="报送人员名单", header_style="bold")
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
