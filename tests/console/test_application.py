"""The house as a whole: one round at a time, workdays, our Message-IDs."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import date
from pathlib import Path

import pytest

from console.application import Busy, hold_data_folder, open_application
from console.holidays import Calendar
from console.opened_ledger import LedgerUnusable
from console.settings.loading import ConfigError, load
from ledger.storage.vault import Vault
from tests.console.office import ROOT, OfficeRoom


def test_two_rounds_at_once_are_refused(office: OfficeRoom) -> None:
    settings = load(ROOT / "config.toml", office.environment)
    with open_application(settings) as application, hold_data_folder(application.settings.data_dir):
        assert "正在使用" in office.run("poll", code=1).stderr
        with (
            open_application(settings) as other,
            pytest.raises(Busy),
            hold_data_folder(other.settings.data_dir),
        ):
            pass
    office.run("poll")


def test_the_application_is_built_whole_and_stays_as_it_is(office: OfficeRoom) -> None:
    settings = load(ROOT / "config.toml", office.environment)
    with open_application(settings, {}) as application:
        left_out = {
            one.name for one in fields(application) if getattr(application, one.name) is None
        }
        assert left_out == {"sharing", "queued"}, "nothing is shared here"
        with pytest.raises(FrozenInstanceError):
            application.vault = Vault(office.folder)  # type: ignore[misc]


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = load(ROOT / "config.toml", {"SHOUGAO_DATA": str(tmp_path / "file" / "data")})
    with pytest.raises(ConfigError, match="file"), open_application(settings):
        pass


def test_a_ledger_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no database at all" * 100)
    settings = load(ROOT / "config.toml", {"SHOUGAO_DATA": str(tmp_path)})
    with pytest.raises(LedgerUnusable, match=r"ledger\.db.*已损坏"), open_application(settings):
        pass


def test_workdays_follow_the_state_councils_calendar() -> None:
    assert not Calendar().is_workday(date(2022, 2, 1))  # 春节
    assert Calendar().is_workday(date(2022, 1, 29))  # a Saturday worked to make up for it
    assert not Calendar().known(date(2099, 1, 1))
    assert Calendar().is_workday(date(2099, 1, 1))  # a Thursday: Monday to Friday is all we know
