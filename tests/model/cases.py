"""Short ways to write an example, shared by the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from tests.model.regulation_model import FOREVER, Row, report
from tests.model.regulation_types import (
    NEWS,
    OFFICE,
    SECTIONS,
    TOWNS,
    Adoption,
    Draft,
    Office,
    Period,
    Publication,
    Unit,
    office_day,
    period_of,
)

A, B, C, S = (
    Unit("a", "东溪镇", TOWNS, aliases=("东溪镇经济发展局",)),
    Unit("b", "西桥镇", TOWNS),
    Unit("c", "石塘街道", TOWNS),
    Unit("s", "办公室", SECTIONS),
)
BASE = Office(units=(A, B, C, S))


def at(
    month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0, year: int = 2023
) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=OFFICE)


def quarter(n: int, year: int = 2023) -> Period:
    return period_of("quarter", date(year, 3 * n - 2, 1))


def year(n: int = 2023) -> Period:
    return period_of("year", date(n, 1, 1))


def draft(
    name: str,
    when: datetime,
    kind: str = NEWS,
    unit: str = "东溪镇",
    state: str = "accepted",
    day: date | None = None,
    **more: object,
) -> Draft:
    return Draft(name, when, kind, state, unit, day or office_day(when), 900, **more)  # type: ignore[arg-type]


def adopted(
    name: str,
    tier: int,
    day: date,
    to: str | None = None,
    unit: str | None = None,
    recorded: datetime | None = None,
    **more: object,
) -> Adoption:
    when = recorded or datetime(day.year, day.month, day.day, 12, tzinfo=OFFICE)
    return Adoption(name, tier, day, when, unit, to, **more)  # type: ignore[arg-type]


def with_(**events: object) -> Office:
    return replace(BASE, **events)  # type: ignore[arg-type]


def row(office: Office, period: Period, unit: str | None = "a", when: datetime = FOREVER) -> Row:
    return next(r for r in report(office, period, when) if r.unit == unit)


def total(
    office: Office, period: Period, unit: str | None = "a", when: datetime = FOREVER
) -> Decimal:
    return row(office, period, unit, when).total


def q1_closed() -> tuple[Publication, ...]:
    return (Publication(quarter(1), at(4, 8)),)
