"""
Proof of the schema: tables, views, triggers and indexes are those that the program's migrations make.

A view that was made anew tells invented figures to everybody who reads the ledger with tools of their own,
and a trigger alters what the program writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import StaticPool

from ledger.models.database import bring_up

Schema = Mapping[tuple[str, str], str]
"""By kind (table, view, trigger, index) and name how it is made."""

KINDS = {"table": "数据表", "view": "视图", "trigger": "触发器", "index": "索引"}
_SQLITE = text(
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite|_%' ESCAPE '|'"
)


def schema_rows(connection: Connection) -> Iterator[str]:
    """
    Yield what of the schema is missing, altered, or acts by itself, a Chinese sentence each.

    Views and indexes that somebody added for their own reports are left alone. On PostgreSQL nothing is
    compared: each of its versions tells a view in other words.
    """
    if connection.dialect.name != "sqlite":
        return
    there, made = _schema(connection), _made()
    for key in sorted(made.keys() | there.keys()):
        kind, name = key
        what = f"{KINDS.get(kind, kind)} {name}"
        if key not in there:
            yield f"{what} 不见了"
        elif key not in made:
            if kind == "trigger":
                yield f"{what} 不是程序建的，它会改动写入的数据"
        elif there[key] != made[key]:
            yield f"{what} 被改过，与程序建的不同"


def _schema(connection: Connection) -> Schema:
    return {
        (row.type, row.name): re.sub(r"\s+", " ", row.sql).strip()
        for row in connection.execute(_SQLITE)
    }


@cache
def _made() -> Schema:
    """Make an empty ledger in memory, and look at it."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        bring_up(engine)
        with engine.connect() as connection:
            return _schema(connection)
    finally:
        engine.dispose()
