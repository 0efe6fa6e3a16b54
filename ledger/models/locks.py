"""PostgreSQL's advisory locks of a ledger: who has one number each, apart from other ledgers' in the database."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import TextClause, text


class Lock(IntEnum):
    """
    What may be done by one at a time.

    JOURNAL: the end of the chain; MIGRATING: the schema; INSTANCE: collecting and sending; QUEUE: making
    the queue's tables; LOGINS: counting failed ones; ENTERING: letters, where work is shared; SWEEPING:
    looking after the queue.
    """

    JOURNAL = 0x53474A
    MIGRATING = 0x53474B
    INSTANCE = 0x53474C
    LOGINS = 0x53474D
    ENTERING = 0x534745
    SWEEPING = 0x534753
    QUEUE = 0x534751


# a schema of its own has locks of its own; those of `public`, where most ledgers are, stay as they were
_SCHEMA = (
    "coalesce((SELECT CAST(oid AS bigint) FROM pg_namespace"
    " WHERE nspname = current_schema() AND nspname <> 'public'), 0)"
)


def taking(function: str, lock: Lock) -> TextClause:
    """Ask for a lock of this ledger by one of PostgreSQL's functions (pg_advisory_xact_lock …)."""
    return text(f"SELECT {function}(({_SCHEMA} << 32) | {int(lock)})")


def held(lock: Lock) -> str:
    """Say in SQL which rows of pg_locks are of a lock of this ledger."""
    return (
        f"locktype = 'advisory' AND granted AND objid = {int(lock)} AND classid = ({_SCHEMA})"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
