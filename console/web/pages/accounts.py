"""账号: who may work here, as what; one-time links, second factors and sessions of others."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web.accounts import LINK_LASTS, new_secret, token_hash
from console.web.browsers import browser_name
from console.web.redirects import redirect, redirect_saying
from console.web.request_context import OneTimeSecret, RequestContext
from console.web.routing import action, page
from ledger.accounts import Account
from ledger.errors import AlreadyExists, InvalidInput
from ledger.states import Role

HAND_OVER = (
    "请当面或打电话交给本人，由本人打开设置密码。只能用一次，48 小时内有效；离开这一页就不再显示。"
)


def show_accounts(ctx: RequestContext) -> Response:
    """List everybody who may work here."""
    return _render_accounts(ctx)


def add_account(ctx: RequestContext) -> Response:
    """Add an account, and show the link with which its owner sets the password."""
    try:
        made = ctx.web.door.accounts.add(
            ctx.form_value("name"), _role(ctx), ctx.account.name, ctx.now
        )
    except (AlreadyExists, InvalidInput) as error:
        return _render_accounts(ctx, str(error))
    return _invite(ctx, made, "/accounts")


def show_one(ctx: RequestContext) -> Response:
    """Show one account, what can be done with it, and its history."""
    return _render_one(ctx, _account(ctx))


def set_role(ctx: RequestContext) -> Response:
    """Give an account another role."""
    account, role = _account(ctx), _role(ctx)
    try:
        ctx.web.door.accounts.set_role(account.name, role, ctx.account.name, ctx.now)
    except InvalidInput as error:
        return _render_one(ctx, account, str(error))
    return redirect_saying(_path(account), "角色已改，立即生效。")


def set_disabled(ctx: RequestContext) -> Response:
    """Lock an account out at once, or let it in again."""
    account = _account(ctx)
    disabled = ctx.form_value("disabled") == "yes"
    try:
        ctx.web.door.accounts.set_disabled(account.name, disabled, ctx.account.name, ctx.now)
    except InvalidInput as error:
        return _render_one(ctx, account, str(error))
    done = "账号已停用，在用的登录都已结束。" if disabled else "账号已启用。"
    return redirect_saying(_path(account), done)


def new_link(ctx: RequestContext) -> Response:
    """Make a one-time link with which the owner sets a new password."""
    account = _account(ctx)
    if account.disabled:
        return _render_one(ctx, account, "账号已停用，请先启用。")
    return _invite(ctx, account, _path(account))


def end_sessions(ctx: RequestContext) -> Response:
    """End all sessions of an account."""
    account = _account(ctx)
    ended = ctx.web.door.sessions.end_all(account.id)
    ctx.web.door.sessions.note_access(
        "everywhere", account.name, ctx.host, ctx.now, by=ctx.account.name
    )
    return redirect_saying(_path(account), f"已结束 {ended} 处登录。")


def switch_off_second_factor(ctx: RequestContext) -> Response:
    """Take a lost authenticator away: the account logs in by its password until a new one is set up."""
    account = _account(ctx)
    ctx.web.door.second_factors.switch_off(account.name, ctx.account.name, ctx.now)
    return redirect_saying(_path(account), "动态口令已停用，请提醒本人重新设置。")


def _invite(ctx: RequestContext, account: Account, back: str) -> Response:
    secret = new_secret()
    ctx.web.door.accounts.invite(
        account.name, token_hash(secret), ctx.now + LINK_LASTS, ctx.account.name, ctx.now
    )
    base = ctx.web.application.settings.console.address.rstrip("/") or str(
        ctx.request.base_url
    ).rstrip("/")
    shown = OneTimeSecret(
        ctx.account.name,
        f"给“{account.name}”的一次性链接",
        (f"{base}/welcome/{secret}",),
        HAND_OVER,
        back,
    )
    return redirect(f"/account/shown/{ctx.web.one_time_secrets.put(shown, ctx.now)}")


def _account(ctx: RequestContext) -> Account:
    """Return the account of the path. Raises HTTPException(404)."""
    wanted = ctx.number("id")
    for account in ctx.web.door.accounts.accounts():
        if account.id == wanted:
            return account
    raise HTTPException(404)


def _role(ctx: RequestContext) -> Role:
    """Return the role of the form. Raises HTTPException(400)."""
    try:
        return Role(ctx.form_value("role"))
    except ValueError:
        raise HTTPException(400) from None


def _path(account: Account) -> str:
    return f"/accounts/{account.id}"


def _render_accounts(ctx: RequestContext, trouble: str = "") -> Response:
    return ctx.render(
        "accounts.html",
        400 if trouble else 200,
        here="/accounts",
        accounts=ctx.web.door.accounts.accounts(),
        tokens=ctx.web.tokens.tokens(),
        roles=list(Role),
        trouble=trouble,
    )


def _render_one(ctx: RequestContext, account: Account, trouble: str = "") -> Response:
    return ctx.render(
        "account_of.html",
        400 if trouble else 200,
        here="/accounts",
        account=account,
        roles=list(Role),
        sessions=ctx.web.door.sessions.list_open(account.id, ctx.now, ctx.web.idle),
        browser_name=browser_name,
        history=ctx.web.door.sessions.history(account.name),
        trouble=trouble,
    )


routes = (
    page("/accounts", show_accounts, Permission.ADMINISTER),
    action("/accounts", add_account, Permission.ADMINISTER),
    page("/accounts/{id:int}", show_one, Permission.ADMINISTER),
    action("/accounts/{id:int}/role", set_role, Permission.ADMINISTER),
    action("/accounts/{id:int}/disabled", set_disabled, Permission.ADMINISTER),
    action("/accounts/{id:int}/link", new_link, Permission.ADMINISTER),
    action("/accounts/{id:int}/end-sessions", end_sessions, Permission.ADMINISTER),
    action("/accounts/{id:int}/second-factor-off", switch_off_second_factor, Permission.ADMINISTER),
)
