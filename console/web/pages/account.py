"""我的账号: one's own password, second factor, sessions and history."""

from __future__ import annotations

import segno
from starlette.responses import Response

from console.policy import Permission
from console.web.accounts import (
    MIN_PASSWORD,
    TooOften,
    authenticate,
    password_objection,
    token_hash,
)
from console.web.browsers import browser_name
from console.web.pages.login import office_words, signed_out, start_session, wait_sentence
from console.web.redirects import link, redirect, redirect_saying
from console.web.request_context import NewAuthenticator, OneTimeSecret, RequestContext
from console.web.routing import action, page
from console.web.session_cookie import session_secret
from ledger.accounts import Account
from ledger.errors import InvalidInput
from ledger.second_factors import new_totp_secret, totp_uri

WRONG_PASSWORD = "现在的密码不对。"
KEEP_CODES = (
    "手机丢了或换了，就用恢复码登录，每个只能用一次。请抄下或打印，和其他重要材料放在一起；"
    "离开这一页就不再显示。"
)


def show_account(ctx: RequestContext) -> Response:
    """Show one's own account."""
    return _render_account(ctx, message=ctx.said)


def change_password(ctx: RequestContext) -> Response:
    """Change one's own password; all other sessions end."""
    mine, trouble = _confirmed(ctx)
    if mine is None:
        return _render_account(ctx, trouble=trouble)
    password = ctx.form_value("password")
    trouble = password_objection(mine.name, password, ctx.form_value("again"), office_words(ctx))
    if trouble:
        return _render_account(ctx, trouble=trouble)
    door = ctx.web.door
    door.accounts.set_password(mine.name, door.passwords.hash(password), mine.name, ctx.now)
    return start_session(ctx, mine, link("/account", {"said": "密码已改。"}))


def log_out_everywhere(ctx: RequestContext) -> Response:
    """End all sessions of one's own account."""
    ctx.web.door.sessions.end_all(ctx.account.id)
    ctx.web.door.sessions.note_access("everywhere", ctx.account.name, ctx.host, ctx.now)
    return signed_out(ctx)


def end_session(ctx: RequestContext) -> Response:
    """End one of one's own sessions."""
    if ctx.web.door.sessions.end_one(ctx.account.id, ctx.form_value("number")):
        ctx.web.door.sessions.note_access("session_ended", ctx.account.name, ctx.host, ctx.now)
    return redirect_saying("/account", "那一处登录已结束。")


def show_second_factor(ctx: RequestContext) -> Response:
    """Show how to set up a second factor: first the password, then the QR code."""
    return _render_second_factor(ctx, ctx.query("new"))


def begin_second_factor(ctx: RequestContext) -> Response:
    """Make a secret for an authenticator, for who knows the password."""
    mine, trouble = _confirmed(ctx)
    if mine is None:
        return _render_second_factor(ctx, "", trouble)
    new = NewAuthenticator(mine.name, new_totp_secret())
    return redirect("/account/second-factor", new=ctx.web.new_authenticators.put(new, ctx.now))


def switch_on_second_factor(ctx: RequestContext) -> Response:
    """Ask for a second factor from now on, once the authenticator has shown a right code."""
    key = ctx.form_value("new")
    new = _new_authenticator(ctx, key)
    if new is None:
        return _render_second_factor(ctx, "", "等得太久了，请再来一次。")
    try:
        codes = ctx.web.door.second_factors.switch_on(
            ctx.account.name, new.secret, "".join(ctx.form_value("code").split()), ctx.now
        )
    except InvalidInput as error:
        return _render_second_factor(ctx, key, str(error))
    ctx.web.new_authenticators.drop(key)
    return _show_codes(ctx, codes)


def renew_codes(ctx: RequestContext) -> Response:
    """Give out new recovery codes, for who knows the password."""
    mine, trouble = _confirmed(ctx)
    if mine is None or not mine.second_factor:
        return _render_second_factor(ctx, "", trouble)
    return _show_codes(ctx, ctx.web.door.second_factors.renew_codes(mine.name, ctx.now))


def switch_off_second_factor(ctx: RequestContext) -> Response:
    """Ask for the password alone from now on, for who knows it."""
    mine, trouble = _confirmed(ctx)
    if mine is None:
        return _render_second_factor(ctx, "", trouble)
    ctx.web.door.second_factors.switch_off(mine.name, mine.name, ctx.now)
    return redirect_saying("/account", "动态口令已停用，以后登录只用密码。")


def show_secret(ctx: RequestContext) -> Response:
    """Show what is shown once to this account: recovery codes, a link, a token."""
    secret = ctx.web.one_time_secrets.get(ctx.request.path_params["key"], ctx.now)
    if secret is None or secret.to != ctx.account.name:
        return redirect("/account")
    return ctx.render("one_time_secret.html", secret=secret)


def _confirmed(ctx: RequestContext) -> tuple[Account | None, str]:
    """
    Return one's account when the password in the form is right, else None and what to say.

    Counted like a login: whoever sits down at an open browser shall not guess on.
    """
    name, password = ctx.account.name, ctx.form_value("current")
    try:
        mine = authenticate(ctx.web.door, name, password, ctx.host, ctx.now)
    except TooOften as error:
        return None, wait_sentence(ctx, error)
    return mine, "" if mine else WRONG_PASSWORD


def _new_authenticator(ctx: RequestContext, key: str) -> NewAuthenticator | None:
    new = ctx.web.new_authenticators.get(key, ctx.now)
    return new if new is not None and new.account == ctx.account.name else None


def _show_codes(ctx: RequestContext, codes: list[str]) -> Response:
    secret = OneTimeSecret(ctx.account.name, "恢复码", tuple(codes), KEEP_CODES, "/account")
    return redirect(f"/account/shown/{ctx.web.one_time_secrets.put(secret, ctx.now)}")


def _render_account(ctx: RequestContext, message: str = "", trouble: str = "") -> Response:
    mine, door = ctx.account, ctx.web.door
    return ctx.render(
        "account.html",
        400 if trouble else 200,
        here="/account",
        message=message,
        trouble=trouble,
        shortest=MIN_PASSWORD,
        sessions=door.sessions.list_open(mine.id, ctx.now, ctx.web.idle),
        this_one=token_hash(session_secret(ctx.request)),
        browser_name=browser_name,
        codes_left=door.second_factors.codes_left(mine.id),
        history=door.sessions.history(mine.name),
    )


def _render_second_factor(ctx: RequestContext, key: str, trouble: str = "") -> Response:
    new = _new_authenticator(ctx, key)
    office = ctx.web.application.settings.office.name or "收稿"
    picture = ""
    if new is not None:
        uri = totp_uri(new.secret, ctx.account.name, office)
        picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=3, light="#fff")
    return ctx.render(
        "second_factor.html",
        400 if trouble else 200,
        here="/account",
        trouble=trouble,
        key=key if new else "",
        secret=new.secret if new else "",
        picture=picture,
        required=ctx.web.needs_second_factor(ctx.account),
        codes_left=ctx.web.door.second_factors.codes_left(ctx.account.id),
    )


routes = (
    page("/account", show_account, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/password", change_password, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/logout-everywhere", log_out_everywhere, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/end-session", end_session, Permission.MANAGE_OWN_ACCOUNT),
    page("/account/second-factor", show_second_factor, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/second-factor", begin_second_factor, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/second-factor/on", switch_on_second_factor, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/second-factor/off", switch_off_second_factor, Permission.MANAGE_OWN_ACCOUNT),
    action("/account/second-factor/codes", renew_codes, Permission.MANAGE_OWN_ACCOUNT),
    page("/account/shown/{key}", show_secret, Permission.MANAGE_OWN_ACCOUNT),
)
