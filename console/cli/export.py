"""`shougao export`: the ledger as data."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from console import serializers
from console.application import open_application
from console.cli.options import current_user, settings_of
from console.cli.terminal import exit_with_error
from console.clock import now
from ledger.journal import JournalEntry, record
from ledger.journal_facts import Exported
from ledger.os_errors import describe
from ledger.queries import export as exporting
from ledger.states import Act


class What(StrEnum):
    """What can be exported."""

    LETTERS = "letters"
    DRAFTS = "drafts"
    OUTBOX = "outbox"
    ADOPTIONS = "adoptions"
    SCORES = "scores"
    JOURNAL = "journal"


class Format(StrEnum):
    """How it is written."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


def export(
    context: typer.Context,
    what: Annotated[
        What, typer.Argument(help="letters、drafts、adoptions、scores、outbox、journal。")
    ],
    form: Annotated[Format, typer.Option("--format", help="jsonl, csv or xlsx.")] = Format.JSONL,
    out: Annotated[Path | None, typer.Option("--out", help="A file instead of the screen.")] = None,
) -> None:
    """Write the ledger as data. A .csv file opens in Excel and WPS as it is."""
    settings = settings_of(context)
    source = {
        What.LETTERS: exporting.letters,
        What.DRAFTS: exporting.drafts,
        What.OUTBOX: exporting.outbox,
        What.ADOPTIONS: exporting.adoptions,
        What.SCORES: exporting.scores,
        What.JOURNAL: exporting.journal,
    }[what]
    if form is Format.XLSX and out is None:
        exit_with_error("xlsx 要写到文件里，请加上 --out 文件名.xlsx。", 2)
    with open_application(settings) as application:
        # what leaves the office is recorded in the journal, before it leaves
        facts: Exported = {"what": what.value}
        record(application.engine, JournalEntry(now(), current_user(), Act.EXPORTED, facts))
        rows = source(application.engine, application.zone)
        lines = serializers.jsonl(rows) if form is Format.JSONL else serializers.csv_lines(rows)
        if out is None:
            sys.stdout.writelines(lines)
            return
        encoding = "utf-8" if form is Format.JSONL else "utf-8-sig"
        try:
            if form is Format.XLSX:
                with out.open("wb") as book:
                    serializers.write_workbook(rows, what.value, book)
                return
            with out.open("w", encoding=encoding, newline="") as file:
                file.writelines(lines)
        except OSError as error:
            exit_with_error(f"无法写入 {out}：{describe(error)}。请检查目录和磁盘空间。", 1)
