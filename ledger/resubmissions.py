"""Which earlier draft a resubmitted one is to stand in place of (重报)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from ledger.fingerprint import likeness
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.unit_names import stored_names
from rulebook.conversation import Thread
from rulebook.model import Authentication, Draft, Replaced, Submission
from rulebook.originality import essence
from rulebook.reasons import Outcome, Reason
from rulebook.title_matching import Candidate, match

LOOK_BACK = timedelta(days=30)
"""How long after a draft a letter of its own may say that it corrects it."""

MAX_STEPS = 20
"""Letters of a thread, or corrections of a draft, that are followed."""

MAX_DRAFTS = 500

SAME_PIECE = 0.6
"""Share of two texts from which on they are versions of one piece, where titles are the same."""

_NOBODYS = frozenset(
    {
        *(Reason.UNVERIFIED_SENDER, Reason.SEVERAL_SENDERS),
        *(Reason.NO_SENDER, Reason.LOOKALIKE_SENDER),
    }
)
"""Of a letter that is held for them nobody knows whose it is: it takes the place of nothing."""


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
    if unit is None or not submission.drafts or _is_nobodys(submission):
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


def earlier_versions(
    connection: Connection, submission: Submission, letter: int
) -> dict[str, Replaced]:
    """
    Find for each draft (by its key) the earlier version of the same unit that it stands in place of.

    It has the same title and came within the last 30 days, and either tells of the same day, however
    short both are, or was held and says much the same: a unit's weekly pieces under one title are
    different ones. What says the very same is a repeat, no version.
    """
    unit = submission.sender.unit
    if unit is None or not submission.drafts or _is_nobodys(submission):
        return {}
    pairs: dict[str, Replaced] = {}
    taken: set[int] = set()
    titles = [essence(draft.title) for draft in submission.drafts]
    earlier = _under_titles(connection, submission, unit, letter, frozenset(titles))
    for draft, title in zip(submission.drafts, titles, strict=True):
        for one in earlier:
            if not title or one[0].draft in taken or essence(one[0].title) != title:
                continue
            alone = titles.count(title) == 1
            if (alone and _same_day(draft, one)) or _held_and_alike(connection, draft, one):
                taken.add(one[0].draft)
                pairs[draft.key] = one[0]
                break
    return pairs


def _same_day(draft: Draft, earlier: _Earlier) -> bool:
    _, digest, file_digest, day = earlier
    repeats = draft.digest == digest or draft.file_digest == file_digest
    return day is not None and draft.event_date.day == day and not repeats


def _held_and_alike(connection: Connection, draft: Draft, earlier: _Earlier) -> bool:
    replaced, digest, file_digest, _ = earlier
    if replaced.outcome is not Outcome.HELD:
        return False
    if draft.digest == digest and draft.file_digest == file_digest:
        return False  # the very same file is a repeat
    text = connection.scalar(select(DraftRow.text).where(DraftRow.id == replaced.draft))
    return likeness(essence(draft.text), essence(text or ""), SAME_PIECE) >= SAME_PIECE


def _is_nobodys(submission: Submission) -> bool:
    return submission.authentication is Authentication.FAILED or any(
        fault.reason in _NOBODYS for fault in submission.faults
    )


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


_Earlier = tuple[Replaced, str, str, date | None]
"""An earlier draft with the digests of its text and of its file, and its day."""

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
    DraftRow.event_date,
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


_TITLES = (
    select(DraftRow.id, DraftRow.title)
    .join(LetterRow, LetterRow.id == DraftRow.letter_id)
    .join(StandingRow, StandingRow.draft_id == DraftRow.id)
    .where(
        StandingRow.unit == bindparam("of_unit"),
        StandingRow.day >= bindparam("since"),
        StandingRow.outcome.in_((Outcome.HELD, Outcome.ACCEPTED)),
        LetterRow.received <= bindparam("until"),
        DraftRow.letter_id != bindparam("but_letter"),
    )
    .limit(MAX_DRAFTS)
    .order_by(DraftRow.id.desc())
)
"""Nearly every letter asks this and finds nothing: titles alone are read, the rest where one is the same."""


def _under_titles(
    connection: Connection,
    submission: Submission,
    unit: str,
    letter: int,
    titles: frozenset[str],
) -> list[_Earlier]:
    """List what the unit sent of late under one of these titles and what stands or is held, newest first."""
    asked = {
        "of_unit": unit,
        "since": (submission.received - LOOK_BACK).date(),
        "until": submission.received,
        "but_letter": letter,
    }
    same = [
        number
        for number, title in connection.execute(_TITLES, asked)
        if title and essence(title) in titles
    ]
    if not same:
        return []
    rows = connection.execute(_EARLIER.where(DraftRow.id.in_(same)).order_by(DraftRow.id.desc()))
    return [_earlier(row) for row in rows]


def _of_unit(
    connection: Connection, submission: Submission, unit: str, letter: int
) -> list[_Earlier]:
    received = submission.received
    query = (
        _EARLIER.where(
            StandingRow.unit.in_(stored_names(connection, unit)),
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
    return replaced, row.digest, row.file_digest, row.happened


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
    replaced, digest, file_digest, _ = found
    stands = replaced.outcome is not Outcome.REFUSED
    if stands and draft.digest == digest and draft.file_digest == file_digest:
        return None
    return replaced
