"""动态口令, one's sessions, and what an administrator does with others' accounts and programs' tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from console.application import Application
from console.settings.sections import SecondFactorRule
from console.web.app import create_app
from ledger.accounts import Accounts
from ledger.api_tokens import ApiTokens
from ledger.journal import history
from ledger.second_factors import SecondFactors
from ledger.sessions import NewSession, Sessions
from ledger.states import Act, Role, TokenScope
from tests.console.office import NOW, PASSWORD
from tests.console.web.conftest import HOST, Clock, SignIn


def set_up(client: TestClient, clock: Clock) -> tuple[str, list[str]]:
    """Set up a second factor by the pages. Returns the secret and the recovery codes."""
    begun = client.post("/account/second-factor", data={"current": PASSWORD})
    shown = client.get(begun.headers["location"]).text
    (secret,) = re.findall(r'class="code">([A-Z2-7]{32})<', shown)
    assert "data:image/svg+xml" in shown
    key = begun.headers["location"].rpartition("=")[2]
    told = client.post(
        "/account/second-factor/on", data={"new": key, "code": pyotp.TOTP(secret).at(clock.now)}
    )
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", client.get(told.headers["location"]).text)
    return secret, codes


def password_given(client: TestClient, name: str = "editor") -> str:
    """Log in by the password; returns where that leads."""
    told = client.post("/login", data={"name": name, "password": PASSWORD, "next": "/drafts"})
    return str(told.headers["location"])


def test_after_the_password_a_code_is_asked_for_and_leads_where_one_wanted_to_go(
    stranger: TestClient, sign_in: SignIn, clock: Clock
) -> None:
    secret, codes = set_up(sign_in("editor"), clock)
    assert len(set(codes)) == 8
    stranger.post("/logout")
    clock.forward(timedelta(minutes=5))
    where = password_given(stranger)
    assert where.startswith("/login/code?")
    assert stranger.get("/drafts").status_code == 303
    assert "editor" in stranger.get(where).text
    login = where.rpartition("=")[2]
    wrong = stranger.post("/login/code", data={"login": login, "code": "000000"})
    assert wrong.status_code == 401 and "动态口令不对" in wrong.text
    right = pyotp.TOTP(secret).at(clock.now)
    told = stranger.post("/login/code", data={"login": login, "code": right})
    assert (told.status_code, told.headers["location"]) == (303, "/drafts")
    assert stranger.get("/drafts").status_code == 200
    stranger.post("/logout")
    used = stranger.post("/login/code", data={"login": login, "code": right})
    assert "重新登录" in used.text and stranger.get("/drafts").status_code == 303


def test_a_recovery_code_opens_in_place_of_the_phone(
    stranger: TestClient, sign_in: SignIn, clock: Clock
) -> None:
    _, codes = set_up(sign_in("editor"), clock)
    for expected in (303, 401):
        stranger.post("/logout")
        login = password_given(stranger).rpartition("=")[2]
        told = stranger.post("/login/code", data={"login": login, "code": codes[0]})
        assert told.status_code == expected


def test_codes_cannot_be_guessed_on(stranger: TestClient, sign_in: SignIn, clock: Clock) -> None:
    set_up(sign_in("editor"), clock)
    stranger.post("/logout")
    clock.forward(timedelta(minutes=5))
    login = password_given(stranger).rpartition("=")[2]
    told = [
        stranger.post("/login/code", data={"login": login, "code": f"{number:06}"}).status_code
        for number in range(7)
    ]
    assert told[:5] == [401] * 5
    assert told[5] == 429
    assert stranger.get("/drafts").status_code == 303


@pytest.mark.parametrize(
    "path", ["/account/second-factor", "/account/second-factor/off", "/account/second-factor/codes"]
)
def test_whoever_sits_down_at_an_open_browser_cannot_change_the_second_factor(
    sign_in: SignIn, clock: Clock, path: str, application: Application
) -> None:
    client = sign_in("editor")
    set_up(client, clock)
    told = client.post(path, data={"current": "falsch"})
    assert told.status_code == 400 and "现在的密码不对" in told.text
    assert next(
        a for a in Accounts(application.engine).accounts() if a.name == "editor"
    ).second_factor


def test_a_new_authenticator_belongs_to_who_asked_for_it(
    application: Application, sign_in: SignIn, clock: Clock
) -> None:
    client = sign_in("editor")
    begun = client.post("/account/second-factor", data={"current": PASSWORD})
    client.post("/logout")
    other = sign_in("viewer")
    assert "data:image" not in other.get(begun.headers["location"]).text


def test_where_the_office_asks_for_it_nothing_else_opens_before(
    application: Application, clock: Clock
) -> None:
    settings = application.settings
    asked = replace(settings.console, second_factor=SecondFactorRule.ADMINS)
    app = create_app(replace(application, settings=replace(settings, console=asked)), clock)
    client = TestClient(app, base_url=HOST, follow_redirects=False, headers={"Origin": HOST})
    client.post("/login", data={"name": "admin", "password": PASSWORD})
    assert client.get("/drafts").headers["location"] == "/account/second-factor"
    assert "本单位要求" in client.get("/account/second-factor").text
    set_up(client, clock)
    assert client.get("/drafts").status_code == 200


def test_a_login_ends_when_nobody_works_though_the_page_renews_itself(
    sign_in: SignIn, clock: Clock
) -> None:
    client = sign_in("viewer")
    for _ in range(14):
        clock.forward(timedelta(minutes=5))
        last = client.get("/", headers={"X-Renewal": "1", "HX-Request": "true"})
    assert last.status_code == 204
    assert client.get("/").status_code == 303


def test_one_ends_another_of_ones_logins_and_sees_what_happened(
    application: Application, sign_in: SignIn
) -> None:
    client = sign_in("editor")
    sessions = Sessions(application.engine)
    account = next(a for a in Accounts(application.engine).accounts() if a.name == "editor")
    elsewhere = NewSession(
        "f" * 64, account.id, NOW + timedelta(hours=12), "10.0.0.9", "Firefox Windows"
    )
    sessions.begin(elsewhere, NOW)
    shown = client.get("/account").text
    assert "Firefox，Windows" in shown and "10.0.0.9" in shown and "登录" in shown
    told = client.post("/account/end-session", data={"number": "f" * 12})
    assert told.status_code == 303
    assert sessions.login("f" * 64, NOW) is None
    assert client.get("/account").status_code == 200


def one(application: Application, name: str) -> int:
    return next(a.id for a in Accounts(application.engine).accounts() if a.name == name)


def test_an_administrator_adds_an_account_and_hands_its_link_over(
    application: Application, sign_in: SignIn, stranger: TestClient
) -> None:
    client = sign_in("admin")
    told = client.post("/accounts", data={"name": "王静", "role": "editor", "once": "a"})
    again = client.post("/accounts", data={"name": "王静", "role": "editor", "once": "a"})
    assert again.headers["location"] == told.headers["location"]
    shown = client.get(told.headers["location"]).text
    (link,) = re.findall(r"<code>\S+(/welcome/\S+)</code>", shown)
    client.post("/logout")
    assert client.get(told.headers["location"]).status_code == 303
    new = {"password": PASSWORD, "again": PASSWORD}
    assert stranger.post(link, data=new).status_code == 303
    assert stranger.get("/accounts").status_code == 403


def test_nobody_else_sees_what_is_shown_once(sign_in: SignIn) -> None:
    client = sign_in("admin")
    told = client.post("/tokens", data={"name": "大屏", "scope": "read"})
    client.post("/logout")
    assert sign_in("editor").get(told.headers["location"]).headers["location"] == "/account"


def test_the_only_administrator_cannot_lock_himself_out(
    application: Application, sign_in: SignIn
) -> None:
    client = sign_in("admin")
    me = f"/accounts/{one(application, 'admin')}"
    for path, data in (("/disabled", {"disabled": "yes"}), ("/role", {"role": "viewer"})):
        told = client.post(me + path, data=data)
        assert told.status_code == 400 and "唯一的管理账号" in told.text
    assert client.get("/accounts").status_code == 200


def test_a_lost_phone_an_account_that_leaves_and_a_new_role_are_an_administrators_deeds(
    application: Application, sign_in: SignIn, clock: Clock
) -> None:
    people = Accounts(application.engine)
    factors = SecondFactors(application.engine)
    secret = pyotp.random_base32()
    factors.switch_on("editor", secret, pyotp.TOTP(secret).at(clock.now), clock.now)
    client = sign_in("admin")
    it = f"/accounts/{one(application, 'editor')}"
    client.post(f"{it}/second-factor-off")
    client.post(f"{it}/role", data={"role": "viewer"})
    client.post(f"{it}/disabled", data={"disabled": "yes"})
    account = people.account("editor")
    assert account is not None
    assert (account.second_factor, account.role, account.disabled) == (False, Role.VIEWER, True)
    told = [line.entry for line in history(application.engine, acts=(Act.ACCOUNT,))][:3]
    assert {entry.who for entry in told} == {"admin"}
    assert client.post(f"{it}/link").status_code == 400
    assert client.get("/accounts/999").status_code == 404


@pytest.mark.parametrize(
    ("scope", "opens", "shut"),
    [(TokenScope.READ, "/api/v1/drafts", ""), (TokenScope.METRICS, "/metrics", "/api/v1/drafts")],
)
def test_a_token_opens_what_it_is_for_until_its_last_day_is_over(
    sign_in: SignIn, clock: Clock, scope: TokenScope, opens: str, shut: str
) -> None:
    client = sign_in("admin")
    last = clock.now.date() + timedelta(days=3)
    data = {"name": "大屏", "scope": scope.value, "expires": last.isoformat()}
    told = client.post("/tokens", data=data)
    (token,) = re.findall(r"<code>(\S+)</code>", client.get(told.headers["location"]).text)
    client.post("/logout")
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get(opens, headers=bearer).status_code == 200
    if shut:
        assert client.get(shut, headers=bearer).status_code == 401
    clock.forward(timedelta(days=4))
    assert client.get(opens, headers=bearer).status_code == 401


@pytest.mark.parametrize("day", ["gestern", "2022-13-40", "2021-01-01", "9999-12-31"])
def test_a_day_that_is_none_or_over_ends_no_token(
    application: Application, sign_in: SignIn, day: str
) -> None:
    client = sign_in("admin")
    told = client.post("/tokens", data={"name": "大屏", "scope": "read", "expires": day})
    assert told.status_code == 400 and "有效期" in told.text
    assert ApiTokens(application.engine).tokens() == []


PAGES: tuple[Callable[[int], str], ...] = (
    lambda _id: "/accounts",
    lambda number: f"/accounts/{number}",
    lambda _id: "/tokens",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_accounts_are_for_administrators_alone(
    application: Application, sign_in: SignIn, role: str, path: Callable[[int], str]
) -> None:
    client = sign_in(role)
    assert client.get(path(one(application, role))).status_code == 403
    assert "/accounts" not in client.get("/account").text
