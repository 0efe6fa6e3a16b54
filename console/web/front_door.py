"""
One server for the pages of many offices: by host name, or by a path such as /o/east.

Behind it each office has an application of its own with its own ledger, accounts, sessions and keys; a
request is handed to one of them whole, or to none. Whoever knows no office is told of none.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from console.application import Application
from console.settings.loading import Settings
from console.web.app import ImmutableStaticFiles, create_app
from console.web.middleware import REFUSED, SAFE, UNKNOWN_HOST, SecurityHeadersMiddleware, is_number
from console.web.templating import environment

PER_OFFICE = 16
"""Requests of one office that are answered at once: the others are not to wait for its slow ones."""
CLOSING_SECONDS = 10.0
"""How long requests in hand may take when an office is closed."""
PATIENCE = 60.0
"""Seconds for which an office that is being opened anew is said to come back, not to be nowhere."""


@dataclass(slots=True)
class _Office:
    """An office's pages: where they are, and how many requests are in hand."""

    host: str
    prefix: str
    app: ASGIApp
    title: str
    url: str
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PER_OFFICE))
    in_hand: int = 0
    closed: bool = False


class FrontDoor:
    """
    The ASGI application of an installation; offices come and go while it serves.

    `own`: the names of this machine and of the installation's address, None for any; `told`: is
    told in each request's context whose it is, for the log; `names`: those of all offices there should be.
    """

    def __init__(
        self,
        own: frozenset[str] | None,
        *,
        listed: bool = False,
        told: Callable[[str], None] = lambda name: None,
        names: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._own = own
        self._listed = listed
        self._told = told
        self._names = names
        self._offices: dict[str, _Office] = {}
        self._nearest_first: tuple[tuple[str, _Office], ...] = ()
        self._gone: dict[tuple[str, str], float] = {}
        self._changing = threading.Lock()
        self._templates = environment("Asia/Shanghai", "", ())
        self._hall = Starlette(
            routes=[
                Route("/", self._start_page),
                Route("/healthz", self._healthz),
                Mount("/static", ImmutableStaticFiles(directory=Path(__file__).parent / "static")),
            ],
            middleware=[Middleware(SecurityHeadersMiddleware)],
            exception_handlers={404: self._nowhere},
        )

    @contextlib.contextmanager
    def mount(self, application: Application) -> Iterator[None]:
        """Serve an office's pages as long as the block lasts; what is in hand then is answered first."""
        settings = application.settings
        one = _Office(
            _host(settings),
            settings.prefix,
            create_app(application),
            settings.office.name,
            settings.pages_url,
        )
        with self._changing:
            self._change({**self._offices, settings.key: one})
        try:
            yield
        finally:
            with self._changing:
                self._change({key: o for key, o in self._offices.items() if o is not one})
                self._gone[(one.host, one.prefix)] = time.monotonic() + PATIENCE
            one.closed = True
            until = time.monotonic() + CLOSING_SECONDS
            while one.in_hand and time.monotonic() < until:
                time.sleep(0.05)

    def _change(self, offices: dict[str, _Office]) -> None:
        """Have other offices served, those with the longest path asked first."""
        now = time.monotonic()
        self._gone = {place: until for place, until in self._gone.items() if until > now}
        self._offices = offices
        self._nearest_first = tuple(
            sorted(offices.items(), key=lambda item: len(item[1].prefix), reverse=True)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to its office, else to the start page."""
        if scope["type"] != "http":
            await self._hall(scope, receive, send)
            return
        name = _name_of(scope)
        path: str = scope["path"]
        for key, one in self._nearest_first:
            if self._is_at(one.host, name) and _is_below(path, one.prefix):
                if path == one.prefix and one.prefix:
                    await RedirectResponse(f"{one.prefix}/", 308)(scope, receive, send)
                    return
                self._told(key)
                async with _in_hand(one):
                    await _answer(one, scope, receive, send)
                return
        if not self._is_known(name):
            await PlainTextResponse(UNKNOWN_HOST, 421)(scope, receive, send)
            return
        if self._is_coming_back(name, path):
            await self._page("正在重新打开", "这个单位的工作台正在重新打开，请过一会儿再试。", 503)(
                scope, receive, send
            )
            return
        await self._hall(scope, receive, send)

    def _is_at(self, host: str, name: str) -> bool:
        """Tell whether a name leads to an office: to its own host, else to the installation's names."""
        return name == host if host else self._own is None or name in self._own or is_number(name)

    def _is_known(self, name: str) -> bool:
        hosts = {one.host for one in self._offices.values()} | {host for host, _ in self._gone}
        return self._is_at("", name) or name in hosts

    def _is_coming_back(self, name: str, path: str) -> bool:
        now = time.monotonic()
        return any(
            until > now and self._is_at(host, name) and _is_below(path, prefix)
            for (host, prefix), until in list(self._gone.items())
        )

    async def _start_page(self, request: Request) -> HTMLResponse:
        """Show the way to an office: to those who know its address, or to everybody where that is wanted."""
        offices = sorted(
            ((one.title, one.url) for one in self._offices.values()) if self._listed else ()
        )
        text = self._templates.get_template("start.html").render(
            offices=offices, listed=self._listed
        )
        return HTMLResponse(text)

    async def _healthz(self, request: Request) -> JSONResponse:
        """Answer 200 while every office is open, else 503; how many are not, never which."""
        failing = len(set(self._names()) - self._offices.keys())
        return JSONResponse(
            {"ok": not failing, "offices_not_open": failing}, 503 if failing else 200
        )

    async def _nowhere(self, request: Request, error: Exception) -> HTMLResponse:
        return self._page("没有这一页", "地址可能写错了。请核对本单位工作台的网址。", 404)

    def _page(self, title: str, advice: str, status: int) -> HTMLResponse:
        text = self._templates.get_template("start.html").render(
            offices=(), listed=False, title=title, advice=advice
        )
        headers = {"Retry-After": "5"} if status == 503 else None
        return HTMLResponse(text, status, headers)


@contextlib.asynccontextmanager
async def _in_hand(one: _Office) -> AsyncIterator[None]:
    one.in_hand += 1
    try:
        async with one.places:
            yield
    finally:
        one.in_hand -= 1


async def _answer(one: _Office, scope: Scope, receive: Receive, send: Send) -> None:
    """Have an office answer a request, its own path taken off."""
    if one.closed:
        await PlainTextResponse("正在重新打开，请再试一次。", 503)(scope, receive, send)
        return
    if not one.prefix:
        await one.app(scope, receive, send)
        return
    path = scope["path"][len(one.prefix) :]
    inner = {
        **scope,
        "path": path,
        "raw_path": scope.get("raw_path", b"")[len(one.prefix.encode()) :],
        "app_root_path": one.prefix,  # for addresses that are told to people whole
        "headers": list(scope["headers"]),
    }
    headers = MutableHeaders(scope=inner)
    referer = urlsplit(headers.get("referer", ""))
    if referer.path and not _is_below(referer.path, one.prefix):
        if scope["method"] not in SAFE and referer.netloc == headers.get("host", ""):
            # the page of another office on this host: to a browser it is the same site
            await PlainTextResponse(REFUSED, 403)(scope, receive, send)
            return
        del headers["referer"]
    elif referer.path:
        headers["referer"] = referer._replace(path=referer.path[len(one.prefix) :] or "/").geturl()
    await one.app(inner, receive, send)


def _name_of(scope: Scope) -> str:
    try:
        return (urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or "").lower()
    except ValueError:
        return "\0"  # no name of anybody's


def _host(settings: Settings) -> str:
    """Return the host name at which an office alone is found, "" for one at the installation's."""
    if settings.prefix.startswith("/o/") and settings.prefix == f"/o/{settings.key}":
        return ""
    return (urlsplit(settings.console.address).hostname or "").lower()


def _is_below(path: str, prefix: str) -> bool:
    return not prefix or path == prefix or path.startswith(f"{prefix}/")
