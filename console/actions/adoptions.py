"""录用 as the office enters it, one at a time or as a sheet: the logic behind the command and the page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from console.application import Application
from console.spreadsheets.adoptions import Reported
from ledger.adoptions import AdoptionReport, AlreadyRecorded
from rulebook import outlets
from rulebook.model import Kind
from rulebook.title_matching import Match


@dataclass(frozen=True, slots=True)
class Evidence:
    """A 样报, screenshot or the like; empty when there is none."""

    name: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Open:
    """A row of a sheet for which a person has to say which draft was printed."""

    number: int
    reported: Reported
    found: Match


@dataclass(frozen=True, slots=True)
class Entered:
    """
    What became of a sheet. Of those entered, `untiered` wait for a tier, `alone` are like no draft.
    """

    entered: int
    known: int
    untiered: int
    alone: int
    open: tuple[Open, ...]


def printed(
    application: Application,
    unit: str,
    title: str,
    outlet: str,
    day: date,
    draft: int | None = None,
    tier: int | None = None,
    url: str = "",
    kind: Kind | None = None,
) -> AdoptionReport:
    """An adoption, its outlet looked up in the list of that day; a `tier` that a person gave wins."""
    known = outlets.tier_of(outlet, application.settings.provisions_on_day(day))
    return AdoptionReport(
        unit=unit,
        title=title,
        outlet=known.name if known else outlet,
        tier=tier or (known.tier if known else None),
        day=day,
        draft=draft,
        kind=kind,
        url=url,
    )


def record(
    application: Application,
    one: AdoptionReport,
    evidence: Evidence,
    who: str,
    now: datetime,
    why: str = "",
) -> int:
    """
    Enter one; its evidence is in the vault before its row is there. Returns its number.

    Raises: NotFound for a draft that does not exist; AlreadyRecorded.
    """
    return application.adoptions.add(kept(application, one, evidence), who, now, why)


def kept(application: Application, one: AdoptionReport, evidence: Evidence) -> AdoptionReport:
    """The adoption with its evidence put into the vault."""
    if not evidence.content:
        return one
    digest = hashlib.sha256(evidence.content).hexdigest()
    application.vault.put(evidence.content, digest)
    return replace(one, evidence=digest, evidence_name=evidence.name)


def enter_sheet(
    application: Application,
    rows: Iterable[tuple[int, Reported]],
    name: str,
    who: str,
    now: datetime,
) -> Entered:
    """
    Record the rows of a sheet. What is not clear is handed back for a person, never guessed; to
    enter the same sheet again does no harm.
    """
    entered = known = untiered = alone = 0
    open_ones = []
    for number, row in rows:
        one = printed(application, row.unit, row.title, row.outlet, row.day, url=row.url)
        if application.adoptions.duplicate(one) is not None:
            known += 1
            continue
        found = application.adoptions.candidates(row.unit, row.title, row.day)
        if found.draft is None and found.candidates:
            open_ones.append(Open(number, row, found))
            continue
        one = replace(one, draft=found.draft.draft if found.draft else None)
        try:
            application.adoptions.add(one, who, now, f"导入 {name}")
        except AlreadyRecorded:
            known += 1
            continue
        entered += 1
        untiered += one.tier is None
        alone += one.draft is None
    return Entered(entered, known, untiered, alone, tuple(open_ones))
