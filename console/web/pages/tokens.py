"""令牌: which programs may read, what, and until when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web.accounts import new_secret, token_hash
from console.web.redirects import redirect, redirect_saying
from console.web.request_context import OneTimeSecret, RequestContext
from console.web.routing import action, page
from ledger.errors import AlreadyExists, InvalidInput, NotFound
from ledger.states import TokenScope

SHOWN_ONCE = "请存到要用它的程序里，不要发在聊天里。离开这一页就不再显示；丢了就收回，再发一个。"


def show_tokens(ctx: RequestContext) -> Response:
    """List the tokens of programs."""
    return _render_tokens(ctx)


def add_token(ctx: RequestContext) -> Response:
    """Add a token and show it, once."""
    secret, name = new_secret(), ctx.form_value("name")
    try:
        scope = TokenScope(ctx.form_value("scope"))
    except ValueError:
        raise HTTPException(400) from None
    try:
        expires = _end_of(ctx.form_value("expires"), ctx)
        ctx.web.tokens.add(name, token_hash(secret), ctx.account.name, ctx.now, scope, expires)
    except (AlreadyExists, InvalidInput) as error:
        return _render_tokens(ctx, str(error))
    shown = OneTimeSecret(
        ctx.account.name, f"给“{name.strip()}”的令牌", (secret,), SHOWN_ONCE, "/tokens"
    )
    return redirect(f"/account/shown/{ctx.web.one_time_secrets.put(shown, ctx.now)}")


def revoke_token(ctx: RequestContext) -> Response:
    """Revoke a token: it opens nothing any more."""
    name = ctx.form_value("name")
    try:
        ctx.web.tokens.revoke(name, ctx.account.name, ctx.now)
    except NotFound:
        return redirect_saying("/tokens", f"“{name}”已经收回过了。")
    return redirect_saying("/tokens", f"令牌“{name}”已收回，立即失效。")


def _end_of(written: str, ctx: RequestContext) -> datetime | None:
    """Return the end of a day of the office; None for "". Raises: InvalidInput."""
    if not written.strip():
        return None
    try:
        day = date.fromisoformat(written.strip()) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidInput("有效期要写成日期，如 2022-12-31；留空为一直有效。") from None
    return datetime.combine(day, time(), ZoneInfo(ctx.web.application.zone))


def _render_tokens(ctx: RequestContext, trouble: str = "") -> Response:
    return ctx.render(
        "tokens.html",
        400 if trouble else 200,
        here="/accounts",
        tokens=ctx.web.tokens.tokens(),
        scopes=list(TokenScope),
        trouble=trouble,
    )


routes = (
    page("/tokens", show_tokens, Permission.ADMINISTER),
    action("/tokens", add_token, Permission.ADMINISTER),
    action("/tokens/revoke", revoke_token, Permission.ADMINISTER),
)
