"""登录: login, logout, one-time links, one's own account."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from console.policy import Permission
from console.web.accounts import (
    MIN_PASSWORD,
    TooOften,
    authenticate,
    new_secret,
    password_objection,
    token_hash,
)
from console.web.redirects import link, local_path, redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from console.web.session_cookie import delete_session_cookie, session_secret, set_session_cookie
from ledger.accounts import Account

WRONG = "账号或密码不对。"
ENDED = "登录已经到期，刚才的操作没有完成。重新登录后会回到刚才的页面。"


def show_login(ctx: RequestContext) -> Response:
    """Show the login page, or go on for who is logged in."""
    if ctx.login is not None:
        return redirect(local_path(ctx.query("next") or "/"))
    ended = ENDED if ctx.query("ended") else ""
    return _render_login(ctx, local_path(ctx.query("next") or "/"), message=ended)


def log_in(ctx: RequestContext) -> Response:
    """Log in by name and password."""
    target, name = local_path(ctx.form_value("next") or "/"), ctx.form_value("name").strip()
    try:
        account = _authenticate(ctx, name, ctx.form_value("password"))
    except TooOften as error:
        return _render_login(ctx, target, name, _wait_sentence(ctx, error), 429)
    if account is None:
        return _render_login(ctx, target, name, WRONG, 401)
    return _start_session(ctx, account, target)


def log_out(ctx: RequestContext) -> Response:
    """Log out."""
    secret = session_secret(ctx.request)
    if secret:
        ctx.web.accounts.log_out(token_hash(secret))
    if ctx.login is not None:
        ctx.web.accounts.note_access("logout", ctx.account.name, _host(ctx), ctx.now)
    return _signed_out(ctx)


def show_invitation(ctx: RequestContext) -> Response:
    """Show the page of a one-time link."""
    return _render_invitation(ctx)


def accept_invitation(ctx: RequestContext) -> Response:
    """Set the first password by a one-time link, and log in."""
    token = token_hash(ctx.request.path_params["secret"])
    account = ctx.web.accounts.invited(token, ctx.now)
    if account is None:
        return _render_invitation(ctx)
    password = ctx.form_value("password")
    trouble = password_objection(account.name, password, ctx.form_value("again"))
    if trouble:
        return _render_invitation(ctx, trouble, 400)
    accepted = ctx.web.accounts.accept(token, ctx.web.passwords.hash(password), ctx.now)
    return _start_session(ctx, accepted, "/") if accepted else _render_invitation(ctx)


def show_account(ctx: RequestContext) -> Response:
    """Show one's own account."""
    return _render_account(ctx, message=ctx.said)


def change_password(ctx: RequestContext) -> Response:
    """Change one's own password; all other sessions end."""
    mine = ctx.account
    try:  # counted like a login: whoever sits down at an open browser shall not guess on
        known = _authenticate(ctx, mine.name, ctx.form_value("current"))
    except TooOften as error:
        return _render_account(ctx, trouble=_wait_sentence(ctx, error))
    if known is None:
        return _render_account(ctx, trouble="现在的密码不对。")
    password = ctx.form_value("password")
    trouble = password_objection(mine.name, password, ctx.form_value("again"))
    if trouble:
        return _render_account(ctx, trouble=trouble)
    ctx.web.accounts.set_password(mine.name, ctx.web.passwords.hash(password), mine.name, ctx.now)
    return _start_session(ctx, mine, link("/account", {"said": "密码已改。"}))


def log_out_everywhere(ctx: RequestContext) -> Response:
    """End all sessions of one's own account."""
    ctx.web.accounts.log_out_everywhere(ctx.account.id)
    ctx.web.accounts.note_access("everywhere", ctx.account.name, _host(ctx), ctx.now)
    return _signed_out(ctx)


def _authenticate(ctx: RequestContext, name: str, password: str) -> Account | None:
    return authenticate(ctx.web.accounts, ctx.web.passwords, name, password, _host(ctx), ctx.now)


def _host(ctx: RequestContext) -> str:
    return ctx.request.client.host if ctx.request.client else ""


def _wait_sentence(ctx: RequestContext, error: TooOften) -> str:
    minutes = max(1, int((error.until - ctx.now) / timedelta(minutes=1)) + 1)
    return f"试错的次数太多，请过 {minutes} 分钟再试。"


def _signed_out(ctx: RequestContext) -> Response:
    """Redirect to the login page, leaving nothing in the browser: thumbnails are cached there for an hour."""
    answer = redirect("/login")
    delete_session_cookie(ctx.request, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _render_login(
    ctx: RequestContext,
    target: str,
    name: str = "",
    trouble: str = "",
    status: int = 200,
    message: str = "",
) -> Response:
    return ctx.render(
        "login.html", status, next=target, name=name, trouble=trouble, message=message
    )


def _render_invitation(ctx: RequestContext, trouble: str = "", status: int = 200) -> Response:
    token = token_hash(ctx.request.path_params["secret"])
    invited = ctx.web.accounts.invited(token, ctx.now)
    return ctx.render(
        "welcome.html",
        status if invited else 410,
        account=invited,
        shortest=MIN_PASSWORD,
        trouble=trouble,
    )


def _render_account(ctx: RequestContext, message: str = "", trouble: str = "") -> Response:
    return ctx.render(
        "account.html",
        400 if trouble else 200,
        here="/account",
        message=message,
        trouble=trouble,
        shortest=MIN_PASSWORD,
        sessions=ctx.web.accounts.sessions(ctx.account.id, ctx.now),
    )


def _start_session(ctx: RequestContext, account: Account, target: str) -> Response:
    secret = new_secret()
    lasts = timedelta(hours=ctx.web.application.settings.console.session_hours)
    ctx.web.accounts.log_in(account.id, token_hash(secret), ctx.now, ctx.now + lasts)
    ctx.web.accounts.note_access("login", account.name, _host(ctx), ctx.now)
    answer = redirect(target)
    set_session_cookie(ctx.request, answer, secret, lasts)
    return answer


routes = (
    page("/login", show_login, Permission.ENTER),
    action("/login", log_in, Permission.ENTER),
    action("/logout", log_out, Permission.ENTER),
    page("/welcome/{secret}", show_invitation, Permission.ENTER),
    action("/welcome/{secret}", accept_invitation, Permission.ENTER),
    page("/account", show_account, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/password", change_password, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/logout-everywhere", log_out_everywhere, Permission.MANAGE_OWN_ACCOUNT),
)
