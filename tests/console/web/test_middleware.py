"""What holds for every route there is, those of tomorrow included; and what strangers can try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2.exceptions import VerifyMismatchError
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from console.application import Application
from console.web import accounts
from console.web.accounts import Passwords
from console.web.app import create_app
from console.web.downloads import MAX_NAME, safe_name
from ledger.accounts import Accounts
from ledger.sessions import AttemptLimit, Sessions
from ledger.states import Role
from tests.console.office import NOW, PASSWORD
from tests.console.web.conftest import HOST

OPEN = {"/login", "/welcome/{secret}", "/healthz", "/api/v1/openapi.json"}
"""Whoever may look."""
TOKEN = {"/metrics", "/api/v1/drafts", "/api/v1/letters", "/api/v1/points"}
"""Programs, by a token."""
ANYBODYS = {"/login", "/login/code", "/logout", "/welcome/{secret}"}
"""Actions without a login."""
OWN = {
    "/account/password",
    "/account/logout-everywhere",
    "/account/end-session",
    "/account/second-factor",
    "/account/second-factor/on",
    "/account/second-factor/off",
    "/account/second-factor/codes",
    "/filters",
    "/filters/remove",
}
"""Actions of whoever is logged in, upon themselves alone."""


def routes(app: Starlette, method: str) -> Iterator[tuple[str, str]]:
    """(pattern, a path that fits it) of every route."""
    for route in app.routes:
        assert isinstance(route, Route | Mount)
        if isinstance(route, Route) and method in (route.methods or ()):
            yield route.path, re.sub(r"\{\w+(:\w+)?\}", "1", route.path)


def test_whoever_is_not_logged_in_sees_the_door_and_nothing_else(
    application: Application, stranger: TestClient
) -> None:
    found = {}
    for pattern, path in routes(create_app(application), "GET"):
        told = stranger.get(path)
        found[pattern] = told.status_code
        if pattern in TOKEN:
            assert told.status_code == 401, pattern
        elif pattern not in OPEN:
            assert told.status_code == 303, pattern
            assert told.headers["location"].startswith("/login"), pattern
    assert len(found) > 15
    assert set(found) >= OPEN | TOKEN


def test_whoever_is_not_logged_in_changes_nothing(
    application: Application, stranger: TestClient
) -> None:
    for pattern, path in routes(create_app(application), "POST"):
        told = stranger.post(path, data={})
        if pattern not in ANYBODYS:
            assert told.status_code == 303, pattern
            assert told.headers["location"].startswith("/login"), pattern


def test_a_viewer_changes_nothing(application: Application, sign_in: Any) -> None:
    client = sign_in("viewer")
    for pattern, path in routes(create_app(application), "POST"):
        if pattern not in ANYBODYS | OWN:
            assert client.post(path, data={}).status_code == 403, pattern


def test_nothing_is_changed_for_another_sites_page_or_a_page_of_nobodys(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("admin")
    for pattern, path in routes(create_app(application), "POST"):
        for headers in (
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": ""},
        ):
            told = client.post(path, headers=headers, files={"sheet": ("x.csv", b"x")})
            assert told.status_code == 403, (pattern, headers)
    assert client.get("/").status_code == 200  # the logout was refused, too


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_do_nothing(sign_in: Any, method: str) -> None:
    told = sign_in("admin").request(method, "/officers/import")
    assert told.status_code == 405


def test_a_page_that_breaks_tells_no_secret_and_keeps_the_guards(
    application: Application, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("viewer")
    monkeypatch.setattr(application.roster, "officers", lambda: 1 / 0, raising=False)
    quiet = TestClient(client.app, base_url=HOST, raise_server_exceptions=False)
    quiet.cookies.update(client.cookies)
    told = quiet.get("/officers")
    assert told.status_code == 500
    assert "程序出错了" in told.text
    for word in ("Traceback", "ZeroDivision", "console/", "site-packages"):
        assert word not in told.text
    assert "default-src 'none'" in told.headers["content-security-policy"]
    assert told.headers["cache-control"] == "no-store"


def test_a_body_is_counted_by_what_comes_not_by_what_is_said(stranger: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"a" * 10_000

    told = stranger.post(
        "/login", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert told.status_code == 413
    lied = stranger.post("/login", content=b"name=x", headers={"Content-Length": "9" * 30})
    assert lied.status_code == 413


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"\xff\xfe%zz&&&===", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
def test_a_form_that_is_none_is_told_and_breaks_nothing(
    stranger: TestClient, content: bytes, kind: str
) -> None:
    told = stranger.post("/login", content=content, headers={"Content-Type": kind})
    assert told.status_code in (400, 401)


def test_behind_tls_the_cookie_is_bound_to_this_host_and_to_tls(
    application: Application, clock: Any
) -> None:
    base = "https://console.example"
    client = TestClient(
        create_app(application, clock),
        base_url=base,
        follow_redirects=False,
        headers={"Origin": base},
    )
    told = client.post("/login", data={"name": "viewer", "password": PASSWORD})
    cookie = told.headers["set-cookie"]
    assert cookie.startswith("__Host-shougao=")
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=strict"):
        assert word in cookie
    assert "Domain" not in cookie
    assert told.headers["strict-transport-security"]
    assert client.get("/").status_code == 200
    assert client.post("/logout").headers["clear-site-data"] == '"cache"'


def test_an_unknown_name_is_hashed_for_as_long_as_a_known_one() -> None:
    hasher = Passwords().hasher
    with pytest.raises(VerifyMismatchError):
        hasher.verify(accounts._NOBODYS, "anything")
    assert not hasher.check_needs_rehash(accounts._NOBODYS)


def test_guessing_one_name_from_everywhere_shuts_nobody_else_out(
    application: Application, stranger: TestClient, clock: Any
) -> None:
    app = create_app(application, clock)

    def attempt(host: str, name: str, password: str) -> int:
        client = TestClient(
            app, base_url=HOST, follow_redirects=False, headers={"Origin": HOST}, client=(host, 1)
        )
        return client.post("/login", data={"name": name, "password": password}).status_code

    sessions = Sessions(application.engine)
    for number in range(30):
        sessions.attempt(
            [AttemptLimit("name:viewer", 30), AttemptLimit(f"host:10.0.0.{number}", 30)],
            accounts.FAILURES_WITHIN, clock.now,
        )  # fmt: skip
    assert attempt("10.9.9.9", "viewer", PASSWORD) == 429
    assert attempt("10.9.9.9", "editor", PASSWORD) == 303
    clock.forward(timedelta(minutes=16))
    assert attempt("10.9.9.9", "viewer", PASSWORD) == 303


def test_a_one_time_link_ends_by_itself_and_is_no_use_to_who_was_shut_out(
    application: Application, stranger: TestClient, clock: Any
) -> None:
    people = Accounts(application.engine)
    people.add("wang", Role.EDITOR, "test", NOW)
    people.invite("wang", accounts.token_hash("geheim"), NOW + accounts.LINK_LASTS, "li", NOW)
    assert stranger.get("/welcome/geheim").status_code == 200
    people.set_disabled("wang", True, "test", NOW)
    assert stranger.get("/welcome/geheim").status_code == 410
    people.set_disabled("wang", False, "test", NOW)
    people.invite("wang", accounts.token_hash("zweit"), NOW + accounts.LINK_LASTS, "li", NOW)
    assert stranger.get("/welcome/geheim").status_code == 410
    clock.forward(accounts.LINK_LASTS)
    assert stranger.get("/welcome/zweit").status_code == 410


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("湖塘镇 稿件.docx", "湖塘镇 稿件.docx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x=1", "a__Set-Cookie_ x=1"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ('"; filename=x', "_; filename=x"),
        ("C:\\x.txt", "C__x.txt"),
        ("\ud800\udcff", "文件"),
        (" .. ", "文件"),
        ("", "文件"),
        ("字" * 500 + ".docx", "字" * (MAX_NAME - 5) + ".docx"),
    ],
)
def test_a_downloads_name_leads_nowhere_and_hides_nothing(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_pages_are_squeezed_and_downloads_are_not(sign_in: Any) -> None:
    client = sign_in("viewer")
    for path in ("/", "/drafts", "/login"):
        told = client.get(path, headers={"Accept-Encoding": "gzip"})
        if told.status_code == 200:
            assert told.headers["content-encoding"] == "gzip"
    raw = client.get("/letters/1/raw", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in raw.headers
