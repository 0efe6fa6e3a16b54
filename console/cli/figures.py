"""`shougao ledger summary`: points, ranks and targets of a period."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console.cli.options import period_of, settings_of, today, unit_named
from console.cli.terminal import print_line, print_table
from console.figures_json import summary_json
from console.opened_ledger import opened_ledger
from ledger.queries.figures import AnnualBonus, Summary
from rulebook import periods, points_table
from rulebook.amounts import rate_told, written
from rulebook.points import ScoreLine
from rulebook.points_table import Cell
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow, assessment
from rulebook.targets import rate_of
from rulebook.unit_history import UNPLACED

AsJson = Annotated[bool, typer.Option("--json", help="The stable JSON form.")]


def summary(
    context: typer.Context,
    quarter: Annotated[str, typer.Option(help="如 2022Q1。")] = "",
    month: Annotated[str, typer.Option(help="如 2022-03。")] = "",
    week: Annotated[str, typer.Option(help="如 2022-W10。")] = "",
    half: Annotated[str, typer.Option(help="如 2022H1。")] = "",
    year: Annotated[str, typer.Option(help="如 2022。")] = "",
    days: Annotated[str, typer.Option(help="任意几天，如 2022-01-01..2022-02-28。")] = "",
    unit_name: Annotated[str, typer.Option("--unit", help="只看一个单位。")] = "",
    why: Annotated[bool, typer.Option("--why", help="列出每一分的依据（配合 --unit）。")] = False,
    as_json: AsJson = False,
) -> None:
    """Points, ranks and targets of a period; every unit of each group, zeros too."""
    with opened_ledger(settings_of(context)) as opened:
        on = today(opened.settings)
        period = period_of(
            on, quarter=quarter, month=month, week=week, half=half, year=year, own=days
        )
        provisions = opened.settings.provisions_on_day(period.last)
        only = unit_named(unit_name, opened.settings, period.last) if unit_name else None
        figures = opened.figures.summary(period, on)
        whole_year = period.span is periods.Span.YEAR
        annual = opened.figures.annual(period.first.year) if whole_year else ()
        proof = opened.figures.proof(only, period) if why and only else ()
    if as_json:
        print(
            json.dumps(
                summary_json(figures, only, provisions, annual), ensure_ascii=False, indent=2
            )
        )
        return
    if on <= period.last:
        print_line(
            f"{period.label}还没有{'开始' if on < period.first else '结束'}，以下是目前的数字。"
        )
    shown = figures.tables
    if any(one.unit == UNPLACED and (one.bonus or one.sanctions) for one in annual):
        shown = figures.with_unplaced(annual)
    for group, rows in shown:
        listed = [row for row in rows if only in (None, row.unit)]
        if listed:
            title = f"{period.label}积分（{group}）"
            print_table(summary_table(title, listed, figures, provisions, annual))
    if proof:
        _prove(f"{only}：每一分的依据", proof)


def summary_table(
    title: str,
    rows: list[TableRow],
    figures: Summary,
    provisions: Provisions,
    annual: Sequence[AnnualBonus],
) -> Table:
    """Lay a period's points table out for a terminal."""
    table = Table(title=title, header_style="bold", box=box.SIMPLE_HEAD)
    visible = points_table.on_screen(rows, figures.columns)
    for column in visible:
        heading = column.short or f"\n{column.label}"
        if column.cell is Cell.NAME:
            table.add_column(heading, overflow="fold")
        else:
            style = "bold" if column.cell is Cell.TOTAL else ""
            table.add_column(heading, justify="right", style=style)
    table.add_column("任务\n完成", justify="right")
    assessed = bool(provisions.points.assessment)
    bonuses = {one.unit: one for one in annual if one.bonus or one.sanctions}
    if assessed:
        table.add_column("考核\n赋分", justify="right")
    if bonuses:
        table.add_column("\n附加分", justify="right")
    for row in rows:
        table.add_row(
            *(str(column.value(row)) for column in visible),
            rate_told(rate_of(one for one in figures.completions if one.unit == row.unit)),
            *([f"{assessment(row.rank, provisions):g}"] if assessed else []),
            *([_bonus_told(bonuses.get(row.unit))] if bonuses else []),
        )
    return table


def _bonus_told(one: AnnualBonus | None) -> str:
    if one is None:
        return ""
    return "取消" if one.sanctions else written(one.bonus)


def _prove(title: str, lines: Sequence[ScoreLine]) -> None:
    table = Table(title=title, header_style="bold", box=box.SIMPLE_HEAD)
    for name in ("日期", "稿件", "分", "依据"):
        table.add_column(name, justify="right" if name == "分" else "left")
    for line in lines:
        number = f"第{line.draft}号" if line.draft else "—"
        table.add_row(str(line.day), number, str(line.points), line.why)
    print_table(table)
