"""The door: login, logout, one-time links, one's own account."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from console.policy import Permission
from console.web.accounts import (
    SHORTEST,
    TooOften,
    authenticate,
    new_secret,
    objection,
    token_hash,
)
from console.web.redirects import local_path, redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from console.web.session_cookie import delete_session_cookie, session_secret, set_session_cookie
from ledger.accounts import Account

WRONG = "账号或密码不对。"
ENDED = "登录已经到期，刚才填写的内容没有保存。请重新登录后再做一次。"


def show_login(ctx: RequestContext) -> Response:
    if ctx.login is not None:
        return redirect(local_path(ctx.query("next") or "/"))
    ended = ENDED if ctx.query("ended") else ""
    return _render_login(ctx, local_path(ctx.query("next") or "/"), said=ended)


def log_in(ctx: RequestContext) -> Response:
    target, name = local_path(ctx.form_value("next") or "/"), ctx.form_value("name").strip()
    try:
        account = _authenticate(ctx, name, ctx.form_value("password"))
    except TooOften as error:
        return _render_login(ctx, target, name, _wait_sentence(ctx, error), 429)
    if account is None:
        return _render_login(ctx, target, name, WRONG, 401)
    return _start_session(ctx, account.id, target)


def log_out(ctx: RequestContext) -> Response:
    secret = session_secret(ctx.request)
    if secret:
        ctx.web.people.log_out(token_hash(secret))
    return _signed_out(ctx)


def show_invitation(ctx: RequestContext) -> Response:
    return _render_invitation(ctx)


def accept_invitation(ctx: RequestContext) -> Response:
    token = token_hash(ctx.request.path_params["secret"])
    account = ctx.web.people.invited(token, ctx.now)
    if account is None:
        return _render_invitation(ctx)
    password = ctx.form_value("password")
    trouble = objection(account.name, password, ctx.form_value("again"))
    if trouble:
        return _render_invitation(ctx, trouble, 400)
    accepted = ctx.web.people.accept(token, ctx.web.passwords.hash(password), ctx.now)
    return _start_session(ctx, accepted.id, "/") if accepted else _render_invitation(ctx)


def show_account(ctx: RequestContext) -> Response:
    return _render_account(ctx, said="密码已改。" if ctx.query("said") == "password" else "")


def change_password(ctx: RequestContext) -> Response:
    mine = ctx.account
    try:  # counted like a login: whoever sits down at an open browser shall not guess on
        known = _authenticate(ctx, mine.name, ctx.form_value("current"))
    except TooOften as error:
        return _render_account(ctx, trouble=_wait_sentence(ctx, error))
    if known is None:
        return _render_account(ctx, trouble="现在的密码不对。")
    password = ctx.form_value("password")
    trouble = objection(mine.name, password, ctx.form_value("again"))
    if trouble:
        return _render_account(ctx, trouble=trouble)
    ctx.web.people.set_password(mine.name, ctx.web.passwords.hash(password), mine.name, ctx.now)
    return _start_session(ctx, mine.id, "/account?said=password")


def log_out_everywhere(ctx: RequestContext) -> Response:
    ctx.web.people.log_out_everywhere(ctx.account.id)
    return _signed_out(ctx)


def _authenticate(ctx: RequestContext, name: str, password: str) -> Account | None:
    host = ctx.request.client.host if ctx.request.client else ""
    return authenticate(ctx.web.people, ctx.web.passwords, name, password, host, ctx.now)


def _wait_sentence(ctx: RequestContext, error: TooOften) -> str:
    minutes = max(1, int((error.until - ctx.now) / timedelta(minutes=1)) + 1)
    return f"试错的次数太多，请过 {minutes} 分钟再试。"


def _signed_out(ctx: RequestContext) -> Response:
    """To the door, leaving nothing in the browser: thumbnails are kept there for an hour."""
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
    said: str = "",
) -> Response:
    return ctx.render("login.html", status, next=target, name=name, trouble=trouble, said=said)


def _render_invitation(ctx: RequestContext, trouble: str = "", status: int = 200) -> Response:
    token = token_hash(ctx.request.path_params["secret"])
    invited = ctx.web.people.invited(token, ctx.now)
    return ctx.render(
        "welcome.html",
        status if invited else 410,
        account=invited,
        shortest=SHORTEST,
        trouble=trouble,
    )


def _render_account(ctx: RequestContext, said: str = "", trouble: str = "") -> Response:
    return ctx.render(
        "account.html",
        400 if trouble else 200,
        here="/account",
        said=said,
        trouble=trouble,
        shortest=SHORTEST,
        sessions=ctx.web.people.sessions(ctx.account.id, ctx.now),
    )


def _start_session(ctx: RequestContext, account_id: int, target: str) -> Response:
    secret = new_secret()
    lasts = timedelta(hours=ctx.web.application.settings.console.session_hours)
    ctx.web.people.log_in(account_id, token_hash(secret), ctx.now, ctx.now + lasts)
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
