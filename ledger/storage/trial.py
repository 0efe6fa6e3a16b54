"""A trial restore: a copy is restored into a passing place and read, as an office would after a loss."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from ledger import journal
from ledger.models.database import read_only
from ledger.models.letters import LetterRow
from ledger.models.schemas import schema_of
from ledger.storage import backup
from ledger.storage.backup import Backup, BackupError
from ledger.storage.vault import Vault

MARK = "收稿试恢复用的临时库，可以删除"
"""PostgreSQL's comment on a database of ours: what a crash left is known by it, never by its name alone."""

LACKS_PRIVILEGE = "42501"


def try_restore(made: Backup, engine: Engine) -> int:
    """
    Restore a copy into a passing place, prove its journal and look for its files; returns how many letters.

    Args:
        made: the copy.
        engine: the ledger that it was made of. Of PostgreSQL a passing database is made beside it.

    Raises:
        BackupError: it cannot be restored, or not be tried; the text says what to do.

    """
    kept = Vault(made.ledger.parent / "vault")
    with (
        tempfile.TemporaryDirectory(dir=made.ledger.parent, prefix=".try-") as passing,
        _empty_ledger(engine, Path(passing)) as empty,
    ):
        backup.restore(made.ledger, empty, Vault(Path(passing) / "vault"))
        with read_only(empty).connect() as connection:
            letters = connection.scalar(select(func.count()).select_from(LetterRow)) or 0
        _entries, broken = journal.verify(empty)
        missing = backup.damaged(empty, kept)
    if broken is not None:
        raise BackupError(f"试恢复发现备份的日志不完整：{broken.trouble}。请用另一份备份。")
    if missing:
        raise BackupError(
            f"试恢复发现备份里缺少或损坏的文件：{'、'.join(one.name for one in missing[:5])}。"
            "请运行 shougao ledger verify 核对原件。"
        )
    return letters


@contextmanager
def _empty_ledger(engine: Engine, folder: Path) -> Iterator[Engine]:
    """Yield a place for a ledger of the same kind of database, which goes with the trial."""
    if engine.dialect.name == "sqlite":
        empty = create_engine(f"sqlite:///{folder / 'ledger.db'}")
        try:
            yield empty
        finally:
            empty.dispose()
        return
    admin = create_engine(engine.url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    apart = "_".join(filter(None, (engine.url.database, schema_of(engine.url))))
    name = f"{apart}_try_{secrets.token_hex(4)}"
    quoted = admin.dialect.identifier_preparer.quote(name)
    empty = create_engine(engine.url.set(database=name), hide_parameters=True)
    try:
        with admin.connect() as connection:
            _sweep(connection, name.rpartition("_")[0])
            connection.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0"))
            connection.execute(text(f"COMMENT ON DATABASE {quoted} IS '{MARK}'"))
        yield empty
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != LACKS_PRIVILEGE:
            raise BackupError(f"试恢复没有成功：{error.orig}".splitlines()[0]) from error
        raise BackupError(
            "试恢复要建一个临时库，台账的数据库账号没有这个权限。请让数据库管理员运行："
            f'ALTER ROLE "{engine.url.username}" CREATEDB。备份本身已经做好。'
        ) from error
    finally:
        empty.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"))
        admin.dispose()


def _sweep(connection: Connection, prefix: str) -> None:
    """Drop the passing databases that a crash left; nobody but a trial uses them."""
    left = connection.scalars(
        text(
            "SELECT datname FROM pg_database WHERE starts_with(datname, :prefix) "
            "AND shobj_description(oid, 'pg_database') = :mark"
        ),
        {"prefix": prefix, "mark": MARK},
    )
    quote = connection.dialect.identifier_preparer.quote
    for name in left:
        connection.execute(text(f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)"))
