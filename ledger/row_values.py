"""Conversion of the rulebook's values to the columns of the ledger's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ledger import row_digests
from ledger.journal import PROGRAM, JournalEntry
from ledger.journal_facts import Entered, EnteredDraft
from ledger.states import Act, DeliveryState, LetterKind
from rulebook.amounts import plain
from rulebook.model import DraftVerdict, FileFact, Submission, Verdict
from rulebook.originality import percent


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """
    A letter of ours, composed and not yet sent.

    `raw` is the whole RFC 5322 message; `not_before`: the moment from which it may leave, None for
    at once.
    """

    kind: LetterKind
    recipient: str
    copies: tuple[str, ...]
    subject: str
    message_id: str
    raw: bytes
    not_before: datetime | None = None


def draft_values(
    letter_id: int, position: int, judged: DraftVerdict, secret: bool
) -> dict[str, Any]:
    """Build a draft's columns with its first verdict; of a letter with a 密级 mark no word is kept."""
    draft = judged.draft
    return {
        "letter_id": letter_id,
        "position": position,
        "file": draft.file,
        "title": "（不予登记）" if secret else draft.title,
        "text": "" if secret else draft.text,
        "kind": judged.kind,
        "kind_evidence": "" if secret else judged.kind_evidence,
        "unit": judged.unit,
        "characters": draft.characters,
        "happened": draft.event_date.day,
        "date_evidence": "" if secret else draft.event_date.evidence,
        "date_doubt": draft.event_date.doubt,
        "deadline": judged.deadline,
        "timely": judged.timely,
        "outcome": judged.outcome,
        "reasons": [reason.name for reason in judged.reasons],
        "points": judged.points,
        "author": draft.author,
        "reviewer": draft.reviewer,
        "images": list(draft.images),
        "digest": draft.digest,
        "file_digest": draft.file_digest,
        "twin_letter_id": judged.duplicate.letter if judged.duplicate else None,
        "twin_position": judged.duplicate.position if judged.duplicate else None,
        "similarity": judged.duplicate.similarity if judged.duplicate else None,
        "commission_id": judged.commission,
        "replaces_draft_id": judged.replaces.draft if judged.replaces else None,
        "urgent": judged.urgent and not secret,
    }


def file_values(file: FileFact) -> dict[str, Any]:
    """Build a file's JSON; what its kind does not tell is left out."""
    values: dict[str, Any] = {
        "path": file.path,
        "role": file.role.value,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.digest,
    }
    if file.width and file.height:
        values |= {"width": file.width, "height": file.height}
    if file.taken_at:
        values["taken_at"] = file.taken_at.isoformat()
    if file.seconds:
        values["seconds"] = file.seconds
    return values


def standing_values(
    draft_id: int, draft: Mapping[str, Any], verdict: Verdict, day: date, seq: int
) -> dict[str, Any]:
    """Build a draft's standing before anybody has ruled on it: the first verdict itself."""
    return {
        "draft_id": draft_id,
        "letter_id": draft["letter_id"],
        "day": day,
        "unit": draft["unit"],
        "kind": draft["kind"],
        "happened": draft["happened"],
        "deadline": draft["deadline"],
        "timely": draft["timely"],
        "outcome": draft["outcome"],
        "reasons": [fault.reason.name for fault in verdict.faults] + draft["reasons"],
        "voided": False,
        "adopted": False,
        "commission_id": draft["commission_id"],
        "seq": seq,
    }


@dataclass(frozen=True, slots=True)
class EnteredRows:
    """The rows that a letter is entered as: its own, its drafts', those of the answers owed."""

    letter: Mapping[str, Any]
    drafts: Sequence[Mapping[str, Any]]
    answers: Sequence[Mapping[str, Any]]


def entered_entry(
    letter_id: int, submission: Submission, verdict: Verdict, now: datetime, rows: EnteredRows
) -> JournalEntry:
    """Build a letter's journal entry: judgements and digests, nothing personal, so it may stay."""
    facts: Entered = {
        "received": submission.received.astimezone(UTC).isoformat(),
        "purpose": verdict.purpose.purpose.value,
        "outcome": verdict.outcome.value,
        "reasons": [reason.name for reason in verdict.reasons],
        "drafts": [
            draft_facts(judged, values)
            for judged, values in zip(verdict.drafts, rows.drafts, strict=True)
        ],
        "unit": submission.sender.unit,
        "letter": row_digests.letter_digests(rows.letter),
        "owed": {answer["message_id"]: row_digests.owed_digests(answer) for answer in rows.answers},
    }
    return JournalEntry(now, PROGRAM, Act.ENTERED, facts, letter=letter_id)


def draft_facts(judged: DraftVerdict, values: Mapping[str, Any]) -> EnteredDraft:
    """Build what the journal keeps of a draft as it was first judged."""
    facts: EnteredDraft = {
        "sha256": judged.draft.digest,
        "unit": judged.unit,
        "kind": judged.kind,
        "happened": str(judged.draft.event_date.day or ""),
        "timely": judged.timely.value,
        "outcome": judged.outcome.value,
        "points": plain(judged.points),
        "digests": row_digests.draft_digests(values),
    }
    if judged.duplicate is not None:
        duplicate = judged.duplicate
        facts["twin"] = [duplicate.letter, duplicate.position, percent(duplicate.similarity)]
    return facts


def outbox_values(letter_id: int | None, letter: OutgoingMessage, now: datetime) -> dict[str, Any]:
    """Build the columns of a letter of ours, owed from now on."""
    return {
        "letter_id": letter_id,
        "kind": letter.kind,
        "recipient": letter.recipient,
        "copies": list(letter.copies),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "raw": letter.raw,
        "state": DeliveryState.OWED,
        "owed_since": now,
        "not_before": letter.not_before or now,
        "tries": 0,
        "reply": "",
    }
