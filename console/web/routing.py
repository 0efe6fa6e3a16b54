"""
Routes of the pages and of the API; each names the permission that it takes (`console/policy.py`).

A handler is a plain function `(RequestContext) -> Response`, run in a thread: it may ask the ledger.
`page` only looks, `action` changes something and then redirects, `api` answers programs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from console.policy import Actor, Outsider, Permission, allows
from console.web.accounts import token_hash
from console.web.middleware import PATTERN, RequestTooLarge, limit_body
from console.web.once import FIELD
from console.web.redirects import redirect, redirect_to_login, target_of
from console.web.request_context import RequestContext, WebContext, actor_of
from console.web.session_cookie import session_secret
from ledger.sessions import Login
from ledger.states import TokenScope

MAX_FORM_BYTES = 64_000
RENEWAL = "x-renewal"
"""A page that renews itself says so: nobody need be sitting before it."""
WITHOUT_SECOND_FACTOR = frozenset(
    {Permission.ENTER, Permission.READ_STATUS, Permission.MANAGE_OWN_ACCOUNT}
)
"""What an account may do before it has set up the second factor that the office asks for."""
Handler = Callable[[RequestContext], Response]


class GuardedRoute(Route):
    """A route that knows which permission it takes."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[[Request], Awaitable[Response]],
        method: str,
        permission: Permission,
    ) -> None:
        super().__init__(path, endpoint, methods=[method])
        self.permission = permission


def page(path: str, handler: Handler, permission: Permission = Permission.READ) -> GuardedRoute:
    """Make a route that only looks."""

    async def endpoint(request: Request) -> Response:
        request.scope[PATTERN] = path
        return await run_in_threadpool(_answer_page, request, handler, permission)

    return GuardedRoute(path, endpoint, "GET", permission)


def action(
    path: str,
    handler: Handler,
    permission: Permission,
    max_bytes: int = MAX_FORM_BYTES,
    max_field: int = MAX_FORM_BYTES,
) -> GuardedRoute:
    """Make a route that changes something. The form's bytes are limited to `max_bytes`, a field's to `max_field`."""

    async def endpoint(request: Request) -> Response:
        request.scope[PATTERN] = path
        web: WebContext = request.app.state.web
        moment = web.now()
        login = await run_in_threadpool(_login_of, request, web, moment)
        refusal = _refusal(request, web, login, permission)
        if refusal is not None:
            return refusal
        try:
            async with limit_body(request, max_bytes).form(
                max_files=5, max_fields=200, max_part_size=max_field
            ) as form:
                ctx = RequestContext(request, web, login, form, moment)
                return await run_in_threadpool(_act_once, ctx, handler)
        except RequestTooLarge as error:
            raise HTTPException(413) from error
        except HTTPException as error:
            if "Too many files" in str(
                error.detail
            ):  # the parser of forms has no other name for it
                raise HTTPException(413) from error
            raise

    return GuardedRoute(path, endpoint, "POST", permission)


def _act_once(ctx: RequestContext, handler: Handler) -> Response:
    """Do what a form asks for; the same form once more is answered as the first time."""
    if ctx.login is None:
        return handler(ctx)
    key, account = ctx.form_value(FIELD), ctx.account.name
    if not key:
        return _sealed(ctx, handler(ctx))
    with ctx.web.sent_forms.sending(key, account) as led_to:
        if led_to is not None:
            return RedirectResponse(led_to, 303)
        answer = _sealed(ctx, handler(ctx))
        if answer.status_code == 303:
            ctx.web.sent_forms.remember(key, account, answer.headers["location"])
        return answer


def _sealed(ctx: RequestContext, answer: Response) -> Response:
    """Return a redirect that says something with our seal, any other answer as it is."""
    if answer.status_code == 303:
        answer.headers["location"] = ctx.web.seal.sealed(
            answer.headers["location"], ctx.account.name
        )
    return answer


def api(path: str, handler: Handler, permission: Permission) -> GuardedRoute:
    """Make a route for programs, known by their token (RFC 6750); without permission it answers 401."""

    def answer(request: Request) -> Response:
        web: WebContext = request.app.state.web
        moment = web.now()
        login = _login_of(request, web, moment)
        actors: list[Actor] = [actor_of(login)]
        if (program := _program(request, web, moment)) is not None:
            actors.append(program)
        if not any(allows(actor, permission) for actor in actors):
            return JSONResponse(
                {"error": "a token is needed: Authorization: Bearer …"},
                401,
                {"WWW-Authenticate": "Bearer"},
            )
        return handler(RequestContext(request, web, login, FormData(), moment))

    async def endpoint(request: Request) -> Response:
        request.scope[PATTERN] = path
        return await run_in_threadpool(answer, request)

    return GuardedRoute(path, endpoint, "GET", permission)


def _answer_page(request: Request, handler: Handler, permission: Permission) -> Response:
    web: WebContext = request.app.state.web
    moment = web.now()
    login = _login_of(request, web, moment)
    refusal = _refusal(request, web, login, permission)
    if refusal is None:
        return handler(RequestContext(request, web, login, FormData(), moment))
    if login is None and request.headers.get("sec-fetch-site") == "cross-site":
        # a link in web mail: SameSite=Strict keeps the cookie back from a visit that another site
        # begins, so the page asks for itself again, this time from here
        stranger = RequestContext(request, web, None, FormData(), moment)
        return stranger.render("reload.html", target=target_of(request))
    return refusal


def _refusal(
    request: Request, web: WebContext, login: Login | None, permission: Permission
) -> Response | None:
    """
    Return the way to the login page for a stranger without the permission, None for who has it.

    Whoever has to set up a second factor first is led there.

    Raises: HTTPException(403) for an account without it.
    """
    if allows(actor_of(login), permission):
        lacking = login is not None and web.needs_second_factor(login.account)
        if lacking and permission not in WITHOUT_SECOND_FACTOR:
            return redirect("/account/second-factor")
        return None
    if login is None:
        return redirect_to_login(request)
    raise HTTPException(403)


def _login_of(request: Request, web: WebContext, moment: datetime) -> Login | None:
    """Return the session that the request's cookie opens."""
    secret = session_secret(request)
    if not secret:
        return None
    active = request.headers.get(RENEWAL) is None
    return web.door.sessions.login(token_hash(secret), moment, web.idle, active)


def _program(request: Request, web: WebContext, moment: datetime) -> Outsider | None:
    """Return what the program that sent a token may be, None without a token that opens."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    token = web.tokens.opened_by(token_hash(secret.strip()), moment)
    if token is None:
        return None
    return Outsider.PROGRAM if token.scope is TokenScope.READ else Outsider.METER
