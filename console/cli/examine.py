"""`shougao examine`: what would be said of a letter, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console import serializers
from console.actions import dry_run
from console.application import open_application
from console.cli.options import settings_of
from console.cli.round_view import print_verdict, said_by
from console.cli.terminal import exit_with_error
from console.settings.loading import Settings
from ledger.os_errors import describe
from parsers.mime.headers import looks_like_mail


def examine(
    context: typer.Context,
    letter: Annotated[Path, typer.Argument(help="A raw letter (.eml).", metavar="FILE.eml")],
    received: Annotated[
        str,
        typer.Option(help="Moment of receipt, ISO 8601. Default: the file's own time."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The stable JSON form.")] = False,
) -> None:
    """Say what would be said of this letter. Nothing is stored, nothing is sent."""
    settings = settings_of(context)
    try:
        raw = letter.read_bytes()
        moment = _moment(received, settings) if received else _modified(letter)
    except OSError as error:
        exit_with_error(f"打不开 {letter}：{describe(error)}。请检查文件名。", 2)
    if not looks_like_mail(raw):
        exit_with_error(
            f"{letter} {'是空文件' if not raw else '不是一封邮件（没有邮件头）'}。"
            "请在邮箱或邮件软件里把邮件另存为 .eml 文件，再试。",
            2,
        )
    with open_application(settings) as application:
        submission, verdict = dry_run.examine(
            raw,
            moment,
            workers=application.workers,
            letters=application.letters,
            intake=application.intake,
            letter_bytes=settings.limits.letter_bytes,
        )
    if as_json:
        shape = serializers.examination(submission, verdict, settings.provisions_at(moment).zone)
        print(json.dumps(shape, ensure_ascii=False, indent=2))
    else:
        print_verdict(submission, verdict, settings.provisions_at(moment).zone, said_by(settings))


def _moment(text: str, settings: Settings) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        exit_with_error(
            f"--received “{text}”不是 ISO 8601 时间，例如 2022-03-05T09:30:00+08:00。", 2
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(settings.provisions[-1].zone))
    return moment


def _modified(letter: Path) -> datetime:
    return datetime.fromtimestamp(letter.stat().st_mtime, UTC)
