"""Adoptions as values and as rows: what is reported, what stands in the register, what the journal keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from ledger.errors import AlreadyExists
from ledger.journal_facts import Adopted
from ledger.models.decisions import AdoptionRow
from rulebook.model import Kind


class AlreadyRecorded(AlreadyExists):
    """The same text in the same outlet on the same day stands in the register; the text names it."""


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """
    An adoption as it is reported.

    `outlet` as written; `tier` from 1 on, or None when a person has yet to decide; `draft` None for a
    text that never came by mail; `evidence` the SHA-256 of a file in the vault; `manner`: of the
    provisions' manners, several joined by “、”.
    """

    unit: str
    title: str
    outlet: str
    tier: int | None
    day: date
    draft: int | None = None
    kind: Kind | None = None
    url: str = ""
    evidence: str = ""
    evidence_name: str = ""
    manner: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredAdoption:
    """An adoption in the register."""

    id: int
    printed: AdoptionReport
    withdrawn: bool
    seq: int


def duplicate_of(printed: AdoptionReport) -> Select[int]:
    """Return the query for the same text in the same outlet on the same day."""
    return select(AdoptionRow.id).where(
        AdoptionRow.unit == printed.unit,
        AdoptionRow.outlet == printed.outlet,
        AdoptionRow.day == printed.day,
        AdoptionRow.title == printed.title,
        AdoptionRow.withdrawn.is_(False),
    )


def adoption_from_row(row: AdoptionRow) -> RegisteredAdoption:
    """Convert a row of the register to a value."""
    return RegisteredAdoption(
        row.id,
        AdoptionReport(
            row.unit,
            row.title,
            row.outlet,
            row.tier,
            row.day,
            row.draft_id,
            row.kind,
            row.url,
            row.evidence,
            row.evidence_name,
            row.manner,
        ),
        row.withdrawn,
        row.seq,
    )


def facts_of_adoption(row: AdoptionRow) -> Adopted:
    """Build what the journal keeps of a record that is entered."""
    facts: Adopted = {
        "adoption": row.id,
        "unit": row.unit,
        "title": row.title,
        "kind": row.kind,
        "outlet": row.outlet,
        "tier": row.tier,
        "day": row.day.isoformat(),
        "url": row.url,
        "evidence": row.evidence,
        "draft": row.draft_id,
    }
    if row.manner:
        facts["manner"] = row.manner
    return facts
