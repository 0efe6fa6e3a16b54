"""Filters that a person keeps under a name: a preference, no deed, so the journal does not tell of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from ledger.errors import InvalidInput
from ledger.models.conversations import SavedFilterRow
from ledger.models.database import read_only

MOST = 30
MAX_NAME = 40
MAX_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter of one person: `query` is the query string of the page's address."""

    id: int
    name: str
    query: str


class SavedFilters:
    """Keeps filters, each person their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, who: str, path: str, name: str, query: str) -> None:
        """
        Keep a filter; one of the same name gives way.

        Raises: InvalidInput without a name, for a filter that narrows nothing, or for too many.
        """
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME:
            raise InvalidInput(f"请给筛选起个名字，最多 {MAX_NAME} 个字。")
        if not query or len(query) > MAX_QUERY:
            raise InvalidInput("现在没有筛选条件，先筛选再保存。")
        mine = (SavedFilterRow.who == who, SavedFilterRow.path == path)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SavedFilterRow).where(*mine, SavedFilterRow.name == name))
            if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST:
                raise InvalidInput(f"最多保存 {MOST} 个筛选，请先删掉不用的。")
            session.add(SavedFilterRow(who=who, path=path, name=name, query=query))

    def remove(self, who: str, number: int) -> None:
        """Forget a filter of one's own; another's is left alone."""
        with Session(self._engine) as session, session.begin():
            session.execute(
                delete(SavedFilterRow).where(SavedFilterRow.id == number, SavedFilterRow.who == who)
            )

    def of(self, who: str, path: str) -> list[SavedFilter]:
        """List a person's filters of a page, by name."""
        query = select(SavedFilterRow).where(SavedFilterRow.who == who, SavedFilterRow.path == path)
        with Session(read_only(self._engine)) as session:
            rows = session.scalars(query.order_by(SavedFilterRow.name))
            return [SavedFilter(row.id, row.name, row.query) for row in rows]
