"""What people decide and record: decide, claim, commission, bonus, sanction."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console.application import open_application
from console.cli.options import (
    By,
    KindOption,
    UnitOption,
    Why,
    current_user,
    kind_given,
    parse_day,
    parse_past_day,
    settings_of,
    today,
    unit_named,
    year_of,
)
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from ledger.annual_bonus import Sanction
from ledger.commissions import Commission
from ledger.decisions import AppliedRuling
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import DraftId, LetterId
from notifier.mail.page import look_of
from rulebook.amounts import written
from rulebook.labels import GONE
from rulebook.rulings import CurrentVerdict, Ruling, UnfinishedRuling
from rulebook.unit_history import NoSuchUnit

commission_app = typer.Typer(help="约稿 (commissions).", no_args_is_help=True)
sanction_app = typer.Typer(help="取消附加分的处理记录.", no_args_is_help=True)


def decide(
    context: typer.Context,
    draft: Annotated[int, typer.Argument(help="稿件编号，见 shougao ledger search。")],
    why: Why,
    kind: KindOption = "",
    event_date: Annotated[str, typer.Option("--day", help="改定事件日期，如 2022-03-05。")] = "",
    unit_name: Annotated[str, typer.Option("--unit", help="改定单位。")] = "",
    original: Annotated[
        bool | None, typer.Option("--original/--duplicate", help="不是重复稿／是重复稿。")
    ] = None,
    accepted: Annotated[
        bool | None, typer.Option("--accept/--refuse", help="确认收稿／不予收录。")
    ] = None,
    voided: Annotated[bool | None, typer.Option("--void/--unvoid", help="积分作废／恢复。")] = None,
    commission: Annotated[int | None, typer.Option(help="对应的约稿编号，0 为不对应。")] = None,
    withdrawn: Annotated[
        bool | None, typer.Option("--withdraw/--unwithdraw", help="撤稿／恢复。")
    ] = None,
    replaces: Annotated[
        bool | None,
        typer.Option("--replace/--separate", help="更正稿替换原稿／是另一篇稿件。"),
    ] = None,
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="由谁决定作废（--void 时必填）。")
    ] = "",
    by: By = "",
) -> None:
    """Overrule the program on one draft; the sender is owed a corrected receipt."""
    with open_application(settings_of(context)) as application:
        ruling = Ruling(
            kind=kind_given(kind, application.settings),
            event_date=parse_past_day(event_date, "--day", application.settings)
            if event_date
            else None,
            unit=unit_name or None,
            original=original,
            accepted=accepted,
            voided=voided,
            commission=commission,
            withdrawn=withdrawn,
            replaces=replaces,
        )
        if voided and approved_by:
            ruling = replace(ruling, approved_by=approved_by)
        if ruling == Ruling():
            exit_with_error(
                "没有写明要改什么，请加上 --kind、--day、--accept 等选项（见 --help）。", 2
            )
        try:
            ruled = application.decisions.rule(
                DraftId(draft),
                ruling,
                by or current_user(),
                why,
                now(),
                application.composer.correction,
            )
        except InvalidInput as error:
            exit_with_error(str(error), 2)
        except (NotFound, UnfinishedRuling, ConflictError) as error:
            exit_with_error(str(error), 1)
        _tell([ruled])


def claim(
    context: typer.Context,
    letter: Annotated[int, typer.Argument(help="邮件编号，见 shougao export letters。")],
    unit_name: UnitOption,
    why: Why = "认领",
    by: By = "",
) -> None:
    """Claim an unknown sender's letter for a unit; it counts as of its receipt."""
    with open_application(settings_of(context)) as application:
        try:
            ruled = application.decisions.claim(
                LetterId(letter),
                unit_name,
                by or current_user(),
                why,
                now(),
                application.composer.correction,
            )
        except InvalidInput as error:
            exit_with_error(str(error), 2)
        except (NotFound, UnfinishedRuling, ConflictError) as error:
            exit_with_error(str(error), 1)
        _tell(ruled)


def bonus(
    context: typer.Context,
    unit_name: UnitOption,
    year: Annotated[int, typer.Option(help="年度。")],
    points: Annotated[str, typer.Option(help="附加分，如 3 或 2.5。")],
    why: Why,
    by: By = "",
) -> None:
    """Enter a unit's 附加分 of a year by hand."""
    try:
        figure = Decimal(unicodedata.normalize("NFKC", points))
    except InvalidOperation:
        figure = Decimal("NaN")
    if not figure.is_finite() or not 0 <= figure < 1000 or figure != round(figure, 2):
        exit_with_error(f"--points “{points}”不对，应为 0 至 999.99 的数，如 3 或 2.5。", 2)
    with open_application(settings_of(context)) as application:
        chosen, who = year_of(year, application.settings), by or current_user()
        try:
            name = application.annual_bonuses.set_bonus(unit_name, chosen, figure, who, why, now())
        except (InvalidInput, NoSuchUnit) as error:
            exit_with_error(str(error), 2)
    print_line(f"{name} {year}年度附加分记为 {written(figure)}。")


@commission_app.command("add")
def commission_add(
    context: typer.Context,
    topic: Annotated[str, typer.Option(help="题目。")],
    units: Annotated[str, typer.Option(help="向哪些单位约稿，用逗号或顿号隔开；all 为全部。")],
    due: Annotated[str, typer.Option(help="最后一天，如 2022-03-31。")],
    note: Annotated[str, typer.Option(help="要求。")] = "",
    by: By = "",
) -> None:
    """Ask units for a text until a day."""
    with open_application(settings_of(context)) as application:
        known = application.settings.provisions_at(now()).units
        names = (
            [one.name for one in known]
            if units == "all"
            else [
                unit_named(name, application.settings)
                for name in units.replace("、", ",").replace("，", ",").split(",")
            ]
        )
        asked = Commission(
            topic,
            tuple(dict.fromkeys(names)),
            today(application.settings),
            parse_day(due, "--due"),
            note,
        )
        try:
            number = application.commissions.add(asked, by or current_user(), now())
        except InvalidInput as error:
            exit_with_error(str(error), 2)
    print_line(f"约稿已登记：第 {number} 号“{topic}”，{len(asked.units)} 个单位，{due} 前。")


@commission_app.command("list")
def commission_list(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="约稿编号；不写则列出全部。")] = None,
) -> None:
    """All commissions, or how each asked unit stands to one."""
    with open_application(settings_of(context)) as application:
        if number is None:
            table = Table(title="约稿", header_style="bold", box=box.SIMPLE_HEAD)
            for column in ("编号", "题目", "约稿日期", "截止", "单位数", "状态"):
                table.add_column(column)
            for one in application.commissions.listing():
                table.add_row(
                    str(one.id),
                    one.topic,
                    str(one.asked),
                    str(one.due),
                    str(len(one.units)),
                    "已结束" if one.closed else "",
                )
        else:
            table = Table(title=f"第 {number} 号约稿", header_style="bold", box=box.SIMPLE_HEAD)
            for column in ("单位", "完成情况", "稿件", "标题", "收稿日"):
                table.add_column(column)
            try:
                answers = application.commissions.answers(number, today(application.settings))
            except NotFound as error:
                exit_with_error(str(error), 1)
            for given in answers:
                table.add_row(
                    given.unit,
                    given.answer.value,
                    str(given.draft or ""),
                    given.title,
                    str(given.day or ""),
                )
    print_table(table)


@commission_app.command("close")
def commission_close(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="约稿编号。")],
    why: Why = "",
    by: By = "",
) -> None:
    """No more answers are waited for."""
    with open_application(settings_of(context)) as application:
        try:
            application.commissions.close(number, by or current_user(), why, now())
        except NotFound as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {number} 号约稿已结束。")


@sanction_app.command("add")
def sanction_add(
    context: typer.Context,
    unit_name: UnitOption,
    year: Annotated[int, typer.Option(help="年度。")],
    reason: Annotated[str, typer.Option(help="事由。")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="批准人。")],
    when: Annotated[str, typer.Option("--date", help="批准日期；默认今天。")] = "",
    by: By = "",
) -> None:
    """Cancel a unit's 附加分 of a year (五.3); its points stay."""
    with open_application(settings_of(context)) as application:
        on = (
            parse_past_day(when, "--date", application.settings)
            if when
            else today(application.settings)
        )
        chosen = year_of(year, application.settings)
        one = Sanction(
            unit_named(unit_name, application.settings, date(chosen, 12, 31)),
            chosen,
            reason,
            approved_by,
            on,
        )
        try:
            number = application.annual_bonuses.sanction(one, by or current_user(), now())
        except InvalidInput as error:
            exit_with_error(str(error), 2)
    print_line(f"已记录：第 {number} 号，{one.unit} {year}年度附加分取消（{reason}）。")


@sanction_app.command("lift")
def sanction_lift(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="处理记录编号，见 sanction list。")],
    why: Why,
    by: By = "",
) -> None:
    """Lift a sanction: from now on it no longer stands."""
    with open_application(settings_of(context)) as application:
        try:
            application.annual_bonuses.lift(number, by or current_user(), why, now())
        except NotFound as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {number} 号处理记录已解除。")


@sanction_app.command("list")
def sanction_list(context: typer.Context) -> None:
    """All records."""
    with open_application(settings_of(context)) as application:
        rows = application.annual_bonuses.sanctions()
    table = Table(title="取消附加分", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "单位", "年度", "事由", "批准人", "日期", "状态"):
        table.add_column(column)
    for row in rows:
        state = "已解除" if row.lifted else ""
        table.add_row(
            str(row.id), row.unit, str(row.year), row.reason, row.approved_by, str(row.day), state
        )
    print_table(table)


def _tell(ruled: list[AppliedRuling]) -> None:
    if not ruled:
        print_line("这封邮件里没有稿件；单位已登记。")
    for made in ruled:
        before, after = _word(made.before), _word(made.after)
        kind = made.after.kind or "类别待定"
        print_line(
            f"第 {made.draft} 号《{made.title}》：{before} → {after}，{kind}，"
            f"{made.after.unit or '单位待定'}，{made.points_before} → {made.points_after} 分。"
            f"{made.note}{'更正回执将随下一次发信发出。' if made.changed else '没有变化。'}"
        )


def _word(verdict: CurrentVerdict) -> str:
    gone = next((GONE[reason] for reason in verdict.reasons if reason in GONE), "")
    void = "（积分作废）" if verdict.voided else ""
    return gone or f"{look_of(verdict.outcome).word}{void}"
