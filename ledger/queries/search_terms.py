"""
Where to look for drafts: by words in title and text, by reason.

A question's words may stand in ten drafts or in nearly all of a million. What is rare is looked up in
an index and sorted; what is common is met soon enough by walking the days and reading. Which of the
two applies is found by counting no further than COMMON. On PostgreSQL (decision 0023), whose index of a
word cannot be counted so far and no further, the walk comes first and ends after WALKED drafts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Text,
    cast,
    collate,
    exists,
    false,
    func,
    or_,
    select,
    text,
    type_coerce,
)

from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.queries import full_text
from ledger.queries.full_text import Word, all_of, among_numbers, few, in_one_index
from rulebook.model import Outcome, Timely
from rulebook.reasons import Reason

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
    rare: list[tuple[Word, ColumnElement[bool]]] = []
    common: list[Word] = []
    for word in words:
        term = Word.begun(connection, word)
        if not term.terms:
            return MATCH_NONE
        while (found := few(connection, term.drafts())) is not None and not term.whole:
            term = term.going_on(connection)
        if found is None:
            common.append(term)
        else:
            rare.append((term, among_numbers(StandingRow.draft_id, found)))
    if rare:  # the rarest words lead; in what they find the others are read
        read = [*common, *(term for term, _ in rare if _cased(term.word))]
        written = tuple(_written(term.word) for term in read)
        return SearchFilter(tuple(found for _, found in rare), written, few=True)
    # of common words one index tells soonest whether they are common together
    if len(common) > 1 and few(connection, in_one_index(common)) is not None:
        complete = [term.going_on(connection, to_the_end=True) for term in common]
        found = few(connection, all_of(complete))
        if found is not None:
            written = tuple(_written(term.word) for term in complete if _cased(term.word))
            return SearchFilter((among_numbers(StandingRow.draft_id, found),), written, few=True)
    return SearchFilter(written=tuple(_written(word) for word in words))


def letters_of_words(
    connection: Connection, words: Sequence[str]
) -> tuple[bool, list[ColumnElement[bool]]]:
    """Return conditions of letters by the same words, and whether they name some COMMON letters at most."""
    receipts, words = _receipts(words)
    found: list[ColumnElement[bool]] = [LetterRow.id == letter for letter in receipts]
    named = bool(receipts)
    for word in words:
        if connection.dialect.name == "sqlite":
            term = Word.begun(connection, word)
            if not term.terms:
                return True, [false()]
            while (hits := few(connection, term.letters())) is not None and not term.whole:
                term = term.going_on(connection)
            if hits is not None:
                named = True
                found.append(among_numbers(LetterRow.id, hits))
                continue
        elif (numbers := _indexed(connection, LETTERS, [word])) is not None:
            named = True
            found.append(LetterRow.id == func.any(numbers) if numbers else false())
        matches = _instr if connection.dialect.name == "sqlite" else _like_c
        # asked of each letter that is walked by, never of all drafts
        of_draft = exists().where(
            DraftRow.letter_id == LetterRow.id,
            or_(*(matches(column, word) for column in DRAFT_COLUMNS)),
        )
        of_letter = or_(*(matches(column, word) for column in LETTER_COLUMNS))
        found.append(or_(of_letter, of_draft))
    return named, found


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
    if few(connection, hits) is None:
        return SearchFilter((told.in_(lists),))
    return SearchFilter((StandingRow.draft_id.in_(hits),), few=True)


def narrowed(connection: Connection, where: SearchFilter) -> SearchFilter:
    """Narrow a filter to the drafts that PostgreSQL's index names for its words, where they are few."""
    if where.few or not where.words:
        return where
    numbers = _of_rare_words(connection, where.words)
    if numbers is None:
        return where
    among = StandingRow.draft_id == func.any(numbers) if numbers else false()
    return SearchFilter((*where.conditions, among), where.written, few=True)


def _of_rare_words(connection: Connection, words: Sequence[str]) -> list[int] | None:
    """
    List the drafts of a word that is rare; None where even all words together are common.

    The other words are read in what it finds. Long words are asked first: they are the rarer ones, and to
    look up a common one adds up all its places.
    """
    for word in sorted(words, key=len, reverse=True):
        if (numbers := _indexed(connection, DRAFTS, [word])) is not None:
            return numbers
    return _indexed(connection, DRAFTS, words) if len(words) > 1 else None


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
    numbers = list(connection.scalars(asked, {**terms, "most": full_text.COMMON}))
    for option in ("enable_seqscan", "work_mem", "jit"):
        connection.execute(text(f"SET LOCAL {option} TO DEFAULT"))
    return None if len(numbers) == full_text.COMMON else numbers


def _terms_of(word: str) -> list[str]:
    """List what stands in PostgreSQL's index of a text with this word: its pairs, of a single one itself."""
    folded = "".join(one.lower() if one.isascii() else one for one in word)
    return [folded[at : at + 2] for at in range(len(folded) - 1)] or [folded]


def of_commission(commission: int) -> SearchFilter:
    """Filter by the commission answered; most drafts answer none, and SQLite misjudges that index."""
    of = select(StandingRow.draft_id).where(StandingRow.commission_id == commission)
    return SearchFilter((StandingRow.draft_id.in_(of),), few=True)


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
