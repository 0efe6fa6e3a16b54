"""The pages of two offices on one server: nothing of one opens anything of the other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from console.application import Application, open_application
from console.clock import now
from console.offices import deeds
from console.offices.installation import Installation
from console.offices.paused import Pause
from console.web.accounts import new_secret, token_hash
from console.web.front_door import FrontDoor
from console.web.prefix import prefixed
from ingest.sandbox import landlock
from ledger.accounts import Accounts
from ledger.api_tokens import ApiTokens
from ledger.ids import LetterId
from ledger.queries import export
from ledger.states import Role, TokenScope
from tests.console.office import NOW, PASSWORD
from tests.console.several_offices import two_offices

HOST = "http://all.example"
NAME = "张三"
INSTALLATION = '[console]\naddress = "http://all.example"\n'


@dataclass
class House:
    """Both offices open behind one door; `east` has the demo's letters, both have an administrator."""

    installation: Installation
    door: FrontDoor
    offices: dict[str, Application]

    def browser(self, base: str = HOST) -> TestClient:
        return TestClient(
            self.door, base_url=base, follow_redirects=False, headers={"Origin": base}
        )

    def at_home(self, office: str, browser: TestClient | None = None) -> TestClient:
        """A browser in which the administrator of an office is logged in."""
        browser = browser or self.browser()
        told = browser.post(f"/o/{office}/login", data={"name": NAME, "password": PASSWORD})
        assert (told.status_code, told.headers["location"]) == (303, f"/o/{office}/")
        return browser


@pytest.fixture
def house(tmp_path: Path, made: Path, hashed: str) -> Iterator[House]:
    installation = two_offices(tmp_path, made, INSTALLATION)
    with ExitStack() as at_the_end:
        door = FrontDoor(frozenset({"all.example"}), names=installation.names)
        offices = {}
        for name in installation.names():
            application = at_the_end.enter_context(
                open_application(installation.settings(name, {}), {})
            )
            people = Accounts(application.engine)
            people.add(NAME, Role.ADMIN, "test", NOW)
            people.set_password(NAME, hashed, "test", NOW)
            at_the_end.enter_context(door.mount(application))
            offices[name] = application
        yield House(installation, door, offices)


def test_a_session_opens_its_own_office_alone(house: House) -> None:
    browser = house.at_home("east")
    cookie = next(iter(browser.cookies.jar))
    assert (cookie.name, cookie.path) == ("shougao-east", "/o/east/")
    assert browser.get("/o/east/drafts").status_code == 200
    assert browser.get("/o/west/drafts").headers["location"].startswith("/o/west/login")
    for stolen in ("shougao-east", "shougao-west", "shougao"):
        thief = house.browser()
        thief.cookies.set(stolen, cookie.value or "", path="/")
        assert thief.get("/o/west/drafts").status_code == 303


def test_two_offices_in_one_browser_do_not_disturb_each_other(house: House) -> None:
    browser = house.at_home("west", house.at_home("east"))
    assert browser.post("/o/east/logout", data={}).headers["location"] == "/o/east/login"
    assert browser.get("/o/east/drafts").status_code == 303
    assert browser.get("/o/west/drafts").status_code == 200


def test_an_account_a_link_and_a_token_are_nothing_to_another_office(house: House) -> None:
    east, west = house.offices["east"], house.offices["west"]
    Accounts(west.engine).add("李四", Role.ADMIN, "test", NOW)
    Accounts(west.engine).set_disabled(NAME, True, "test", NOW)
    house.at_home("east")  # of the same name, and no concern of west's
    link = new_secret()
    Accounts(east.engine).invite(NAME, token_hash(link), now() + timedelta(days=1), "li", now())
    browser = house.browser()
    assert browser.get(f"/o/west/welcome/{link}").status_code == 410
    assert browser.get(f"/o/east/welcome/{link}").status_code == 200
    token = new_secret()
    ApiTokens(east.engine).add("大屏", token_hash(token), "test", NOW, TokenScope.READ, None)
    asked = {"Authorization": f"Bearer {token}"}
    assert browser.get("/o/east/api/v1/drafts", headers=asked).status_code == 200
    assert browser.get("/o/west/api/v1/drafts", headers=asked).status_code == 401


def test_no_letter_file_or_row_of_one_office_is_found_in_the_other(house: House) -> None:
    east, west = house.offices["east"], house.offices["west"]
    letters = list(export.letters(east.engine, east.zone))
    assert letters
    assert list(export.letters(west.engine, west.zone)) == []
    browser = house.at_home("west")
    for path in ("letters/1", "letters/1/raw", "officers/1", "drafts/1"):
        assert browser.get(f"/o/west/{path}").status_code == 404
    for digest in _digests(east):
        assert east.vault.path(digest).exists()
        assert not west.vault.path(digest).exists()
    assert west.vault.folder.is_relative_to(house.installation.folder / "west")
    assert not west.letters.retry(LetterId(1), "test", NOW)


def _digests(application: Application) -> list[str]:
    return [path.name for path in application.vault.folder.rglob("*") if path.is_file()][:5]


@pytest.mark.skipif(not landlock.abi(), reason="this kernel or sandbox offers no Landlock")
def test_a_worker_of_one_office_can_open_nothing_of_another(house: House) -> None:
    east, west = house.offices["east"], house.offices["west"]
    for folder in (east.vault.folder, east.settings.data_dir, house.installation.folder):
        with pytest.raises(PermissionError):
            west.workers.run(os.listdir, str(folder)).result(60)


def test_a_form_of_another_offices_page_is_refused(house: House) -> None:
    browser = house.at_home("west", house.at_home("east"))
    site = {"Sec-Fetch-Site": "same-origin"}
    for page, code in (("/o/east/queue", 403), ("/o/west/queue", 303)):
        told = browser.post("/o/west/logout", data={}, headers={**site, "Referer": f"{HOST}{page}"})
        assert told.status_code == code


PAGES = (
    *("", "queue", "conversations", "drafts", "publish", "adoptions", "commissions", "notices"),
    *("officers", "rules", "audit", "accounts", "account", "service", "letters/1", "outbox"),
)


def test_every_address_in_a_page_leads_to_its_own_office(house: House) -> None:
    browser = house.at_home("east")
    for page in PAGES:
        told = browser.get(f"/o/east/{page}")
        assert told.status_code == 200, page
        assert int(told.headers["content-length"]) > 0
        local = re.findall(r'\s([a-z-]+)="(/[^/"][^"]*)"', told.text)
        lost = [
            (name, path)
            for name, path in local
            if not path.startswith("/o/east/") and name not in ("value", "data-set")
        ]
        assert lost == [], page
        assert not re.search(r'data-keep="(?!east/)', told.text)
    style = re.search(r'href="([^"]+shougao\.css[^"]*)"', told.text)
    assert style is not None
    assert browser.get(style[1]).status_code == 200


def test_a_page_that_failed_leads_home_too(house: House) -> None:
    told = house.browser().get("/o/east/nowhere")
    assert (told.status_code, 'href="/o/east/"' in told.text) == (404, True)


def test_what_a_sender_wrote_is_never_taken_for_an_address() -> None:
    page = b'<p title="a">&#34; href=&#34;/x</p><a href="/y">/z</a><a href=\'//w\'>'
    assert prefixed(page, "/o/east", "east") == page.replace(b'"/y"', b'"/o/east/y"')
    assert prefixed(page, "", "") == page


def test_strangers_are_told_of_no_office(house: House) -> None:
    browser = house.browser()
    for path in ("/", "/healthz", "/o/north/", "/drafts"):
        told = browser.get(path)
        assert "east" not in told.text
        assert "街道" not in told.text
    assert browser.get("/o/north/").status_code == 404
    assert browser.get("/healthz").json() == {"ok": True, "offices_not_open": 0}
    assert house.browser("http://evil.example").get("/").status_code == 421
    assert house.browser("http://evil.example").get("/o/east/login").status_code == 421


def test_an_office_that_closes_is_gone_and_the_others_stay(house: House) -> None:
    door = FrontDoor(frozenset({"all.example"}), listed=True, names=house.installation.names)
    browser = TestClient(door, base_url=HOST, follow_redirects=False)
    with door.mount(house.offices["east"]):
        with door.mount(house.offices["west"]):
            assert "west街道办事处" in browser.get("/").text
            assert browser.get("/o/west/login").status_code == 200
        told = browser.get("/o/west/login")
        assert (told.status_code, told.headers["retry-after"]) == (503, "5")
        assert "west街道办事处" not in browser.get("/").text
        assert browser.get("/healthz").status_code == 503
        assert browser.get("/o/east/login").status_code == 200
        assert browser.get("/o/east").headers["location"] == "/o/east/"


def test_a_paused_offices_pages_stay_open_and_say_so(house: House) -> None:
    browser = house.at_home("east")
    assert "暂停收信" not in browser.get("/o/east/drafts").text
    deeds.rest(house.installation, "east", Pause(NOW, "李四", "换届"))
    told = browser.get("/o/east/drafts")
    assert told.status_code == 200
    assert "暂停收信和发信（李四：换届）" in told.text
    told = browser.post("/o/east/collect", data={})
    assert unquote(told.headers["location"]).startswith("/o/east/?said=没有收信：本单位自")


def test_an_office_with_a_name_of_its_own_is_at_its_root(house: House, tmp_path: Path) -> None:
    path = house.installation.config("west")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('address = ""', 'address = "https://west.example"'))
    door = FrontDoor(frozenset({"all.example"}))
    with (
        open_application(house.installation.settings("west", {}), {}) as west,
        door.mount(west),
        door.mount(house.offices["east"]),
    ):
        there = TestClient(door, base_url="https://west.example", follow_redirects=False)
        told = there.post(
            "/login",
            data={"name": NAME, "password": PASSWORD},
            headers={"Origin": "https://west.example"},
        )
        assert told.headers["set-cookie"].startswith("__Host-shougao-west=")
        assert there.get("/drafts").status_code == 200
        assert there.get("/o/east/login").status_code == 404
        other = TestClient(door, base_url="https://all.example", follow_redirects=False)
        assert other.get("/o/west/login").status_code == 404
        told = other.post(
            "/o/east/login",
            data={"name": NAME, "password": PASSWORD},
            headers={"Origin": "https://all.example"},
        )
        assert told.headers["set-cookie"].startswith("__Secure-shougao-east=")
        assert "Path=/o/east/" in told.headers["set-cookie"]
