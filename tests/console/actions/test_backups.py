"""The office's backup: all that it would miss, old copies gone, a restore tried, and all of it told."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from console.actions.backups import alone, back_up_office, copies
from console.actions.health import health
from console.application import Application, open_application
from console.health_json import health_json
from console.settings.loading import load
from ledger.models.letters import LetterRow
from ledger.queries import audit
from ledger.states import Act, LetterState
from ledger.storage.backup import BackupError
from notifier.letters.digest import Health, Level
from tests.console.office import OfficeRoom

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
WHO = "王敏"
LARGE = bytes(range(256)) * 8192
ROOT = Path(__file__).resolve().parents[3]


def told(application: Application, moment: datetime) -> Health:
    return next(one for one in health(application, moment) if one.name == "备份")


def test_what_an_office_would_miss_is_kept_and_a_restore_tried_once_a_month(
    office: OfficeRoom, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with open_application(load(ROOT / "config.toml", office.environment)) as application:
        assert not [one for one in health(application, NOW) if one.name == "备份"]
        done = back_up_office(application, folder, 60, True, WHO, NOW)
        assert done.tried == 0
        assert (folder / "settings-20261101T023000" / "config.toml").is_file()
        assert "11月1日试恢复成功" in told(application, NOW).sentence
        for day in range(1, 100, 9):
            done = back_up_office(application, folder, 60, True, WHO, NOW + timedelta(days=day))
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
            back_up_office(application, blocked / "backup", 0, False, WHO, NOW)
        assert told(application, NOW).level is Level.WARN
        shape = health_json(health(application, NOW))
        assert {"name", "level", "found", "remedy"} == set(shape["findings"][0])
        back_up_office(application, tmp_path / "backup", 0, False, WHO, NOW)
        assert told(application, NOW).level is Level.OK


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    if (
        not Path(mount[0]).exists()
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("nothing can be mounted here")
    yield disk
    subprocess.run(["/usr/bin/umount", "-l", str(disk)], check=False)


def test_a_disk_without_room_is_told_and_left_as_it_was(
    office: OfficeRoom, small_disk: Path
) -> None:
    with open_application(load(ROOT / "config.toml", office.environment)) as application:
        with pytest.raises(BackupError, match=r"只剩 \d+ MB"):
            (small_disk / "filler").write_bytes(bytes(900_000))
            back_up_office(application, small_disk, 0, False, WHO, NOW)
        (small_disk / "filler").unlink()
        application.vault.put(LARGE, hashlib.sha256(LARGE).hexdigest())
        with Session(application.engine) as session, session.begin():
            session.add(
                LetterRow(
                    digest=hashlib.sha256(LARGE).hexdigest(),
                    size=len(LARGE),
                    received=NOW,
                    collected=NOW,
                    state=LetterState.COLLECTED,
                )
            )
        with pytest.raises(BackupError, match="磁盘已满。请腾出磁盘空间"):
            back_up_office(application, small_disk, 0, False, WHO, NOW)
        assert not list(small_disk.glob("ledger-*"))
        assert not list(small_disk.glob("vault/*/*"))
        lines = audit.audit(application.engine, acts=[Act.BACKED_UP]).lines
        told = [(one.entry.who, one.entry.facts) for one in lines]
        assert told == [(WHO, {"backup": "failed"})] * 2


def test_one_is_made_at_a_time_and_what_was_cut_off_is_swept(
    office: OfficeRoom, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "ledger-20260101T000000.partial").write_bytes(b"cut off")
    with open_application(load(ROOT / "config.toml", office.environment)) as application:
        with alone(application.settings.data_dir), pytest.raises(BackupError, match="请等它做完"):
            back_up_office(application, folder, 0, False, WHO, NOW)
        back_up_office(application, folder, 0, False, WHO, NOW)
    assert [one.file.suffix for one in copies(folder)] == [".db"]
    assert not list(folder.glob("*.partial"))
