"""
What one transaction knows by now, so that it asks once what nobody else can change until it ends.

And what it has yet to write: rows that nothing within it reads are inserted together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert
from sqlalchemy.orm import Session

T = TypeVar("T")
_KNOWN = "known_within"
_LATER = "rows to be inserted"

ANSWERED = "commissions that were answered"
"""By day; forgotten where a draft that is entered begins to answer one, or has another cease to."""


def remembering(connection: Connection) -> None:
    """Have a transaction that has just begun remember what it asks by `once`, until it ends."""
    connection.execution_options(**{_KNOWN: {}})  # a Connection of `Engine.begin` lives no longer


def once(within: Session | Connection, key: Hashable, ask: Callable[[], T]) -> T:
    """
    Return what was answered before in this transaction, or `learn` told; else ask.

    For what only those write who hold the journal, in a transaction that holds it; where the transaction
    itself changes it, it says so by `learn` or `forget`. One that does not remember asks each time.
    """
    known = _known(within)
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    answer: T = known[key]
    return answer


def learn(within: Session | Connection, key: Hashable, answer: object) -> None:
    """Remember what the transaction itself has just made true."""
    known = _known(within)
    if known is not None:
        known[key] = answer


def forget(within: Session | Connection, key: Hashable) -> None:
    """Have this asked again: the transaction itself has changed it."""
    known = _known(within)
    if known is not None:
        known.pop(key, None)


def insert_later(
    within: Session | Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows with those of the transaction's other letters; at once in one that does not remember."""
    known = _known(within)
    if known is None:
        within.execute(statement, rows)
    else:
        known.setdefault(_LATER, {}).setdefault(statement, []).extend(rows)


def insert_now(within: Session | Connection) -> None:
    """Insert what waits: at a transaction's end, and before anything that reads such rows."""
    known = _known(within)
    if known is not None:
        for statement, rows in known.pop(_LATER, {}).items():
            within.execute(statement, rows)


def _known(within: Session | Connection) -> dict[Hashable, Any] | None:
    bind = within.get_bind() if isinstance(within, Session) else within
    if not isinstance(bind, Connection):
        return None
    known: dict[Hashable, Any] | None = bind.get_execution_options().get(_KNOWN)
    return known
