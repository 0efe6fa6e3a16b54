"""A ledger in a schema of its own within a PostgreSQL database: nothing else in the database is looked for."""

from __future__ import annotations

import re
import zlib

from sqlalchemy import URL, Engine, text

from ledger.models.locks import Lock, taking

_PATH = "-csearch_path="
_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_KNOWN = text("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = :name)")
_MADE = text("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = :name)")


def is_schema(name: str) -> bool:
    """Tell whether a schema may be called that: it is written without quotes everywhere."""
    return bool(_NAME.fullmatch(name))


def within(url: URL, schema: str) -> URL:
    """Return the URL by which all that is named without a schema is looked for in this one alone."""
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    return url.update_query_dict({"options": f"{options} {_PATH}{schema}".strip()})


def schema_of(url: URL) -> str:
    """Return the schema that `within` named, empty where the database's own is used."""
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    _, found, rest = options.rpartition(_PATH)
    return rest.split()[0] if found and rest else ""


def mark_of(url: URL) -> str:
    """Return a short mark of the schema that the URL names, empty for the database's own."""
    name = schema_of(url)
    return f"{zlib.crc32(name.encode()):08x}" if name else ""


def make_schema(engine: Engine) -> None:
    """
    Make the schema that the URL names, where there is none.

    Raises: sqlalchemy.exc.DBAPIError, where the account may not.
    """
    name = schema_of(engine.url)
    if not name:
        return
    with engine.connect() as connection:
        known = connection.scalar(_KNOWN, {"name": name})
    if not known:
        with engine.begin() as connection:  # two programs may be started at once
            connection.execute(taking("pg_advisory_xact_lock", Lock.MIGRATING))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))


def is_empty(engine: Engine) -> bool:
    """Tell whether the schema that the URL names has no table yet."""
    with engine.connect() as connection:
        return not connection.scalar(_MADE, {"name": schema_of(engine.url)})
