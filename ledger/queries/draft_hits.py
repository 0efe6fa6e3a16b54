"""A draft as lists show it: what is asked of the ledger, and the value that is made of a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from ledger.labels import BY_MAIL
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from rulebook.kind_rules import Kind
from rulebook.lookalikes import shown_sender
from rulebook.model import Timely
from rulebook.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class DraftHit:
    """
    A draft as it stands, short.

    `twin_letter` brought an earlier draft of that `similarity`, 0..1; `position`: which of its
    letter's drafts it is, from 1. `origin`: 供稿单位 where a person named one; `manner`: how it came.
    """

    draft: int
    letter: int
    title: str
    unit: str | None
    kind: Kind | None
    day: date
    received: datetime
    characters: int
    event_date: date | None
    timely: Timely
    outcome: Outcome
    reasons: tuple[Reason, ...]
    voided: bool
    adopted: bool
    sender: str
    twin_letter: int | None
    similarity: float | None
    position: int
    urgent: bool = False
    origin: str = ""
    manner: str = BY_MAIL


Query = Select[*tuple[Any, ...]]
FOUND: Query = (
    select(
        StandingRow.draft_id,
        StandingRow.letter_id,
        DraftRow.title,
        StandingRow.unit,
        StandingRow.kind,
        StandingRow.day,
        LetterRow.received,
        DraftRow.characters,
        StandingRow.event_date,
        StandingRow.timely,
        StandingRow.outcome,
        StandingRow.reasons,
        StandingRow.voided,
        StandingRow.adopted,
        LetterRow.sender_name,
        LetterRow.sender_address,
        DraftRow.twin_letter_id,
        DraftRow.similarity,
        DraftRow.position,
        DraftRow.urgent,
        DraftRow.origin,
        LetterRow.manner,
    )
    .join(DraftRow, DraftRow.id == StandingRow.draft_id)
    .join(LetterRow, LetterRow.id == StandingRow.letter_id)
)


def found(
    draft: int,
    letter: int,
    title: str,
    unit: str | None,
    kind: Kind | None,
    day: date,
    received: datetime,
    characters: int,
    event_date: date | None,
    timely: Timely,
    outcome: Outcome,
    reasons: list[str],
    voided: bool,
    adopted: bool,
    sender_name: str,
    sender_address: str,
    twin_letter: int | None,
    similarity: float | None,
    position: int,
    urgent: bool,
    origin: str,
    manner: str,
) -> DraftHit:
    """Make the value of a row of FOUND."""
    return DraftHit(
        draft=draft,
        letter=letter,
        title=title,
        unit=unit,
        kind=kind,
        day=day,
        received=received,
        characters=characters,
        event_date=event_date,
        timely=timely,
        outcome=outcome,
        reasons=tuple(Reason[name] for name in reasons),
        voided=voided,
        adopted=adopted,
        sender=shown_sender(sender_name, sender_address, unit),
        twin_letter=twin_letter,
        similarity=similarity,
        position=position,
        urgent=urgent,
        origin=origin,
        manner=manner or BY_MAIL,
    )
