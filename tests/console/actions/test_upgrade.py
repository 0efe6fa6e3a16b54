"""Upgrade and rollback: a copy first; a newer ledger is left alone by an older program."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command

from console.actions.upgrade import COPIES, upgrade
from console.application import open_application
from console.cli.app import main
from console.settings.loading import ConfigError, Settings, load
from ledger.models.database import MIGRATIONS, alembic_config, open_ledger
from tests.ledgers import new_ledger

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
KNOWN = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def office(data: Path) -> Settings:
    return load(ROOT / "config.toml", {"SHOUGAO_DATA": str(data), "SHOUGAO_MAILBOX": "maildir:in"})


def ledger_of(data: Path, version: str) -> Path:
    path = data / "ledger.db"
    engine = open_ledger(new_ledger(path))
    if version in KNOWN:
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), version)
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    engine.dispose()
    return path


def version_of(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """An empty ledger of each earlier schema, all on one way down."""
    path = tmp_path_factory.mktemp("earlier") / "ledger.db"
    new_ledger(path)
    found = {}
    for version in reversed(KNOWN[:-1]):
        engine = open_ledger(f"sqlite:///{path}")
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), version)
        engine.dispose()
        found[version] = path.read_bytes()
    return found


@pytest.mark.parametrize("version", KNOWN[:-1])
def test_every_earlier_schema_is_copied_and_brought_up(
    tmp_path: Path, earlier: dict[str, bytes], version: str
) -> None:
    path = tmp_path / "data" / "ledger.db"
    path.parent.mkdir()
    path.write_bytes(earlier[version])
    done = upgrade(office(tmp_path / "data"), {}, NOW)
    assert (done.before, done.after) == (version, KNOWN[-1])
    assert done.copy == tmp_path / "data" / COPIES / "ledger-20261129T020000.db"
    assert version_of(done.copy) == version
    assert version_of(path) == KNOWN[-1]


def test_an_upgrade_says_each_step_as_it_begins_and_that_it_goes_on(tmp_path: Path) -> None:
    ledger_of(tmp_path / "data", KNOWN[-3])
    told: list[str] = []
    upgrade(office(tmp_path / "data"), {}, NOW, told.append, pulse=0.0001)
    lines = [line for line in told if "仍在进行" not in line]
    assert lines == [
        "先留一份台账的副本（来信 0 封、稿件 0 篇）…",
        f"台账有来信 0 封、稿件 0 篇，从结构 {KNOWN[-3]} 升级到 {KNOWN[-1]}，共 2 步…",
        f"第 1 步，共 2 步（结构 {KNOWN[-2]}）…",
        f"第 2 步，共 2 步（结构 {KNOWN[-1]}）…",
        "按本版程序重写积分明细…",
    ]
    assert any("仍在进行：第 2 步" in line for line in told)


def test_a_ledger_of_today_is_left_as_it_is(tmp_path: Path) -> None:
    ledger_of(tmp_path / "data", KNOWN[-1])
    assert upgrade(office(tmp_path / "data"), {}, NOW).copy is None
    assert not (tmp_path / "data" / COPIES).exists()


def test_a_command_does_not_migrate_and_says_what_to_type(tmp_path: Path) -> None:
    path = ledger_of(tmp_path / "data", KNOWN[-2])
    with (
        pytest.raises(ConfigError, match="shougao upgrade"),
        open_application(office(tmp_path / "data")),
    ):
        pass
    assert version_of(path) == KNOWN[-2]


def test_an_older_program_says_in_one_line_that_the_ledger_is_newer(tmp_path: Path) -> None:
    path = ledger_of(tmp_path / "data", "9999")
    before = path.read_bytes()
    with pytest.raises(ConfigError) as told, open_application(office(tmp_path / "data")):
        pass
    assert "9999" in str(told.value)
    assert "\n" not in str(told.value)
    with pytest.raises(ConfigError, match="更新的程序"):
        upgrade(office(tmp_path / "data"), {}, NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "command_line", ["poll", "status", "run --no-pages", "ledger summary", "roster list", "upgrade"]
)
def test_every_command_of_an_older_program_ends_in_one_line(
    tmp_path: Path,
    command_line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])  # `run` puts its own there
    level = root.level
    path = ledger_of(tmp_path / "data", "9999")
    before = path.read_bytes()
    capsys.readouterr()
    for name in ("in/new", "in/cur", "in/tmp"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("SHOUGAO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SHOUGAO_MAILBOX", f"maildir:{tmp_path / 'in'}")
    monkeypatch.setenv("SHOUGAO_RELAY", f"maildir:{tmp_path / 'out'}")
    arguments = ["shougao", "--config", str(ROOT / "config.toml"), *command_line.split()]
    monkeypatch.setattr("sys.argv", arguments)
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        root.setLevel(level)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "更新的程序" in line
    assert path.read_bytes() == before
