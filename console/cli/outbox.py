"""`shougao outbox`: what we owe, what waits, what was given up or is uncertain, and owing it again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.table import Table

from console.actions.delivery import bounds
from console.application import open_application
from console.cli.options import By, Why, current_user, settings_of
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from console.state import relay_stop
from ledger.labels import DELIVERY_STATES, LETTER_KINDS, WAIT_REASONS
from ledger.queries.export import Record, moment
from ledger.queries.outbox import UNSENT, ListedLetter
from ledger.states import DeliveryState

MOST = 1000


class UnsentState(StrEnum):
    """States of letters of ours that were not sent, or perhaps."""

    OWED = "owed"
    UNCERTAIN = "uncertain"
    GIVEN_UP = "given_up"


def outbox(
    context: typer.Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Numbers of letters of ours.", metavar="[ID]...")
    ] = None,
    state: Annotated[
        UnsentState | None, typer.Option("--state", help="owed, uncertain or given_up alone.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--retry", help="Owe them again: those named, of --state, or --all.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --retry: all of them.")] = False,
    why: Why = "",
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List what we owe, what waits, was given up or is uncertain, each with why; --retry sends again."""
    wanted = numbers or []
    if again and not (wanted or state or everything):
        exit_with_error(
            "请写明重发哪些：邮件编号（见 shougao outbox），--state given_up 一类，或 --all。", 2
        )
    if everything and not again:
        exit_with_error("--all 要与 --retry 一起用；不加 --retry 时列出的就是全部。", 2)
    settings = settings_of(context)
    with open_application(settings) as application:
        present = now()
        states = (DeliveryState(state.value),) if state else UNSENT
        listed = application.deliveries.listing(present, bounds(settings), states, MOST, wanted)
        if again:
            chosen = [one.id for one in listed]
            done = application.outbox.owe_again(chosen, by or current_user(), why, present)
            relay_stop.clear(settings.data_dir)  # whoever asks for it has mended what was wrong
            _tell_owed_again(wanted, listed, done)
            return
        stop = relay_stop.read(settings.data_dir)
    if as_json:
        for one in listed:
            print(json.dumps(_as_json(one, settings.zone), ensure_ascii=False))
        return
    if stop is not None and stop.refused:
        print_line(f"发信停着：{stop.sentence}")
    if not listed:
        print_line("没有待发的邮件，也没有发不出去的。")
        return
    print_table(_table(listed, settings.zone))
    counts = Counter(one.state for one in listed)
    print_line(
        "，".join(f"{DELIVERY_STATES[state]} {many} 封" for state, many in counts.items())
        + (f"（只列最近 {MOST} 封）" if len(listed) == MOST else "")
        + "。重发：shougao outbox --retry 编号，或 --retry --state given_up。"
    )


def _tell_owed_again(
    wanted: Sequence[int], listed: Sequence[ListedLetter], done: Sequence[int]
) -> None:
    left = [number for number in wanted if number not in done]
    purged = [one.id for one in listed if not one.kept]
    if done:
        print_line(f"{len(done)} 封邮件将重新发出：{'、'.join(map(str, done))}。")
    else:
        print_line("没有邮件要重新发出。")
    if purged:
        print_line(f"原文已按保存期限清除，不能重发：{'、'.join(map(str, purged))}。")
    missing = [number for number in left if number not in purged]
    if missing:
        exit_with_error(
            f"没有这样的未发邮件：{'、'.join(map(str, missing))}。编号见 shougao outbox。", 1
        )


def _table(listed: Sequence[ListedLetter], zone: str) -> Table:
    table = Table(header_style="bold", title="未发出的邮件", box=box.SIMPLE_HEAD)
    for column in ("编号", "状态", "种类", "收件人", "主题", "起始", "下次", "原因"):
        table.add_column(column, overflow="fold")
    for one in listed:
        table.add_row(
            str(one.id),
            DELIVERY_STATES[one.state],
            LETTER_KINDS[one.kind],
            one.recipient,
            one.subject,
            _short(one.owed_since, zone),
            _short(one.again, zone),
            _why_unsent(one),
        )
    return table


def _why_unsent(one: ListedLetter) -> str:
    parts = [WAIT_REASONS[one.wait]] if one.wait else []
    return "：".join([*parts, *([one.reply] if one.reply else [])])


def _short(when: datetime | None, zone: str) -> str:
    return f"{when.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" if when else ""


def _as_json(one: ListedLetter, zone: str) -> Record:
    return {
        "id": one.id,
        "letter_id": one.letter,
        "kind": one.kind.value,
        "addressee": one.recipient,
        "subject": one.subject,
        "state": one.state.value,
        "wait": one.wait.value if one.wait else None,
        "owed_since": moment(one.owed_since, zone),
        "again": moment(one.again, zone),
        "ended": moment(one.ended, zone),
        "tries": one.tries,
        "reply": one.reply,
        "kept": one.kept,
    }
