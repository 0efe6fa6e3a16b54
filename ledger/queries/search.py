"""Finding drafts: by words in title and text, unit, kind, day, outcome, reason, adoption."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    func,
    literal_column,
    null,
    select,
)

from ledger.models.conversations import AssignmentRow, QuestionRow, StatementRow
from ledger.models.database import read_only
from ledger.models.decisions import StandingRow
from ledger.models.letters import SOUNDS_URGENT, DraftRow, LetterRow
from ledger.open_questions import unanswered
from ledger.queries import search_terms
from ledger.queries.draft_hits import FOUND, Query, found
from ledger.queries.draft_hits import DraftHit as DraftHit
from ledger.queries.search_terms import SearchFilter
from ledger.unit_names import stored_names
from rulebook.model import Kind, Outcome, Timely
from rulebook.reasons import Reason

READ = 4
"""So many times a page's drafts are read at once where not all of them will do."""


class Order(StrEnum):
    """What the hits are sorted by. By the event's day only drafts that have one are found."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LATEST_EVENT = "latest_event"
    EARLIEST_EVENT = "earliest_event"
    LONGEST = "longest"
    SHORTEST = "shortest"


_OPPOSITES = {
    Order.NEWEST: Order.OLDEST,
    Order.OLDEST: Order.NEWEST,
    Order.LATEST_EVENT: Order.EARLIEST_EVENT,
    Order.EARLIEST_EVENT: Order.LATEST_EVENT,
    Order.LONGEST: Order.SHORTEST,
    Order.SHORTEST: Order.LONGEST,
}
_KEYS: dict[Order, tuple[Any, bool]] = {
    Order.NEWEST: (StandingRow.day, True),
    Order.OLDEST: (StandingRow.day, False),
    Order.LATEST_EVENT: (StandingRow.event_date, True),
    Order.EARLIEST_EVENT: (StandingRow.event_date, False),
    Order.LONGEST: (DraftRow.characters, True),
    Order.SHORTEST: (DraftRow.characters, False),
}
"""What an order sorts by, and whether the greatest comes first; the draft's number breaks ties."""


@dataclass(frozen=True, slots=True)
class DraftQuery:
    """
    What to look for; what is None or empty does not narrow. Days are office days of receipt.

    `waiting`: an answer to a question about it is waited for (待补充); `stated`: its officer says
    something about it that nobody has dealt with (报送人有说明); `assignee`: it was given to this
    colleague; `urgent`: it sounds like something that somebody must see at once.
    """

    words: str = ""
    unit: str | None = None
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None
    outcome: Outcome | None = None
    timely: Timely | None = None
    reason: Reason | None = None
    adopted: bool | None = None
    commission: int | None = None
    waiting: bool | None = None
    stated: bool | None = None
    assignee: str | None = None
    urgent: bool | None = None


def search(
    engine: Engine,
    wanted: DraftQuery,
    *,
    limit: int = 50,
    order: Order = Order.NEWEST,
    after: tuple[date | int, int] | None = None,
) -> list[DraftHit]:
    """
    Find drafts, a page of them.

    Every word (parted by spaces) must stand in what a clerk remembers (search_terms), exactly as written.

    Args: `after`: (what the order sorts by, draft) of the last one of the page before.
    """
    with read_only(engine).connect() as connection:
        where = _place(connection, wanted)
        if where.words and not where.few:
            hits = _walked(connection, where, limit, order, after)
            if len(hits) == limit:
                return hits
            where = search_terms.narrowed(connection, where)
        if where.few:
            return _picked(connection, where, limit, order, after)
        query = _sorted(FOUND.where(*where.conditions, *where.written), order, after)
        return [found(*row) for row in connection.execute(query.limit(limit)).all()]


def _numbers(where: SearchFilter, order: Order, after: tuple[date | int, int] | None) -> Query:
    """Build the question for the numbers of the drafts that a filter leaves, in their order."""
    numbers: Query = select(StandingRow.draft_id).where(*where.conditions)
    if _KEYS[order][0] is DraftRow.characters:
        numbers = numbers.join(DraftRow, DraftRow.id == StandingRow.draft_id)
    return _sorted(numbers, order, after)


def _walked(
    connection: Connection,
    where: SearchFilter,
    limit: int,
    order: Order,
    after: tuple[date | int, int] | None,
) -> list[DraftHit]:
    """Read drafts in their order until the page is full, and no more than WALKED of them."""
    near = _numbers(where, order, after).limit(search_terms.WALKED).subquery()
    query = FOUND.join(near, near.c.draft_id == StandingRow.draft_id).where(*where.written)
    rows = connection.execute(_sorted(query, order, None).limit(limit)).all()
    return [found(*row) for row in rows]


COUNTED = 10_000
"""Where counting stops."""


@dataclass(frozen=True, slots=True)
class DraftCounts:
    """How many drafts a question finds, None for more than COUNTED; of these, by what they are."""

    total: int | None
    units: Mapping[str | None, int]
    kinds: Mapping[Kind | None, int]
    outcomes: Mapping[Outcome, int]
    years: Mapping[int, int]


def draft_counts(engine: Engine, wanted: DraftQuery) -> DraftCounts:
    """Count what a question finds, COUNTED at most."""
    with read_only(engine).connect() as connection:
        where = search_terms.narrowed(connection, _place(connection, wanted))
        query = select(StandingRow.unit, StandingRow.kind, StandingRow.outcome, StandingRow.day)
        if where.written:
            query = query.join(DraftRow, DraftRow.id == StandingRow.draft_id).join(
                LetterRow, LetterRow.id == StandingRow.letter_id
            )
        query = query.where(*where.conditions, *where.written).limit(COUNTED + 1)
        counted = select(func.count()).select_from(query.subquery())
        if (connection.scalar(counted) or 0) > COUNTED:
            return DraftCounts(None, {}, {}, {}, {})
        rows = connection.execute(query).all()
    return DraftCounts(
        len(rows),
        Counter(row.unit for row in rows),
        Counter(row.kind for row in rows),
        Counter(row.outcome for row in rows),
        Counter(row.day.year for row in rows),
    )


def opposite(order: Order) -> Order:
    """Return the order that leads the other way."""
    return _OPPOSITES[order]


def _picked(
    connection: Connection,
    where: SearchFilter,
    limit: int,
    order: Order,
    after: tuple[date | int, int] | None,
) -> list[DraftHit]:
    """Sort a short list of drafts as a whole, then read it until the page is full."""
    numbers = connection.scalars(_numbers(where, order, after)).all()
    hits: list[DraftHit] = []
    at_once = READ * limit if where.written else limit
    for start in range(0, len(numbers), at_once):
        part = numbers[start : start + at_once]
        rows = connection.execute(FOUND.where(StandingRow.draft_id.in_(part), *where.written)).all()
        by_number = {row.draft_id: row for row in rows}
        hits += [found(*by_number[number]) for number in part if number in by_number]
        if len(hits) >= limit:
            break
    return hits[:limit]


def _sorted(query: Query, order: Order, after: tuple[date | int, int] | None) -> Query:
    column, falling = _KEYS[order]
    # the number of the row that leads the sort, so that an index answers the whole of it
    number = DraftRow.id if column is DraftRow.characters else StandingRow.draft_id
    if column is StandingRow.event_date:
        query = query.where(StandingRow.event_date.is_not(None))
    if after is not None:
        last, draft = after
        # a bound for the index, then what shares the last key
        query = query.where(column <= last if falling else column >= last)
        further = (number < draft) if falling else (number > draft)
        query = query.where((column != last) | further)
    return query.order_by(*(part.desc() if falling else part.asc() for part in (column, number)))


def key_of(hit: DraftHit, order: Order) -> tuple[date | int, int]:
    """Return where a page ends that ends with this draft: what `search` takes as `after`."""
    column, _ = _KEYS[order]
    if column is StandingRow.event_date and hit.event_date is not None:
        return hit.event_date, hit.draft
    return (hit.characters if column is DraftRow.characters else hit.day), hit.draft


def one(engine: Engine, draft: int) -> DraftHit | None:
    """Return one draft as it stands, None when there is none of that number."""
    with read_only(engine).connect() as connection:
        row = connection.execute(FOUND.where(StandingRow.draft_id == draft)).first()
        return found(*row) if row else None


def _place(connection: Connection, wanted: DraftQuery) -> SearchFilter:
    where = SearchFilter(tuple(_narrowed(connection, wanted)))
    words = wanted.words.split()
    if words:
        where &= search_terms.of_words(connection, words)
    if wanted.reason is not None:
        where &= search_terms.of_reason(connection, wanted.reason)
    if wanted.commission is not None:
        where &= search_terms.of_commission(wanted.commission)
    return where


def _narrowed(connection: Connection, wanted: DraftQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    unit: ColumnElement[Any] = StandingRow.unit.expression
    if wanted.adopted:
        conditions.append(StandingRow.adopted.expression)
    elif wanted.adopted is not None:
        conditions.append(~StandingRow.adopted)
    if wanted.timely is not None:
        conditions.append(StandingRow.timely == wanted.timely)
        if wanted.timely is not Timely.ON_TIME:  # in the words of that index
            conditions.append(StandingRow.timely != literal_column(f"'{Timely.ON_TIME.value}'"))
    if wanted.adopted or wanted.timely not in (None, Timely.ON_TIME):
        # few are so, and an index of their own lists them; the units' index is hidden
        unit = func.coalesce(unit, null())
    if wanted.unit is not None:
        conditions.append(unit.in_(stored_names(connection, wanted.unit)))
    for field, value in (
        (StandingRow.kind, wanted.kind),
        (StandingRow.outcome, wanted.outcome),
    ):
        if value is not None:
            conditions.append(field == value)
    if wanted.waiting is not None:
        asked = select(QuestionRow.draft_id).where(unanswered())
        conditions.append(_among(asked, wanted.waiting))
    if wanted.stated is not None:
        said = select(StatementRow.draft_id).where(
            StatementRow.settled.is_(None), StatementRow.draft_id.is_not(None)
        )
        conditions.append(_among(said, wanted.stated))
    if wanted.assignee is not None:
        given = select(AssignmentRow.draft_id).where(AssignmentRow.assignee == wanted.assignee)
        conditions.append(_among(given, among=True))
    if wanted.urgent:
        conditions.append(_among(select(DraftRow.id).where(SOUNDS_URGENT), among=True))
    if wanted.first is not None:
        conditions.append(StandingRow.day >= wanted.first)
    if wanted.last is not None:
        conditions.append(StandingRow.day <= wanted.last)
    return conditions


def _among(drafts: Select[Any], among: bool) -> ColumnElement[bool]:
    return StandingRow.draft_id.in_(drafts) if among else StandingRow.draft_id.not_in(drafts)
