"""
Random years of drafts and adoptions under config.toml's own rules, as plain values, and their figures.

Nothing but `random` decides what is in a year, so that an earlier program can be given the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

KINDS = ("工作动态", "舆情", "综合性原创文章", "约稿")
VARIANTS: tuple[dict[str, object], ...] = (
    {},
    {"adoption_kinds": "all", "several_adoptions": "sum_tiers"},
    {"adoption_kinds": "综合+约稿", "several_adoptions": "sum_all"},
    {"adoption_kinds": "all", "several_adoptions": "highest", "weekly_cap": 3},
)
"""The office's own switches, and others that it had from the beginning; a year has one of them in turn."""
FIRST = date(2023, 1, 2)


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A draft: its number, unit, kind, day; how it was judged; whether its points were voided."""

    number: int
    unit: str
    kind: str | None
    day: date
    outcome: str
    timely: str
    voided: bool


@dataclass(frozen=True, slots=True)
class AdoptionFact:
    """An adoption: its number, the draft that it is of, if any, whose it is, the tier, the day."""

    number: int
    draft: int | None
    unit: str
    kind: str
    tier: int | None
    day: date


def facts(seed: int, units: Sequence[str]) -> tuple[list[DraftFact], list[AdoptionFact]]:
    """Make a year: some hundreds of drafts, a tenth of them printed, some more than once."""
    random = Random(seed)
    drafts, adoptions = [], []
    for number in range(1, random.randint(250, 400)):
        drafts.append(
            DraftFact(
                number,
                random.choice(units),
                random.choices((*KINDS, None), (40, 40, 14, 5, 1))[0],
                FIRST + timedelta(random.randrange(363)),
                random.choices(("accepted", "held", "refused", "ignored"), (82, 6, 10, 2))[0],
                random.choices(("on_time", "late", "undetermined", "not_applicable"), (70, 14, 4, 12))[0],
                random.random() < 0.02,
            )
        )  # fmt: skip
    for number in range(1, 60):
        of = random.choice(drafts) if random.random() < 0.8 else None
        adoptions.append(
            AdoptionFact(
                number,
                of.number if of else None,
                of.unit if of else random.choice(units),
                (of.kind if of else None) or random.choice(KINDS),
                random.choices((1, 2, 3, 4, 5, None), (1, 2, 3, 3, 3, 1))[0],
                (of.day if of else FIRST) + timedelta(random.randrange(120)),
            )
        )
    return drafts, adoptions


def is_workday(day: date) -> bool:
    """Monday to Friday, but for one week off."""
    return day.weekday() < 5 and not date(2023, 1, 23) <= day <= date(2023, 1, 29)
