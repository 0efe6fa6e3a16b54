"""`shougao rules` and `shougao points`: versions of the provisions; ±points by hand."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from decimal import InvalidOperation
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.table import Table

from console.actions.rule_changes import (
    Move,
    Preview,
    apply_rules,
    differences_of_new,
    preview,
)
from console.actions.sharing import ratio_of
from console.application import Application, open_application
from console.cli.options import (
    By,
    Date,
    Why,
    current_user,
    parse_past_day,
    settings_of,
    today,
    unit_named,
)
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from ledger.errors import InvalidInput, NotFound
from ledger.hand_lines import HandLine
from ledger.ids import DraftId
from rulebook.amounts import amount, plain, signed
from rulebook.labels import OUTCOMES, TIMELY

rules_app = typer.Typer(help="规定的版本 (versions of the provisions).", no_args_is_help=True)
points_app = typer.Typer(help="加减分 (±points by hand).", no_args_is_help=True)

SHOWN = 60
"""Moves that a preview lists before it only counts them."""


@rules_app.command("diff")
def rules_diff(context: typer.Context) -> None:
    """How the provisions in config.toml differ from those in force, and whose points would move."""
    with open_application(settings_of(context)) as application:
        changes = application.pending_rules
        if not changes:
            print_line("设置文件里的规定与台账登记的一致。")
            return
        _show(application, preview(application, changes, today(application.settings)))
    raise typer.Exit(1)


@rules_app.command("apply")
def rules_apply(
    context: typer.Context,
    why: Annotated[str, typer.Option("--why", help="理由，会写进台账。")] = "",
    correction: Annotated[
        bool, typer.Option("--correction", help="更正已经生效的规定，并按更正后的重新计分。")
    ] = False,
    by: By = "",
) -> None:
    """Enter the provisions of config.toml: a version that begins, or with --correction a changed one."""
    with open_application(settings_of(context)) as application:
        changes = application.pending_rules
        if not changes.new and not changes.changed:
            if changes.gone:
                exit_with_error(f"{changes.sentence}已登记的规定不能删去，请在设置文件里补回。", 1)
            print_line("设置文件里的规定与台账登记的一致，没有要登记的。")
            return
        if not why.strip():
            exit_with_error("请用 --why 写明为什么改动规定。", 2)
        on = today(application.settings)
        seen = preview(application, changes, on)
        _show(application, seen)
        if seen.correction and not correction:
            exit_with_error(
                "这次改动涉及已经生效的规定，没有登记。确属更正的，请核对以上变动，"
                "加上 --correction 再运行；新年度的规定请另写一段 [[provisions]]。",
                1,
            )
        letters = apply_rules(application, changes, by or current_user(), why, now())
    print_line("规定已登记，积分已按新的规定重新计算。服务正在运行的，几秒钟内自动换用。")
    if letters:
        print_line(f"涉及 {letters} 封来信，已答复过的将收到更正回执。")


@rules_app.command("history")
def rules_history(context: typer.Context) -> None:
    """Every entered version: when, by whom, why, and what differed."""
    with open_application(settings_of(context)) as application:
        versions = application.rule_versions.history()
        zone = application.zone
    for number, one in enumerate(versions, 1):
        kind = "更正" if one.correction else "登记"
        print_line(
            f"第 {number} 版　{one.provisions.since} 起　{kind}于 "
            f"{one.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}　{one.who}——{one.why}"
        )
        print_line(f"　　依据：{one.provisions.source}；校验值 {one.digest[:16]}")
        for line in one.difference:
            print_line(f"　　{line}")


@points_app.command("add")
def points_add(
    context: typer.Context,
    points: Annotated[str, typer.Argument(help="加减的分数，如 10 或 -2.5（负数前加 --）。")],
    day: Date,
    approved: Annotated[str, typer.Option("--approved-by", help="谁审批的。")],
    why: Why,
    unit_name: Annotated[str, typer.Option("--unit", help="单位。")] = "",
    person: Annotated[str, typer.Option(help="个人。")] = "",
    clause: Annotated[str, typer.Option(help="依据的条款。")] = "",
    by: By = "",
) -> None:
    """Enter ±points of a unit or a person (批示、漏报、错情、头条)."""
    try:
        worth = amount(unicodedata.normalize("NFKC", points))
    except (InvalidOperation, ValueError, OverflowError):
        exit_with_error(f"“{points}”不是分数，请写成 10 或 -2.5 的样子。", 2)
    with open_application(settings_of(context)) as application:
        on = parse_past_day(day, "--date", application.settings)
        unit = unit_named(unit_name, application.settings, on) if unit_name else ""
        try:
            number = application.hand_lines.add(
                HandLine(unit, on, worth, why, approved, person, clause),
                by or current_user(),
                now(),
            )
        except InvalidInput as error:
            exit_with_error(str(error), 2)
    print_line(f"第 {number} 号加减分已登记：{unit or person}，{on}，{signed(worth)} 分，{why}。")


@points_app.command("share")
def points_share(
    context: typer.Context,
    draft: Annotated[int, typer.Argument(help="稿件的编号，见 export drafts。")],
    approved: Annotated[str, typer.Option("--approved-by", help="谁审批的。")],
    partners: Annotated[
        list[str] | None, typer.Option("--with", help="合写的另一个单位，可以写几个。")
    ] = None,
    ratio: Annotated[
        str, typer.Option(help="比例，本单位在前，如 3:2；不写按规定的 shares，没有的平分。")
    ] = "",
    none: Annotated[bool, typer.Option("--alone", help="不是合写的：分出去的退回本单位。")] = False,
    by: By = "",
) -> None:
    """Share a draft's points with the units that wrote it, too, as points.shares says (合写)."""
    if bool(partners) == none:
        exit_with_error("请用 --with 写明合写的单位；不是合写的，用 --alone 退回。", 2)
    with open_application(settings_of(context)) as application:
        try:
            lines = application.shared_drafts.share(
                *(DraftId(draft), partners or (), approved, by or current_user(), now()),
                ratio_of(ratio),
            )
        except (NotFound, InvalidInput) as error:
            exit_with_error(str(error), 1)
    for line in lines:
        print_line(f"{line.unit}，{line.day}，{signed(line.points)} 分，{line.why}。")
    if not lines:
        print_line("合写已登记，现在没有要改的分；以后得分有变，自动按比例分。")


@points_app.command("list")
def points_list(
    context: typer.Context,
    unit_name: Annotated[str, typer.Option("--unit", help="只看一个单位。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The stable JSON form.")] = False,
) -> None:
    """List the lines by hand, the latest first."""
    with open_application(settings_of(context)) as application:
        unit = unit_named(unit_name, application.settings) if unit_name else None
        lines = application.hand_lines.listing(unit)
    if as_json:
        for one in lines:
            record = {
                "id": one.id, "unit": one.line.unit, "person": one.line.person,
                "day": one.line.day.isoformat(), "points": plain(one.line.points),
                "clause": one.line.clause, "why": one.line.why,
                "approved_by": one.line.approved_by, "removed": one.removed,
            }  # fmt: skip
            print(json.dumps(record, ensure_ascii=False))
        return
    if not lines:
        print_line("没有加减分。")
        return
    table = Table(title="加减分", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "日期", "单位或个人", "分", "事由", "条款", "审批", "状态"):
        table.add_column(column, overflow="fold", justify="right" if column == "分" else "left")
    for one in lines:
        names = "　".join(name for name in (one.line.unit, one.line.person) if name)
        table.add_row(
            str(one.id),
            str(one.line.day),
            names,
            signed(one.line.points),
            one.line.why,
            one.line.clause,
            one.line.approved_by,
            "已撤销" if one.removed else "",
        )
    print_table(table)


@points_app.command("remove")
def points_remove(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="编号，见 points list。")],
    why: Why,
    by: By = "",
) -> None:
    """Take a line by hand back."""
    with open_application(settings_of(context)) as application:
        try:
            application.hand_lines.remove(number, by or current_user(), why, now())
        except (NotFound, InvalidInput) as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {number} 号加减分已撤销。")


def _show(application: Application, seen: Preview) -> None:
    for line in seen.lines:
        print_line(line)
    for line in differences_of_new(application.settings.provisions, seen.changes):
        print_line(f"　　{line}")
    _show_moves(seen.moves)
    if seen.retold:
        print_line(f"以下稿件的结果或得分会变动（{len(seen.retold)} 篇），已答复过的发更正回执：")
    for one in seen.retold[:SHOWN]:
        told = f"　{OUTCOMES[one.before.outcome]} → {OUTCOMES[one.after.outcome]}" * (
            one.before.outcome != one.after.outcome
        )
        late = f"　{TIMELY[one.before.timely]} → {TIMELY[one.after.timely]}" * (
            one.before.timely != one.after.timely
        )
        print_line(
            f"　　第 {one.draft} 号　{one.unit}　《{one.title[:30]}》{told}{late}　"
            f"{one.points_before} → {one.points_after} 分"
        )
    if len(seen.retold) > SHOWN:
        print_line(f"　　……另有 {len(seen.retold) - SHOWN} 篇。")


def _show_moves(moved: Sequence[Move]) -> None:
    if not moved:
        print_line("没有单位的积分或名次会变动。")
        return
    print_line(f"以下积分或名次会变动（{len(moved)} 处）：")
    for one in moved[:SHOWN]:
        rank = f"，第 {one.rank_before or '—'} → {one.rank_after or '—'} 名"
        print_line(
            f"　　{one.period.label}　{one.unit}　{one.points_before} → {one.points_after} 分"
            f"{rank if one.rank_before != one.rank_after else ''}"
        )
    if len(moved) > SHOWN:
        print_line(f"　　……另有 {len(moved) - SHOWN} 处。")
