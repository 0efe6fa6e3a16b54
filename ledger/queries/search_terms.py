"""
Where to look for drafts: by words in title and text, by reason.

A question's words may stand in ten drafts or in nearly all of a million. What is rare is looked up in
an index and sorted; what is common is met soon enough by walking the days and reading. Which of the
two applies is found by counting no further than COMMON. PostgreSQL plans for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
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
    type_coerce,
)

from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow
from rulebook.model import Outcome, Timely
from rulebook.reasons import Reason

SHORTEST = 3
"""Characters of a trigram: shorter words are looked up among the index's own terms."""
COMMON = 10_000
"""From so many hits on, words or a reason are common."""
FIRST, MORE = 16, 8
"""So many trigrams that begin with a short word are looked up first, then so many times as many."""
LAST_CHARACTER = "\U0010ffff"
TERMS = text(
    # a step from term to term, since asking for all of them reads every place where each stands
    "WITH RECURSIVE terms(term) AS ("
    "SELECT (SELECT term FROM drafts_terms WHERE term >= :least LIMIT 1) UNION ALL "
    "SELECT (SELECT term FROM drafts_terms WHERE term >= terms.term || char(1) LIMIT 1) "
    "FROM terms WHERE term < :most LIMIT :many) SELECT term FROM terms WHERE term < :most"
)
LISTS = text(
    # the same among the lists of reasons: there are few, and a hundred thousand drafts of each
    "WITH RECURSIVE lists(told) AS ("
    "SELECT (SELECT reasons FROM standings WHERE outcome = :outcome ORDER BY reasons LIMIT 1) "
    "UNION ALL SELECT (SELECT reasons FROM standings "
    "WHERE outcome = :outcome AND reasons > lists.told ORDER BY reasons LIMIT 1) "
    "FROM lists WHERE told IS NOT NULL) "
    "SELECT told FROM lists WHERE told LIKE :reason"
)


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """
    Conditions that a draft must meet.

    `conditions`: of its standing. `written`: those for which its text is read. `few`: the conditions
    name some COMMON drafts at most, whatever else is asked.
    """

    conditions: tuple[ColumnElement[bool], ...] = ()
    written: tuple[ColumnElement[bool], ...] = ()
    few: bool = False

    def __and__(self, other: SearchFilter) -> SearchFilter:
        return SearchFilter(
            self.conditions + other.conditions,
            self.written + other.written,
            self.few or other.few,
        )


MATCH_NONE = SearchFilter((false(),), few=True)


def of_words(connection: Connection, words: Sequence[str]) -> SearchFilter:
    """Filter by words: all of them must stand in title or text, each as it is written."""
    if connection.dialect.name == "postgresql":
        return SearchFilter(written=tuple(_ilike(word) for word in words))
    rare: list[_Word] = []
    common: list[_Word] = []
    for word in words:
        term = _Word.begun(connection, word)
        if not term.terms:
            return MATCH_NONE
        while not (many := term.is_common(connection)) and not term.whole:
            term = term.going_on(connection)
        (common if many else rare).append(term)
    if rare:  # the rarest words lead; in what they find the others are read
        return _listed([term.match for term in rare], [term.word for term in common])
    if len(common) > 1 and not _is_common(connection, _hits(term.match for term in common)):
        complete = [term.going_on(connection, to_the_end=True) for term in common]
        if not _is_common(connection, _hits(term.match for term in complete)):
            return _listed([term.match for term in complete], [])
    return SearchFilter(written=tuple(_written(word) for word in words))


def of_reason(connection: Connection, reason: Reason) -> SearchFilter:
    """Filter by a reason that was given. A draft is at least as grave as each of its reasons."""
    names_reason = cast(StandingRow.reasons, String).like(f'%"{reason.name}"%')
    if reason is Reason.LATE:
        return SearchFilter((names_reason, StandingRow.timely == Timely.LATE))
    grave = [one for one in Outcome if one.severity >= reason.outcome.severity]
    hits = select(StandingRow.draft_id).where(StandingRow.outcome.in_(grave))
    if connection.dialect.name == "sqlite":
        lists = [
            reasons
            for outcome in grave
            for reasons in connection.scalars(
                LISTS, {"outcome": outcome.value, "reason": f'%"{reason.name}"%'}
            )
        ]
        names_reason = type_coerce(StandingRow.reasons, String).in_(lists)
    hits = hits.where(names_reason)
    if _is_common(connection, hits):
        return SearchFilter((names_reason,))
    return SearchFilter((StandingRow.draft_id.in_(hits),), few=True)


def of_commission(commission: int) -> SearchFilter:
    """Filter by the commission answered; most drafts answer none, and SQLite misjudges that index."""
    of = select(StandingRow.draft_id).where(StandingRow.commission_id == commission)
    return SearchFilter((StandingRow.draft_id.in_(of),), few=True)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word and what finds it in the index: itself, or trigrams that begin with it, not yet all."""

    word: str
    terms: tuple[str, ...]
    whole: bool

    @classmethod
    def begun(cls, connection: Connection, word: str) -> _Word:
        if len(word) >= SHORTEST:
            return cls(word, (word,), whole=True)
        return _terms(connection, word, FIRST)

    def going_on(self, connection: Connection, *, to_the_end: bool = False) -> _Word:
        if self.whole:
            return self
        return _terms(connection, self.word, -1 if to_the_end else len(self.terms) * MORE)

    def is_common(self, connection: Connection) -> bool:
        return _is_common(connection, _hits([self.match]))

    @property
    def match(self) -> str:
        return " OR ".join('"' + term.replace('"', '""') + '"' for term in self.terms)


def _terms(connection: Connection, word: str, many: int) -> _Word:
    folded = word.casefold()
    values = {"least": folded, "most": folded + LAST_CHARACTER, "many": many}
    terms = tuple(connection.scalars(TERMS, values))
    return _Word(word, terms, whole=len(terms) != many)


def _listed(matches: Sequence[str], read: Sequence[str]) -> SearchFilter:
    hits = _hits(matches)
    return SearchFilter(
        (StandingRow.draft_id.in_(hits),), tuple(_written(word) for word in read), few=True
    )


def _hits(matches: Iterable[str]) -> Select[Any]:
    match = " AND ".join(f"({term})" for term in matches)
    hits = select(literal_column("rowid", Integer)).select_from(text("drafts_fts"))
    return hits.where(text("drafts_fts MATCH :match").bindparams(match=match))


def _is_common(connection: Connection, hits: Select[Any]) -> bool:
    many = connection.scalar(select(func.count()).select_from(hits.limit(COMMON).subquery()))
    return many == COMMON


def _written(word: str) -> ColumnElement[bool]:
    """Compare as written, on SQLite, whose LIKE folds the case of ASCII letters alone."""
    if any(one.isascii() and one.isalpha() for one in word):
        return _ilike(word)
    return or_(func.instr(DraftRow.title, word) > 0, func.instr(DraftRow.text, word) > 0)


def _ilike(word: str) -> ColumnElement[bool]:
    pattern = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return or_(
        DraftRow.title.ilike(pattern, escape="\\"), DraftRow.text.ilike(pattern, escape="\\")
    )
