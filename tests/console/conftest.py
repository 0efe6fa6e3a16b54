"""The office that the tests of the command work in, and the demo's ledger for the pages."""

from pathlib import Path

import pytest

from console.demo import show
from console.web.accounts import Passwords
from tests.console.office import NOW, PASSWORD, OfficeRoom


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    return OfficeRoom(tmp_path)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that has run its round, hostile letters included; copy it, never change it."""
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
