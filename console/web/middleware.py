"""ASGI middleware before every page: security headers, trusted hosts, CSRF, request metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Pico's arrows are data: pictures
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: with it browsers send "Origin: null" along with a form
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PATTERN = "shougao.pattern"
"""Under this name a request carries its route's pattern."""
UNKNOWN_HOST = "这不是收稿工作台的地址。请按 config.toml 里 [console] 的 address 打开。"
REFUSED = "请求来自别的网站，已拒绝。请回到收稿工作台的页面，重新操作。"


class SecurityHeadersMiddleware:
    """Every answer carries the headers; pages are kept by no cache unless they say otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_security_headers(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        await self.app(scope, receive, with_headers)


def set_security_headers(headers: MutableHeaders, scheme: str) -> None:
    """Add what an answer lacks of our headers."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class TrustedHostMiddleware:
    """
    Refuses names that are not ours: a stranger's name that leads to this machine (DNS rebinding).

    Addresses in numbers pass, since no stranger's name is one. `hosts` None: any name.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 421 to a name that is not ours."""
        if scope["type"] != "http" or self.hosts is None or self._ours(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        await PlainTextResponse(UNKNOWN_HOST, 421)(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        assert self.hosts is not None
        try:
            name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        except ValueError:
            return False
        return name in self.hosts or is_number(name)


def is_number(name: str) -> bool:
    """Tell whether a host is an address in numbers, which is no stranger's name."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class CsrfMiddleware:
    """
    Refuses what changes anything and comes from another site's page (CSRF).

    Source: Fetch Metadata (W3C), `Sec-Fetch-Site`; browsers send it to https and to loopback. Where
    it is missing, Origin (RFC 6454) must name this host, or the office's own `address`.
    """

    def __init__(self, app: ASGIApp, address: str = "") -> None:
        self.app = app
        self.address = urlsplit(address).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a change that another site's page asks for."""
        if scope["type"] != "http" or scope["method"] in SAFE or self._own(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        await PlainTextResponse(REFUSED, 403)(scope, receive, send)

    def _own(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = urlsplit(headers.get("origin", "")).netloc.lower()
        return bool(origin) and origin in {headers.get("host", "").lower(), self.address}


class RequestMetricsMiddleware:
    """Tells how long each answer took: the route's pattern, the status, seconds."""

    def __init__(self, app: ASGIApp, tell: Callable[[str, int, float], None]) -> None:
        self.app = app
        self.tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            # never the path itself: strangers would fill the metrics with names of their own
            self.tell(scope.get(PATTERN, "other"), status, time.perf_counter() - started)


class RequestTooLarge(Exception):
    """A body larger than the action takes; `most` in bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes")
        self.most = most


def limit_body(request: Request, most: int) -> Request:
    """Return the same request; its body raises RequestTooLarge past `most` bytes, whatever it claims."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise RequestTooLarge(most)
    taken = 0
    receive = request.receive

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise RequestTooLarge(most)
        return message

    return Request(request.scope, counted)
