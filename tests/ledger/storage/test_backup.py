"""Backup and restore, and forgetting in time."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select

from ledger import journal
from ledger.models.database import open_ledger
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.outbox import Outbox
from ledger.queries import export
from ledger.roster import Officer, Roster
from ledger.storage.backup import BackupError, back_up, restore
from ledger.storage.retention import FORGOTTEN, Purged, purge
from ledger.storage.vault import Vault
from rulebook.periods import parse
from tests.ledger.world import MARCH, World, digest_of, raw_of

Q1 = parse("2022Q1")


@pytest.fixture(autouse=True)
def postgresqls_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def world(engine: Engine) -> World:
    world = World(engine)
    for _ in range(3):
        world.enter()
    return world


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "vault")
    for number in (1, 2, 3):
        vault.put(raw_of(number), digest_of(number))
    return vault


@pytest.fixture
def empty(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A place for a restored ledger: no file yet, or a database without a table."""
    if engine.dialect.name == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path}/restored/ledger.db")
    else:
        url = engine.url.set(database="postgres")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        name = f"r{engine.url.database}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        admin.dispose()
        made = create_engine(engine.url.set(database=name))
    yield made
    made.dispose()


def test_a_backup_restores_to_the_same_ledger(
    world: World, vault: Vault, empty: Engine, tmp_path: Path
) -> None:
    done = back_up(world.engine, vault, tmp_path / "backup", MARCH)
    assert (done.files, done.copied) == (3, 3)
    again = back_up(world.engine, vault, tmp_path / "backup", MARCH + timedelta(hours=1))
    assert again.copied == 0
    new_vault = Vault(tmp_path / "new")
    assert restore(done.ledger, empty, new_vault) == 3
    assert new_vault.get(digest_of(1)) == raw_of(1)
    assert journal.verify(empty) == (3, None)
    before = world.figures.summary(Q1, Q1.last).tables
    restored = World(open_ledger(empty.url.render_as_string(hide_password=False)))
    assert restored.figures.summary(Q1, Q1.last).tables == before
    restored.engine.dispose()


def test_a_backup_is_one_moment_though_letters_are_being_entered(
    world: World, vault: Vault, empty: Engine, tmp_path: Path
) -> None:
    stop = threading.Event()

    def enter() -> None:
        while not stop.is_set():
            world.enter()

    thread = threading.Thread(target=enter)
    thread.start()
    try:
        done = back_up(world.engine, vault, tmp_path / "backup", MARCH)
    finally:
        stop.set()
        thread.join()
    restore(done.ledger, empty, Vault(tmp_path / "new"))
    fitting, broken = journal.verify(empty)
    assert broken is None
    with empty.connect() as connection:
        assert len(connection.scalars(select(DraftRow.id)).all()) == fitting


def test_nothing_is_ever_written_over(world: World, vault: Vault, tmp_path: Path) -> None:
    done = back_up(world.engine, vault, tmp_path / "backup", MARCH)
    with pytest.raises(BackupError):
        restore(done.ledger, world.engine, vault)
    assert journal.verify(world.engine) == (3, None)


def test_what_is_no_backup_is_refused(world: World, empty: Engine, tmp_path: Path) -> None:
    bad = tmp_path / "ledger-bad.db"
    bad.write_bytes(b"kein Backup" * 100)
    for path in (bad, tmp_path / "nix.db"):
        with pytest.raises(BackupError):
            restore(path, empty, Vault(tmp_path / "new"))


def settle(world: World) -> None:
    outbox = Outbox(world.engine)
    for due in outbox.due(MARCH, 99):
        outbox.sent([(due, "250")], MARCH)


def test_what_is_old_is_forgotten_and_figures_and_proof_stay(world: World, vault: Vault) -> None:
    settle(world)
    before = world.figures.summary(Q1, Q1.last).tables
    later = MARCH + timedelta(days=400)
    assert purge(world.engine, vault, later, later, "li", later) == Purged(3, 3)
    assert purge(world.engine, vault, later, later, "li", later) == Purged(0, 0)
    with world.engine.connect() as connection:
        assert set(connection.scalars(select(DraftRow.text))) == {""}
        assert set(connection.scalars(select(DraftRow.author))) == {""}
        assert set(connection.scalars(select(LetterRow.sender_address))) == {""}
        assert set(connection.scalars(select(OutboxRow.raw))) == {b""}
        assert all(connection.scalars(select(DraftRow.digest)))
    assert not vault.path(digest_of(1)).exists()
    assert world.figures.summary(Q1, Q1.last).tables == before
    assert journal.verify(world.engine) == (4, None)


def test_letters_on_their_way_and_younger_ones_are_left_alone(world: World, vault: Vault) -> None:
    later = MARCH + timedelta(days=400)
    assert purge(world.engine, vault, later, later, "li", later) == Purged(0, 0)
    settle(world)
    assert purge(world.engine, vault, MARCH, MARCH, "li", later) == Purged(0, 0)
    assert vault.path(digest_of(1)).exists()


def test_officers_who_left_long_ago_are_forgotten_and_those_in_office_stay(
    world: World, vault: Vault
) -> None:
    roster, later = Roster(world.engine), MARCH + timedelta(days=400)
    gone = Officer(
        "湖塘镇", "周去", phone="13800000009", addresses=("zhou@town.example",), ends=MARCH.date()
    )
    here = Officer("高新区", "吴在", phone="13800000008", addresses=("wu@town.example",))
    roster.enter([gone, here], "li", MARCH)
    assert purge(world.engine, vault, None, later, "li", later).officers == 1
    assert purge(world.engine, vault, None, later, "li", later).officers == 0
    told = {officer.unit: officer for officer in roster.officers()}
    assert (told["湖塘镇"].name, told["湖塘镇"].phone, told["湖塘镇"].addresses) == (
        FORGOTTEN,
        "",
        (),
    )
    assert told["湖塘镇"].ends == MARCH.date()
    assert told["高新区"] == here


def test_an_export_that_somebody_looks_at_holds_up_no_letter(world: World) -> None:
    rows = export.drafts(world.engine, "Asia/Shanghai")
    assert isinstance(rows, Generator)
    next(rows)  # the reader of a pipe stops here for as long as it likes
    world.enter(received=MARCH + timedelta(hours=9))
    rows.close()
