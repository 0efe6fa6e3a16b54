"""Finding drafts: by words in title and text, unit, kind, day, outcome, reason, adoption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Select,
    String,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from ledger.database import reading
from ledger.tables import DraftRow, LetterRow
from ledger.tables_decided import StandingRow
from rulebook.reasons import Reason
from rulebook.terms import Kind, Outcome, Timely

SHORTEST = 3
"""Characters of a trigram: shorter words are looked up among the index's own terms."""
COMMON = 5_000
"""From so many hits on, words or a reason are common: walking the days meets them soon enough."""
FEW = 40
"""Trigrams that may stand for a single character; of more of them it is in every text."""
LAST_CHARACTER = "\U0010ffff"


class Order(StrEnum):
    """By what the found are sorted. By the event's day only drafts that have one are found."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LATEST_EVENT = "latest_event"
    EARLIEST_EVENT = "earliest_event"
    LONGEST = "longest"
    SHORTEST = "shortest"


_KEYS: dict[Order, tuple[Any, bool]] = {
    Order.NEWEST: (StandingRow.day, True),
    Order.OLDEST: (StandingRow.day, False),
    Order.LATEST_EVENT: (StandingRow.happened, True),
    Order.EARLIEST_EVENT: (StandingRow.happened, False),
    Order.LONGEST: (DraftRow.characters, True),
    Order.SHORTEST: (DraftRow.characters, False),
}
"""What an order sorts by, and whether the greatest comes first; the draft's number breaks ties."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is None or empty does not narrow. Days are office days of receipt."""

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


@dataclass(frozen=True, slots=True)
class Found:
    """
    A draft as it stands, short. `twin_letter` brought an earlier draft of that `similarity`, 0..1;
    `position`: which of its letter's drafts it is, from 1.
    """

    draft: int
    letter: int
    title: str
    unit: str | None
    kind: Kind | None
    day: date
    received: datetime
    characters: int
    happened: date | None
    timely: Timely
    outcome: Outcome
    reasons: tuple[Reason, ...]
    voided: bool
    adopted: bool
    sender: str
    twin_letter: int | None
    similarity: float | None
    position: int


OF_DRAFT = (
    DraftRow.title,
    DraftRow.characters,
    DraftRow.twin_letter_id,
    DraftRow.similarity,
    DraftRow.position,
)


def search(
    engine: Engine,
    wanted: Wanted,
    *,
    limit: int = 50,
    order: Order = Order.NEWEST,
    after: tuple[date | int, int] | None = None,
) -> list[Found]:
    """
    The drafts that answer, a page of them. `after`: (what the order sorts by, draft) of the page's
    predecessor.

    Every word (parted by spaces) must stand in title or text, exactly as written.
    """
    column, falling = _KEYS[order]
    # the number of the row that leads the sort, so that an index answers the whole of it
    number = DraftRow.id if column is DraftRow.characters else StandingRow.draft_id
    query: Select[*tuple[Any, ...]] = (
        select(StandingRow, *OF_DRAFT, LetterRow)
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .join(LetterRow, LetterRow.id == StandingRow.letter_id)
        .where(*_narrowed(wanted))
        .limit(limit)
    )
    query = query.order_by(*(part.desc() if falling else part.asc() for part in (column, number)))
    if column is StandingRow.happened:
        query = query.where(StandingRow.happened.is_not(None))
    if after is not None:
        last, draft = after
        # a bound for the index, then what shares the last key
        query = query.where(column <= last if falling else column >= last)
        further = (number < draft) if falling else (number > draft)
        query = query.where((column != last) | further)
    with Session(reading(engine)) as session:
        query = _with_words(session, query, wanted.words.split())
        if wanted.reason is not None:
            query = _with_reason(session, query, wanted.reason)
        if wanted.commission is not None:  # most drafts answer none: SQLite misjudges that index
            of = select(StandingRow.draft_id).where(StandingRow.commission_id == wanted.commission)
            query = query.where(StandingRow.draft_id.in_(of))
        return [_found(*row) for row in session.execute(query)]


def key_of(found: Found, order: Order) -> tuple[date | int, int]:
    """Where a page ends that ends with this draft: what `search` takes as `after`."""
    column, _ = _KEYS[order]
    if column is StandingRow.happened:
        assert found.happened is not None
        return found.happened, found.draft
    return (found.characters if column is DraftRow.characters else found.day), found.draft


def one(engine: Engine, draft: int) -> Found | None:
    """One draft as it stands, None when there is none of that number."""
    query = (
        select(StandingRow, *OF_DRAFT, LetterRow)
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .join(LetterRow, LetterRow.id == StandingRow.letter_id)
        .where(StandingRow.draft_id == draft)
    )
    with Session(reading(engine)) as session:
        found = session.execute(query).first()
        return _found(*found) if found else None


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for field, value in (
        (StandingRow.unit, wanted.unit),
        (StandingRow.kind, wanted.kind),
        (StandingRow.outcome, wanted.outcome),
        (StandingRow.timely, wanted.timely),
        (StandingRow.adopted, wanted.adopted),
    ):
        if value is not None:
            conditions.append(field == value)
    if wanted.first is not None:
        conditions.append(StandingRow.day >= wanted.first)
    if wanted.last is not None:
        conditions.append(StandingRow.day <= wanted.last)
    return conditions


_Query = Select[*tuple[Any, ...]]


def _with_words(session: Session, query: _Query, words: Sequence[str]) -> _Query:
    if not words:
        return query
    written = [
        or_(DraftRow.title.ilike(pattern, escape="\\"), DraftRow.text.ilike(pattern, escape="\\"))
        for pattern in (f"%{_escaped(word)}%" for word in words)
    ]
    if session.get_bind().dialect.name == "postgresql":
        return query.where(*written)
    matches = [_match(session, word) for word in words]
    if "" in matches:
        return query.where(false())
    match = " AND ".join(f"({found})" for found in matches if found is not None)
    if not match:
        return query.where(*written)
    unindexed = [told for told, found in zip(written, matches, strict=True) if found is None]
    hits = select(literal_column("rowid", Integer)).select_from(text("drafts_fts"))
    hits = hits.where(text("drafts_fts MATCH :match").bindparams(match=match))
    if _common(session, hits):
        return query.where(*written)
    return query.where(StandingRow.draft_id.in_(hits), *unindexed)


def _with_reason(session: Session, query: _Query, reason: Reason) -> _Query:
    """A draft is at least as grave as each of its reasons: that narrows where to look."""
    told = cast(StandingRow.reasons, String).like(f'%"{reason.name}"%')
    if reason is Reason.LATE:
        return query.where(told, StandingRow.timely == Timely.LATE)
    if reason.outcome is Outcome.ACCEPTED:
        return query.where(told)
    grave = [one for one in Outcome if one.gravity >= reason.outcome.gravity]
    hits = select(StandingRow.draft_id).where(StandingRow.outcome.in_(grave), told)
    if _common(session, hits):
        return query.where(told)
    return query.where(StandingRow.draft_id.in_(hits))


def _common(session: Session, hits: Select[Any]) -> bool:
    many = session.scalar(select(func.count()).select_from(hits.limit(COMMON).subquery())) or 0
    return many == COMMON


def _match(session: Session, word: str) -> str | None:
    """
    What finds a word in the index: itself, or for one or two characters all trigrams that begin with
    them. None for a character that hardly any text lacks. Empty: not there.
    """
    if len(word) >= SHORTEST:
        return _quoted(word)
    folded = word.casefold()
    terms = session.scalars(
        text("SELECT term FROM drafts_terms WHERE term >= :least AND term < :most LIMIT :few"),
        {
            "least": folded,
            "most": folded + LAST_CHARACTER,
            "few": FEW if len(word) == 1 else -1,
        },
    ).all()
    if len(word) == 1 and len(terms) == FEW:
        return None
    return " OR ".join(_quoted(term) for term in terms)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _found(
    standing: StandingRow,
    title: str,
    characters: int,
    twin_letter: int | None,
    similarity: float | None,
    position: int,
    letter: LetterRow,
) -> Found:
    return Found(
        draft=standing.draft_id,
        letter=standing.letter_id,
        title=title,
        unit=standing.unit,
        kind=standing.kind,
        day=standing.day,
        received=letter.received,
        characters=characters,
        happened=standing.happened,
        timely=standing.timely,
        outcome=standing.outcome,
        reasons=tuple(Reason[name] for name in standing.reasons),
        voided=standing.voided,
        adopted=standing.adopted,
        sender=letter.sender_name or letter.sender_address,
        twin_letter=twin_letter,
        similarity=similarity,
        position=position,
    )
