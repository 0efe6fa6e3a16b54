"""What a sheet of adoptions would enter, told before anything is written, and entered when agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from console.actions.adoptions import printed
from console.settings.loading import Settings
from console.spreadsheets.adoptions import Reported
from ledger.adoptions import AdoptionReport, Adoptions, AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from rulebook.title_matching import Candidate


class Fate(StrEnum):
    """What would become of a row."""

    MATCHED = "matched"
    ALONE = "alone"
    DOUBTFUL = "doubtful"
    KNOWN = "known"
    TWICE = "twice"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """
    A row of the sheet, by its `number` in the file, and what would become of it.

    `draft`: the one that it was found to be; `candidates`: between which a person has to decide;
    `tier` None: the outlet is not on the list; `same`: the adoption in the register, or the row above;
    `why`: for what reason it cannot be entered.
    """

    number: int
    reported: Reported
    fate: Fate
    tier: int | None
    draft: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    same: int = 0
    why: str = ""


def survey(
    adoptions: Adoptions,
    settings: Settings,
    rows: Iterable[tuple[int, Reported]],
    now: datetime,
) -> list[SheetRow]:
    """Tell of every row what would become of it; nothing is written."""
    found: list[SheetRow] = []
    above: dict[tuple[object, ...], int] = {}
    for number, row in rows:
        one = _report(settings, row)
        key = (one.unit, one.title, one.outlet, one.day)
        known = adoptions.duplicate(one)
        if known is not None:
            found.append(SheetRow(number, row, Fate.KNOWN, one.tier, same=known))
            continue
        if key in above:
            found.append(SheetRow(number, row, Fate.TWICE, one.tier, same=above[key]))
            continue
        above[key] = number
        match = adoptions.candidates(row.unit, row.title, row.day)
        try:
            adoptions.check(replace(one, draft=match.draft.draft if match.draft else None), now)
        except (InvalidInput, NotFound) as error:
            found.append(SheetRow(number, row, Fate.REFUSED, one.tier, why=str(error)))
            continue
        if match.draft is None and match.candidates:
            candidates = tuple(match.candidates)
            found.append(SheetRow(number, row, Fate.DOUBTFUL, one.tier, candidates=candidates))
        else:
            fate = Fate.MATCHED if match.draft else Fate.ALONE
            found.append(SheetRow(number, row, fate, one.tier, match.draft))
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """What was entered of what was agreed to: how many, how many stood there by now, and what could not be."""

    entered: int
    known: int
    troubles: tuple[str, ...]


def enter(
    adoptions: Adoptions,
    settings: Settings,
    agreed: Sequence[tuple[Reported, int | None]],
    who: str,
    now: datetime,
) -> Written:
    """Enter rows, each with the draft that it is, None for none; entering them again does no harm."""
    entered, known, troubles = 0, 0, []
    for row, draft in agreed:
        try:
            adoptions.add(replace(_report(settings, row), draft=draft), who, now, "导入录用情况表")
            entered += 1
        except AlreadyRecorded:
            known += 1
        except (InvalidInput, NotFound) as error:
            troubles.append(f"《{row.title[:40]}》：{error}")
    return Written(entered, known, tuple(troubles))


def _report(settings: Settings, row: Reported) -> AdoptionReport:
    return printed(settings, row.unit, row.title, row.outlet, row.day, url=row.url)
