"""
SQLite's full-text indexes of drafts and of letters: what a word's trigrams find, and how many.

An index of trigrams knows no shorter word; such a one is looked up among the index's own terms. Letters
point to their drafts and drafts to their letters, so that a word finds either by both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    select,
    text,
    union_all,
)

from ledger.models.decisions import StandingRow

SHORTEST = 3
"""Characters of a trigram: shorter words are looked up among the index's own terms."""
COMMON = 10_000
"""From so many hits on, words or a reason are common."""
FIRST, MORE = 16, 8
"""So many trigrams that begin with a short word are looked up first, then so many times as many."""
LAST_CHARACTER = "\U0010ffff"
_TERMS = (
    # a step from term to term, since asking for all of them reads every place where each stands
    "WITH RECURSIVE terms(term) AS ("
    "SELECT (SELECT term FROM {0} WHERE term >= :least LIMIT 1) UNION ALL "
    "SELECT (SELECT term FROM {0} WHERE term >= terms.term || char(1) LIMIT 1) "
    "FROM terms WHERE term < :most LIMIT :many) SELECT term FROM terms WHERE term < :most"
)
TERMS = {table: text(_TERMS.format(f"{table}_terms")) for table in ("drafts", "letters")}


@dataclass(frozen=True, slots=True)
class Word:
    """
    A word and what finds it in the two indexes: itself, or trigrams that begin with it, not yet all.

    `of_drafts`, `of_letters`: its terms in each; `many`: of how many of each was asked, 0 for all.
    """

    word: str
    of_drafts: tuple[str, ...]
    of_letters: tuple[str, ...]
    many: int

    @classmethod
    def begun(cls, connection: Connection, word: str) -> Word:
        """Look a word up; of a short one the first trigrams."""
        if len(word) >= SHORTEST:
            return cls(word, (word,), (word,), 0)
        return cls._asked(connection, word, FIRST)

    @classmethod
    def _asked(cls, connection: Connection, word: str, many: int) -> Word:
        # letter by letter, as the index folds: ß stays one
        folded = "".join(one.lower() if len(one.lower()) == 1 else one for one in word)
        values = {"least": folded, "most": folded + LAST_CHARACTER, "many": many}
        drafts, letters = (
            tuple(connection.scalars(TERMS[table], values)) for table in ("drafts", "letters")
        )
        whole = many < 0 or max(len(drafts), len(letters)) != many
        return cls(word, drafts, letters, 0 if whole else many)

    @property
    def terms(self) -> tuple[str, ...]:
        """Its terms in either index; none where it stands nowhere."""
        return self.of_drafts + self.of_letters

    @property
    def whole(self) -> bool:
        """Whether these are all of its terms."""
        return self.many == 0

    def going_on(self, connection: Connection, *, to_the_end: bool = False) -> Word:
        """Look further terms up, or all of them."""
        if self.whole:
            return self
        return self._asked(connection, self.word, -1 if to_the_end else self.many * MORE)

    def drafts(self) -> Select[Any] | CompoundSelect[Any]:
        """Select drafts that have the word, or whose letters do."""
        of_letters = _beside(
            StandingRow.draft_id, StandingRow.letter_id, "letters", self.of_letters
        )
        if not self.of_drafts:
            return of_letters
        if not self.of_letters:
            return _hits("drafts", self.of_drafts)
        return union_all(_hits("drafts", self.of_drafts), of_letters)

    def letters(self) -> Select[Any] | CompoundSelect[Any]:
        """Select letters that have the word, or whose drafts do."""
        of_drafts = _beside(StandingRow.letter_id, StandingRow.draft_id, "drafts", self.of_drafts)
        if not self.of_letters:
            return of_drafts
        if not self.of_drafts:
            return _hits("letters", self.of_letters)
        return union_all(_hits("letters", self.of_letters), of_drafts)


def all_of(words: Iterable[Word]) -> Select[Any]:
    """Select drafts that have all of the words, each itself or by its letter."""
    return select(StandingRow.draft_id).where(
        *(StandingRow.draft_id.in_(term.drafts()) for term in words)
    )


def _beside(wanted: Any, known: Any, table: str, terms: Iterable[str]) -> Select[Any]:
    """Select what stands beside the hits; joined, so that it ends with the limit."""
    hits = _hits(table, terms).subquery()
    return select(wanted).select_from(hits).join(StandingRow, known == hits.c.rowid)


def _hits(table: str, terms: Iterable[str]) -> Select[Any]:
    return _matching(table, _any_of(terms))


def in_one_index(words: Sequence[Word]) -> Select[Any]:
    """Select drafts whose own words are all of these: fewer than there are, and soonest told."""
    if not all(word.of_drafts for word in words):
        return select(StandingRow.draft_id).where(false())
    return _matching("drafts", " AND ".join(f"({_any_of(word.of_drafts)})" for word in words))


def _any_of(terms: Iterable[str]) -> str:
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)


def _matching(table: str, match: str) -> Select[Any]:
    hits = select(literal_column("rowid", Integer).label("rowid")).select_from(text(f"{table}_fts"))
    asked: BindParameter[str] = bindparam("match", match, unique=True)
    return hits.where(literal_column(f"{table}_fts").op("MATCH")(asked))


def few(connection: Connection, hits: Select[Any] | CompoundSelect[Any]) -> list[int] | None:
    """Read numbers, each perhaps twice; None for COMMON or more. As one row: ten thousand take long to fetch."""
    found = hits.limit(COMMON).subquery()
    gathered = "json_agg" if connection.dialect.name == "postgresql" else "json_group_array"
    numbers_told = cast(getattr(func, gathered)(found.c[0]), Text)
    told = select(func.count(), numbers_told).select_from(found)
    many, numbers = connection.execute(told).one()
    return None if many == COMMON else json.loads(numbers or "[]")


def among_numbers(column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Tell that a column is one of some thousand numbers, whatever a question's bound of values."""
    told = func.json_each(json.dumps(numbers)).table_valued("value")
    found: ColumnElement[bool] = column.in_(select(told.c.value))
    return found
