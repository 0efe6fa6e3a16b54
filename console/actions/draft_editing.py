"""What clerks make of a letter's drafts by hand: words read anew in the walls, judged, entered."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from console.application import Application
from ingest.drafts import by_hand
from ingest.sandbox.pool import PoolBroken, PoolClosed
from ledger.errors import InvalidInput
from ledger.ids import DraftId, LetterId
from ledger.queries.letter_views import DraftView, LetterView
from parsers.drafts.character_count import count
from rulebook import units
from rulebook.judge import judge_by_hand
from rulebook.model import Draft, DraftVerdict, Sender, Submission

MAX_PARTS = 20
"""Drafts into which one is cut at once."""


def amend(
    application: Application,
    draft: DraftId,
    words: Mapping[str, str],
    who: str,
    why: str,
    now: datetime,
    seen: int | None,
) -> bool:
    """Correct what a draft says; False when nothing differs. Raises: as `ledger.editing.Editing.amend`."""
    return application.editing.amend(
        *(draft, words, count(words.get("text", "")), who, why, now),
        application.composer.correction,
        seen,
    )


def cut(
    application: Application,
    letter: LetterView,
    draft: DraftView,
    before: Sequence[int],
    who: str,
    now: datetime,
    seen: int | None,
) -> list[int]:
    """
    Cut a draft before these lines of its text (from 1 on); returns the numbers of the new drafts.

    Raises: as `ledger.editing.Editing.cut`; InvalidInput for lines that leave an empty part.
    """
    lines = draft.text.splitlines()
    places = sorted({0, *(one for one in before if 0 < one < len(lines)), len(lines)})
    parts = ["\n".join(lines[first:last]).strip() for first, last in itertools.pairwise(places)]
    if not 2 <= len(parts) <= MAX_PARTS or not all(parts):
        raise InvalidInput(f"请选择从哪一段起另成一篇；每一篇都要有文字，最多 {MAX_PARTS} 篇。")
    made = _read(application, letter, parts[1:], "", draft.file, draft.kind or "")
    judged = [_judged(application, letter, one) for one in made]
    return application.editing.cut(
        DraftId(draft.id), parts[0], count(parts[0]), judged, who, now, seen
    )


def join(
    application: Application,
    letter: LetterView,
    draft: DraftView,
    others: Sequence[int],
    who: str,
    now: datetime,
    seen: int | None,
) -> None:
    """Join other drafts of the letter to one. Raises: as `ledger.editing.Editing.join`."""
    chosen = [one for one in letter.drafts if one.id in others]
    text = "\n".join(one.text for one in (draft, *chosen))
    application.editing.join(
        *(DraftId(draft.id), [DraftId(one.id) for one in chosen], count(text), who, now),
        application.composer.correction,
        seen,
    )


def draw(
    application: Application,
    letter: LetterView,
    title: str,
    text: str,
    who: str,
    why: str,
    now: datetime,
) -> int:
    """
    Make a held draft out of a letter; returns its number.

    Raises: as `ledger.editing.Editing.draw`; InvalidInput without title or text.
    """
    if not title.strip() or not text.strip():
        raise InvalidInput("请填写标题和正文。")
    (draft,) = _read(application, letter, [text.strip()], title.strip(), "", "")
    received = letter.line.received
    day = received.astimezone(ZoneInfo(application.zone)).date()
    judged = _judged(application, letter, draft)
    return application.editing.draw(LetterId(letter.line.id), judged, day, who, why, now)


def _read(
    application: Application,
    letter: LetterView,
    parts: Sequence[str],
    title: str,
    file: str,
    label: str,
) -> tuple[Draft, ...]:
    """Read in the walls what the words say of themselves. Raises: InvalidInput when that fails."""
    provisions = application.settings.provisions_at(letter.line.received)
    day = letter.line.received.astimezone(ZoneInfo(provisions.zone)).date()
    names = units.all_names(provisions.units)
    task = application.workers.run(by_hand.drafts_of, list(parts), title, file, day, names, label)
    try:
        return task.result()
    except (OSError, RuntimeError, MemoryError, TimeoutError, PoolBroken, PoolClosed):
        raise InvalidInput("这些文字没能读完，请再试一次，或分成小一些的几段。") from None


def _judged(application: Application, letter: LetterView, draft: Draft) -> DraftVerdict:
    line = letter.line
    provisions = application.settings.provisions_at(line.received)
    sender = Sender(line.sender_name, line.sender_address, line.unit, letter.officer)
    submission = Submission(line.subject, sender, line.received, letter.attachments, (draft,))
    duplicates = application.letters.duplicates(
        submission, LetterId(line.id), provisions.near_duplicate
    )
    return judge_by_hand(
        *(draft, submission, provisions, duplicates.get(draft.key)),
        application.settings.calendar.is_workday,
    )
