"""Finding drafts: by words in title and text, unit, kind, day, outcome, reason, adoption."""

from __future__ import annotations

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
COMMON = 10_000
"""From so many hits on, a word is common."""
LAST_CHARACTER = "\U0010ffff"


class Order(StrEnum):
    """By what the found are sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"


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
    A draft as it stands, short. `twin_letter` brought an earlier draft of that `similarity`, 0..1.
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


OF_DRAFT = (DraftRow.title, DraftRow.characters, DraftRow.twin_letter_id, DraftRow.similarity)


def search(
    engine: Engine,
    wanted: Wanted,
    *,
    limit: int = 50,
    order: Order = Order.NEWEST,
    after: tuple[date, int] | None = None,
) -> list[Found]:
    """
    The drafts that answer, a page of them. `after`: (day, draft) of the page's predecessor.

    Every word (parted by spaces) must stand in title or text, exactly as written.
    """
    newest = order is Order.NEWEST
    query: Select[*tuple[Any, ...]] = (
        select(StandingRow, *OF_DRAFT, LetterRow)
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .join(LetterRow, LetterRow.id == StandingRow.letter_id)
        .where(*_narrowed(wanted))
        .limit(limit)
    )
    key = (StandingRow.day, StandingRow.draft_id)
    query = query.order_by(*(part.desc() if newest else part.asc() for part in key))
    if after is not None:
        day, draft = after
        if newest:
            query = query.where(
                StandingRow.day <= day,  # of an OR alone no index makes use
                (StandingRow.day < day)
                | ((StandingRow.day == day) & (StandingRow.draft_id < draft)),
            )
        else:
            query = query.where(
                StandingRow.day >= day,
                (StandingRow.day > day)
                | ((StandingRow.day == day) & (StandingRow.draft_id > draft)),
            )
    with Session(reading(engine)) as session:
        for word in wanted.words.split():
            query = _with_word(session, query, word)
        return [_found(*row) for row in session.execute(query)]


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
        (StandingRow.commission_id, wanted.commission),
    ):
        if value is not None:
            conditions.append(field == value)
    if wanted.first is not None:
        conditions.append(StandingRow.day >= wanted.first)
    if wanted.last is not None:
        conditions.append(StandingRow.day <= wanted.last)
    if wanted.reason is not None:
        told = cast(StandingRow.reasons, String)
        conditions.append(told.like(f'%"{wanted.reason.name}"%'))
    return conditions


def _with_word(
    session: Session, query: Select[*tuple[Any, ...]], word: str
) -> Select[*tuple[Any, ...]]:
    pattern = f"%{_escaped(word)}%"
    written = or_(
        DraftRow.title.ilike(pattern, escape="\\"), DraftRow.text.ilike(pattern, escape="\\")
    )
    if session.get_bind().dialect.name == "postgresql":
        return query.where(written)
    match = _match(session, word)
    if match is None:
        return query.where(written)
    if not match:
        return query.where(false())
    table = text("drafts_fts")
    hits = select(literal_column("rowid", Integer)).select_from(table)
    hits = hits.where(text("drafts_fts MATCH :match").bindparams(match=match))
    many = session.scalar(select(func.count()).select_from(hits.limit(COMMON).subquery())) or 0
    # a common word is met soon enough by walking the days; a rare one only the index finds
    return query.where(written if many == COMMON else StandingRow.draft_id.in_(hits))


def _match(session: Session, word: str) -> str | None:
    """
    What finds a word in the index: itself, or for two characters all trigrams that begin with them.

    None for a single character: no index helps, and hardly any text lacks it. Empty: not there.
    """
    if len(word) >= SHORTEST:
        return _quoted(word)
    if len(word) == 1:
        return None
    folded = word.casefold()
    terms = session.scalars(
        text("SELECT term FROM drafts_terms WHERE term >= :least AND term < :most"),
        {"least": folded, "most": folded + LAST_CHARACTER},
    )
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
    )
