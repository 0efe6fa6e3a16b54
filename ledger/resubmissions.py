"""Which earlier draft a resubmitted one is to stand in place of (重报)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from rulebook.conversation import Thread
from rulebook.model import Draft, Replaced, Submission
from rulebook.reasons import Outcome, Reason
from rulebook.title_matching import Candidate, match

LOOK_BACK = timedelta(days=30)
"""How long after a draft a letter of its own may say that it corrects it."""

MAX_STEPS = 20
"""Letters of a thread, or corrections of a draft, that are followed."""

MAX_DRAFTS = 500


def replaced_drafts(
    connection: Connection, submission: Submission, thread: Thread | None, letter: int
) -> dict[str, Replaced]:
    """
    Find for each draft (by its key) the earlier one of the same unit that it corrects.

    In answer to us it is a draft of the letter that is answered, by its title or because either
    letter has but one; else one with the same title of the last 30 days. What was withdrawn comes
    back to nothing. The very words of a draft that stands are a repeat, no correction.
    """
    unit = submission.sender.unit
    if unit is None or not submission.drafts:
        return {}
    earlier = (
        _of_letter(connection, letter_with_drafts(connection, thread.letter))
        if thread is not None
        else _of_unit(connection, submission, unit, letter)
    )
    pairs: dict[str, Replaced] = {}
    taken: set[int] = set()
    for draft in submission.drafts:
        left = [one for one in earlier if one[0].draft not in taken]
        found = _pair(draft, left, alone=thread is not None and len(submission.drafts) == 1)
        if found is not None:
            taken.add(found.draft)
            pairs[draft.key] = found
    return pairs


def letter_with_drafts(connection: Connection, letter: int) -> int:
    """Follow a thread back to the letter that brought drafts; the letter itself if there is none."""
    here: int | None = letter
    for _ in range(MAX_STEPS):
        if here is None:
            break
        if connection.scalar(select(DraftRow.id).where(DraftRow.letter_id == here).limit(1)):
            return here
        here = connection.scalar(select(LetterRow.in_thread_of).where(LetterRow.id == here))
    return letter


_Earlier = tuple[Replaced, str, str]
"""An earlier draft with the digests of its text and of its file."""

_COLUMNS: tuple[Any, ...] = (
    DraftRow.id,
    DraftRow.letter_id,
    DraftRow.title,
    LetterRow.received,
    StandingRow.outcome,
    StandingRow.timely,
    StandingRow.reasons,
    DraftRow.digest,
    DraftRow.file_digest,
)
_EARLIER: Select[Any] = (
    select(*_COLUMNS)
    .join(LetterRow, LetterRow.id == DraftRow.letter_id)
    .join(StandingRow, StandingRow.draft_id == DraftRow.id)
)


def _of_letter(connection: Connection, letter: int) -> list[_Earlier]:
    """List a letter's drafts, or what stands in their place by now."""
    rows = connection.execute(_EARLIER.where(DraftRow.letter_id == letter)).all()
    found: list[Row[Any]] = []
    for row in rows:
        for _ in range(MAX_STEPS):
            if Reason.SUPERSEDED.name not in row.reasons:
                break
            later = connection.execute(
                _EARLIER.where(DraftRow.replaces_draft_id == row.id)
                .order_by(DraftRow.id.desc())
                .limit(1)
            ).first()
            if later is None:
                break
            row = later
        found.append(row)
    return [_earlier(row) for row in found if row.outcome is not Outcome.IGNORED]


def _of_unit(
    connection: Connection, submission: Submission, unit: str, letter: int
) -> list[_Earlier]:
    received = submission.received
    query = (
        _EARLIER.where(
            StandingRow.unit == unit,
            StandingRow.day >= (received - LOOK_BACK).date(),
            StandingRow.outcome != Outcome.IGNORED,
            LetterRow.received <= received,
            DraftRow.letter_id != letter,
        )
        .order_by(DraftRow.id.desc())
        .limit(MAX_DRAFTS)
    )
    return [_earlier(row) for row in connection.execute(query)]


def _earlier(row: Row[Any]) -> _Earlier:
    replaced = Replaced(row.id, row.letter_id, row.title, row.received, row.outcome, row.timely)
    return replaced, row.digest, row.file_digest


def _pair(draft: Draft, earlier: Sequence[_Earlier], *, alone: bool) -> Replaced | None:
    if alone and len(earlier) == 1:
        found = earlier[0]
    else:
        same_title = [one for one in earlier if one[0].title == draft.title]
        if same_title:
            found = same_title[0]
        else:
            titles = (
                Candidate(i, one[0].title, None, one[0].received.date())
                for i, one in enumerate(earlier)
            )
            best = match(draft.title, titles).draft
            if best is None:
                return None
            found = earlier[best.draft]
    replaced, digest, file_digest = found
    stands = replaced.outcome is not Outcome.REFUSED
    if stands and draft.digest == digest and draft.file_digest == file_digest:
        return None
    return replaced
