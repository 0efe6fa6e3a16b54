"""Earlier drafts that say the same: to the letter by digest, nearly so by fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from ledger.fingerprint import bands, likeness
from ledger.models.decisions import StandingRow
from ledger.models.letters import BandRow, DraftRow, LetterRow
from ledger.unit_names import stored_names
from rulebook.model import Draft, DraftVerdict, Duplicate, Submission
from rulebook.originality import SHORTEST_SAME, TO_BE_MENDED, essence, says
from rulebook.reasons import Outcome, Reason

MOST = 64
"""Drafts that are compared word by word: those which share the most of the fingerprint."""

REFUSED_AMONG = 4
"""So many times as many are looked up: some of them were refused, and do not count."""

_NEW_BAND = insert(BandRow)

_NOBODYS = frozenset(
    reason.name
    for reason in (
        Reason.UNVERIFIED_SENDER,
        Reason.SEVERAL_SENDERS,
        Reason.NO_SENDER,
        Reason.LOOKALIKE_SENDER,
    )
)
"""Of letters that are held for them nobody knows whether their sender is who they say."""


class DuplicateIndex:
    """
    Asks the ledger for earlier drafts that repeat.

    Refused drafts never count: they are to be sent again; nor does what was withdrawn or corrected.

    `letter` is left out; two drafts are alike when at least the share `alike` (0..1) of their
    letters and figures is the same. With `before` only letters received earlier count, and as they
    were first judged; otherwise as they stand now. `replaced`: drafts that are corrected, not repeated.
    """

    def __init__(
        self,
        connection: Connection,
        letter: int,
        alike: float,
        before: datetime | None = None,
        replaced: frozenset[int] = frozenset(),
    ) -> None:
        self._connection = connection
        self._replaced = replaced
        self._letter = letter
        self._alike = alike
        self._before = before
        self._asked: dict[str, Any] = {"letter": letter}
        if before is not None:
            self._asked["before"] = before

    def of(self, submission: Submission) -> dict[str, Duplicate]:
        """
        Find for each draft (by its key) the one that it repeats.

        It is one of the ledger, or else an earlier one of its own letter. What its sender was asked to
        mend, or nobody could verify, comes last; the unit's own comes first, then what is most alike,
        then the earliest.
        """
        unit = submission.sender.unit

        @cache  # most letters repeat nothing, and need not know
        def names() -> Sequence[str | None]:
            return stored_names(self._connection, unit) if unit else [None]

        def mending(duplicate: Duplicate) -> bool:
            return duplicate.unverified or (bool(duplicate.to_mend) and duplicate.unit in names())

        repeated: dict[str, Duplicate] = {}
        for index, draft in enumerate(submission.drafts):
            duplicates = self._same(draft)
            if all(map(mending, duplicates)):
                duplicates += self._alike_ones(draft)
            if all(map(mending, duplicates)):
                duplicates += self._beside(submission, index)
            if duplicates:
                repeated[draft.key] = min(
                    duplicates,
                    key=lambda duplicate: (
                        mending(duplicate),
                        not duplicate.same_file,
                        duplicate.unit not in names(),
                        -duplicate.similarity,
                        duplicate.received,
                    ),
                )
        return repeated

    def _same(self, draft: Draft) -> list[Duplicate]:
        """Find the same file, or the same words in another one."""
        query = _same_query(says(draft.text, SHORTEST_SAME), self._before is not None)
        rows = (
            row
            for row in self._connection.execute(
                query, self._asked | {"file_digest": draft.file_digest, "digest": draft.digest}
            )
            if row.id not in self._replaced
        )
        # of a file that holds several drafts the very one
        ranked = sorted(rows, key=lambda row: row.digest != draft.digest)
        return [_duplicate(row, 1.0, row.file_digest == draft.file_digest) for row in ranked]

    def _alike_ones(self, draft: Draft) -> list[Duplicate]:
        if not draft.bands:
            return []
        hits = self._connection.execute(_SHARED, {"bands": draft.bands})
        shared: dict[int, int] = {row[0]: row[1] for row in hits if row[0] not in self._replaced}
        if not shared:
            return []
        query = _alike_query(self._before is not None)
        earlier = self._connection.execute(query, self._asked | {"drafts": list(shared)})
        rows = sorted(earlier, key=lambda row: (-shared[row.id], row.id))[:MOST]
        words = essence(draft.text)
        duplicates = []
        for row in rows:
            share = likeness(words, essence(row.text), self._alike, shared[row.id])
            if share >= self._alike:
                duplicates.append(_duplicate(row, share, same_file=False))
        return duplicates

    def _beside(self, submission: Submission, index: int) -> list[Duplicate]:
        """Find earlier drafts of the same letter."""
        draft = submission.drafts[index]
        duplicates = []
        for position, other in enumerate(submission.drafts[:index], 1):
            shared = sum(one == two for one, two in zip(draft.bands, other.bands, strict=False))
            if not shared:
                continue
            share = likeness(essence(draft.text), essence(other.text), self._alike, shared)
            if share >= self._alike:
                duplicates.append(
                    Duplicate(
                        title=other.title,
                        unit=submission.sender.unit,
                        received=submission.received,
                        similarity=share,
                        same_file=False,
                        letter=self._letter,
                        position=position,
                    )
                )
        return duplicates


# Constants, since SQLAlchemy works out a statement once if it is always the same.
_COUNTED = func.count().label("shared")
_SHARED = (
    select(BandRow.draft_id, _COUNTED)
    .where(BandRow.key.in_(bindparam("bands", expanding=True)))
    .group_by(BandRow.draft_id)
    .order_by(_COUNTED.desc(), BandRow.draft_id)
    .limit(REFUSED_AMONG * MOST)
)


@cache
def _same_query(by_words: bool, as_first_judged: bool) -> Select[Any]:
    """Asks for drafts of the file `file_digest`, and with `by_words` for those that say `digest`."""
    same: ColumnElement[bool] = DraftRow.file_digest == bindparam("file_digest")
    if by_words:
        same |= DraftRow.digest == bindparam("digest")
    query = _earlier(as_first_judged).where(same)
    return query.order_by(LetterRow.received, DraftRow.id).limit(MOST)


@cache
def _alike_query(as_first_judged: bool) -> Select[Any]:
    """Asks for the `drafts` of these numbers, and their texts."""
    query = _earlier(as_first_judged, DraftRow.text)
    return query.where(DraftRow.id.in_(bindparam("drafts", expanding=True)))


def _earlier(as_first_judged: bool, *more: Any) -> Select[Any]:
    """Drafts of other letters than `letter` that were not refused, and if need be came `before`."""
    judged: Any = DraftRow if as_first_judged else StandingRow
    columns = (
        DraftRow.id,
        DraftRow.letter_id,
        DraftRow.position,
        DraftRow.title,
        DraftRow.digest,
        DraftRow.file_digest,
        LetterRow.received,
        judged.unit,
        judged.outcome,
        judged.reasons,
        LetterRow.reasons.label("of_letter"),
    )
    query = (
        select(*columns, *more)
        .join(LetterRow, LetterRow.id == DraftRow.letter_id)
        .join(StandingRow, StandingRow.draft_id == DraftRow.id)
        .where(
            DraftRow.letter_id != bindparam("letter"),
            judged.outcome.not_in((Outcome.REFUSED, Outcome.IGNORED)),
        )
    )
    if as_first_judged:
        query = query.where(LetterRow.received < bindparam("before"))
    return query


@dataclass(frozen=True, slots=True)
class LaterDuplicate:
    """A draft that was found to repeat an earlier one. `similarity` in 0..1."""

    draft: int
    title: str
    unit: str | None
    received: datetime
    similarity: float | None
    outcome: Outcome


def later_duplicates(engine: Engine, letter: int, position: int) -> list[LaterDuplicate]:
    """List what came after the `position`th draft of a letter and repeats it, the earliest first."""
    query = (
        select(
            DraftRow.id,
            DraftRow.title,
            StandingRow.unit,
            LetterRow.received,
            DraftRow.similarity,
            StandingRow.outcome,
        )
        .join(LetterRow, LetterRow.id == DraftRow.letter_id)
        .join(StandingRow, StandingRow.draft_id == DraftRow.id)
        .where(DraftRow.twin_letter_id == letter, DraftRow.twin_position == position)
        .order_by(LetterRow.received, DraftRow.id)
        .limit(MOST)
    )
    with engine.connect() as connection:
        return [LaterDuplicate(*row) for row in connection.execute(query)]


def note(connection: Connection, numbers: Sequence[int], drafts: Iterable[DraftVerdict]) -> None:
    """Enter the fingerprints of drafts with their numbers in the ledger."""
    rows = [
        {"key": key, "draft_id": number}
        for number, judged in zip(numbers, drafts, strict=True)
        for key in set(judged.draft.bands)
    ]
    if rows:
        connection.execute(_NEW_BAND, sorted(rows, key=lambda row: row["key"]))


def forget(connection: Connection, drafts: Iterable[Row[int, str] | tuple[int, str]]) -> None:
    """Remove the fingerprints of drafts, given by number and text, whose texts are about to go."""
    for number, text in drafts:
        keys = bands(text)
        if keys:
            connection.execute(
                delete(BandRow).where(BandRow.draft_id == number, BandRow.key.in_(keys))
            )


def _duplicate(row: Row[Any], similarity: float, same_file: bool) -> Duplicate:
    reasons = (Reason[name] for name in row.reasons)
    held = row.outcome is Outcome.HELD
    return Duplicate(
        title=row.title,
        unit=row.unit,
        received=row.received,
        similarity=similarity,
        same_file=same_file,
        letter=row.letter_id,
        position=row.position,
        to_mend=tuple(reason for reason in reasons if held and reason in TO_BE_MENDED),
        unverified=held and not _NOBODYS.isdisjoint(row.of_letter),
    )
