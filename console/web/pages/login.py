"""登录: login by password and, where the account has one, a second factor; logout; one-time links."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from starlette.responses import Response

from console.policy import Permission
from console.web.accounts import (
    MIN_PASSWORD,
    TooOften,
    authenticate,
    new_secret,
    password_objection,
    second_factor_passes,
    token_hash,
)
from console.web.redirects import local_path, redirect
from console.web.request_context import PendingLogin, RequestContext
from console.web.routing import action, page
from console.web.session_cookie import delete_session_cookie, session_secret, set_session_cookie
from ledger.accounts import Account
from ledger.sessions import NewSession

WRONG = "账号或密码不对。"
WRONG_CODE = "动态口令不对。请看手机上最新的 6 位数字；用恢复码的，每个只能用一次。"
TOO_LATE = "等得太久了，请重新登录。"
ENDED = "登录已经到期，刚才的操作没有完成。重新登录后会回到刚才的页面。"


def show_login(ctx: RequestContext) -> Response:
    """Show the login page, or go on for who is logged in."""
    if ctx.login is not None:
        return redirect(local_path(ctx.query("next") or "/"))
    ended = ENDED if ctx.query("ended") else ""
    return _render_login(ctx, local_path(ctx.query("next") or "/"), message=ended)


def log_in(ctx: RequestContext) -> Response:
    """Log in by name and password."""
    target, name = local_path(ctx.form_value("next") or "/"), _name(ctx)
    try:
        account = _authenticate(ctx, name, ctx.form_value("password"))
    except TooOften as error:
        return _render_login(ctx, target, name, wait_sentence(ctx, error), 429)
    if account is None:
        return _render_login(ctx, target, name, WRONG, 401)
    return _go_on(ctx, account, target)


def show_code(ctx: RequestContext) -> Response:
    """Show where the code of the second factor is entered."""
    pending = ctx.web.pending_logins.get(ctx.query("login"), ctx.now)
    if pending is None:
        return redirect("/login")
    return ctx.render(
        "login_code.html", login=ctx.query("login"), account=pending.account, trouble=""
    )


def enter_code(ctx: RequestContext) -> Response:
    """Log in by the code of the second factor, after the password was right."""
    ticket = ctx.form_value("login")
    pending = ctx.web.pending_logins.get(ticket, ctx.now)
    account = ctx.web.door.accounts.account(pending.account) if pending else None
    if pending is None or account is None or account.disabled or changed(pending, account):
        return _render_login(ctx, "/", trouble=TOO_LATE)
    try:
        passed = second_factor_passes(
            ctx.web.door, account, ctx.form_value("code"), ctx.host, ctx.now
        )
    except TooOften as error:
        ctx.web.pending_logins.drop(ticket)
        return _render_login(ctx, pending.target, account.name, wait_sentence(ctx, error), 429)
    if not passed:
        return ctx.render(
            "login_code.html", 401, login=ticket, account=account.name, trouble=WRONG_CODE
        )
    ctx.web.pending_logins.drop(ticket)
    return start_session(ctx, account, pending.target)


def log_out(ctx: RequestContext) -> Response:
    """Log out."""
    secret = session_secret(ctx.request)
    if secret:
        ctx.web.door.sessions.end(token_hash(secret))
    if ctx.login is not None:
        ctx.web.door.sessions.note_access("logout", ctx.account.name, ctx.host, ctx.now)
    return signed_out(ctx)


def show_invitation(ctx: RequestContext) -> Response:
    """Show the page of a one-time link."""
    return _render_invitation(ctx)


def accept_invitation(ctx: RequestContext) -> Response:
    """Set the first password by a one-time link, and log in."""
    token = token_hash(ctx.request.path_params["secret"])
    account = ctx.web.door.accounts.invited(token, ctx.now)
    if account is None:
        return _render_invitation(ctx)
    password = ctx.form_value("password")
    trouble = password_objection(account.name, password, ctx.form_value("again"), office_words(ctx))
    if trouble:
        return _render_invitation(ctx, trouble, 400)
    accepted = ctx.web.door.accounts.accept(token, ctx.web.door.passwords.hash(password), ctx.now)
    return _go_on(ctx, accepted, "/") if accepted else _render_invitation(ctx)


def changed(pending: PendingLogin, account: Account) -> bool:
    """Tell whether the password was changed since it was shown: then it opens nothing any more."""
    return pending.password != account.password


def office_words(ctx: RequestContext) -> tuple[str, ...]:
    """Return what somebody who guesses a password of this office would try first."""
    office = ctx.web.application.settings.office
    return (office.name, office.contact, "shougao", "收稿")


def wait_sentence(ctx: RequestContext, error: TooOften) -> str:
    """Say how long somebody who tried too often has to wait."""
    minutes = max(1, int((error.until - ctx.now) / timedelta(minutes=1)) + 1)
    return f"试错的次数太多，请过 {minutes} 分钟再试。"


def start_session(ctx: RequestContext, account: Account, target: str) -> Response:
    """Begin a session for who has shown everything that is asked for, and go on."""
    secret = new_secret()
    lasts = timedelta(hours=ctx.web.application.settings.console.session_hours)
    agent = ctx.request.headers.get("user-agent", "")
    ctx.web.door.sessions.begin(
        NewSession(token_hash(secret), account.id, ctx.now + lasts, ctx.host, agent), ctx.now
    )
    answer = redirect(target)
    set_session_cookie(ctx.request, answer, secret, lasts)
    return answer


def signed_out(ctx: RequestContext) -> Response:
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
    invited = ctx.web.door.accounts.invited(token, ctx.now)
    return ctx.render(
        "welcome.html",
        status if invited else 410,
        account=invited,
        shortest=MIN_PASSWORD,
        trouble=trouble,
    )


def _name(ctx: RequestContext) -> str:
    """Return the account's name as it is spelt, however it was typed: full-width letters, two blanks."""
    written = ctx.form_value("name").strip()
    if ctx.web.door.accounts.account(written) is not None:
        return written
    return " ".join(unicodedata.normalize("NFKC", written).split())


def _authenticate(ctx: RequestContext, name: str, password: str) -> Account | None:
    return authenticate(ctx.web.door, name, password, ctx.host, ctx.now)


def _go_on(ctx: RequestContext, account: Account, target: str) -> Response:
    """Begin a session, or ask for the code first where the account has a second factor."""
    if not account.second_factor:
        return start_session(ctx, account, target)
    pending = PendingLogin(account.name, account.password, target)
    ticket = ctx.web.pending_logins.put(pending, ctx.now)
    return redirect("/login/code", login=ticket)


routes = (
    page("/login", show_login, Permission.ENTER),
    action("/login", log_in, Permission.ENTER),
    page("/login/code", show_code, Permission.ENTER),
    action("/login/code", enter_code, Permission.ENTER),
    action("/logout", log_out, Permission.ENTER),
    page("/welcome/{secret}", show_invitation, Permission.ENTER),
    action("/welcome/{secret}", accept_invitation, Permission.ENTER),
)
