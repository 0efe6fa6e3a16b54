"""
The rows of a big ledger (bench/big_ledger.py) on PostgreSQL: `copy(source, url)`.

Loaded by COPY with the indexes built last, as SQLite's were: loading is no part of what is measured.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from ledger.models.base import Base
from ledger.models.database import open_ledger

LATER = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN "
    "(SELECT conname FROM pg_constraint) ORDER BY indexname"
)


def copy(source: Path, url: str) -> Engine:
    """Open the ledger of that URL with the rows of `source`; one that is there is used as it is."""
    engine = open_ledger(url)
    with engine.begin() as connection:
        if connection.scalar(text("SELECT EXISTS (SELECT FROM letters)")):
            return engine
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL timezone = 'UTC'"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        later = connection.execute(LATER).all()
        for name, _ in later:
            connection.execute(text(f'DROP INDEX "{name}"'))
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as rows:
            for table in Base.metadata.sorted_tables:
                _fill(connection, rows, table.name)
        for _, definition in later:
            connection.exec_driver_sql(definition.replace("%", "%%"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return engine


def _fill(connection: Connection, source: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    if not columns or table == "alembic_version":
        return
    named = ", ".join(f'"{name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    connection.execute(text(f"TRUNCATE {table} CASCADE"))
    with driver.cursor().copy(f"COPY {table} ({named}) FROM STDIN") as target:
        for row in _rows(source, table, named):
            target.write_row(row)
    for column in columns:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table, "column": column},
        )
        if sequence:
            connection.execute(
                text(
                    f"SELECT setval('{sequence}', COALESCE((SELECT MAX({column}) FROM {table}), 1))"
                )
            )


def _rows(source: sqlite3.Connection, table: str, named: str) -> Iterator[tuple[object, ...]]:
    yield from source.execute(f"SELECT {named} FROM {table}")
