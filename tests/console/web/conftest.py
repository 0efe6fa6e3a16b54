"""The office's pages over a ledger with the demo's letters in it, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from console.demo import show
from console.settings import load
from console.web.accounts import Passwords
from console.web.app import create_app
from console.wiring import House
from ledger.people import People
from ledger.tables_people import Role

NOW = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)
PASSWORD = "ein langer Satz, den man sich merkt"
HOST = "http://console.example"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that has run its round, hostile letters included."""
    folder = tmp_path_factory.mktemp("made") / "demo"
    patch = pytest.MonkeyPatch()
    patch.setattr(show, "now", lambda: NOW)
    show.run(folder)
    patch.undo()
    return folder


@pytest.fixture(scope="session")
def hashed() -> str:
    """The password as the ledger keeps it; argon2 is slow by design."""
    return Passwords().hash(PASSWORD)


@pytest.fixture
def house(made: Path, hashed: str, tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "demo"
    shutil.copytree(made, folder)
    with House(load(folder / "config.toml", {}), {}) as house:
        people = People(house.engine)
        for role in Role:
            people.add(role.value, role, "test", NOW)
            people.set_password(role.value, hashed, "test", NOW)
        yield house


class Clock:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stranger(house: House, clock: Clock) -> TestClient:
    app = create_app(house, clock)
    return TestClient(app, base_url=HOST, follow_redirects=False, headers={"Origin": HOST})


SignIn = Callable[[str], TestClient]


@pytest.fixture
def sign_in(stranger: TestClient) -> SignIn:
    def signing(name: str) -> TestClient:
        told = stranger.post("/login", data={"name": name, "password": PASSWORD})
        assert told.status_code == 303
        return stranger

    return signing
