"""A trial restore is a real one: of SQLite and of PostgreSQL, on a real server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from ledger.models.database import alembic_config
from ledger.storage.backup import Backup, BackupError, back_up
from ledger.storage.trial import MARK, try_restore
from ledger.storage.vault import Vault
from tests.ledger.world import MARCH, World, digest_of, raw_of

ON_A_SERVER = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def postgresqls_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> Backup:
    world = World(engine)
    vault = Vault(tmp_path / "vault")
    for number in (1, 2, 3):
        world.enter()
        vault.put(raw_of(number), digest_of(number))
    return back_up(engine, vault, tmp_path / "backup", MARCH)


@pytest.fixture
def server(engine: Engine) -> Iterator[Engine]:
    admin = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    yield admin
    admin.dispose()


def passing(admin: Engine) -> list[str]:
    with admin.connect() as connection:
        return list(
            connection.scalars(
                text("SELECT datname FROM pg_database WHERE datname LIKE '%\\_try\\_%'")
            )
        )


def test_a_copy_is_restored_proved_and_put_away(made: Backup, engine: Engine) -> None:
    assert try_restore(made, engine) == 3
    assert not list(made.ledger.parent.glob(".try-*"))
    if engine.dialect.name == "postgresql":
        assert passing(engine) == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # a dump cannot be made older
def test_a_copy_of_an_earlier_version_is_brought_up_and_restored(
    made: Backup, engine: Engine
) -> None:
    older = create_engine(f"sqlite:///{made.ledger}")
    with older.begin() as connection:
        command.downgrade(alembic_config(connection), "0025")
    older.dispose()
    assert try_restore(made, engine) == 3


def test_a_damaged_copy_is_told(made: Backup, engine: Engine) -> None:
    made.ledger.write_bytes(made.ledger.read_bytes()[: made.ledger.stat().st_size // 2])
    with pytest.raises(BackupError):
        try_restore(made, engine)
    if engine.dialect.name == "postgresql":
        assert passing(engine) == []


def test_a_letter_that_is_missing_from_the_copy_is_told(made: Backup, engine: Engine) -> None:
    Vault(made.ledger.parent / "vault").path(digest_of(2)).unlink()
    with pytest.raises(BackupError, match="第 2 号邮件的原件"):
        try_restore(made, engine)


@ON_A_SERVER
def test_a_role_that_may_make_no_database_is_told_what_it_lacks(
    made: Backup, engine: Engine, server: Engine
) -> None:
    role = f"r{engine.url.database}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
    plain = create_engine(engine.url.set(username=role))
    with pytest.raises(BackupError, match=f'ALTER ROLE "{role}" CREATEDB'):
        try_restore(made, plain)
    plain.dispose()


@ON_A_SERVER
def test_what_a_crash_left_goes_and_what_is_not_ours_stays(
    made: Backup, engine: Engine, server: Engine
) -> None:
    ours, theirs = (f"{engine.url.database}_try_{end}" for end in ("0left", "archive"))
    with server.connect() as connection:
        for name in (ours, theirs):
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        connection.execute(text(f"COMMENT ON DATABASE {ours} IS '{MARK}'"))
    assert try_restore(made, engine) == 3
    assert passing(server) == [theirs]
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {theirs}"))
