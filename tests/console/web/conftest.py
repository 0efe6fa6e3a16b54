"""The office's pages over a copy of the demo's ledger, asked without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from console.application import Application, open_application
from console.settings.loading import load
from console.web.app import create_app
from tests.console.office import NOW, PASSWORD
from tests.console.web.doors import Doors

HOST = "http://console.example"


@pytest.fixture
def application(made: Path, tmp_path: Path) -> Iterator[Application]:
    folder = tmp_path / "demo"
    shutil.copytree(made, folder)
    with open_application(load(folder / "config.toml", {}), {}) as application:
        yield application


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
def stranger(application: Application, clock: Clock) -> TestClient:
    app = create_app(application, clock)
    return TestClient(app, base_url=HOST, follow_redirects=False, headers={"Origin": HOST})


SignIn = Callable[[str], TestClient]


@pytest.fixture
def sign_in(stranger: TestClient) -> SignIn:
    def signing(name: str) -> TestClient:
        told = stranger.post("/login", data={"name": name, "password": PASSWORD})
        assert told.status_code == 303
        return stranger

    return signing


@pytest.fixture
def doors(application: Application, sign_in: SignIn, tmp_path: Path) -> Doors:
    return Doors(application, sign_in("editor"), tmp_path / "demo")
