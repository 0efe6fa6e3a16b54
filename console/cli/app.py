"""
The command `shougao`.

Exit codes: 0 done; 1 something could not be done now (the message says what and the remedy);
2 the command line or config.toml is wrong; 3 the mailbox or the relay refuses us; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.exc import DBAPIError, OperationalError
from typer.exceptions import Abort, TyperException

from console import serializers
from console.actions import dry_run
from console.actions.delivery import bounds
from console.actions.upgrade import make_data_folder, upgrade
from console.actions.walls import require_walls
from console.application import (
    Application,
    Busy,
    LedgerUnusable,
    hold_data_folder,
    hold_ledger,
    open_application,
)
from console.cli import (
    adoptions,
    conversations,
    decisions,
    demo,
    doctor,
    draft,
    letters,
    outbox,
    proposals,
    roster,
    rules,
    upkeep,
    web,
)
from console.cli.ledger import ledger_app
from console.cli.notice import notice_app
from console.cli.options import (
    By,
    GlobalOptions,
    current_user,
    settings_of,
)
from console.cli.round_view import print_round, print_verdict, run_with_progress, said_by
from console.cli.terminal import PlainHandler, exit_with_error, print_error, print_line
from console.cli.usage_errors import usage_error
from console.clock import now
from console.connections import program_version
from console.settings.loading import ConfigError, Settings
from console.spreadsheets.reading import SheetError
from console.spreadsheets.roster import RosterError
from ingest.mailboxes.mailbox import MailboxRefused
from ingest.sandbox.pool import WorkerLost
from ledger.ids import LetterId
from ledger.journal import JournalEntry, record
from ledger.journal_facts import Exported
from ledger.models.troubles import LedgerTrouble, sentence, trouble_of
from ledger.os_errors import describe
from ledger.queries import export as exporting
from ledger.states import Act
from ledger.storage.vault import VaultError
from notifier.delivery.relay import RelayRefused
from parsers.mime.headers import looks_like_mail

HELP = """收稿：稿件邮箱的自动收稿、审核、登记与回执。

Fetch the submissions mailbox, judge every draft by the regulation, enter it in the ledger, and
mail back a receipt.

Exit codes: 0 done · 1 could not be done now · 2 bad command or config.toml · 3 mailbox or relay
refuses us · 130 interrupted. Passwords come from the environment (SHOUGAO_MAILBOX_PASSWORD,
SHOUGAO_RELAY_PASSWORD) or from the file named in config.toml, never from config.toml itself.
SHOUGAO_DATA, SHOUGAO_MAILBOX and SHOUGAO_RELAY override the data folder, mailbox and relay.
"""

app = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
roster.register(app)
rules.register(app)
app.add_typer(ledger_app, name="ledger")
app.add_typer(notice_app, name="notice")
decisions.register(app)
adoptions.register(app)
proposals.register()
letters.register(app)
conversations.register(app)
draft.register(app)
outbox.register(app)
web.register(app)
upkeep.register(app)
doctor.register(app)
demo.register(app)


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


ConfigOption = Annotated[
    Path,
    typer.Option("--config", help="The office's config.toml.", show_default="./config.toml"),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        print_line(f"shougao {program_version()}")
        raise typer.Exit


@app.callback()
def front(
    context: typer.Context,
    config: ConfigOption = Path("config.toml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="The version."),
    ] = False,
) -> None:
    """Take the global options."""
    context.obj = GlobalOptions(config)
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR,
        format="%(message)s",
        handlers=[PlainHandler() if sys.stderr.isatty() else logging.StreamHandler()],
    )


@app.command()
def poll(context: typer.Context) -> None:
    """One round: collect, examine, enter, deliver."""
    settings = settings_of(context)
    require_walls(settings)
    with (
        open_application(settings) as application,
        hold_data_folder(settings.data_dir),
        hold_ledger(application.engine),
    ):
        result = run_with_progress(application)
        backlog = application.deliveries.backlog(now(), bounds(settings))
    print_round(result, settings, backlog)
    if application.pending_rules:
        print_line(application.pending_rules.sentence)
    if result.delivered.refused:
        raise typer.Exit(3)
    if result.transient_error:
        raise typer.Exit(1)


@app.command()
def run(
    context: typer.Context,
    pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="The office's pages along with it.")
    ] = True,
) -> None:
    """Run rounds, delivery, digest and pages until SIGTERM; what is in hand is finished."""
    from console.service.log_lines import log_to_stderr
    from console.service.scheduler import (
        serve,  # the scheduler is needed here alone, and slow to load
    )

    settings = settings_of(context)
    log_to_stderr(settings.log.format, settings.zone)
    require_walls(settings)
    make_data_folder(settings)
    with hold_data_folder(settings.data_dir), contextlib.ExitStack() as at_the_end:
        application = _opened(settings, at_the_end)
        lock = at_the_end.enter_context(hold_ledger(application.engine))
        beside = partial(web.pages_beside, application) if pages else contextlib.nullcontext
        ended = serve(application, lock, beside)
    if not ended.threads:  # the interpreter would wait for one that does not end
        logging.shutdown()
        os._exit(1)
    if ended.trouble:
        _end(ended.trouble, 1)


def _opened(settings: Settings, at_the_end: contextlib.ExitStack) -> Application:
    """Open the ledger for the service; one that is locked, full or away is waited for."""
    told = ""
    while True:
        try:
            upgraded = upgrade(settings, os.environ, now())
            if upgraded.copy:
                logging.getLogger(__name__).warning(
                    "台账已从结构 %s 升级到 %s，升级前的台账在 %s",
                    upgraded.before,
                    upgraded.after,
                    upgraded.copy,
                )
            return at_the_end.enter_context(open_application(settings))
        except LedgerUnusable as unusable:
            if not unusable.passing:
                raise
            if str(unusable) != told:
                logging.getLogger(__name__).error("%s 服务等它恢复。", unusable)
            told = str(unusable)
            time.sleep(WAIT_SECONDS)


@app.command()
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


@app.command()
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
                out.write_bytes(serializers.workbook(rows, what.value))
                return
            with out.open("w", encoding=encoding, newline="") as file:
                file.writelines(lines)
        except OSError as error:
            exit_with_error(f"无法写入 {out}：{describe(error)}。请检查目录和磁盘空间。", 1)


@app.command()
def retry(
    context: typer.Context,
    letter: Annotated[int, typer.Argument(help="The letter's id, as `export letters` shows it.")],
    by: By = "",
) -> None:
    """Give a letter that was set aside another chance in the next round."""
    with open_application(settings_of(context)) as application:
        if not application.letters.retry(LetterId(letter), by or current_user(), now()):
            exit_with_error(
                f"第 {letter} 号邮件不在搁置之列；搁置的邮件见 shougao export letters。", 1
            )
    print_line(f"第 {letter} 号邮件将在下一轮重新处理。")


WAIT_SECONDS = 5.0
"""Seconds between two tries to open a ledger that is locked, full or away."""

HANDOVER = 0.003
"""
Seconds that a thread of ours keeps the interpreter when another waits. Python's own 5 ms leave the
thread that reads from the mailbox idle after every packet, while another enters letters; much less
costs more in changing than it saves.
"""


def main() -> None:
    """Run the command; every expected failure is one line with its remedy."""
    sys.setswitchinterval(HANDOVER)
    try:
        code = app(standalone_mode=False)
        raise SystemExit(code if isinstance(code, int) else 0)
    except Abort:
        _end("已取消，什么也没有改。", 1)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help was printed as its message
            sys.stderr.write(f"{error.format_message()}\n")
            raise SystemExit(2) from None
        _end(usage_error(error), 2)
    except (ConfigError, RosterError, SheetError) as error:
        _end(error, 2)
    except (MailboxRefused, RelayRefused) as error:
        _end(error, 3)
    except (VaultError, WorkerLost, Busy, LedgerUnusable) as error:
        _end(error, 1)
    except DBAPIError as error:
        if trouble_of(error) is LedgerTrouble.OTHER and not isinstance(error, OperationalError):
            raise  # a fault of ours
        _end(f"{sentence(error)}。{trouble_of(error).remedy}。", 1)
    except MemoryError:
        _end("内存不足：请关闭其他程序，或减少 [limits] workers。", 1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader left early (`| head`): nothing to report
        raise SystemExit(0) from None
    except OSError as error:
        _end(f"本机出了问题（{describe(error)}）{_place_of(error)}。", 1)


def _place_of(error: OSError) -> str:
    return f"：{error.filename}" if error.filename else ""


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


def _end(error: Exception | str, code: int) -> NoReturn:
    print_error(str(error))
    raise SystemExit(code) from None
