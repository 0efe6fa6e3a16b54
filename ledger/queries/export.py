"""The ledger as plain rows for people with their own tools; nothing of it holds up a writer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.labels import BY_MAIL
from ledger.models.base import summed
from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, JournalRow, ScoreRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from rulebook.amounts import amount, plain

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

ATTRIBUTES = {"happened": "event_date"}
"""A field of the export whose attribute is called otherwise."""
AS_IT_STANDS = frozenset({"kind", "unit", "happened", "deadline", "timely", "outcome"})
"""Of these, what people's decisions may have changed."""

Record = dict[str, Any]

PAGE = 1000
"""Rows read at a time: an export of a million drafts needs no memory to speak of."""


def letters(engine: Engine, zone: str) -> Iterator[Record]:
    """Yield one row a letter. Times in ISO 8601 with the office's offset."""
    ours = select(OutboxRow.id).where(OutboxRow.letter_id == LetterRow.id).exists()
    query = select(LetterRow, ours).order_by(LetterRow.id).execution_options(yield_per=PAGE)
    with Session(read_only(engine)) as session:
        for letter, answered in session.execute(query):
            yield {
                "id": letter.id,
                "message_id": letter.message_id,
                "subject": letter.subject,
                "sender_name": letter.sender_name,
                "sender_address": letter.sender_address,
                "unit": letter.unit,
                "officer": letter.officer,
                "state": letter.state.value,
                "purpose": letter.purpose.value if letter.purpose else None,
                "purpose_evidence": letter.purpose_evidence,
                "in_thread_of": letter.in_thread_of,
                "answered": bool(answered),
                "answer_withheld": letter.answer_withheld,
                "outcome": letter.outcome.value if letter.outcome else None,
                "reasons": letter.reasons,
                "warnings": letter.remarks,
                "received": moment(letter.received, zone),
                "sent": moment(letter.sent, zone),
                "stamped": moment(letter.stamped, zone),
                "collected": moment(letter.collected, zone),
                "examined": moment(letter.examined, zone),
                "attachments": letter.attachments,
                "manner": letter.manner or BY_MAIL,
                "size": letter.size,
                "sha256": letter.digest,
                "tries": letter.tries,
                "trouble": letter.trouble,
            }


def drafts(engine: Engine, zone: str) -> Iterator[Record]:
    """
    Yield one row a draft as it stands after people's decisions, with the Message-ID of its letter.

    `points` are those of the submission as first judged; `earned` is what the draft has gained by now,
    adoptions included.
    """
    earned = (
        select(func.coalesce(summed(ScoreRow.points), 0))
        .where(ScoreRow.draft_id == DraftRow.id)
        .scalar_subquery()
    )
    query = (
        select(DraftRow, LetterRow, StandingRow, earned)
        .join(LetterRow, LetterRow.id == DraftRow.letter_id)
        .join(StandingRow, StandingRow.draft_id == DraftRow.id)
        .order_by(DraftRow.letter_id, DraftRow.position)
        .execution_options(yield_per=PAGE)
    )
    with Session(read_only(engine)) as session:
        for draft, letter, standing, gained in session.execute(query):
            values: Record = {
                "id": draft.id,
                "letter_id": draft.letter_id,
                "message_id": letter.message_id,
                "received": moment(letter.received, zone),
            }
            for name in DRAFT_FIELDS:
                source = standing if name in AS_IT_STANDS else draft
                values[name] = _plain(getattr(source, ATTRIBUTES.get(name, name)), zone)
            of_letter = {fault["reason"] for fault in letter.faults} - set(draft.reasons)
            values["reasons"] = [name for name in standing.reasons if name not in of_letter]
            yield values | {
                "twin_letter": draft.twin_letter_id,
                "twin_position": draft.twin_position,
                "similarity": draft.similarity,
                "voided": standing.voided,
                "adopted": standing.adopted,
                "commission": standing.commission_id,
                "origin": draft.origin,
                "manner": letter.manner or BY_MAIL,
                "earned": plain(amount(gained)),
            }


def outbox(engine: Engine, zone: str) -> Iterator[Record]:
    """Yield one row a letter of ours."""
    query = select(OutboxRow).order_by(OutboxRow.id).execution_options(yield_per=PAGE)
    with Session(read_only(engine)) as session:
        for letter in session.scalars(query):
            yield {
                "id": letter.id,
                "letter_id": letter.letter_id,
                "kind": letter.kind.value,
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


def adoptions(engine: Engine, zone: str) -> Iterator[Record]:
    """Yield one row an adoption, withdrawn ones too."""
    query = select(AdoptionRow).order_by(AdoptionRow.id).execution_options(yield_per=PAGE)
    names = (
        "id", "draft_id", "unit", "title", "kind", "outlet", "tier", "day", "url",
        "evidence_name", "evidence", "withdrawn",
    )  # fmt: skip
    with Session(read_only(engine)) as session:
        for row in session.scalars(query):
            yield {name: _plain(getattr(row, name), zone) for name in names}


def scores(engine: Engine, zone: str) -> Iterator[Record]:
    """Yield one row a dated line of points, with its reason."""
    query = select(ScoreRow).order_by(ScoreRow.day, ScoreRow.id)
    names = ("unit", "day", "what", "points", "why", "draft_id", "adoption_id")
    with Session(read_only(engine)) as session:
        for row in session.scalars(query.execution_options(yield_per=PAGE)):
            yield {name: _plain(getattr(row, name), zone) for name in names}


def journal(engine: Engine, zone: str) -> Iterator[Record]:
    """Yield one row a journal entry, with its link of the chain."""
    query = select(JournalRow).order_by(JournalRow.seq).execution_options(yield_per=PAGE)
    names = ("seq", "at", "who", "act", "letter_id", "draft_id", "why", "link")
    with Session(read_only(engine)) as session:
        for row in session.scalars(query):
            values = {name: _plain(getattr(row, name), zone) for name in names}
            yield values | {"facts": json.dumps(row.facts, ensure_ascii=False)}


def moment(value: datetime | None, zone: str) -> str | None:
    """Format a time in ISO 8601 with the office's offset."""
    return value.astimezone(ZoneInfo(zone)).isoformat() if value else None


def _plain(value: Any, zone: str) -> Any:
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
