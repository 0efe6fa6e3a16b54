"""
Where to look for drafts: by words in title and text, by reason.

A question's words may stand in ten drafts or in nearly all of a million. What is rare is looked up in
an index and sorted; what is common is met soon enough by walking the days and reading. Which of the
two applies is found by counting no further than COMMON. On PostgreSQL (decision 0023), whose index of a
word cannot be counted so far and no further, the walk comes first and ends after WALKED drafts.
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
    Text,
    bindparam,
    cast,
    collate,
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
LISTS = (
    # the same among the lists of reasons: there are few, and a hundred thousand drafts of each
    "WITH RECURSIVE lists(told) AS ("
    "SELECT (SELECT {told} FROM standings WHERE outcome = :outcome ORDER BY {told} LIMIT 1) "
    "UNION ALL SELECT (SELECT {told} FROM standings "
    "WHERE outcome = :outcome AND {told} > lists.told ORDER BY {told} LIMIT 1) "
    "FROM lists WHERE told IS NOT NULL) "
    "SELECT told FROM lists WHERE told LIKE :reason"
)
TOLD = {"sqlite": "reasons", "postgresql": 'CAST(reasons AS text) COLLATE "C"'}
"""A list of reasons as each database's index has it."""
HOLD = {
    # as the indexes have them (migration 0031)
    "drafts": 'search_terms(title, text) COLLATE "C" @> CAST(:{0} AS text[])',
    "letters": "search_terms(subject || chr(10) || sender_name || chr(10) || sender_address || chr(10) || "
    "coalesce(officer, '') || chr(10) || coalesce(unit, ''), file_names) "
    'COLLATE "C" @> CAST(:{0} AS text[])',
}
DRAFTS = (
    f"(SELECT id FROM drafts WHERE {HOLD['drafts']} UNION SELECT draft_id FROM standings "
    f"WHERE letter_id IN (SELECT id FROM letters WHERE {HOLD['letters']}))"
)
LETTERS = (
    f"(SELECT id FROM letters WHERE {HOLD['letters']} UNION SELECT letter_id FROM standings "
    f"WHERE draft_id IN (SELECT id FROM drafts WHERE {HOLD['drafts']}))"
)
WALKED = 4_000
"""So many drafts PostgreSQL reads in the page's order before it asks the index."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """
    Conditions that a draft must meet.

    `conditions`: of its standing. `written`: those for which its text is read. `few`: the conditions
    name some COMMON drafts at most, whatever else is asked. `words`: for PostgreSQL's index.
    """

    conditions: tuple[ColumnElement[bool], ...] = ()
    written: tuple[ColumnElement[bool], ...] = ()
    few: bool = False
    words: tuple[str, ...] = ()

    def __and__(self, other: SearchFilter) -> SearchFilter:
        return SearchFilter(
            self.conditions + other.conditions,
            self.written + other.written,
            self.few or other.few,
            self.words + other.words,
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
        written = tuple(_ilike(word) for word in words)
        return where & SearchFilter(written=written, words=tuple(words))
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
        cased = [term for term in rare if _cased(term.word)]
        return _listed(rare, [term.word for term in (*common, *cased)])
    if len(common) > 1 and not _is_common(connection, _among(common)):
        complete = [term.going_on(connection, to_the_end=True) for term in common]
        if not _is_common(connection, _among(complete)):
            return _listed(complete, [term.word for term in complete if _cased(term.word)])
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
        elif (numbers := _indexed(connection, LETTERS, [word])) is not None:
            few = True
            found.append(LetterRow.id == func.any(numbers) if numbers else false())
        matches = _instr if connection.dialect.name == "sqlite" else _like_c
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
    of_this = f'%"{reason.name}"%'
    told: ColumnElement[str] = type_coerce(StandingRow.reasons, String)
    if connection.dialect.name == "postgresql":
        told = collate(cast(StandingRow.reasons, Text), "C")
    if reason is Reason.LATE:
        return SearchFilter((told.like(of_this), StandingRow.timely == Timely.LATE))
    grave = [one for one in Outcome if one.severity >= reason.outcome.severity]
    query = text(LISTS.format(told=TOLD[connection.dialect.name]))
    lists = [
        reasons
        for outcome in grave
        for reasons in connection.scalars(query, {"outcome": outcome.value, "reason": of_this})
    ]
    hits = select(StandingRow.draft_id).where(StandingRow.outcome.in_(grave), told.in_(lists))
    if _is_common(connection, hits):
        return SearchFilter((told.in_(lists),))
    return SearchFilter((StandingRow.draft_id.in_(hits),), few=True)


def narrowed(connection: Connection, where: SearchFilter) -> SearchFilter:
    """Narrow a filter to the drafts that PostgreSQL's index names for its words, where they are few."""
    if where.few or not where.words:
        return where
    numbers = _indexed(connection, DRAFTS, where.words)
    if numbers is None:
        return where
    among = StandingRow.draft_id == func.any(numbers) if numbers else false()
    return SearchFilter((*where.conditions, among), where.written, few=True)


def _indexed(connection: Connection, query: str, words: Sequence[str]) -> list[int] | None:
    """
    List what PostgreSQL's index names for all of the words; None for COMMON or more.

    What is longer than two characters is still to be read: only its pairs stand in the index.
    """
    # a plan that computes the terms of every row anew never pays, nor does a list of whole pages
    for option in ("enable_seqscan = off", "work_mem = '64MB'", "jit = off"):
        connection.execute(text(f"SET LOCAL {option}"))
    parts = [query.format(f"terms{number}") for number in range(len(words))]
    asked = text(f"SELECT * FROM ({' INTERSECT '.join(parts)}) hits LIMIT :most")
    terms = {f"terms{number}": _terms_of(word) for number, word in enumerate(words)}
    numbers = list(connection.scalars(asked, {**terms, "most": COMMON}))
    for option in ("enable_seqscan", "work_mem", "jit"):
        connection.execute(text(f"SET LOCAL {option} TO DEFAULT"))
    return None if len(numbers) == COMMON else numbers


def _terms_of(word: str) -> list[str]:
    """List what stands in PostgreSQL's index of a text with this word: its pairs, of a single one itself."""
    folded = "".join(one.lower() if one.isascii() else one for one in word)
    return [folded[at : at + 2] for at in range(len(folded) - 1)] or [folded]


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


def _cased(word: str) -> bool:
    """Tell whether a word has letters whose case SQLite's index folds and a search does not (Ａ, É)."""
    return any(not one.isascii() and one.lower() != one.upper() for one in word)


def _written(word: str) -> ColumnElement[bool]:
    """Compare as written, on SQLite, whose LIKE folds the case of ASCII letters alone."""
    return or_(*(_instr(column, word) for column in (*DRAFT_COLUMNS, *LETTER_COLUMNS)))


def _ilike(word: str) -> ColumnElement[bool]:
    return or_(*(_like(column, word, "C") for column in (*DRAFT_COLUMNS, *LETTER_COLUMNS)))


def _instr(column: Any, word: str) -> ColumnElement[bool]:
    if any(one.isascii() and one.isalpha() for one in word):
        return _like(column, word)
    return func.coalesce(func.instr(column, word), 0) > 0


def _like(column: Any, word: str, collation: str = "") -> ColumnElement[bool]:
    pattern = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    said: ColumnElement[str] = func.coalesce(column, "")
    if collation:  # of which the case of ASCII letters alone is folded, as by SQLite
        said = collate(said, collation)
    found: ColumnElement[bool] = (
        said.ilike(pattern, escape="\\")
        if not collation or any(one.isascii() and one.isalpha() for one in word)
        else said.like(pattern, escape="\\")
    )
    return found


def _like_c(column: Any, word: str) -> ColumnElement[bool]:
    return _like(column, word, "C")
