"""Drafts that sound urgent, as they come in: whatever became of their letters, somebody must see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from ledger.models.database import read_only
from ledger.models.letters import DraftRow, LetterRow


@dataclass(frozen=True, slots=True)
class UrgentDraft:
    """A draft that sounds urgent, with its letter and the moment when that came."""

    draft: int
    letter: int
    received: datetime


def urgent_drafts(engine: Engine, above: int, since: datetime, most: int) -> list[UrgentDraft]:
    """List those of letters with a higher number than `above`, received after a moment, the earliest first."""
    query = (
        select(DraftRow.id, DraftRow.letter_id, LetterRow.received)
        .join(LetterRow, LetterRow.id == DraftRow.letter_id)
        .where(DraftRow.urgent, DraftRow.letter_id > above, LetterRow.received > since)
        .order_by(DraftRow.id)
        .limit(most)
    )
    with read_only(engine).connect() as connection:
        return [UrgentDraft(*row) for row in connection.execute(query)]
