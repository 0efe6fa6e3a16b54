"""One program at a time on a PostgreSQL ledger, wherever its data folder lies."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import LedgerUpgraded
from ledger.models.database import check_version
from ledger.models.locks import Lock, held, taking

_WHO = text(
    "SELECT activity.application_name, activity.backend_start FROM pg_locks AS locks"
    " JOIN pg_stat_activity AS activity USING (pid)"
    f" WHERE {held(Lock.INSTANCE)}"
)


class HeldElsewhere(Exception):
    """Another program holds this ledger; the text says who, in Chinese."""


class LedgerGone(Exception):
    """
    The ledger cannot be gone on with: its file was removed or replaced while it was open, or migrated.

    The text says so, in Chinese.
    """


class InstanceLock:
    """
    Holds a ledger for this process.

    The lock lives as long as its connection, so that a program that was killed holds nothing.
    Its methods may be called in any thread. `shared`: among programs that share its work by a queue;
    one that does all by itself is kept out, and keeps them out.
    """

    def __init__(self, engine: Engine, *, shared: bool = False) -> None:
        self._engine = engine
        self._take = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        self._alone = threading.RLock()
        self._file = _file_of(engine)
        self._identity = _identity(self._file)
        self._connection: Connection | None = None

    def hold(self) -> None:
        """
        Hold the ledger, or make sure that it is still held. SQLite: that its file is still the same.

        Raises: HeldElsewhere; LedgerGone, on PostgreSQL once a newer program has migrated the ledger;
                sqlalchemy.exc.OperationalError when the database is away.
        """
        if self._engine.dialect.name == "postgresql":
            with self._alone:
                self._hold()
        elif _identity(self._file) not in (self._identity, None):
            raise LedgerGone(
                f"台账文件 {self._file} 在服务运行时被删除或换掉了：再写进去的都会丢失，服务已停止。"
                "请恢复这个文件（shougao ledger restore），再启动服务。"
            )

    def _hold(self) -> None:
        if self._connection is not None:
            try:
                self._check_version(self._connection)
                return
            except DBAPIError:  # the server was restarted, and the lock went with the connection
                self.release()
        # a connection of its own: the pool's are given back, and with them the lock
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            connection.execute(
                text("SELECT set_config('application_name', :name, false)"),
                {"name": f"shougao {socket.gethostname()[:40]} {os.getpid()}"},
            )
            if connection.scalar(taking(self._take, Lock.INSTANCE)):
                self._check_version(connection)
                self._begin(connection)
                self._connection = connection
                return
            holder = connection.execute(_WHO).first()
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        connection.invalidate()  # it bears our name
        connection.close()
        raise HeldElsewhere(_sentence(*holder) if holder else _sentence("", None))

    def _begin(self, connection: Connection) -> None:
        """Do what is to be done once on the lock's own connection."""

    def wait(self, seconds: float, ended: int) -> None:
        """Wait until the server says something on the lock's connection, or a descriptor is readable."""
        with self._alone:
            ours = self._connection
            heard = -1 if ours is None else ours.connection.driver_connection.fileno()  # type: ignore[union-attr]
        waiting = select.poll()  # descriptors beyond 1,023, too, where there are many offices
        waiting.register(ended, select.POLLIN)
        if heard >= 0:
            waiting.register(heard, select.POLLIN)
        if heard in dict(waiting.poll(seconds * 1000)):
            InstanceLock.hold(self)  # what was said is read on the way

    def _check_version(self, connection: Connection) -> None:
        try:
            check_version(connection)
        except LedgerUpgraded as upgraded:
            raise LedgerGone(str(upgraded)) from None

    def release(self) -> None:
        """Let go of the ledger; never raises."""
        with self._alone:
            if self._connection is not None:
                with contextlib.suppress(DBAPIError):
                    self._connection.invalidate()  # closes it, and the lock goes with it
                    self._connection.close()
                self._connection = None


@contextlib.contextmanager
def holding(engine: Engine, *, shared: bool = False) -> Iterator[InstanceLock]:
    """Hold a ledger until the end, alone or with those that share its work. Raises HeldElsewhere."""
    lock = InstanceLock(engine, shared=shared)
    try:
        lock.hold()
        yield lock
    finally:
        lock.release()


def _file_of(engine: Engine) -> Path | None:
    name = engine.url.database if engine.dialect.name == "sqlite" else ""
    return Path(name) if name and name != ":memory:" else None


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from another of its name; None where there is none to be told."""
    try:
        status = file.stat() if file is not None else None
    except FileNotFoundError:
        return (0, 0)
    except OSError:
        return None  # a folder that cannot be read is no proof
    return (status.st_dev, status.st_ino) if status is not None else None


def _sentence(name: str, since: object) -> str:
    words = name.split()
    who = (
        f"主机 {words[1]} 上的进程 {words[2]}"
        if len(words) == 3 and words[0] == "shougao"
        else "另一台主机上的程序"
    )
    begun = f"，自 {since:%Y-%m-%d %H:%M:%S %z} 起" if since else ""
    return (
        f"另一个收稿程序正在使用这个 PostgreSQL 台账（{who}{begun}）。"
        "同一台账只能由一个程序收信和发信；请先停掉其中一个，或检查 data.ledger 是否写错。"
    )
