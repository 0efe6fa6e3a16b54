"""The door attacked: a colleague shut out on purpose, a cookie put in beforehand, a login half done, names alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from console.application import Application
from console.web.accounts import counted_place
from console.web.app import create_app
from ledger.accounts import Accounts
from ledger.errors import AlreadyExists
from ledger.models.decisions import JournalRow
from ledger.second_factors import SecondFactors
from ledger.sessions import NewSession, Sessions
from ledger.states import Act, Role
from tests.console.office import NOW, PASSWORD
from tests.console.web.conftest import HOST, Clock, SignIn
from tests.console.web.pages.test_second_factor import password_given, set_up


@pytest.fixture
def at(application: Application, clock: Clock) -> dict[str, TestClient]:
    """Browsers at several addresses, of one console."""
    app = create_app(application, clock)
    return {
        host: TestClient(
            app,
            base_url=HOST,
            follow_redirects=False,
            headers={"Origin": HOST},
            client=(host, 5000),
        )
        for host in ("192.0.2.1", *(f"198.51.100.{number}" for number in range(8)))
    }


def log_in(client: TestClient, password: str = PASSWORD) -> int:
    return client.post("/login", data={"name": "editor", "password": password}).status_code


def test_nobody_shuts_a_colleague_out_where_he_works(
    at: dict[str, TestClient], clock: Clock
) -> None:
    desk, *strangers = at.values()
    assert log_in(desk) == 303
    for stranger in strangers[:6]:
        assert [log_in(stranger, "falsch") for _ in range(5)] == [401] * 5
    assert log_in(strangers[6]) == 429, "elsewhere the account waits"
    assert log_in(desk) == 303
    clock.forward(timedelta(days=31))
    for stranger in strangers[:6]:
        assert [log_in(stranger, "falsch") for _ in range(5)] == [401] * 5
    assert log_in(desk) == 429, "an address is known for a month"


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_is_counted_for_its_line(host: str, counted: str) -> None:
    assert counted_place(host) == counted


def test_a_cookie_that_was_put_in_beforehand_is_not_the_session(
    stranger: TestClient, application: Application
) -> None:
    stranger.cookies.set("shougao", "put-in-by-somebody")
    told = stranger.post("/login", data={"name": "editor", "password": PASSWORD})
    assert "put-in-by-somebody" not in told.headers["set-cookie"]
    other = TestClient(stranger.app, base_url=HOST, follow_redirects=False)
    other.cookies.set("shougao", "put-in-by-somebody")
    assert other.get("/queue").status_code == 303


def test_a_login_between_password_and_code_ends_with_a_new_password(
    stranger: TestClient, sign_in: SignIn, clock: Clock, application: Application
) -> None:
    _, codes = set_up(sign_in("editor"), clock)
    stranger.post("/logout")
    login = password_given(stranger).rpartition("=")[2]
    Accounts(application.engine).set_password("editor", "$argon2id$other", "editor", NOW)
    told = stranger.post("/login/code", data={"login": login, "code": codes[0]})
    assert "重新登录" in told.text and stranger.get("/queue").status_code == 303


def test_the_journal_names_the_administrator_who_ended_a_login(
    application: Application, sign_in: SignIn
) -> None:
    client = sign_in("admin")
    editor = next(one for one in Accounts(application.engine).accounts() if one.name == "editor")
    client.post(f"/accounts/{editor.id}/end-sessions")
    with Session(application.engine) as session:
        line = session.scalars(
            select(JournalRow).where(JournalRow.act == Act.ACCESS).order_by(JournalRow.seq.desc())
        ).first()
    assert line is not None
    assert (line.who, line.facts["user"]) == ("admin", "editor")


def test_a_name_is_found_however_it_is_typed_and_none_is_like_another(
    application: Application, stranger: TestClient
) -> None:
    typed = {"name": "ｅｄｉｔｏｒ　", "password": PASSWORD}
    assert stranger.post("/login", data=typed).status_code == 303
    with pytest.raises(AlreadyExists, match="editor"):
        Accounts(application.engine).add("Editor", Role.VIEWER, "test", NOW)


@pytest.mark.parametrize("path", ["/account/shown/x", "/login/code?login=x", "/welcome/x"])
def test_what_is_guessed_opens_nothing(sign_in: SignIn, path: str) -> None:
    assert sign_in("viewer").get(path).status_code in (303, 410)


def test_nobody_ends_anothers_login_or_takes_his_decision_back(
    application: Application, sign_in: SignIn
) -> None:
    admin = next(one for one in Accounts(application.engine).accounts() if one.name == "admin")
    sessions = Sessions(application.engine)
    sessions.begin(NewSession("f" * 64, admin.id, NOW + timedelta(hours=1)), NOW)
    (open_one,) = sessions.list_open(admin.id, NOW)
    sign_in("editor").post("/account/end-session", data={"number": open_one.number})
    assert sessions.list_open(admin.id, NOW)


def test_one_recovery_code_opens_one_of_two_doors_at_once(
    application: Application, sign_in: SignIn, clock: Clock
) -> None:
    _, codes = set_up(sign_in("editor"), clock)
    factors = SecondFactors(application.engine)
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: factors.passes("editor", codes[0], NOW), range(6)))
    assert opened.count(True) == 1
