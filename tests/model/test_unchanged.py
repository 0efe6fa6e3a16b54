"""
This office's figures are what they were: random years reckoned by the program of 25 November 2026 and by ours.

That program (commit 1500c0f) had the four kinds, two groups and five tiers built in; what it said of these
years is in `figures_before.json`, kept as one line a period: a unit's counts, adoptions, correction, points
and rank, then of each of its targets what was asked, met and reported.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.settings.loading import load
from rulebook.kind_rules import Kind
from rulebook.model import Outcome, Timely
from rulebook.period_lines import period_lines
from rulebook.periods import Period, parse
from rulebook.points import Adoption, Scored
from rulebook.provisions import AdoptionKinds, AdoptionSum, Provisions
from rulebook.ranking import table
from rulebook.targets import completions, progress
from tests.model.years_of_facts import VARIANTS, facts, is_workday

ROOT = Path(__file__).resolve().parents[2]
BEFORE: dict[str, dict[str, list[int]]] = json.loads(
    (Path(__file__).parent / "figures_before.json").read_text(encoding="utf-8")
)
SWITCHES: dict[str, Any] = {"adoption_kinds": AdoptionKinds, "several_adoptions": AdoptionSum}
OURS = load(ROOT / "config.toml", {}).provisions[-1]


def of_variant(seed: int) -> Provisions:
    values = {
        name: SWITCHES.get(name, lambda value: value)(value)
        for name, value in VARIANTS[seed % len(VARIANTS)].items()
    }
    return replace(OURS, points=replace(OURS.points, **values))


def figures(seed: int, period: Period) -> dict[str, list[int]]:
    rules = of_variant(seed)

    def on_day(_day: date) -> Provisions:
        return rules

    told, printed = facts(seed, [unit.name for unit in rules.units])
    drafts = [
        Scored(
            one.number,
            one.unit,
            Kind(one.kind) if one.kind else None,
            one.day,
            Outcome(one.outcome),
            Timely(one.timely),
            one.voided,
        )
        for one in told
    ]
    adoptions = [
        Adoption(one.number, one.draft, one.unit, Kind(one.kind), "某报", one.tier, one.day)
        for one in printed
    ]
    lines = period_lines(drafts, adoptions, (), period, on_day, is_workday)
    found: dict[str, list[Any]] = {
        row.unit: [*row.counts, *row.adopted, row.correction, row.points, row.rank]
        for group in rules.group_rules
        for row in table(group.name, lines, period, on_day)
    }
    steps = progress(drafts, period, on_day, is_workday, date(2024, 1, 1))
    for one in completions(steps):
        found[one.unit] += [one.wanted, one.met, one.reported]
    return found


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_offices_figures_are_unchanged_to_the_point(seed: int) -> None:
    named = {name: units for name, units in BEFORE.items() if name.startswith(f"{seed} ")}
    assert len(named) == 7
    for name, units in named.items():
        assert figures(seed, parse(name.split()[1])) == units, name
