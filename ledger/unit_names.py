"""
The table `unit_names`: whose row each known name stands in, for people with their own tools.

Written anew whenever the provisions in force differ from what it was written from; the program itself asks
`rulebook.unit_history`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select

from ledger.models.database import read_only
from ledger.models.decisions import UnitNameRow
from rulebook.provisions import Provisions
from rulebook.unit_history import UnitHistory
from rulebook.units import names_of

LAST_DAY = date(9999, 12, 31)
FIRST_DAY = date(1900, 1, 1)

_NAMES = select(UnitNameRow.name).where(UnitNameRow.unit == bindparam("of_unit")).distinct()


@dataclass(frozen=True, slots=True)
class _Span:
    """The days over which the units stay as they are."""

    first: date
    last: date


def write_unit_names(
    engine: Engine, versions: Sequence[Provisions], on_day: Callable[[date], Provisions]
) -> bool:
    """Write the table where it is not what the versions say; returns whether it was written."""
    rows = list(_rows(versions, on_day))
    columns = [column.name for column in UnitNameRow.__table__.columns if column.name != "id"]
    with read_only(engine).connect() as connection:
        if _stored(connection, columns) == sorted(
            tuple(row[name] for name in columns) for row in rows
        ):
            return False
    with engine.begin() as connection:
        connection.execute(delete(UnitNameRow))
        if rows:
            connection.execute(insert(UnitNameRow), rows)
    return True


def stored_names(connection: Connection, unit: str) -> list[str]:
    """List the names under which the ledger knows a unit: its own, and those that it carries on."""
    return sorted({unit, *connection.scalars(_NAMES, {"of_unit": unit})})


def _stored(connection: Connection, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    table = UnitNameRow.__table__
    return sorted(tuple(row) for row in connection.execute(select(*(table.c[n] for n in columns))))


def _rows(
    versions: Sequence[Provisions], on_day: Callable[[date], Provisions]
) -> Iterator[dict[str, Any]]:
    """For each name, each span in which it is stored and each in which is asked: the row."""
    history = UnitHistory(on_day)
    spans = list(_spans(versions))
    names = sorted(
        {
            name
            for provisions in versions
            for unit in provisions.units
            for name in (*names_of(unit), *unit.successor_of)
        }
    )
    for name in names:
        for stored in spans:
            for asked in spans:
                row = history.row(name, stored.first, asked.first)
                if row is not None:
                    yield {
                        "name": name,
                        "stored_from": stored.first,
                        "stored_to": stored.last,
                        "asked_from": asked.first,
                        "asked_to": asked.last,
                        "unit": row.unit,
                        "unit_group": row.group,
                        "counted_from": on_day(stored.first).effective_from,
                    }


def _spans(versions: Sequence[Provisions]) -> Iterator[_Span]:
    ordered = sorted(versions, key=lambda one: one.since)
    for index, one in enumerate(ordered):
        first = FIRST_DAY if index == 0 else one.since
        following = ordered[index + 1].since if index + 1 < len(ordered) else None
        yield _Span(first, following - timedelta(days=1) if following else LAST_DAY)
