"""
One request on its way to a page: who it is, what they may do, what they filled in.

A page is a plain function `(Visit) -> Response`, run in a thread: it may ask the ledger. Routes are
made by `page` (looks only) and `action` (changes something, then redirects).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from console.application import Application
from console.web.accounts import Passwords, digest
from console.web.attachments import VaultFiles
from console.web.metrics import Meters
from console.web.middleware import PATTERN, RequestTooLarge, limit_body
from console.web.summary_cache import Summaries
from ledger.accounts import Account, Accounts, Login
from ledger.queries.figures import Figures
from ledger.states import Role

FORM_BYTES = 64_000
_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True)
class WebContext:
    """What all pages have at hand. `reader` asks without waiting for writers; `now` is the clock."""

    application: Application
    reader: Engine
    people: Accounts
    figures: Figures
    summaries: Summaries
    passwords: Passwords
    templates: Environment
    meters: Meters
    files: VaultFiles
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request with everything that belongs to it. `now` is the same moment all through the page."""

    request: Request
    web: WebContext
    login: Login | None
    form: FormData
    now: datetime

    @property
    def account(self) -> Account:
        """Who it is. Only pages that are open to strangers may have nobody."""
        if self.login is None:
            raise HTTPException(401)
        return self.login.account

    @property
    def today(self) -> date:
        """The office's present day."""
        return self.now.astimezone(ZoneInfo(self.web.application.zone)).date()

    def query(self, name: str) -> str:
        """A field of the address, without blanks around it."""
        return self.request.query_params.get(name, "").strip()

    def form_value(self, name: str) -> str:
        """A text field of the form, exactly as typed."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def upload(self, name: str) -> UploadFile | None:
        """A file of the form, None when none was chosen."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def number(self, name: str) -> int:
        """A number of the path."""
        value: int = self.request.path_params[name]
        if value > 2**62:
            raise HTTPException(404)
        return value

    def may(self, role: Role) -> bool:
        """Whether the person may do what this role may."""
        return self.login is not None and allows(self.login.account.role, role)

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page, made from a template of console/web/templates."""
        text = self.web.templates.get_template(template).render(ctx=self, **context)
        return HTMLResponse(text, status)


Handler = Callable[[RequestContext], Response]


def allows(has: Role, wanted: Role) -> bool:
    """Whether one role includes another."""
    return _RANK[has] >= _RANK[wanted]


def page(path: str, handler: Handler, role: Role | None = Role.VIEWER) -> Route:
    """A route that only looks. `role` None: strangers, too."""

    async def endpoint(request: Request) -> Response:
        request.scope[PATTERN] = path
        return await run_in_threadpool(_look, request, handler, role)

    return Route(path, endpoint, methods=["GET"])


def action(
    path: str, handler: Handler, role: Role | None = Role.EDITOR, most: int = FORM_BYTES
) -> Route:
    """A route that changes something. The form's bytes are bounded by `most`."""

    async def endpoint(request: Request) -> Response:
        request.scope[PATTERN] = path
        web: WebContext = request.app.state.web
        moment = web.now()
        login = await run_in_threadpool(login_of, request, web, moment)
        if role is not None and login is None:
            return to_login(request)
        if role is not None and login is not None and not allows(login.account.role, role):
            raise HTTPException(403)
        try:
            async with limit_body(request, most).form(
                max_files=5, max_fields=200, max_part_size=FORM_BYTES
            ) as form:
                ctx = RequestContext(request, web, login, form, moment)
                return await run_in_threadpool(handler, ctx)
        except RequestTooLarge as error:
            raise HTTPException(413) from error

    return Route(path, endpoint, methods=["POST"])


def _look(request: Request, handler: Handler, role: Role | None) -> Response:
    web: WebContext = request.app.state.web
    moment = web.now()
    login = login_of(request, web, moment)
    if role is not None and login is None:
        if request.headers.get("sec-fetch-site") == "cross-site":
            return _once_more(request, web, moment)
        return to_login(request)
    if role is not None and login is not None and not allows(login.account.role, role):
        raise HTTPException(403)
    return handler(RequestContext(request, web, login, FormData(), moment))


def _once_more(request: Request, web: WebContext, moment: datetime) -> Response:
    """
    A link in web mail: SameSite=Strict keeps the cookie back from a visit that another site begins,
    so the page asks for itself again, this time from here.
    """
    ctx = RequestContext(request, web, None, FormData(), moment)
    return ctx.render("once_more.html", target=_target(request))


# -- cookies --


def login_of(request: Request, web: WebContext, moment: datetime) -> Login | None:
    """The session that the request's cookie opens."""
    secret = request.cookies.get(cookie_name(request), "")
    return web.people.login(digest(secret), moment) if secret else None


def cookie_name(request: Request) -> str:
    """Behind TLS the name itself binds the cookie to this host (RFC 6265bis 4.1.3.2)."""
    return "__Host-shougao" if request.url.scheme == "https" else "shougao"


def give_cookie(request: Request, response: Response, secret: str, lasts: timedelta) -> None:
    """
    Hand over the session's cookie: for this host, out of reach of scripts and of other sites. How
    long it lasts is told as a span, since the browser's clock need not be ours.
    """
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def take_cookie(request: Request, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(
        cookie_name(request),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


# -- ways --


def go(path: str, **query: str) -> RedirectResponse:
    """To another of our pages, with GET (RFC 9110 15.4.4)."""
    form_value = {name: value for name, value in query.items() if value}
    return RedirectResponse(path + (f"?{encoded(form_value)}" if form_value else ""), 303)


def to_login(request: Request) -> Response:
    """To the login page and back; a part that htmx asked for takes the whole window along."""
    target = _target(request) if request.method == "GET" else "/"
    lost = request.method != "GET" and request.url.path != "/logout"
    if request.headers.get("hx-request") == "true":
        way = "/login?ended=1" if lost else "/login"
        return Response(status_code=204, headers={"HX-Redirect": way})
    return go("/login", next="" if target == "/" else target, ended="1" if lost else "")


def own_path(target: str) -> str:
    """A path of ours to be sent on to; anything else becomes the first page."""
    parts = urlsplit(target)
    foreign = parts.scheme or parts.netloc or not target.startswith("/") or "\\" in target
    odd = target.startswith("//") or any(ord(sign) < 33 for sign in target)
    return "/" if foreign or odd else target


def encoded(query: Mapping[str, str]) -> str:
    """Fields for an address, as UTF-8."""
    return "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in query.items())


def _target(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
