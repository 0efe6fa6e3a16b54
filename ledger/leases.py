"""Leases: who alone may read a mailbox or speak to a relay, among machines of which any may die."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, Engine, case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from ledger.models.database import single
from ledger.models.queue import LeaseRow

LASTS = timedelta(seconds=20)
"""A holder that was not heard of for so long has lost it."""

RENEWED_SECONDS = 5.0
"""How often it is renewed."""

MARGIN = timedelta(seconds=4)
"""So much earlier a holder that cannot reach the ledger takes it for lost than others do."""


STANDS_BY_SECONDS = 10.0
"""How often whoever does not hold it looks whether it is free."""


def database_time() -> ColumnElement[datetime]:
    """Have the database say the moment: the clocks of several machines differ."""
    return func.clock_timestamp(type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a lease, since when."""

    holder: str
    since: datetime


class Leases:
    """
    The leases of a PostgreSQL ledger; `clock` gives the moment that they are compared with.

    Raises: every method sqlalchemy.exc.OperationalError while the database is away.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], ColumnElement[datetime]] = database_time
    ) -> None:
        self._engine = single(engine)
        self._clock = clock

    def take(self, name: str, holder: str) -> bool:
        """Take a lease that is free, or renew one that is ours; whether it is ours now."""
        now = self._clock()
        wanted = insert(LeaseRow).values(name=name, holder=holder, since=now, until=now + LASTS)
        new, ours = wanted.excluded, LeaseRow.holder == holder
        taken = wanted.on_conflict_do_update(
            index_elements=[LeaseRow.name],
            set_={
                "holder": new.holder,
                "since": case((ours, LeaseRow.since), else_=new.since),
                "until": new.until,
            },
            where=or_(ours, LeaseRow.until <= new.since),
        )
        with self._engine.connect() as connection:
            return connection.scalar(taken.returning(LeaseRow.name)) is not None

    def release(self, name: str, holder: str) -> None:
        """Let go of a lease, if it is ours."""
        with self._engine.connect() as connection:
            connection.execute(
                delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder)
            )

    def holding(self, name: str) -> Holding | None:
        """Tell who holds a lease; None when nobody does."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(LeaseRow.holder, LeaseRow.since).where(
                    LeaseRow.name == name, LeaseRow.until > self._clock()
                )
            ).first()
        return Holding(row.holder, row.since) if row is not None else None


class Lease:
    """One lease as its holder knows it. Safe in any thread."""

    def __init__(
        self,
        leases: Leases,
        name: str,
        holder: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.holder = holder
        self._leases = leases
        self._monotonic = monotonic
        self._until = float("-inf")
        self._alone = threading.Lock()

    @property
    def held(self) -> bool:
        """Whether it is ours for certain: renewed, or taken, so lately that no other can have it."""
        return self._monotonic() < self._until

    def renew(self) -> bool:
        """Take or renew it. A ledger that is away decides nothing: it lapses by itself."""
        with self._alone:
            begun = self._monotonic()
            try:
                ours = self._leases.take(self.name, self.holder)
            except DBAPIError:
                return self.held
            lasts = (LASTS - MARGIN).total_seconds()
            self._until = begun + lasts if ours else float("-inf")
            return ours

    def release(self) -> None:
        """Let go of it, so that another need not wait; never raises."""
        with self._alone:
            held, self._until = self.held, float("-inf")
            if held:
                with contextlib.suppress(DBAPIError):
                    self._leases.release(self.name, self.holder)

    def other(self) -> Holding | None:
        """Tell who else holds it; None when nobody does, or we do."""
        found = self._leases.holding(self.name)
        return None if found is None or found.holder == self.holder else found
