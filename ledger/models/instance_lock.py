"""One program at a time on a PostgreSQL ledger, wherever its data folder lies."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

INSTANCE = 0x53474C
"""PostgreSQL's advisory lock of the program that collects and sends."""

_WHO = text(
    "SELECT activity.application_name, activity.backend_start FROM pg_locks AS locks"
    " JOIN pg_stat_activity AS activity USING (pid)"
    " WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objid = :key"
    " AND locks.classid = 0 AND locks.database = (SELECT oid FROM pg_database"
    " WHERE datname = current_database())"
)


class HeldElsewhere(Exception):
    """Another program holds this ledger; the text says who, in Chinese."""


class InstanceLock:
    """
    Holds a ledger for this process.

    The lock lives as long as its connection, so that a program that was killed holds nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def hold(self) -> None:
        """
        Hold the ledger, or make sure that it is still held. SQLite: nothing to do.

        Raises: HeldElsewhere; sqlalchemy.exc.OperationalError when the database is away.
        """
        if self._engine.dialect.name != "postgresql":
            return
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
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
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": INSTANCE}):
                self._connection = connection
                return
            holder = connection.execute(_WHO, {"key": INSTANCE}).first()
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        connection.invalidate()  # it bears our name
        connection.close()
        raise HeldElsewhere(_sentence(*holder) if holder else _sentence("", None))

    def release(self) -> None:
        """Let go of the ledger; never raises."""
        if self._connection is not None:
            with contextlib.suppress(DBAPIError):
                self._connection.invalidate()  # closes it, and the lock goes with it
                self._connection.close()
            self._connection = None


@contextlib.contextmanager
def holding(engine: Engine) -> Iterator[InstanceLock]:
    """Hold a ledger until the end. Raises HeldElsewhere."""
    lock = InstanceLock(engine)
    try:
        lock.hold()
        yield lock
    finally:
        lock.release()


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
