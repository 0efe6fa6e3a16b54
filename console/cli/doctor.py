"""`shougao doctor`: what stands in the way of the service, each line with its remedy."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from console.actions.health import health
from console.application import open_application
from console.cli.options import GlobalOptions, settings_of
from console.cli.terminal import PlainConsole, in_words, print_table
from console.clock import now
from console.doctor.findings import Finding, Level
from console.health_json import health_json
from console.offices import deeds
from console.settings.loading import ConfigError
from notifier.letters import digest

COLOURS = {digest.Level.OK: "green", digest.Level.WARN: "yellow", digest.Level.FAIL: "red"}


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，含服务器的原话。")] = False,
) -> None:
    """Check config, folders, tools, mailbox and relay: each line ok, warn or fail with the remedy."""
    from console.doctor.examination import examine  # it tries the templates: their writers are slow

    front: GlobalOptions = context.obj
    screen = PlainConsole(stderr=True)
    if sys.stderr.isatty():
        with screen.status("正在检查……") as status:
            findings = examine(
                front.config, os.environ, lambda one: status.update(f"正在检查{one}……")
            )
    else:
        findings = examine(front.config, os.environ)
    findings += _of_installation(front)
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        print_findings(findings)
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，同 /healthz。")] = False,
) -> None:
    """Say how the service stands, as /healthz does; exit code 1 when something has failed."""
    with open_application(settings_of(context)) as application:
        found = health(application, now())
    told = health_json(found)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        table = Table(header_style="bold")
        for column in ("", "项目", "情况", "办法"):
            table.add_column(column, overflow="fold")
        for one in found:
            table.add_row(
                Text(one.level.value, COLOURS[one.level]), one.name, one.sentence, one.remedy
            )
        print_table(table)
    if not told["ok"]:
        raise typer.Exit(1)


def print_findings(findings: list[Finding]) -> None:
    """Print the findings as a table."""
    table = Table(header_style="bold", title="收稿：运行条件检查")
    for column in ("", "项目", "情况", "办法"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        word, colour = finding.level.value
        told = (in_words(one) for one in (finding.subject, finding.found, finding.remedy))
        table.add_row(Text(word, colour), *told)
    print_table(table)


def _of_installation(front: GlobalOptions) -> list[Finding]:
    """Say what an office of several shares with another, or what its installation lacks."""
    if front.installation is None:
        return []
    try:
        deeds.check_apart(front.installation, front.settings(), os.environ)
    except ConfigError as error:
        lines = str(error).splitlines()
        return [Finding(Level.FAIL, "与其他单位", line, "按提示修改后再运行。") for line in lines]
    return [Finding(Level.OK, "与其他单位", "邮箱、台账、数据目录和网址都不与其他单位共用")]


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "level": finding.level.name.lower(),
        "subject": finding.subject,
        "found": finding.found,
        "remedy": finding.remedy,
        "detail": finding.detail,
    }
