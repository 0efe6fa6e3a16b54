"""`shougao adoption`: what outlets printed, recorded, imported, listed, corrected (四.2)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console.actions import adoptions
from console.actions.uploads import walled_reader
from console.application import open_application
from console.cli.options import (
    By,
    Date,
    KindOption,
    UnitOption,
    Why,
    check_tier,
    current_user,
    kind_given,
    parse_past_day,
    settings_of,
    today,
    unit_named,
)
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from console.spreadsheets.adoptions import read_adoptions
from ledger.adoptions import AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from ledger.os_errors import describe
from rulebook.title_matching import Match
from rulebook.unit_history import UnitHistory

adoption_app = typer.Typer(help="录用登记 (adoptions by outlets).", no_args_is_help=True)


@adoption_app.command("add")
def adoption_add(
    context: typer.Context,
    title: Annotated[str, typer.Option(help="刊发的标题。")],
    unit_name: UnitOption,
    outlet: Annotated[str, typer.Option(help="载体全名，如 某日报。")],
    printed: Date,
    draft: Annotated[
        int | None, typer.Option(help="稿件编号；不写则按标题查找，0 为不是来稿。")
    ] = None,
    tier: Annotated[
        int | None, typer.Option(min=1, help="第几类；载体不在名单里时由人工确定。")
    ] = None,
    kind: KindOption = "",
    url: Annotated[str, typer.Option(help="网址。")] = "",
    manner: Annotated[str, typer.Option(help="刊发方式，如 头版；几种用顿号隔开。")] = "",
    evidence: Annotated[Path | None, typer.Option(help="样报、截图等证明文件。")] = None,
    why: Why = "",
    by: By = "",
) -> None:
    """Record one adoption."""
    with open_application(settings_of(context)) as application:
        check_tier(tier, application.settings)
        when = parse_past_day(printed, "--date", application.settings)
        name = unit_named(unit_name, application.settings, when)
        if draft is None:
            match = application.adoptions.candidates(name, title, when)
            if match.draft is None and match.candidates:
                _show_candidates(title, match)
                exit_with_error(
                    "无法确定是哪一篇，请用 --draft 编号 指明，或用 --draft 0 表示不是来稿。", 1
                )
            draft = match.draft.draft if match.draft else 0
        proof = adoptions.Evidence()
        if evidence is not None:
            try:
                proof = adoptions.Evidence(evidence.name, evidence.read_bytes())
            except OSError as error:
                exit_with_error(f"打不开 {evidence}：{describe(error)}。请检查文件名。", 2)
        of_kind = None if draft else kind_given(kind, application.settings)
        one = adoptions.printed(
            application.settings,
            name,
            title,
            outlet,
            when,
            draft or None,
            tier,
            url,
            of_kind,
            manner,
        )
        try:
            number = adoptions.record(
                application.adoptions,
                application.vault,
                one,
                proof,
                by or current_user(),
                now(),
                why,
            )
        except (NotFound, AlreadyRecorded, InvalidInput) as error:
            exit_with_error(str(error), 1)
    of = f"第 {one.draft} 号稿件" if one.draft else "不是来稿"
    tier_name = application.settings.tier_name(one.tier)
    print_line(
        f"录用已登记：第 {number} 号，{name}《{title}》，{one.outlet}，{tier_name}（{of}）。"
    )


@adoption_app.command("import")
def adoption_import(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="各列：标题,单位,媒体,日期,链接（Excel、WPS 表格、.csv 或 Word 表格）。"
        ),
    ],
    by: By = "",
) -> None:
    """Record a sheet of adoptions; what is not clear is listed for a person, never guessed."""
    with open_application(settings_of(context)) as application:
        sheet = read_adoptions(
            file,
            UnitHistory(application.settings.provisions_on_day),
            today(application.settings),
            walled_reader(application),
            adoptions.listed_tier(application.settings),
        )
        for note in sheet.notes:
            print_line(note)
        done = adoptions.enter_sheet(
            application.adoptions,
            application.settings,
            sheet.rows,
            file.name,
            by or current_user(),
            now(),
        )
        for one in done.open:
            row = one.reported
            print_line(
                f"第{one.number}行《{row.title}》（{row.unit}，{row.outlet} {row.day}）："
                "请指明是哪一篇"
            )
            _show_candidates(row.title, one.found)
        waiting = len(application.adoptions.listing(untiered=True))
    for told in done.refused:
        print_line(told)
    print_line(
        f"登记 {done.entered} 条，已登记过 {done.known} 条，待指明 {len(done.open)} 条；"
        f"另有 {waiting} 条的载体类别待确定（shougao adoption list --untiered）。"
    )
    if done.open or done.refused:
        raise typer.Exit(1)


@adoption_app.command("list")
def adoption_list(
    context: typer.Context,
    unit_name: Annotated[str, typer.Option("--unit", help="只看一个单位。")] = "",
    untiered: Annotated[bool, typer.Option("--untiered", help="只看类别待定的。")] = False,
) -> None:
    """List the register, the latest first."""
    with open_application(settings_of(context)) as application:
        rows = application.adoptions.listing(
            unit=unit_named(unit_name, application.settings) if unit_name else None,
            untiered=untiered,
        )
    if not rows:
        print_line("没有录用记录。用 shougao adoption add 登记，或用 adoption import 导入一张表。")
        return
    table = Table(title="录用登记", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "日期", "单位", "标题", "载体", "类别", "稿件", "状态"):
        table.add_column(column)
    for row in rows:
        one = row.printed
        table.add_row(
            str(row.id),
            str(one.day),
            one.unit,
            one.title,
            one.outlet,
            application.settings.tier_name(one.tier),
            str(one.draft or "—"),
            "已撤销" if row.withdrawn else "",
        )
    print_table(table)


@adoption_app.command("set")
def adoption_set(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="录用编号，见 adoption list。")],
    why: Why,
    tier: Annotated[int | None, typer.Option(min=1, help="第几类。")] = None,
    draft: Annotated[
        int | None, typer.Option(min=0, help="是哪一篇稿件；0 为不是来稿（取消对应）。")
    ] = None,
    manner: Annotated[str | None, typer.Option(help='刊发方式，如 头版；"" 为没有。')] = None,
    withdrawn: Annotated[
        bool | None, typer.Option("--withdraw/--restore", help="撤销／恢复。")
    ] = None,
    by: By = "",
) -> None:
    """Set the tier, name the draft, withdraw or restore."""
    if tier is None and draft is None and withdrawn is None and manner is None:
        exit_with_error("没有写明要改什么，请加上 --tier、--draft、--manner 或 --withdraw。", 2)
    with open_application(settings_of(context)) as application:
        check_tier(tier, application.settings)
        try:
            application.adoptions.change(
                number,
                by or current_user(),
                why,
                now(),
                tier=tier,
                draft=draft,
                manner=manner,
                withdrawn=withdrawn,
            )
        except (NotFound, InvalidInput) as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {number} 号录用记录已改。")


def _show_candidates(title: str, match: Match) -> None:
    table = Table(title=f"与“{title}”相近的稿件", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "收稿日", "标题", "相似度"):
        table.add_column(column)
    for one in match.candidates:
        table.add_row(str(one.draft), str(one.day), one.title, f"{one.similarity:.0%}")
    print_table(table)
