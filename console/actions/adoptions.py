"""录用 as the office enters it, one at a time or as a sheet: the logic behind the command and the page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from console.settings.loading import Settings
from console.spreadsheets.adoptions import Reported
from ledger.adoptions import AdoptionReport, Adoptions, AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from ledger.storage.vault import Vault
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
    What became of a sheet. Of those entered, `untiered` wait for a tier, `alone` are no draft.

    `refused`: rows that cannot be, each with its number, its title and why.
    """

    entered: int
    known: int
    untiered: int
    alone: int
    open: tuple[Open, ...]
    refused: tuple[str, ...] = ()


def printed(
    settings: Settings,
    unit: str,
    title: str,
    outlet: str,
    day: date,
    draft: int | None = None,
    tier: int | None = None,
    url: str = "",
    kind: Kind | None = None,
    manner: str = "",
) -> AdoptionReport:
    """Look the outlet up in the list of that day; a `tier` that a person gave wins."""
    known = outlets.tier_of(outlet, settings.provisions_on_day(day))
    return AdoptionReport(
        unit=unit,
        title=title,
        outlet=known.name if known else outlet,
        tier=tier or (known.tier if known else None),
        day=day,
        draft=draft,
        kind=kind,
        url=url,
        manner=manner,
    )


def listed_tier(settings: Settings) -> Callable[[str, date], str | None]:
    """Return what tells an outlet's tier by the list of a day; None for one that is not on it."""

    def tier(outlet: str, day: date) -> str | None:
        known = outlets.tier_of(outlet, settings.provisions_on_day(day))
        return settings.tier_name(known.tier) if known else None

    return tier


def record(
    adoptions: Adoptions,
    vault: Vault,
    one: AdoptionReport,
    evidence: Evidence,
    who: str,
    now: datetime,
    why: str = "",
) -> int:
    """
    Enter one; its evidence is in the vault before its row is there.

    Returns:
        Its number.

    Raises:
        NotFound: there is no such draft.
        AlreadyRecorded: the ledger has the adoption.

    """
    return adoptions.add(with_evidence(vault, one, evidence), who, now, why)


def with_evidence(vault: Vault, one: AdoptionReport, evidence: Evidence) -> AdoptionReport:
    """Put the evidence into the vault and name it in the adoption."""
    if not evidence.content:
        return one
    digest = hashlib.sha256(evidence.content).hexdigest()
    vault.put(evidence.content, digest)
    return replace(one, evidence=digest, evidence_name=evidence.name)


def enter_sheet(
    adoptions: Adoptions,
    settings: Settings,
    rows: Iterable[tuple[int, Reported]],
    name: str,
    who: str,
    now: datetime,
) -> Entered:
    """
    Record the rows of a sheet.

    What is not clear is handed back for a person, never guessed; to enter the same sheet again does
    no harm.
    """
    entered = known = untiered = alone = 0
    open_ones, refused = [], []
    for number, row in rows:
        one = printed(settings, row.unit, row.title, row.outlet, row.day, url=row.url)
        if adoptions.duplicate(one) is not None:
            known += 1
            continue
        match = adoptions.candidates(row.unit, row.title, row.day)
        if match.draft is None and match.candidates:
            open_ones.append(Open(number, row, match))
            continue
        one = replace(one, draft=match.draft.draft if match.draft else None)
        try:
            adoptions.add(one, who, now, f"导入 {name}")
        except AlreadyRecorded:
            known += 1
            continue
        except (InvalidInput, NotFound) as error:
            refused.append(f"第{number}行《{row.title}》没有登记：{error}")
            continue
        entered += 1
        untiered += one.tier is None
        alone += one.draft is None
    return Entered(entered, known, untiered, alone, tuple(open_ones), tuple(refused))
