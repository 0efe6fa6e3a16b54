"""Addresses within the pages: redirects to them, queries for them, and which targets are ours."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

_SAID = ("said", "seal")


def redirect(path: str, **query: str) -> RedirectResponse:
    """Redirect to another of our pages, to be fetched with GET (RFC 9110 15.4.4); empty fields are left out."""
    fields = {name: value for name, value in query.items() if value}
    return RedirectResponse(path + (f"?{encode_query(fields)}" if fields else ""), 303)


def redirect_saying(path: str, message: str) -> RedirectResponse:
    """Redirect to a page that may have a query of its own, and say something there."""
    path, _, query = path.partition("?")
    fields = [one for one in query.split("&") if one and one.split("=")[0] not in _SAID]
    return RedirectResponse(f"{path}?{'&'.join([*fields, encode_query({'said': message})])}", 303)


def redirect_to_login(request: Request) -> Response:
    """Redirect to the login page and back; a part that htmx asked for takes the whole window along."""
    target = target_of(request) if request.method == "GET" else _form_page(request)
    form_lost = request.method != "GET" and request.url.path != "/logout"
    if request.headers.get("hx-request") == "true":
        path = "/login?ended=1" if form_lost else "/login"
        return Response(status_code=204, headers={"HX-Redirect": path})
    return redirect("/login", next="" if target == "/" else target, ended="1" if form_lost else "")


def _form_page(request: Request) -> str:
    """Return the page of ours from which a form was sent, so that a lost session leads back to it."""
    referer = urlsplit(request.headers.get("referer", ""))
    if request.url.path == "/logout" or referer.netloc != request.headers.get("host", ""):
        return "/"
    return local_path(referer.path + (f"?{referer.query}" if referer.query else ""))


def local_path(target: str) -> str:
    """Return `target` if it is a local path, else "/" (no open redirect)."""
    parts = urlsplit(target)
    foreign = parts.scheme or parts.netloc or not target.startswith("/") or "\\" in target
    odd = target.startswith("//") or any(ord(sign) < 33 for sign in target)
    return "/" if foreign or odd else target


def encode_query(fields: Mapping[str, str]) -> str:
    """Encode fields for an address, as UTF-8."""
    return "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in fields.items())


def link(path: str, fields: Mapping[str, str]) -> str:
    """Return the address of a page with the fields that are not empty."""
    filled = {name: value for name, value in fields.items() if value}
    return f"{path}?{encode_query(filled)}" if filled else path


def target_of(request: Request) -> str:
    """Return the path and query that a request asks for."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
