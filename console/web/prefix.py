"""
Pages below a path of their own, /o/east/…, though each is written as if it stood at the root of its host.

What comes in has lost the path already (`front_door.py`); here it is put before every address of ours that
goes out. In our pages that can be told for certain: whatever a sender wrote is escaped, its quotation marks
too, so that an attribute of HTML is always the templates' own.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = re.compile(
    rb"(\s(?:href|src|action|formaction|poster|hx-(?:get|post|put|patch|delete|push-url|replace-url)"
    rb'|data-(?:original|next))="|\scontent="0;url=)(?=/(?!/))'
)
_KEPT = re.compile(rb'(\sdata-(?:keep|forget)=")')
"""What a browser keeps of an unfinished text goes by this name, for all paths of a host together."""
_LEADING = ("location", "content-location", "hx-redirect", "hx-push-url", "hx-replace-url")


def prefixed(page: bytes, prefix: str, key: str) -> bytes:
    """Put an office's path before the addresses of a page, its name before what the browser keeps."""
    if not prefix:
        return page
    page = _LOCAL.sub(rb"\1" + prefix.encode(), page)
    return _KEPT.sub(rb"\1" + key.encode() + b"/", page)


class PrefixMiddleware:
    """Puts the prefix before the addresses in headers and HTML pages; files to be saved stay as they are."""

    def __init__(self, app: ASGIApp, prefix: str, key: str) -> None:
        self.app = app
        self.prefix = prefix
        self.key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Mend the answer on its way out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        page = b""

        async def mended(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name in _LEADING:
                    value = headers.get(name, "")
                    if value.startswith("/") and not value.startswith("//"):
                        headers[name] = self.prefix + value
                if _is_page(headers):
                    start = message
                    return
            elif start is not None:
                page += message.get("body", b"")
                if message.get("more_body", False):
                    return
                body = prefixed(page, self.prefix, self.key)
                if "content-length" in Headers(scope=start):
                    MutableHeaders(scope=start)["content-length"] = str(len(body))
                await send(start)
                await send({**message, "body": body})
                return
            await send(message)

        await self.app(scope, receive, mended)


def _is_page(headers: MutableHeaders) -> bool:
    kind = headers.get("content-type", "")
    return kind.startswith("text/html") and "content-disposition" not in headers
