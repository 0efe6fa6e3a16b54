"""A ledger that is locked, full, removed or replaced: each told by its name, and nothing answered twice."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from console.actions import health
from console.settings.loading import load
from console.state import last_round
from ledger.models.instance_lock import InstanceLock, LedgerGone
from ledger.models.troubles import LedgerTrouble, trouble_of
from notifier.letters.digest import Level
from tests.console.office import ROOT, OfficeRoom, letter
from tests.console.service.test_stopping import STARTED, said, service
from tests.processes import PATIENCE


def lock(office: OfficeRoom) -> sqlite3.Connection:
    connection = sqlite3.connect(office.folder / "data" / "ledger.db", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return connection


IMPATIENT = """
from ledger.models import database
from console.cli import app, rounds
database.PATIENCE = rounds.WAIT_SECONDS = {seconds}
app.main()
"""


def test_the_service_waits_for_a_ledger_that_is_locked_at_its_start(office: OfficeRoom) -> None:
    office.roster()
    with (
        closing(lock(office)) as held,
        service(office, ("-c", IMPATIENT.format(seconds=0.2))) as running,
    ):
        assert "台账被别的程序占用" in said(running, "服务等它恢复")
        held.execute("ROLLBACK")
        said(running, STARTED)
        running.terminate()
        assert running.wait(PATIENCE) == 0


def test_a_command_says_that_the_ledger_is_locked_and_that_it_may_be_tried_again(
    office: OfficeRoom,
) -> None:
    office.roster()
    with closing(lock(office)):
        done = office.run("poll", code=1, program=("-c", IMPATIENT.format(seconds=0.2)))
    assert "台账被别的程序占用" in done.stderr
    assert "恢复备份" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_ledger_deleted_under_a_running_service_stops_it_with_a_clear_word(
    office: OfficeRoom,
) -> None:
    office.roster()
    with service(office) as running:
        said(running, STARTED)
        for path in (office.folder / "data").glob("ledger.db*"):
            path.unlink()
        office.receive(letter(1), "1700000001.M1.test")
        said(running, "被删除或换掉了")
        assert running.wait(PATIENCE) == 1


def test_an_empty_ledger_beside_a_full_vault_is_refused_and_nobody_is_answered_twice(
    office: OfficeRoom,
) -> None:
    office.roster()
    vault = office.folder / "data" / "vault"
    for number in range(100):
        name = f"{number:064x}"
        (vault / name[-2:]).mkdir(parents=True, exist_ok=True)
        (vault / name[-2:] / name).write_bytes(b"raw")
    done = office.run("poll", code=2)
    assert "shougao ledger restore" in done.stderr


def test_a_file_that_is_another_is_not_the_same_ledger(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    sqlite3.connect(file).close()
    file.write_bytes(b"")
    held = InstanceLock(create_engine(f"sqlite:///{file}"))
    held.hold()
    (tmp_path / "other").write_bytes(b"")
    (tmp_path / "other").rename(file)
    with pytest.raises(LedgerGone):
        held.hold()


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        ("damaged", LedgerTrouble.DAMAGED),
        ("folder", LedgerTrouble.CANNOT_OPEN),
        ("readonly", LedgerTrouble.READ_ONLY),
        ("full", LedgerTrouble.FULL),
        ("descriptors", LedgerTrouble.CANNOT_OPEN),
    ],
)
def test_each_trouble_has_its_own_name(
    tmp_path: Path, spoil: str, trouble: LedgerTrouble, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "ledger.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE t (x)")
    url = f"sqlite:///{file}"
    if spoil == "damaged":
        file.write_bytes(b"no database at all" * 100)
    elif spoil == "folder":
        url = f"sqlite:///{tmp_path / 'absent' / 'ledger.db'}"
    elif spoil == "readonly":
        url = f"sqlite:///file:{file}?mode=ro&uri=true"
    elif spoil == "descriptors":
        bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
        request.addfinalizer(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, bounds))
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, bounds[1]))
    engine = create_engine(url)
    with pytest.raises(DBAPIError) as raised, engine.begin() as connection:
        if spoil == "full":
            connection.execute(text("PRAGMA max_page_count=1"))
        connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))
    assert trouble_of(raised.value) is trouble


def test_a_last_round_of_the_future_is_not_called_well(tmp_path: Path) -> None:
    settings = load(ROOT / "config.toml", {"SHOUGAO_DATA": str(tmp_path)})
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    last_round.record_round(tmp_path, moment + timedelta(hours=3), "", 1.0)
    assert health._round(settings, moment).level is Level.WARN
    last_round.record_round(tmp_path, moment, "", 1.0)
    assert health._round(settings, moment).level is Level.OK
