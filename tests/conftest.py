"""What all tests share: hypothesis without deadlines, and a real PostgreSQL, started once and thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from ledger.models.database import open_ledger
from tests import skips

NewDatabase = Callable[[], str]


def pytest_configure(config: pytest.Config) -> None:
    skips.register(config)


# how fast a machine is, or what else it does, is no property of the program
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[NewDatabase]:
    """
    A function that makes a migrated, empty database and returns its URL.

    PostgreSQL refuses to run as root: there the server runs as `postgres`. Durability is off, since
    nothing outlives the tests.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="shougao-pg-"))  # a socket's path must be short
    as_postgres = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_postgres, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    pg_ctl = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    run(*pg_ctl, "-o", options, "start")
    url = f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
    admin = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")

    def create(name: str, template: str) -> str:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return url.format(name=name)

    open_ledger(create("migrated", "template0")).dispose()
    try:
        yield lambda: create(f"t{uuid.uuid4().hex}", "migrated")
    finally:
        admin.dispose()
        run(*pg_ctl, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None
