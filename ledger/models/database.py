"""Opening the ledger: the engine as each database wants it, and migration to the newest schema."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)

from ledger.errors import LedgerUpgraded
from ledger.models import accounts, collecting, conversations, decisions, letters, queue
from ledger.models.fair_lock import FairLock
from ledger.models.locks import Lock, taking
from ledger.models.schemas import make_schema

if TYPE_CHECKING:
    from alembic.config import Config

DECLARED = (accounts, collecting, conversations, decisions, letters, queue)
"""Whoever opens a ledger has every table declared, so that foreign keys find theirs."""

MIGRATIONS = Path(__file__).parents[1] / "migrations"
PATIENCE = 10
"""Seconds that a writer waits for those before it."""

WAL_BYTES = 4_000_000
"""What SQLite leaves of its write-ahead log after a checkpoint; else it stays as large as it ever was."""

DEAD_AFTER = {"idle": 10, "interval": 5, "count": 3}
"""TCP's keepalives to and from PostgreSQL: who is not heard of for 25 seconds is gone, and his locks with him."""

UNHEARD_SECONDS = 20
"""What was sent to PostgreSQL, or by it, and not acknowledged for so long, ends the connection."""

KEPT, BEYOND = 2, 13
"""Connections to PostgreSQL that an office's idle program keeps, and how many it opens beside them when busy."""

TURN = "turn"

_JSON = json.JSONEncoder(ensure_ascii=False).encode
"""Writes JSON as people read it: 汉字, not their numbers."""

_VERSION = text("SELECT version_num FROM alembic_version")
_ALONE = threading.Lock()
"""QUIRK: Alembic's context is one for the whole process, which may open the ledgers of several offices."""


class NewerLedger(Exception):
    """The ledger was written by a later program; the text says so and what to do."""


class OlderLedger(Exception):
    """The ledger must be migrated first, and the caller did not want that; the text says what to type."""


def open_ledger(
    url: str, *, migrate: bool = True, told: Callable[[str], None] | None = None
) -> Engine:
    """
    Make an engine for `url`; the schema is created or, where the caller wants it, migrated on the way.

    SQLite: WAL, synchronous=FULL (a commit survives a power cut), and BEGIN IMMEDIATE, since the
    default lets two processes read, then write over each other; the threads of one process take
    turns. PostgreSQL: a connection that the server dropped is opened anew, and both ends notice when
    the other's machine lost its power, which by themselves they would after two hours.

    Args:   `told`: is given each version before the ledger is brought there.
    Raises: sqlalchemy.exc.OperationalError when the database cannot be opened or stays locked;
            NewerLedger; OlderLedger without `migrate`.
    """
    several = {"pool_size": KEPT, "max_overflow": BEYOND, "pool_use_lifo": True}
    engine = create_engine(
        _attentive(make_url(url)),
        **({} if url.startswith("sqlite") else {"pool_pre_ping": True, **several}),
        hide_parameters=True,  # an error may be logged, what letters say may not
        json_serializer=_JSON,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "handle_error", _name_read_only_disk)
        turns = FairLock()
        event.listen(engine, "begin", partial(_begin, turns))
        # both are told before the database is: whoever is next waits for it a moment
        event.listen(engine, "commit", partial(_ended, turns))
        event.listen(engine, "rollback", partial(_ended, turns))
        event.listen(engine, "reset", partial(_returned, turns))
    else:
        event.listen(engine, "connect", _have_server_notice)
    try:
        make_schema(engine)
        bring_up(engine, told, wanted=migrate)
    except BaseException:
        engine.dispose()
        raise
    return engine


def hold_version(within: Connection) -> None:
    """
    Keep migrations waiting until a PostgreSQL transaction ends; asked before it touches anything else.

    Raises: LedgerUpgraded where a newer program has migrated the ledger since it was opened.
    """
    within.execute(taking("pg_advisory_xact_lock_shared", Lock.MIGRATING))
    check_version(within)


def check_version(within: Connection) -> None:
    """Make sure that no newer program has migrated the ledger. Raises: LedgerUpgraded."""
    reached, known = within.scalar(_VERSION) or "", _known()
    if reached and reached not in known:
        raise LedgerUpgraded(reached, known[-1])


def steps_after(version: str) -> list[str]:
    """List the versions that a ledger of this one has yet to go through."""
    return [one for one in _known() if one > version]


def versions(engine: Engine) -> tuple[str, str]:
    """Return the schema's version in the ledger, empty for a new one, and the newest that we know."""
    with engine.connect() as connection:
        return _current(connection), _known()[-1]


def _attentive(url: URL) -> URL:
    """Have our end of a connection to PostgreSQL notice a dead server; what the URL says itself stands."""
    if url.get_backend_name() != "postgresql":
        return url
    wanted = {f"keepalives_{name}": str(value) for name, value in DEAD_AFTER.items()}
    wanted |= {"tcp_user_timeout": str(UNHEARD_SECONDS * 1000), "connect_timeout": str(PATIENCE)}
    # in the URL, for others connect by it, too: the queue's own connections, the trial of a backup
    return url.update_query_dict({name: wanted[name] for name in wanted if name not in url.query})


def _have_server_notice(connection: Any, _record: Any) -> None:
    """Have PostgreSQL's end notice a dead client: what that one had locked is free then."""
    settings = {f"tcp_keepalives_{name}": value for name, value in DEAD_AFTER.items()}
    settings["tcp_user_timeout"] = UNHEARD_SECONDS * 1000
    calls = (f"set_config('{name}', '{value}', false)" for name, value in settings.items())
    connection.execute(f"SELECT {', '.join(calls)}")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # pysqlite's own BEGIN comes too late; see _begin
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={PATIENCE * 1000}",
        f"journal_size_limit={WAL_BYTES}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _name_read_only_disk(context: ExceptionContext) -> None:
    """
    Give an error on a read-only disk its own name.

    QUIRK: SQLite only says that it cannot open the file, since its write-ahead log cannot be made there.
    """
    error, url = context.original_exception, context.engine.url if context.engine else None
    if not isinstance(error, sqlite3.Error) or url is None or not url.database:
        return
    folder = Path(url.database).parent
    cannot_open = getattr(error, "sqlite_errorname", "").startswith("SQLITE_CANTOPEN")
    if cannot_open and folder.is_dir() and os.statvfs(folder).f_flag & os.ST_RDONLY:
        error.sqlite_errorname = "SQLITE_READONLY_DIRECTORY"


def _begin(turns: FairLock, connection: Any) -> None:
    options = connection.get_execution_options()
    synced = "NORMAL" if options.get("relaxed_durability", False) else "FULL"
    if connection.info.get("synchronous", "FULL") != synced:
        connection.exec_driver_sql(f"PRAGMA synchronous={synced}")
        connection.info["synchronous"] = synced
    if options.get("read_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    connection.info[TURN] = turns.acquire(PATIENCE)
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        _ended(turns, connection)
        raise


def _ended(turns: FairLock, holder: Any) -> None:
    """`holder`: a connection, or the pool's record of it, which has the same `info`."""
    if holder.info.pop(TURN, False):
        turns.release()


def _returned(turns: FairLock, _connection: Any, record: Any, _state: Any) -> None:
    """Release the write lock of a connection returned to the pool without commit or rollback."""
    _ended(turns, record)


def read_only(engine: Engine) -> Engine:
    """
    Return an engine for read-only transactions.

    SQLite: plain BEGIN, which never waits for writers and never blocks them.
    """
    return engine.execution_options(read_only=True)


def single(engine: Engine) -> Engine:
    """
    Return an engine for statements that stand alone, each asked often.

    PostgreSQL: without BEGIN and ROLLBACK around each of them. SQLite: as `read_only`.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return read_only(engine)


def relaxed_durability(engine: Engine) -> Engine:
    """
    Return an engine for what may be repeated: SQLite does not wait for the disk.

    A commit survives the program's death, but a power cut may undo the latest.
    """
    return engine.execution_options(relaxed_durability=True)


@contextmanager
def read_connection(engine: Engine, within: Connection | None = None) -> Iterator[Connection]:
    """Yield a connection for reading: that of the caller's transaction, else one of its own."""
    if within is not None:
        yield within
        return
    with read_only(engine).connect() as connection:
        yield connection


@cache
def _known() -> list[str]:
    """List the versions that this program knows: asked once, for its files may be replaced while it runs."""
    names = (path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return sorted(name.partition("_")[0] for name in names)


def _current(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(_VERSION) or ""


def bring_up(
    engine: Engine, told: Callable[[str], None] | None = None, *, wanted: bool = True
) -> None:
    """
    Bring a ledger to the schema of this program; `told` is told each step.

    Raises: NewerLedger; OlderLedger where that is not `wanted` and would be needed.
    """
    known = _known()
    with engine.begin() as connection:
        if _current(connection) == known[-1]:
            return  # the lock would wait for letters that are being entered
        if engine.dialect.name == "postgresql":  # two programs may be started at once
            connection.execute(taking("pg_advisory_xact_lock", Lock.MIGRATING))
        current = _current(connection)
        if current == known[-1]:
            return
        if current and current not in known:
            raise NewerLedger(
                f"台账是更新的程序写的（结构 {current}，本程序只认到 {known[-1]}），没有改动它。"
                "请换回新版程序；要退回旧版，请恢复升级前的备份（见 docs/upgrading.md）。"
            )
        if current and not wanted:
            raise OlderLedger(
                f"台账还是旧的结构（{current}，本程序要 {known[-1]}）。"
                "请先停止服务，运行 shougao upgrade（会先自动备份），再试。"
            )
        from alembic import command  # slow to load, and needed once a release

        config = alembic_config(connection)
        steps = steps_after(current)

        def tell(reached: str) -> None:
            ahead = [one for one in steps if one > reached]
            if told is not None and ahead:
                told(ahead[0])

        tell(current)
        config.attributes["reached"] = tell
        with _ALONE:
            command.upgrade(config, "head")


def alembic_config(connection: Connection) -> Config:
    """Build what Alembic needs to work on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
