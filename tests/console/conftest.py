"""The office that the tests of the command work in."""

from pathlib import Path

import pytest

from tests.console.office import OfficeRoom


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    return OfficeRoom(tmp_path)
