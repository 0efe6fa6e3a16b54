"""`shougao ledger search`, `shougao ledger history`: drafts found, and the story of one."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from console import serializers
from console.cli.options import (
    KindOption,
    kind_given,
    settings_of,
    unit_named,
)
from console.cli.terminal import (
    exit_with_error,
    in_words,
    print_line,
    print_table,
    print_verbatim,
    printable,
)
from console.journal_text import describe_delivery, story
from console.opened_ledger import opened_ledger
from ledger import journal
from ledger.outbox import Outbox
from ledger.queries import search
from notifier.mail.page import look_of, moment
from rulebook import periods
from rulebook.amounts import signed, total
from rulebook.model import Outcome, Timely
from rulebook.originality import percent
from rulebook.reasons import Reason

ReasonCode = StrEnum("ReasonCode", {reason.name: reason.name for reason in Reason})  # type: ignore[misc]
AsJson = Annotated[bool, typer.Option("--json", help="The stable JSON form, an object a line.")]


def find(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="标题或正文里的词，用空格隔开。")] = "",
    unit_name: Annotated[str, typer.Option("--unit", help="单位。")] = "",
    kind: KindOption = "",
    period: Annotated[str, typer.Option(help="时段，如 2022Q1、2022-03。")] = "",
    outcome: Annotated[Outcome | None, typer.Option(help="结果。")] = None,
    timely: Annotated[Timely | None, typer.Option(help="是否按时。")] = None,
    reason: Annotated[ReasonCode | None, typer.Option(help="原因代码。")] = None,
    adopted: Annotated[bool | None, typer.Option("--adopted/--not-adopted", help="录用。")] = None,
    commission: Annotated[int | None, typer.Option(help="对应的约稿编号。")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, help="最多几篇。")] = 50,
    as_json: AsJson = False,
) -> None:
    """Find drafts, the newest first."""
    with opened_ledger(settings_of(context)) as opened:
        try:
            span = periods.parse(period) if period else None
        except periods.UnknownPeriod as error:
            exit_with_error(str(error), 2)
        query = search.DraftQuery(
            words=words,
            unit=unit_named(unit_name, opened.settings) if unit_name else None,
            kind=kind_given(kind, opened.settings),
            first=span.first if span else None,
            last=span.last if span else None,
            outcome=outcome,
            timely=timely,
            reason=Reason[reason.value] if reason else None,
            adopted=adopted,
            commission=commission,
        )
        hits = search.search(opened.engine, query, limit=limit)
    if as_json:
        for one in hits:
            print(json.dumps(serializers.draft_hit(one), ensure_ascii=False))
        return
    if not hits:
        print_line("没有找到稿件。可以少写几个条件，或换一个词。")
        return
    table = Table(header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("编号", "收稿日", "单位", "类别", "结果", "标题和说明"):
        table.add_column(
            column, no_wrap=column in ("编号", "收稿日", "类别", "结果"), overflow="fold"
        )
    for one in hits:
        marks = [in_words("录用")] * one.adopted + ["积分作废"] * one.voided
        marks += [reason.sentence.rstrip("。") for reason in one.reasons]
        if one.twin_letter and one.similarity is not None:
            marks.append(
                in_words(f"与第{one.twin_letter}号来信的稿件相似{percent(one.similarity)}%")
            )
        table.add_row(
            str(one.draft),
            str(one.day),
            one.unit or "待认领",
            opened.settings.short_name(one.kind) if one.kind else "待定",
            look_of(one.outcome).word,
            printable(one.title).append("".join(f"\n·{mark}" for mark in marks), style="dim"),
        )
    print_table(table)


def history(
    context: typer.Context,
    draft: Annotated[int, typer.Argument(help="稿件编号。")],
) -> None:
    """Tell what happened to a draft: who did what, when and why."""
    with opened_ledger(settings_of(context)) as opened:
        hit = search.one(opened.engine, draft)
        if hit is None:
            exit_with_error(f"没有第 {draft} 号稿件。", 1)
        lines = list(journal.history(opened.engine, draft=draft, letter=hit.letter))
        answers = Outbox(opened.engine).of_letter(hit.letter)
        earned = opened.figures.of_draft(draft)
        zone = opened.settings.zone
    print_line(
        f"第 {draft} 号《{hit.title}》，{moment(hit.received, zone)} 收到，来信人 {hit.sender}"
    )
    events = [
        (line.entry.at, story(line, zone, hit.position, opened.settings.tier_name, in_words))
        for line in lines[::-1]
    ]
    events += [
        (since, f"{moment(since, zone)}　程序　{describe_delivery(kind, state, sent, zone)}")
        for since, kind, state, sent in answers
    ]
    for _, sentence in sorted(events, key=lambda pair: pair[0]):
        print_verbatim(sentence)
    state = "积分作废" if hit.voided else look_of(hit.outcome).word
    kind = hit.kind or "类别待定"
    points = total(line.points for line in earned)
    print_line(f"现在：{state}，{hit.unit or '待认领'}，{kind}，共 {points} 分")
    for line in earned:
        print_line(
            f"　　{line.day}　{signed(line.points)}　{line.why}"
            if line.points
            else f"　　{line.day}　0　{line.why}"
        )
