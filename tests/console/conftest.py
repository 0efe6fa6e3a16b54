"""The office that the tests of the command work in, and the demo's ledger for the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from console.application import open_application
from console.demo import show
from console.web import app
from console.web.accounts import Passwords
from ledger.accounts import Accounts
from ledger.states import Role
from tests.console.office import NOW, PASSWORD, OfficeRoom

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""argon2 is slow by design; what an office gets is asked of `Passwords()` itself."""


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    return OfficeRoom(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Passwords", lambda: QUICK)
        yield


@pytest.fixture(scope="session")
def hashed() -> str:
    """The password as the ledger keeps it."""
    return QUICK.hash(PASSWORD)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Path:
    """A demo that has run its round, hostile letters included, an account of each role; copy it, never change it."""
    folder = tmp_path_factory.mktemp("made") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(show, "now", lambda: NOW)
        settings, _ = show.run(folder)
    with open_application(settings, {}) as application:
        people = Accounts(application.engine)
        for role in Role:
            people.add(role.value, role, "test", NOW)
            people.set_password(role.value, hashed, "test", NOW)
    return folder
