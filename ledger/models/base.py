"""What all tables share: the declarative base, UTC times, enumerations as text."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    func,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.sql.functions import Function
from sqlalchemy.types import TypeEngine

from ledger.states import Deed, DeliveryState, LetterKind, LetterState, Skipped
from rulebook.amounts import Amount, amount, plain
from rulebook.conversation import Purpose
from rulebook.model import DayDoubt, Kind, Outcome, Timely

PACKED = b"\0deflate\0"
"""What a packed message begins with; no message begins with NUL (RFC 5322 2.1)."""


LEVEL = 6
"""What zlib-ng leaves at it is one percent more than zlib's own."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite forgets zones, so the zone is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises: ValueError for a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a stored datetime its zone, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PackedBytes(TypeDecorator[bytes]):
    """
    A message of ours, kept deflated: receipts are most of a ledger, and a quarter of their size when packed.

    What stands there as it is (of older programs, or too short to gain) is read as it is.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Deflate it, where that makes it shorter."""
        if value is None:
            return None
        from zlib_ng import zlib_ng  # in half the time of zlib; few commands write letters

        packed: bytes = PACKED + zlib_ng.compress(value, LEVEL)
        return packed if len(packed) < len(value) else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Inflate it; what was damaged is handed out as it lies there, and fits no digest."""
        if value is None or not value.startswith(PACKED):
            return value
        try:
            return zlib.decompress(value[len(PACKED) :])
        except zlib.error:
            return value


class AmountType(TypeDecorator[Amount]):
    """Points, whole or with a fraction: a number column, which SQLite keeps as it is given."""

    impl = Numeric(12, 4, asdecimal=False)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose SQLite's INTEGER, which holds fractions, too, and so need not be changed."""
        return dialect.type_descriptor(
            Integer() if dialect.name == "sqlite" else self.impl_instance
        )

    def process_bind_param(self, value: Amount | None, dialect: Dialect) -> int | float | None:
        """Give the database a number of its own."""
        return None if value is None else plain(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Amount | None:
        """Return whole points as an int."""
        return None if value is None else amount(value)


def summed(points: InstrumentedAttribute[Amount]) -> Function[Any]:
    """Add points up in the database; what SQLite adds as binary fractions is rounded to what points can be."""
    return func.round(func.sum(points), 4)


def enum_column(kind: type[StrEnum], length: int = 24) -> Enum:
    """Build a column of an enumeration, kept as its value in text; no database type to migrate."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The base of all rows, with names for every constraint so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it off the class
        datetime: UtcDateTime(),
        date: Date(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        Outcome: enum_column(Outcome),
        Kind: String(24),
        Timely: enum_column(Timely),
        DayDoubt: enum_column(DayDoubt, 64),
        Purpose: enum_column(Purpose),
        LetterState: enum_column(LetterState),
        DeliveryState: enum_column(DeliveryState),
        LetterKind: enum_column(LetterKind),
        Deed: enum_column(Deed),
        Skipped: enum_column(Skipped),
    }
