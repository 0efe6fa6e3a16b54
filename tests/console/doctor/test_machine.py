"""Clock, password files, folders and the ledger, as the doctor sees them."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.doctor import machine, office, storage
from console.doctor.findings import Level
from console.settings.loading import Settings, load
from console.state import last_round

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(ROOT / "config.toml", {"SHOUGAO_DATA": str(tmp_path / "data")})


def test_a_clock_that_shows_a_moment_before_the_last_round_is_wrong(settings: Settings) -> None:
    (finding,) = machine.clock(settings, NOW)
    assert "2026年11月29日 10:00（Asia/Shanghai）" in finding.found
    (finding,) = machine.clock(settings, datetime(2022, 1, 1, tzinfo=UTC))
    assert finding.level is Level.FAIL
    settings.data_dir.mkdir()
    last_round.record_round(settings.data_dir, NOW + timedelta(hours=1), "", 1.0)
    (finding,) = machine.clock(settings, NOW)
    assert finding.level is Level.FAIL
    assert "上一次收信" in finding.found
    assert "校准" in finding.remedy


def test_a_password_file_that_others_may_read_is_named(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("secret")
    path.chmod(0o644)
    own = replace(settings, mailbox=replace(settings.mailbox, password_file=str(path)))
    (finding,) = machine.secrets(own)
    assert finding.level is Level.WARN
    assert f"chmod 600 {path}" in finding.remedy
    path.chmod(0o600)
    assert not list(machine.secrets(own))
    path.unlink()
    (finding,) = machine.secrets(own)
    assert finding.level is Level.FAIL


@pytest.mark.parametrize("day", ["2026-09-01", "2026-10-05", "2027-01-05"])
def test_three_months_before_the_calendar_ends_it_warns(settings: Settings, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T10:00:00+08:00")
    finding = list(office.rules(settings, moment))[-1]
    assert finding.subject == "节假日"
    assert (finding.level is Level.OK) is (day == "2026-09-01")
    assert finding.level is Level.OK or "[holidays]" in finding.remedy


def test_a_vault_that_cannot_be_written_to_is_named(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "vault").write_text("")
    finding = next(one for one in storage.folders(settings) if one.level is Level.FAIL)
    assert finding.subject == "原信库"
    assert "Errno" not in finding.found
    assert finding.remedy


def test_a_folder_that_is_a_file_is_named_without_a_number(settings: Settings) -> None:
    settings.data_dir.write_text("")
    (finding,) = storage.folders(settings)
    assert finding.level is Level.FAIL
    assert "Errno" not in finding.found


def test_a_ledger_that_is_damaged_is_named_with_the_way_back(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "ledger.db").write_bytes(b"no database at all" * 400)
    (finding,) = storage.ledger(settings, {})
    assert finding.level is Level.FAIL
    assert "ledger restore" in finding.remedy
    assert "not a database" in finding.detail
    assert "not a database" not in finding.found


def test_a_ledger_of_a_later_program_is_named_and_not_touched(settings: Settings) -> None:
    list(storage.ledger(settings, {}))  # makes an empty one
    path = settings.data_dir / "ledger.db"
    if not path.exists():
        settings.data_dir.mkdir(exist_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))")
        database.execute("DELETE FROM alembic_version")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    (finding,) = storage.ledger(settings, {})
    assert finding.level is Level.FAIL
    assert "更新的程序" in finding.found


def test_an_sqlite_without_chinese_search_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(machine.sqlite())
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    (finding,) = machine.sqlite()
    assert finding.level is Level.FAIL
    assert "3.34" in finding.found


def test_processes_that_cannot_wait_for_each_other_are_told_with_the_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not list(machine.shared_memory())

    class Closed:
        def Lock(self) -> None:  # noqa: N802  # as multiprocessing calls it
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing, "get_context", lambda _method: Closed())
    (finding,) = machine.shared_memory()
    assert finding.level is Level.FAIL
    assert "/dev/shm：没有权限" in finding.found
    assert "mount -t tmpfs" in finding.remedy


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("", "没有 pg_dump"),
        ("pg_dump (PostgreSQL) 9.6.1", "pg_dump 是 9 版的"),
        ("pg_dump 99.1", ""),
    ],
)
def test_a_pg_dump_that_cannot_copy_the_ledger_is_named(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgresql: Callable[[], str],
    program: str,
    words: str,
) -> None:
    url = postgresql().replace("postgresql+psycopg", "postgresql")
    served = replace(settings, storage=replace(settings.storage, ledger=url))
    monkeypatch.setenv("PATH", str(tmp_path))
    if program:
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\necho '{program}'\n")
        (tmp_path / "pg_dump").chmod(0o755)
    found = [one for one in storage.ledger(served, {}) if one.subject == "备份"]
    assert [words in one.found and "postgresql-client" in one.remedy for one in found] == (
        [True] if words else []
    )
