"""
Where to look for drafts: by words in title and text, by reason.

A question's words may stand in ten drafts or in nearly all of a million. What is rare is looked up in
an index and sorted; what is common is met soon enough by walking the days and reading. Which of the
two applies is found by counting no further than COMMON. PostgreSQL plans for itself.
"""

from __future__ import annotations

import re
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
    String,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from rulebook.model import Outcome, Timely
from rulebook.reasons import Reason

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
RECEIPT = re.compile(r"SG\d{8}-(\d{6,15})", re.IGNORECASE)
"""The number of a receipt, behind its day the letter's."""
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
    """
    Filter by words: each must stand in what a clerk remembers of a draft, as it is written.

    That is its title, text and file, its letter's subject, sender, officer, unit and files; or the word
    is the number of the receipt.
    """
    receipts, words = _receipts(words)
    where = SearchFilter(
        tuple(StandingRow.letter_id == letter for letter in receipts), few=bool(receipts)
    )
    if connection.dialect.name == "postgresql":
        return where & SearchFilter(written=tuple(_ilike(word) for word in words))
    if receipts:
        return where & SearchFilter(written=tuple(_written(word) for word in words))
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
        return _listed(rare, [term.word for term in common])
    if len(common) > 1 and not _is_common(connection, _among(common)):
        complete = [term.going_on(connection, to_the_end=True) for term in common]
        if not _is_common(connection, _among(complete)):
            return _listed(complete, [])
    return SearchFilter(written=tuple(_written(word) for word in words))


def letters_of_words(
    connection: Connection, words: Sequence[str]
) -> tuple[bool, list[ColumnElement[bool]]]:
    """Return conditions of letters by the same words, and whether they name some COMMON letters at most."""
    receipts, words = _receipts(words)
    found: list[ColumnElement[bool]] = [LetterRow.id == letter for letter in receipts]
    few = bool(receipts)
    for word in words:
        if connection.dialect.name == "sqlite":
            term = _Word.begun(connection, word)
            while term.terms and not term.whole and not term.is_common(connection):
                term = term.going_on(connection)
            if not term.terms:
                return True, [false()]
            if not term.is_common(connection):
                few = True
                found.append(LetterRow.id.in_(term.letters()))
                continue
        matches = _instr if connection.dialect.name == "sqlite" else _like
        of_draft = select(DraftRow.letter_id).where(
            or_(*(matches(column, word) for column in DRAFT_COLUMNS))
        )
        of_letter = or_(*(matches(column, word) for column in LETTER_COLUMNS))
        found.append(or_(of_letter, LetterRow.id.in_(of_draft)))
    return few, found


def _receipts(words: Sequence[str]) -> tuple[list[int], list[str]]:
    """Part the numbers of receipts, as numbers of letters, from the other words."""
    numbers = [int(found[1]) for word in words if (found := RECEIPT.fullmatch(word))]
    return numbers, [word for word in words if not RECEIPT.fullmatch(word)]


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
    """
    A word and what finds it in the two indexes: itself, or trigrams that begin with it, not yet all.

    `of_drafts`, `of_letters`: its terms in each; `many`: of how many of each was asked, 0 for all.
    """

    word: str
    of_drafts: tuple[str, ...]
    of_letters: tuple[str, ...]
    many: int

    @classmethod
    def begun(cls, connection: Connection, word: str) -> _Word:
        if len(word) >= SHORTEST:
            return cls(word, (word,), (word,), 0)
        return cls._asked(connection, word, FIRST)

    @classmethod
    def _asked(cls, connection: Connection, word: str, many: int) -> _Word:
        folded = word.casefold()
        values = {"least": folded, "most": folded + LAST_CHARACTER, "many": many}
        drafts, letters = (
            tuple(connection.scalars(TERMS[table], values)) for table in ("drafts", "letters")
        )
        whole = many < 0 or max(len(drafts), len(letters)) != many
        return cls(word, drafts, letters, 0 if whole else many)

    @property
    def terms(self) -> tuple[str, ...]:
        return self.of_drafts + self.of_letters

    @property
    def whole(self) -> bool:
        return self.many == 0

    def going_on(self, connection: Connection, *, to_the_end: bool = False) -> _Word:
        if self.whole:
            return self
        return self._asked(connection, self.word, -1 if to_the_end else self.many * MORE)

    def is_common(self, connection: Connection) -> bool:
        return _is_common(connection, self.drafts())

    def drafts(self) -> Select[Any] | CompoundSelect[Any]:
        """Drafts that have the word, or whose letters do."""
        of_letters = select(StandingRow.draft_id).where(
            StandingRow.letter_id.in_(_hits("letters", self.of_letters))
        )
        if not self.of_drafts:
            return of_letters
        if not self.of_letters:
            return _hits("drafts", self.of_drafts)
        return union_all(_hits("drafts", self.of_drafts), of_letters)

    def letters(self) -> Select[Any] | CompoundSelect[Any]:
        """Letters that have the word, or whose drafts do."""
        of_drafts = select(StandingRow.letter_id).where(
            StandingRow.draft_id.in_(_hits("drafts", self.of_drafts))
        )
        if not self.of_letters:
            return of_drafts
        if not self.of_drafts:
            return _hits("letters", self.of_letters)
        return union_all(_hits("letters", self.of_letters), of_drafts)


def _listed(found: Sequence[_Word], read: Sequence[str]) -> SearchFilter:
    return SearchFilter(
        tuple(StandingRow.draft_id.in_(term.drafts()) for term in found),
        tuple(_written(word) for word in read),
        few=True,
    )


def _among(words: Iterable[_Word]) -> Select[Any]:
    """Drafts that have all of the words."""
    return select(StandingRow.draft_id).where(
        *(StandingRow.draft_id.in_(term.drafts()) for term in words)
    )


def _hits(table: str, terms: Iterable[str]) -> Select[Any]:
    match = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
    hits = select(literal_column("rowid", Integer)).select_from(text(f"{table}_fts"))
    asked: BindParameter[str] = bindparam("match", match, unique=True)
    return hits.where(literal_column(f"{table}_fts").op("MATCH")(asked))


def _is_common(connection: Connection, hits: Select[Any] | CompoundSelect[Any]) -> bool:
    many = connection.scalar(select(func.count()).select_from(hits.limit(COMMON).subquery()))
    return many == COMMON


DRAFT_COLUMNS = (DraftRow.title, DraftRow.text)
LETTER_COLUMNS = (
    *(LetterRow.subject, LetterRow.sender_name, LetterRow.sender_address),
    *(LetterRow.officer, LetterRow.unit, LetterRow.file_names),
)
"""What the index of letters holds (migration 0026)."""


def _written(word: str) -> ColumnElement[bool]:
    """Compare as written, on SQLite, whose LIKE folds the case of ASCII letters alone."""
    return or_(*(_instr(column, word) for column in (*DRAFT_COLUMNS, *LETTER_COLUMNS)))


def _ilike(word: str) -> ColumnElement[bool]:
    return or_(*(_like(column, word) for column in (*DRAFT_COLUMNS, *LETTER_COLUMNS)))


def _instr(column: Any, word: str) -> ColumnElement[bool]:
    if any(one.isascii() and one.isalpha() for one in word):
        return _like(column, word)
    return func.coalesce(func.instr(column, word), 0) > 0


def _like(column: Any, word: str) -> ColumnElement[bool]:
    pattern = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    found: ColumnElement[bool] = func.coalesce(column, "").ilike(pattern, escape="\\")
    return found
