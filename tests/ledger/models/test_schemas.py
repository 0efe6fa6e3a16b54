"""Ledgers in schemas of their own within one PostgreSQL database: apart in rows, locks, queue and copies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from bench.postgresql import PostgreSql
from ledger.examinations import Examinations
from ledger.job_queue import ENTER, EXAMINE, RECOGNISE, JobQueue
from ledger.models.database import open_ledger
from ledger.models.instance_lock import HeldElsewhere, holding
from ledger.models.schemas import is_empty, make_schema, schema_of, within
from ledger.models.troubles import LedgerTrouble, trouble_of
from ledger.sessions import AttemptLimit, Sessions
from ledger.storage.backup import BackupError, back_up, restore
from ledger.storage.trial import try_restore
from ledger.storage.vault import Vault
from tests.ledger.world import MARCH, World, digest_of, raw_of

NOON = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Town:
    """One database with a ledger in `public`, and one in each of two schemas."""

    public: Engine
    east: Engine
    west: Engine

    @property
    def all(self) -> tuple[Engine, ...]:
        return self.public, self.east, self.west


def in_schema(url: str, schema: str) -> str:
    return within(make_url(url), schema).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def url(postgresql_server: PostgreSql) -> Iterator[str]:
    yield postgresql_server.create("town", "migrated")
    postgresql_server.drop("town")


@pytest.fixture(scope="module")
def town(url: str) -> Iterator[Town]:
    """Each test writes into one of them alone."""
    made = Town(
        *(open_ledger(one) for one in (url, in_schema(url, "east"), in_schema(url, "west")))
    )
    yield made
    for engine in made.all:
        engine.dispose()


def letters(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM letters")) or 0


def test_each_has_its_own_letters_locks_and_queue(town: Town) -> None:
    before = letters(town.west)
    World(town.east).enter()
    assert [letters(engine) for engine in town.all] == [0, 1, before]
    with holding(town.public), holding(town.east), holding(town.west):
        with pytest.raises(HeldElsewhere, match="主机"), holding(town.east):
            pass
        # what one does alone keeps nobody else waiting
        with town.east.begin() as entering:
            Examinations(town.east, JobQueue(town.east), "east").entering(entering)
            with town.west.begin() as also:
                also.execute(text("SET LOCAL lock_timeout = '1s'"))
                Examinations(town.west, JobQueue(town.west), "west").entering(also)
    queues = [JobQueue(engine) for engine in town.all]
    for queue in queues[1:]:
        queue.prepare(SchemaManager.get_schema)
    assert [queue.is_prepared() for queue in queues] == [False, True, True]
    with town.east.begin() as connection:
        queues[1].defer(connection, EXAMINE, [1])
    assert [queue.state().waiting for queue in queues[1:]] == [1, 0]


def test_workers_of_one_are_not_woken_by_anothers_jobs_and_jobs_that_were_brought_along_are_done(
    town: Town,
) -> None:
    east, west = JobQueue(town.east), JobQueue(town.west)
    for queue in (east, west):
        queue.prepare(SchemaManager.get_schema)
    with town.west.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_autocommit(True)
        for name in west.names(ENTER, EXAMINE, RECOGNISE):
            driver.execute(f'LISTEN "procrastinate_queue_v1#{name}"')
        for engine, queue in ((town.east, east), (town.west, west)):
            with engine.begin() as deferring:
                queue.defer(deferring, EXAMINE, [7])
        (first,) = driver.notifies(
            timeout=60, stop_after=1
        )  # they come in the order of the commits
        assert first.channel == f"procrastinate_queue_v1#{west.names(EXAMINE)[0]}"
    with town.west.begin() as connection:  # as in a ledger that bore another schema's name before
        connection.execute(text("UPDATE procrastinate_jobs SET queue_name = 'examine.1@00000000'"))
    assert west.state().newer == 1
    west.prepare(SchemaManager.get_schema)
    assert west.state().newer == 0


def test_a_login_is_counted_while_a_service_holds_the_ledger(url: str) -> None:
    engine = open_ledger(f"{url}&options=-clock_timeout%3D2s")
    with holding(engine):
        limit = AttemptLimit("li", 5)
        assert Sessions(engine).attempt([limit], timedelta(hours=1), NOON) is None
    engine.dispose()


def test_a_copy_holds_one_schema_and_comes_back_into_it(
    town: Town, postgresql: Callable[[], str], tmp_path: Path, programs: None
) -> None:
    world, vault = World(town.west), Vault(tmp_path / "vault")
    world.enter()
    vault.put(raw_of(1), digest_of(1))
    made = back_up(town.west, vault, tmp_path / "backup", MARCH)
    assert try_restore(made, town.west) == 1
    with pytest.raises(BackupError, match="模式 west 里已经有表"):
        restore(made.ledger, town.west, Vault(tmp_path / "other"))
    with pytest.raises(BackupError, match="没有模式（schema）east"):
        restore(made.ledger, town.east, Vault(tmp_path / "other"))
    elsewhere = create_engine(in_schema(postgresql(), "west"))
    assert restore(made.ledger, elsewhere, Vault(tmp_path / "other")) == 1
    assert letters(elsewhere) == 1
    elsewhere.dispose()
    assert letters(town.public) == 0


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_an_account_of_one_schema_reaches_no_other_and_may_make_none(town: Town, url: str) -> None:
    role = "clerk_of_west"
    with town.public.begin() as connection:
        connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        for what in ("USAGE ON SCHEMA west", "ALL ON ALL TABLES IN SCHEMA west"):
            connection.execute(text(f"GRANT {what} TO {role}"))
    own = make_url(url).set(username=role)
    west = open_ledger(within(own, "west").render_as_string(hide_password=False))
    assert letters(west) == letters(town.west)
    with west.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("SELECT * FROM east.letters"))
    west.dispose()
    with pytest.raises(ProgrammingError) as refused:
        open_ledger(within(own, "north").render_as_string(hide_password=False))
    assert trouble_of(refused.value) is LedgerTrouble.NOT_ALLOWED
    assert "CREATE SCHEMA" in LedgerTrouble.NOT_ALLOWED.remedy
    with town.public.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))


def test_programs_started_at_once_make_a_schema_once(town: Town, url: str) -> None:
    engines = [create_engine(in_schema(url, "south")) for _ in range(8)]
    with ThreadPoolExecutor(len(engines)) as at_once:
        list(at_once.map(make_schema, engines))
    assert all(is_empty(engine) for engine in engines)
    for engine in engines:
        engine.dispose()


def test_an_url_keeps_its_own_options() -> None:
    url = make_url("postgresql+psycopg://li@host/town?options=-cstatement_timeout%3D5s")
    assert within(url, "east").query["options"] == "-cstatement_timeout=5s -csearch_path=east"
    assert schema_of(within(url, "east")) == "east"
    assert schema_of(url) == ""
