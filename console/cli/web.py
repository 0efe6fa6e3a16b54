"""`shougao console`, `user …`, `token …`: the pages, who may see them, which programs may ask."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.table import Table

from console.actions.rule_changes import rules_changed
from console.application import Application, open_application
from console.cli.options import GlobalOptions, begin_anew, current_user, settings_of
from console.cli.terminal import exit_with_error, print_line, print_table
from console.clock import now
from console.web.accounts import LINK_LASTS, new_secret, token_hash
from console.web.server import NoPlace, place, serving
from ledger.accounts import Accounts, NameTaken
from ledger.api_tokens import ApiTokens
from ledger.errors import InvalidInput, NotFound
from ledger.labels import TOKEN_SCOPES
from ledger.second_factors import SecondFactors
from ledger.states import Role, TokenScope

user_app = typer.Typer(help="工作台的账号 (accounts).", no_args_is_help=True)
token_app = typer.Typer(help="程序查询用的令牌 (tokens).", no_args_is_help=True)
FIRST = "admin"
LOOK_SECONDS = 5
"""How often it is looked whether other rules are in force."""
FIRST_LINK = "first-login.txt"
"""Beside the ledger, for the program's own user alone: a service's log is read by others, too."""

_log = logging.getLogger(__name__)


def serve_console(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="监听地址；默认见 config.toml。")] = "",
    port: Annotated[int, typer.Option(help="端口；默认见 config.toml。")] = 0,
) -> None:
    """Serve the office's pages. Behind a reverse proxy with TLS, or on loopback alone."""
    front: GlobalOptions = context.obj
    if front.installation is not None:
        from console.cli.installation import run_installation

        run_installation(front.installation, collects=False)
        return
    settings = settings_of(context)
    logging.getLogger().setLevel(logging.WARNING)
    where = (host or settings.console.host, port or settings.console.port)
    try:
        places = place(*where, settings.console.address)
    except NoPlace as error:
        exit_with_error(str(error), 1)
    halt = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: halt.set())
    with open_application(settings) as application:
        greet(application, *where)
        with serving(application, where[0], places) as pages:
            looks = itertools.count(1)
            anew = False
            while pages.is_alive() and not anew and not halt.wait(1):
                anew = next(looks) % LOOK_SECONDS == 0 and rules_changed(application)
            if not anew and not halt.is_set():
                exit_with_error("工作台意外停止，原因见日志。", 1)
    if anew:
        begin_anew()


@contextmanager
def pages_beside(application: Application) -> Iterator[None]:
    """Serve the pages beside the service, which goes on without them when the port is taken."""
    where = application.settings.console
    try:
        places = place(where.host, where.port, where.address)
    except NoPlace as error:
        _log.error("没有工作台：%s", error)
        yield
        return
    with contextlib.ExitStack() as at_the_end:
        try:
            greet(application, where.host, where.port)
            at_the_end.enter_context(serving(application, where.host, places))
        except Exception:  # whatever keeps the pages from starting, the mail goes on
            _log.exception("没有工作台，收信和发信照常")
        yield


def greet(application: Application, host: str, port: int) -> None:
    """Say where the pages are; the first time, where the administrator's one-time link is."""
    settings = application.settings
    base = settings.console.address.rstrip("/") or f"http://{host}:{port}{settings.prefix}"
    print_line(f"工作台：{base}（按 Ctrl+C 停止）")
    first_login(application, base)


def first_login(application: Application, base: str = "") -> None:
    """Make the administrator's account where there is none, and say where its one-time link is."""
    accounts = Accounts(application.engine)
    known = accounts.accounts()
    admins = [one for one in known if one.role is Role.ADMIN and not one.disabled]
    file = application.settings.data_dir / FIRST_LINK
    if any(account.password for account in admins or known):
        file.unlink(missing_ok=True)
        return
    if not admins:  # those made by `user add` before the first start may be others' alone
        try:
            admins = [accounts.add(FIRST, Role.ADMIN, current_user(), now())]
        except NameTaken:
            print_line(f"还没有管理账号。请用 shougao user role {FIRST} admin 指定一个。")
            return
    names = [account.name for account in admins]
    name = FIRST if FIRST in names else names[0]
    link = _invitation(accounts, name, base or application.settings.pages_url)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as private:
        private.write(f"{link}\n")
    if sys.stdout.isatty():
        print_line(f"第一次使用，请打开下面的一次性链接，为 {name} 设置密码（48 小时内有效）：")
        print_line(f"  {link}")
    else:
        print_line(f"第一次使用：为 {name} 设置密码的一次性链接（48 小时内有效）写在 {file}")


@user_app.command("add")
def user_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="账号，如姓名。")],
    role: Annotated[
        Role, typer.Option(help="viewer 查阅／editor 经办／admin 管理。")
    ] = Role.EDITOR,
) -> None:
    """Add an account; print the one-time link with which its owner sets the password."""
    with open_application(settings_of(context)) as application:
        try:
            account = Accounts(application.engine).add(name, role, current_user(), now())
        except (NameTaken, InvalidInput) as error:
            exit_with_error(str(error), 1)
        print_line(
            f"账号“{account.name}”已建立。请把下面的一次性链接交给本人设置密码（48 小时内有效）："
        )
        print_line(
            f"  {_invitation(Accounts(application.engine), account.name, application.settings.pages_url)}"
        )


@user_app.command("list")
def user_list(context: typer.Context) -> None:
    """Everybody."""
    with open_application(settings_of(context)) as application:
        accounts = Accounts(application.engine).accounts()
    if not accounts:
        print_line("还没有账号。用 shougao user add 姓名 建立一个。")
        return
    table = Table(title="工作台账号", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("账号", "角色", "状态", "动态口令"):
        table.add_column(column)
    for account in accounts:
        state = "停用" if account.disabled else "" if account.password else "未设密码"
        factor = "已启用" if account.second_factor else ""
        table.add_row(account.name, account.role.value, state, factor)
    print_table(table)


@user_app.command("password")
def user_password(
    context: typer.Context, name: Annotated[str, typer.Argument(help="账号。")]
) -> None:
    """Print a one-time link with which a person sets a new password."""
    with open_application(settings_of(context)) as application:
        try:
            base = application.settings.pages_url
            link = _invitation(Accounts(application.engine), name, base)
            print_line(f"一次性链接（48 小时内有效）：\n  {link}")
        except NotFound as error:
            exit_with_error(str(error), 1)


@user_app.command("role")
def user_role(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="账号。")],
    role: Annotated[Role, typer.Argument(help="viewer 查阅／editor 经办／admin 管理。")],
) -> None:
    """From now on the account may do this."""
    with open_application(settings_of(context)) as application:
        try:
            Accounts(application.engine).set_role(name, role, current_user(), now())
        except (NotFound, InvalidInput) as error:
            exit_with_error(str(error), 1)
    print_line(f"账号“{name}”的角色已改为 {role.value}。")


@user_app.command("disable")
def user_disable(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="账号。")],
    undo: Annotated[bool, typer.Option("--undo", help="重新启用。")] = False,
) -> None:
    """Lock an account out at once, or let it in again."""
    with open_application(settings_of(context)) as application:
        try:
            Accounts(application.engine).set_disabled(name, not undo, current_user(), now())
        except (NotFound, InvalidInput) as error:
            exit_with_error(str(error), 1)
    print_line(f"账号“{name}”已{'启用' if undo else '停用'}。")


@user_app.command("second-factor-off")
def user_second_factor_off(
    context: typer.Context, name: Annotated[str, typer.Argument(help="账号。")]
) -> None:
    """Take a lost authenticator away: the account logs in by its password until a new one is set up."""
    with open_application(settings_of(context)) as application:
        try:
            had = SecondFactors(application.engine).switch_off(name, current_user(), now())
        except NotFound as error:
            exit_with_error(str(error), 1)
    print_line(f"账号“{name}”的动态口令已停用。" if had else f"账号“{name}”没有启用动态口令。")


@token_app.command("add")
def token_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="给哪个程序用。")],
    scope: Annotated[
        TokenScope, typer.Option(help="read 读取稿件、来信、积分／metrics 只读运行指标。")
    ] = TokenScope.READ,
    days: Annotated[int, typer.Option(min=0, help="有效多少天；0 为一直有效。")] = 0,
) -> None:
    """Add a token for /api/v1 or /metrics; it is shown this once."""
    secret, moment = new_secret(), now()
    expires = moment + timedelta(days=days) if days else None
    with open_application(settings_of(context)) as application:
        try:
            ApiTokens(application.engine).add(
                name, token_hash(secret), current_user(), moment, scope, expires
            )
        except (NameTaken, InvalidInput) as error:
            exit_with_error(str(error), 1)
    print_line(f"令牌“{name}”（只显示这一次，请妥善保存）：\n  {secret}")


@token_app.command("list")
def token_list(context: typer.Context) -> None:
    """All tokens, without the tokens."""
    with open_application(settings_of(context)) as application:
        tokens, zone = ApiTokens(application.engine).tokens(), ZoneInfo(application.zone)
    if not tokens:
        print_line("还没有令牌。用 shougao token add 名字 建立一个。")
        return
    table = Table(title="程序令牌", header_style="bold", box=box.SIMPLE_HEAD)
    for column in ("名字", "能读什么", "建立", "有效至", "最近使用"):
        table.add_column(column)
    for token in tokens:
        expires = f"{token.expires.astimezone(zone):%Y-%m-%d %H:%M}" if token.expires else "一直"
        if token.expires and token.expires <= now():
            expires += "（已过期）"
        seen = f"{token.seen.astimezone(zone):%Y-%m-%d %H:%M}" if token.seen else "没有用过"
        made = f"{token.created.astimezone(zone):%Y-%m-%d}"
        table.add_row(token.name, TOKEN_SCOPES[token.scope], made, expires, seen)
    print_table(table)


@token_app.command("revoke")
def token_revoke(
    context: typer.Context, name: Annotated[str, typer.Argument(help="令牌的名字。")]
) -> None:
    """Revoke a token: it opens nothing any more."""
    with open_application(settings_of(context)) as application:
        try:
            ApiTokens(application.engine).revoke(name, current_user(), now())
        except NotFound as error:
            exit_with_error(str(error), 1)
    print_line(f"令牌“{name}”已收回。")


def _invitation(accounts: Accounts, name: str, base: str) -> str:
    secret = new_secret()
    accounts.invite(name, token_hash(secret), now() + LINK_LASTS, current_user(), now())
    return f"{base}/welcome/{secret}"
