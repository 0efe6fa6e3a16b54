"""The door: who gets in, for how long, and who is kept out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from console.application import Application
from console.web.accounts import token_hash
from ledger.accounts import Accounts
from ledger.models.accounts import SessionRow
from ledger.states import Role
from tests.console.office import NOW, PASSWORD
from tests.console.web.conftest import HOST


def log_in(client: TestClient, name: str = "viewer", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login", data={"name": name, "password": password, **more})


def test_the_right_password_opens_and_leads_where_one_wanted_to_go(stranger: TestClient) -> None:
    told = log_in(stranger, next="/drafts?q=1")
    assert (told.status_code, told.headers["location"]) == (303, "/drafts?q=1")
    cookie = told.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"]
)
def test_nobody_is_sent_to_another_house(stranger: TestClient, target: str) -> None:
    assert log_in(stranger, next=target).headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"), [("viewer", "falsch"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    stranger: TestClient, name: str, password: str
) -> None:
    told = log_in(stranger, name, password)
    assert told.status_code == 401
    assert "账号或密码不对" in told.text


def test_guessing_is_slowed_down_and_may_go_on_later(stranger: TestClient, clock: Any) -> None:
    for _ in range(5):
        assert log_in(stranger, password="falsch").status_code == 401
    assert log_in(stranger).status_code == 429
    clock.forward(timedelta(minutes=16))
    assert log_in(stranger).status_code == 303


def test_a_stolen_cookie_opens_nothing_after_the_logout(stranger: TestClient, sign_in: Any) -> None:
    client = sign_in("viewer")
    stolen = dict(client.cookies)
    assert client.get("/").status_code == 200
    client.post("/logout")
    client.cookies.update(stolen)
    assert client.get("/").status_code == 303


def test_a_session_ends_by_itself(sign_in: Any, clock: Any) -> None:
    client = sign_in("viewer")
    clock.forward(timedelta(hours=13))
    assert client.get("/").status_code == 303


def test_whoever_fills_in_a_form_after_the_session_ended_is_told_that_it_was_not_saved(
    sign_in: Any, clock: Any
) -> None:
    client = sign_in("editor")
    clock.forward(timedelta(hours=13))
    told = client.post("/commissions", data={"topic": "冬季防火经验"})
    assert told.status_code == 303
    assert "没有完成" in client.get(told.headers["location"]).text
    assert "没有保存" not in client.get("/login?next=/drafts").text


def test_the_ledger_holds_no_cookie_only_its_hash(application: Application, sign_in: Any) -> None:
    client = sign_in("viewer")
    secret = client.cookies["shougao"]
    with application.engine.connect() as connection:
        kept = list(connection.scalars(select(SessionRow.token)))
    assert kept == [token_hash(secret)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": HOST},
        {"Sec-Fetch-Site": "same-site", "Origin": HOST},
    ],
)
def test_what_comes_from_another_site_changes_nothing(
    sign_in: Any, headers: dict[str, str]
) -> None:
    client = sign_in("admin")
    told = client.post("/account/logout-everywhere", headers=headers)
    assert told.status_code == 403
    assert client.get("/").status_code == 200


def test_a_one_time_link_sets_a_password_once(
    application: Application, stranger: TestClient
) -> None:
    people = Accounts(application.engine)
    people.add("wang", Role.EDITOR, "test", NOW)
    people.invite("wang", token_hash("geheim"), NOW + timedelta(hours=48), "li", NOW)
    assert "wang" in stranger.get("/welcome/geheim").text
    short = stranger.post("/welcome/geheim", data={"password": "kurz", "again": "kurz"})
    assert short.status_code == 400
    data = {"password": PASSWORD, "again": PASSWORD}
    assert stranger.post("/welcome/geheim", data=data).status_code == 303
    assert stranger.get("/").status_code == 200
    stranger.post("/logout")
    assert stranger.post("/welcome/geheim", data=data).status_code == 410
    assert log_in(stranger, "wang").status_code == 303


def test_a_changed_password_ends_all_other_logins(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    old = dict(client.cookies)
    new = "ein anderer, ebenso langer Satz"
    told = client.post(
        "/account/password", data={"current": PASSWORD, "password": new, "again": new}
    )
    assert told.status_code == 303
    assert client.get("/").status_code == 200
    client.cookies.clear()
    client.cookies.update(old)
    assert client.get("/").status_code == 303


def test_nobody_guesses_on_at_a_browser_that_was_left_open(sign_in: Any) -> None:
    client = sign_in("editor")
    form = {"current": "falsch", "password": "egal", "again": "egal"}
    for _ in range(5):
        assert "现在的密码不对" in client.post("/account/password", data=form).text
    form["current"] = PASSWORD
    assert "次数太多" in client.post("/account/password", data=form).text


def test_a_disabled_account_is_out_at_once(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    Accounts(application.engine).set_disabled("editor", True, "test", NOW)
    assert client.get("/").status_code == 303
    assert log_in(client, "editor").status_code == 401


def test_health_is_told_to_anybody_in_one_word(stranger: TestClient) -> None:
    assert set(stranger.get("/healthz").json()) == {"ok", "failing"}
