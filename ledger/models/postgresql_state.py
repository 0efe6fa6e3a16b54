"""What a PostgreSQL was set up with that matters to a ledger: its encoding, the order of its texts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, text

VERSIONED = 150_000
"""From this release on a database remembers by which version of its collation its indexes were sorted."""


@dataclass(frozen=True, slots=True)
class PostgresqlState:
    """
    How a database keeps texts.

    `sorted_by`, `sorts_by`: versions of the collation by which its indexes were made and by which the
    system sorts today; empty where neither is versioned.
    """

    name: str
    encoding: str
    sorted_by: str
    sorts_by: str


def postgresql_state(engine: Engine) -> PostgresqlState:
    """Ask a PostgreSQL how it keeps texts. Source: PostgreSQL 15, pg_database."""
    with engine.connect() as connection:
        release = int(connection.scalar(text("SHOW server_version_num")) or 0)
        versions = (
            "datcollversion, pg_database_collation_actual_version(oid)"
            if release >= VERSIONED
            else "NULL, NULL"
        )
        row = connection.execute(
            text(
                f"SELECT datname, pg_encoding_to_char(encoding), {versions} FROM pg_database "
                "WHERE datname = current_database()"
            )
        ).one()
        return PostgresqlState(row[0], row[1], row[2] or "", row[3] or "")
