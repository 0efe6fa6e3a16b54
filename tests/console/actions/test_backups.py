"""The office's backup: all that it would miss, old copies gone, a restore tried, and all of it told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.actions.backups import back_up_office
from console.actions.health import health
from console.application import Application, open_application
from console.serializers import health_json
from console.settings.loading import load
from ledger.storage.backup import BackupError
from notifier.letters.digest import Health, Level
from tests.console.office import OfficeRoom

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


def told(application: Application, moment: datetime) -> Health:
    return next(one for one in health(application, moment) if one.name == "备份")


def test_what_an_office_would_miss_is_kept_and_a_restore_tried_once_a_month(
    office: OfficeRoom, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with open_application(load(ROOT / "config.toml", office.environment)) as application:
        assert not [one for one in health(application, NOW) if one.name == "备份"]
        done = back_up_office(application, folder, 60, True, NOW)
        assert done.tried == 0
        assert (folder / "settings-20261101T023000" / "config.toml").is_file()
        assert "11月1日试恢复成功" in told(application, NOW).sentence
        for day in range(1, 100, 9):
            done = back_up_office(application, folder, 60, True, NOW + timedelta(days=day))
            assert (done.tried is None) is (day not in (37, 73))
        kept = sorted(path.name for path in folder.glob("ledger-*.db"))
        assert len(kept) == 7
        assert len(list(folder.glob("settings-*"))) == 7
        assert not list(folder.glob(".try-*"))
        late = NOW + timedelta(days=110)
        assert told(application, late).level is Level.WARN
        assert "没有备份" in told(application, late).sentence


def test_a_backup_that_cannot_be_made_is_told_until_one_is(
    office: OfficeRoom, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with open_application(load(ROOT / "config.toml", office.environment)) as application:
        with pytest.raises(BackupError):
            back_up_office(application, blocked / "backup", 0, False, NOW)
        assert told(application, NOW).level is Level.WARN
        shape = health_json(health(application, NOW))
        assert {"name", "level", "found", "remedy"} == set(shape["findings"][0])
        back_up_office(application, tmp_path / "backup", 0, False, NOW)
        assert told(application, NOW).level is Level.OK
