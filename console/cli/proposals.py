"""`shougao adoption proposed`, `confirm`, `correct`, `reject`: adoptions that officers report (四.2)."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console.actions import conversations
from console.application import open_application
from console.cli.adoptions import adoption_app
from console.cli.options import (
    By,
    Why,
    check_tier,
    current_user,
    parse_past_day,
    settings_of,
    unit_named,
)
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from ledger.adoptions import AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from ledger.labels import PROPOSAL_STATES
from ledger.states import ProposalState
from notifier.mail.page import shortened

Proposal = Annotated[int, typer.Argument(help="编号，见 shougao adoption proposed。")]
_ERRORS = (NotFound, InvalidInput, AlreadyRecorded)
_WIDTH = 40


@adoption_app.command("proposed")
def adoption_proposed(
    context: typer.Context,
    all_of_them: Annotated[bool, typer.Option("--all", help="也列出已处理的。")] = False,
) -> None:
    """List the adoptions that officers report, which count once they are confirmed."""
    with open_application(settings_of(context)) as application:
        found = application.proposals.listing(state=None if all_of_them else ProposalState.OPEN)
    table = Table(title="录用报送", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "来信", "单位", "标题", "稿件", "载体", "类", "日期", "证明", "状态"):
        table.add_column(column)
    for one in found:
        table.add_row(
            str(one.id),
            str(one.letter),
            one.unit or "",
            shortened(one.title, _WIDTH),
            str(one.draft or ""),
            one.outlet,
            str(one.tier or ""),
            str(one.day or ""),
            shortened(one.url, _WIDTH) or f"{len(one.files)}个文件",
            PROPOSAL_STATES[one.state],
        )
    print_table(table)


@adoption_app.command("confirm")
def adoption_confirm(
    context: typer.Context, proposal: Proposal, why: Why = "", by: By = ""
) -> None:
    """Confirm a reported adoption: it is recorded in the register and counts."""
    with open_application(settings_of(context)) as application:
        try:
            number = conversations.confirm_adoption(
                application, proposal, by or current_user(), now(), why
            )
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    print_line(f"已登记为第 {number} 号录用。")


@adoption_app.command("correct")
def adoption_correct(
    context: typer.Context,
    proposal: Proposal,
    title: Annotated[str | None, typer.Option(help="刊发的标题。")] = None,
    outlet: Annotated[str | None, typer.Option(help="载体全名。")] = None,
    tier: Annotated[int | None, typer.Option(min=1, help="第几类。")] = None,
    day: Annotated[str, typer.Option("--date", help="录用日期，如 2022-03-05。")] = "",
    url: Annotated[str | None, typer.Option(help="网址。")] = None,
    draft: Annotated[int | None, typer.Option(help="稿件编号，0 为不是来稿。")] = None,
    unit: Annotated[str, typer.Option("--unit", help="单位。")] = "",
    why: Why = "",
    by: By = "",
) -> None:
    """Correct what was read of a reported adoption, before it is confirmed."""
    with open_application(settings_of(context)) as application:
        check_tier(tier, application.settings)
        if outlet is not None:
            outlet, known = conversations.outlet_of(application, outlet, now())
            tier = tier or known
        try:
            application.proposals.correct(
                proposal,
                by or current_user(),
                now(),
                why,
                title=title,
                outlet=outlet,
                tier=tier,
                day=parse_past_day(day, "--date", application.settings) if day else None,
                url=url,
                draft=draft,
                unit=unit_named(unit, application.settings) if unit else None,
            )
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {proposal} 号录用报送已更正。")


@adoption_app.command("reject")
def adoption_reject(
    context: typer.Context,
    proposal: Proposal,
    why: Why,
    undo: Annotated[
        bool, typer.Option("--undo", help="撤回处理，重新待核实；已登记的录用随之撤销。")
    ] = False,
    by: By = "",
) -> None:
    """Say that a reported adoption is none, and why; the reporter is told."""
    with open_application(settings_of(context)) as application:
        who = by or current_user()
        try:
            if undo:
                application.proposals.reopen(proposal, who, why, now())
            else:
                conversations.reject_adoption(application, proposal, who, why, now())
        except _ERRORS as error:
            exit_with_error(str(error), 1)
    print_line(f"第 {proposal} 号录用报送{'重新待核实' if undo else '未予登记'}。")
