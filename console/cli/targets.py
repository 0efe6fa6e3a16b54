"""`shougao ledger targets`, `shougao ledger behind`: what was owed, what came, who is behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console import figures_json
from console.cli.options import period_of, settings_of, today, unit_named
from console.cli.terminal import print_line, print_table
from console.opened_ledger import opened_ledger
from ledger.queries.persons import persons_of
from rulebook.targets import Progress

AsJson = Annotated[bool, typer.Option("--json", help="The stable JSON form, an object a line.")]
OnlyUnit = Annotated[str, typer.Option("--unit", help="只看一个单位。")]


def targets(
    context: typer.Context,
    quarter: Annotated[str, typer.Option(help="如 2022Q1。")] = "",
    month: Annotated[str, typer.Option(help="如 2022-03。")] = "",
    week: Annotated[str, typer.Option(help="如 2022-W10。")] = "",
    year: Annotated[str, typer.Option(help="如 2022。")] = "",
    unit_name: OnlyUnit = "",
    short: Annotated[bool, typer.Option("--short", help="只列没有完成的。")] = False,
    as_json: AsJson = False,
) -> None:
    """Every week's, month's and quarter's target of a period: wanted, reported, missing."""
    with opened_ledger(settings_of(context)) as opened:
        on = today(opened.settings)
        period = period_of(on, quarter=quarter, month=month, week=week, year=year)
        only = unit_named(unit_name, opened.settings, period.last) if unit_name else None
        progress = opened.figures.progress(period, on)
    _show(
        f"{period.label}任务完成情况",
        [one for one in progress if only in (None, one.unit) and (one.missing or not short)],
        as_json,
    )


def ranked_persons(
    context: typer.Context,
    quarter: Annotated[str, typer.Option(help="如 2022Q1。")] = "",
    month: Annotated[str, typer.Option(help="如 2022-03。")] = "",
    half: Annotated[str, typer.Option(help="如 2022H1。")] = "",
    year: Annotated[str, typer.Option(help="如 2022。")] = "",
    days: Annotated[str, typer.Option(help="任意几天，如 2022-01-01..2022-02-28。")] = "",
    as_json: AsJson = False,
) -> None:
    """Rank persons by their own points, where the provisions say so (`points.persons`)."""
    with opened_ledger(settings_of(context)) as opened:
        on = today(opened.settings)
        period = period_of(on, quarter=quarter, month=month, half=half, year=year, own=days)
        rows = persons_of(opened.engine, period, opened.settings.provisions_on_day)
    if as_json:
        for row in rows:
            print(json.dumps(figures_json.person_json(row), ensure_ascii=False))
        return
    if not rows:
        print_line("规定里没有个人积分（[provisions.points] 的 persons），或还没有稿件。")
        return
    table = Table(title=f"{period.label}个人积分", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("名次", "姓名", "单位", "篇数", "报送分", "采用分", "加减分", "合计"):
        table.add_column(column, justify="left" if column in ("姓名", "单位") else "right")
    for row in rows:
        figures = (row.pieces, row.submitted, row.adopted, row.by_hand, row.points)
        table.add_row(str(row.rank), row.person, row.unit, *map(str, figures))
    print_table(table)


def behind(context: typer.Context, unit_name: OnlyUnit = "", as_json: AsJson = False) -> None:
    """Who is behind the targets of this week, this month and this quarter right now."""
    with opened_ledger(settings_of(context)) as opened:
        on = today(opened.settings)
        only = unit_named(unit_name, opened.settings) if unit_name else None
        progress = opened.figures.behind(on)
    rows = [one for one in progress if only in (None, one.unit)]
    if not rows and not as_json:
        print_line(f"到 {on} 为止，没有欠报的单位。")
        return
    _show(f"到 {on} 为止欠报的单位", rows, as_json)


def _show(title: str, rows: Sequence[Progress], as_json: bool) -> None:
    if as_json:
        for one in rows:
            print(json.dumps(figures_json.target_progress(one), ensure_ascii=False))
        return
    if not rows:
        print_line("没有要列出的任务。")
        return
    table = Table(title=title, header_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("单位", overflow="fold")
    table.add_column("时段", no_wrap=True)
    table.add_column("类别", no_wrap=True)
    for name in ("应报", "已报", "待核", "欠"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in rows:
        missing = "免" if one.waived else str(one.missing or "")
        table.add_row(
            one.unit,
            one.period.name,
            one.kind,
            str(one.wanted),
            str(one.reported),
            str(one.waiting or ""),
            missing,
        )
    print_table(table)
