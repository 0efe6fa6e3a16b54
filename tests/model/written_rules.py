"""The office of a made-up year in the program's words: its `[[provisions]]`, kinds and periods."""

from __future__ import annotations

from datetime import date

from rulebook.default_rules import ARTICLE
from rulebook.model import Group, Kind
from rulebook.model import Unit as RuleUnit
from rulebook.periods import Period as RulePeriod
from rulebook.periods import Span, containing
from rulebook.provisions import AdoptionKinds, AdoptionSum, DayUnit, Points, Provisions, Timeliness
from rulebook.provisions import Target as RuleTarget
from tests.model.regulation_ledger import Directory
from tests.model.regulation_types import (
    DAY,
    FEATURE,
    KINDS,
    Office,
    Period,
    Provision,
)

KIND_OF = {FEATURE: ARTICLE} | {kind: Kind(kind) for kind in KINDS if kind != FEATURE}
MODEL_KIND = {kind: model for model, kind in KIND_OF.items()}
SUMS = {
    "highest": AdoptionSum.HIGHEST,
    "sum_tiers": AdoptionSum.SUM_TIERS,
    "sum_all": AdoptionSum.SUM_ALL,
}
ADOPTED = {1: AdoptionKinds.ARTICLE, 2: AdoptionKinds.ARTICLE_AND_COMMISSION, 4: AdoptionKinds.ALL}
SPAN_OF = {span.value: span for span in Span}


def provisions_of(office: Office, keep_successors: bool) -> tuple[Provisions, ...]:
    """Write the office's units and rules as `[[provisions]]`, one for each day on which something changes."""
    book = Directory(office)
    days = {one.since for one in office.provisions}
    days |= {unit.since for unit in office.units if unit.since > date.min}
    days |= {unit.until + DAY for unit in office.units if unit.until}
    days |= {change.day for unit in office.units for change in unit.renames}
    days |= {step.day for step in office.successions}
    chapters, carried = [], dict[str, tuple[str, ...]]()
    for day in sorted(days):
        rules = max((p for p in office.provisions if p.since <= day), key=lambda one: one.since)
        units = []
        for unit in office.units:
            if not book.in_force(unit, day):
                continue
            before = [old for old, new, since in book.steps if new == unit.id and since == day]
            names = [book.units[old].name_on(day - DAY) for old in before]
            names += [unit.name_on(day - DAY) for one in unit.renames if one.day == day]
            if keep_successors:
                names = [*carried.get(unit.id, ()), *names]
            carried[unit.id] = tuple(dict.fromkeys(names))
            units.append(
                RuleUnit(
                    unit.name_on(day),
                    Group(unit.group),
                    unit.members,
                    unit.aliases,
                    tuple(name for name in carried[unit.id] if name != unit.name_on(day)),
                )
            )
        chapters.append(_chapter(day, rules, tuple(units)))
    return tuple(chapters)


def _chapter(day: date, rules: Provision, units: tuple[RuleUnit, ...]) -> Provisions:
    news, opinion, article, commission = (float(rules.points[kind]) for kind in KINDS)
    return Provisions(
        since=day,
        source="编造的规定",
        effective_from=rules.effective_from,
        units=units,
        points=Points(
            news,
            opinion,
            article,
            commission,
            adoption=tuple(float(rules.adoption_points[tier]) for tier in (1, 2, 3, 4, 5)),
            adoption_kinds=ADOPTED[len(rules.adoption_kinds)],
            several_adoptions=SUMS[rules.several_adoptions],
        ),
        timeliness=Timeliness(
            days=rules.timeliness_days,
            unit=DayUnit(rules.timeliness_unit),
            late_counts_to_target=rules.late_counts_to_target,
        ),
        targets=tuple(
            RuleTarget(Group(one.group), KIND_OF[one.kind], one.count, SPAN_OF[one.span])
            for one in rules.targets
        ),
        waive_zero_workday_week=rules.waive_zero_workday_week,
    )


def period_like(period: Period) -> RulePeriod:
    """The program's name for a period of the model."""
    return containing(period.key_day, SPAN_OF[period.span])
