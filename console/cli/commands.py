"""The commands of `shougao`: where each is, loaded when it is typed. What one needs costs the others nothing."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


@dataclass(frozen=True, slots=True)
class Command:
    """A command or a group of commands: its module, its name there, and its first line of help."""

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """Return the parser's command, its module loaded."""
        gc.disable()  # what is loaded stays: looking through it for garbage costs a sixth of the start
        found: typer.Typer | Callable[..., None]
        found = getattr(importlib.import_module(f"console.cli.{self.module}"), self.name)
        gc.freeze()
        gc.enable()
        if isinstance(found, typer.Typer):
            return get_group(found)  # also where it holds one command alone
        alone = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
        alone.command()(found)
        return get_command(alone)


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """A group whose commands are in several modules: each is loaded when it is typed."""

    commands: Mapping[str, Command]
    help: str

    def load(self) -> Any:
        """Return the parser's group; none of its commands is loaded yet."""

        class Inner(LazyGroup):
            table = self.commands

        app = typer.Typer(cls=Inner, help=self.help, no_args_is_help=True)
        hang_into(app, self.commands)
        return get_group(app)


LEDGER = {
    "targets": Command(
        "targets",
        "targets",
        "Every week's, month's and quarter's target of a period: wanted, reported, missing.",
    ),
    "behind": Command(
        "targets",
        "behind",
        "Who is behind the targets of this week, this month and this quarter right now.",
    ),
    "persons": Command(
        "targets",
        "ranked_persons",
        "Rank persons by their own points, where the provisions say so (`points.persons`).",
    ),
    "search": Command("search", "find", "Find drafts, the newest first."),
    "history": Command(
        "search", "history", "Tell what happened to a draft: who did what, when and why."
    ),
    "summary": Command(
        "figures",
        "summary",
        "Points, ranks and targets of a period; every unit of each group, zeros too.",
    ),
    "verify": Command("ledger", "verify", "Prove the ledger."),
    "changes": Command("ledger", "changes", "Tell what has changed since a notice was published."),
    "backup": Command(
        "ledger",
        "back_up",
        "Back up ledger, vault, settings and templates; the service may go on meanwhile.",
    ),
    "restore": Command(
        "ledger",
        "restore",
        "Restore a backup into an empty data folder; nothing is ever written over.",
    ),
    "purge": Command(
        "ledger",
        "purge",
        "Forget what is older than config.toml's retention allows; figures and the journal stay.",
    ),
    "rescore": Command(
        "ledger", "rescore", "Write the table `scores` anew, after config.toml was changed."
    ),
}
"""In the order of `shougao ledger --help`."""

COMMANDS: dict[str, Command | CommandGroup] = {
    "init": Command(
        "init",
        "init",
        "Ask nine questions and write config.toml; nothing is written before the end.",
    ),
    "run": Command(
        "rounds",
        "run",
        "Run rounds, delivery, digest and pages until SIGTERM; what is in hand is finished.",
    ),
    "worker": Command(
        "worker",
        "worker",
        "Examine and enter what was collected, with others on any machine, until SIGTERM.",
    ),
    "poll": Command("rounds", "poll", "One round: collect, examine, enter, deliver."),
    "console": Command(
        "web",
        "serve_console",
        "Serve the office's pages. Behind a reverse proxy with TLS, or on loopback alone.",
    ),
    "status": Command(
        "doctor",
        "status",
        "Say how the service stands, as /healthz does; exit code 1 when something has failed.",
    ),
    "doctor": Command(
        "doctor",
        "doctor",
        "Check config, folders, tools, mailbox and relay: each line ok, warn or fail with the remedy.",
    ),
    "examine": Command(
        "examine",
        "examine",
        "Say what would be said of this letter. Nothing is stored, nothing is sent.",
    ),
    "retry": Command(
        "rounds", "retry", "Give a letter that was set aside another chance in the next round."
    ),
    "decide": Command(
        "decisions",
        "decide",
        "Overrule the program on one draft; the sender is owed a corrected receipt.",
    ),
    "claim": Command(
        "decisions",
        "claim",
        "Claim an unknown sender's letter for a unit; it counts as of its receipt.",
    ),
    "draft": Command("draft", "draft_app", "补录稿件 (drafts that came by other ways)."),
    "letters": Command("conversations", "letters_app", "来信 (letters that are no submissions)."),
    "statements": Command(
        "conversations", "statements_app", "报送人的说明和撤稿申请 (statements)."
    ),
    "outbox": Command(
        "outbox",
        "outbox",
        "List what we owe, what waits, was given up or is uncertain, each with why; --retry sends again.",
    ),
    "publish": Command(
        "publish",
        "publish",
        "Pack drafts to be printed from (出稿包); with --to register where they were printed.",
    ),
    "adoption": Command("proposals", "adoption_app", "录用登记 (adoptions by outlets)."),
    "commission": Command("decisions", "commission_app", "约稿 (commissions)."),
    "points": Command("rules", "points_app", "加减分 (±points by hand)."),
    "bonus": Command("decisions", "bonus", "Enter a unit's 附加分 of a year by hand."),
    "sanction": Command("decisions", "sanction_app", "取消附加分的处理记录."),
    "roster": Command("roster", "roster_app", "报送人员名单 (the roster of officers)."),
    "rules": Command("rules", "rules_app", "规定的版本 (versions of the provisions)."),
    "ledger": CommandGroup(LEDGER, "台账 (the ledger: figures, search, proof)."),
    "notice": Command(
        "notice",
        "notice_app",
        "通报 (the notice): 2022Q1 drafts it, publish takes the signed file.",
    ),
    "digest": Command(
        "letters",
        "digest",
        "Today's digest as it would be mailed now. No mail is sent; --push tries the robots.",
    ),
    "reminders": Command(
        "letters",
        "reminders",
        "Show the reminders (催报) and commission letters (约稿) due by config.toml's days; --send owes them now.",
    ),
    "leaflet": Command(
        "letters",
        "leaflet",
        "One sheet for officers, from the regulation in force: 报送人员一页纸.docx to print, and .md.",
    ),
    "templates": Command(
        "letters",
        "templates",
        "Copy our letters' templates to start from, or check the office's own.",
    ),
    "export": Command(
        "export", "export", "Write the ledger as data. A .csv file opens in Excel and WPS as it is."
    ),
    "user": Command("web", "user_app", "工作台的账号 (accounts)."),
    "token": Command("web", "token_app", "程序查询用的令牌 (tokens)."),
    "office": Command("offices", "office_app", "多个单位 (many offices in one installation)."),
    "config": Command("upkeep", "config_app", "设置文件 (config.toml)."),
    "upgrade": Command(
        "upkeep",
        "upgrade_ledger",
        "Bring an older ledger to this program's schema; a copy is kept first.",
    ),
    "service": Command("upkeep", "service_app", "系统服务 (systemd)."),
    "demo": Command(
        "demo", "demo", "Run sample letters through one whole round, on this machine alone."
    ),
}
"""In the order of `shougao --help`: the service, its letters, what people decide, figures, upkeep."""


class LazyGroup(TyperGroup):
    """A group whose help and completion show first lines, and that loads what is typed."""

    table: Mapping[str, Command | CommandGroup] = COMMANDS

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that was typed, then let the parser find it."""
        self.load(args[0])
        return super().resolve_command(ctx, args)

    def load(self, name: str) -> Any:
        """Return a command of the table, loaded; None for an unknown name."""
        if name in self.table:
            self.commands[name] = self.table[name].load()
        return self.commands.get(name)


def hang_into(app: typer.Typer, table: Mapping[str, Command | CommandGroup] = COMMANDS) -> None:
    """Show a table's commands in the help of an app whose class is LazyGroup."""
    for name, command in table.items():
        app.command(name, help=command.help)(_stand_in)


def _stand_in() -> None:
    """Stand for a command that is not loaded."""
