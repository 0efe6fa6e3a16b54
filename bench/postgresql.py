"""A real PostgreSQL in a folder of its own, for benchmarks and tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from bench.servers import NoServer


@dataclass(frozen=True, slots=True)
class PostgreSql:
    """A server that answers in the socket of `folder`."""

    folder: Path

    def url(self, name: str) -> str:
        """Give the URL of a database of that name."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def cpu_milliseconds(self) -> float:
        """Add up the CPU time of the server's present processes (Linux)."""
        first = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        spent = 0
        for process in (first, *children):
            with contextlib.suppress(FileNotFoundError):  # a worker that has just ended
                if b"autovacuum" not in Path(f"/proc/{process}/cmdline").read_bytes():
                    spent += int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
        return spent / 1e6

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database where there is none of that name; return its URL."""
        with self._administration() as connection:
            known = text("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)")
            if not connection.scalar(known, {"name": name}):
                connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return self.url(name)

    def drop(self, *names: str) -> None:
        """Drop databases, whoever is connected."""
        with self._administration() as connection:
            for name in names:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    @contextlib.contextmanager
    def _administration(self) -> Iterator[Connection]:
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as connection:
                yield connection
        finally:
            admin.dispose()


@contextlib.contextmanager
def postgresql(folder: Path, *settings: str, prefix: tuple[str, ...] = ()) -> Iterator[PostgreSql]:
    """
    Start a server whose data lie in `folder` (its path must be short: a socket lies there, too).

    PostgreSQL refuses to run as root: there the server runs as `postgres`. `settings`: name=value; where
    they have it listen, all of that network may connect. `prefix`: what its commands begin with, to run on
    another host.
    Raises NoServer where PostgreSQL is not installed.
    """
    programs = _programs()
    folder.mkdir(parents=True, exist_ok=True)
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(
            [*prefix, *as_postgres, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL
        )

    if not data.exists():
        initdb = (str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres")
        run(*initdb, "-E", "UTF8")
    if any(one.startswith("listen_addresses") for one in settings):
        with (data / "pg_hba.conf").open("a") as file:
            file.write("host all all samenet trust\n")
    options = " ".join(f"-c {one}" for one in ("listen_addresses=''", *settings))
    pg_ctl = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    run(*pg_ctl, "-o", f"-k {folder} {options}", "start")
    try:
        yield PostgreSql(folder)
    finally:
        run(*pg_ctl, "-m", "fast", "stop")


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        raise NoServer("PostgreSQL is not installed: apt install postgresql")
    return versions[-1].parent
