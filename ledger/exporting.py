"""The ledger as plain rows for people with their own tools: letters, drafts, outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.tables import DraftRow, LetterRow, OutboxRow

DRAFT_FIELDS = (
    "title",
    "kind",
    "kind_evidence",
    "unit",
    "characters",
    "happened",
    "date_evidence",
    "deadline",
    "timely",
    "outcome",
    "reasons",
    "points",
    "author",
    "reviewer",
    "file",
    "images",
)
"""A draft's fields, as `shougao examine --json` shows them, in their order."""

Row = dict[str, Any]


def letters(engine: Engine, zone: str) -> Iterator[Row]:
    """One row a letter. Moments in ISO 8601 with the office's offset."""
    with Session(engine) as session:
        for letter in session.scalars(select(LetterRow).order_by(LetterRow.id)):
            yield {
                "id": letter.id,
                "message_id": letter.message_id,
                "subject": letter.subject,
                "sender_name": letter.sender_name,
                "sender_address": letter.sender_address,
                "unit": letter.unit,
                "officer": letter.officer,
                "state": letter.state.value,
                "outcome": letter.outcome.value if letter.outcome else None,
                "reasons": letter.reasons,
                "warnings": letter.remarks,
                "received": moment(letter.received, zone),
                "sent": moment(letter.sent, zone),
                "stamped": moment(letter.stamped, zone),
                "collected": moment(letter.collected, zone),
                "examined": moment(letter.examined, zone),
                "attachments": letter.attachments,
                "size": letter.size,
                "sha256": letter.digest,
                "tries": letter.tries,
                "trouble": letter.trouble,
            }


def drafts(engine: Engine, zone: str) -> Iterator[Row]:
    """One row a draft, with the Message-ID of its letter."""
    query = (
        select(DraftRow, LetterRow.message_id, LetterRow.received)
        .join(LetterRow, LetterRow.id == DraftRow.letter_id)
        .order_by(DraftRow.letter_id, DraftRow.position)
    )
    with Session(engine) as session:
        for draft, message_id, received in session.execute(query):
            values: Row = {
                "id": draft.id,
                "letter_id": draft.letter_id,
                "message_id": message_id,
                "received": moment(received, zone),
            }
            for name in DRAFT_FIELDS:
                values[name] = _plain(getattr(draft, name), zone)
            values["twin_letter"] = draft.twin_letter_id
            values["twin_position"] = draft.twin_position
            values["similarity"] = draft.similarity
            yield values


def outbox(engine: Engine, zone: str) -> Iterator[Row]:
    """One row a letter of ours."""
    with Session(engine) as session:
        for letter in session.scalars(select(OutboxRow).order_by(OutboxRow.id)):
            yield {
                "id": letter.id,
                "letter_id": letter.letter_id,
                "kind": letter.kind,
                "addressee": letter.recipient,
                "copies": letter.copies,
                "subject": letter.subject,
                "message_id": letter.message_id,
                "state": letter.state.value,
                "owed_since": moment(letter.owed_since, zone),
                "sent": moment(letter.sent, zone),
                "tries": letter.tries,
                "reply": letter.reply,
            }


def moment(value: datetime | None, zone: str) -> str | None:
    """A moment in ISO 8601 with the office's offset."""
    return value.astimezone(ZoneInfo(zone)).isoformat() if value else None


def _plain(value: Any, zone: str) -> Any:
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    return value
