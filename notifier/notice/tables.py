"""The annex of a notice as plain rows, which the .docx and the .xlsx both show."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from notifier.notice.facts import NoticeFacts
from rulebook.model import Kind
from rulebook.provisions import Points
from rulebook.ranking import TableRow
from rulebook.targets import Completion

SHORTEST, LONGEST = 0.01, 0.99
"""Of a bar: what little of something must show, and how far what is not all may reach."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came from a unit: drafts by kind in the order of `Kind`, of no kind yet, and setbacks."""

    unit: str
    kinds: tuple[int, ...]
    undecided: int
    late: int
    refused: int

    @property
    def total(self) -> int:
        """All drafts."""
        return sum(self.kinds) + self.undecided


@dataclass(frozen=True, slots=True)
class Outlets:
    """Adoptions by one outlet: its tier (None: undecided) and how many of each unit."""

    outlet: str
    tier: int | None
    units: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All adoptions by this outlet."""
        return sum(count for _, count in self.units)


def units_of(facts: NoticeFacts, others: Iterable[str] = ()) -> list[str]:
    """The units of the two tables in their order, then those that only the annex knows."""
    return list(dict.fromkeys([*(row.unit for row in facts.rows), *others]))


def intake(facts: NoticeFacts) -> list[Intake]:
    """One row per unit, zeros too."""
    counts: Counter[tuple[str, Kind | None]] = Counter()
    for one in facts.received:
        counts[one.unit, one.kind] += one.count
    late: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for setback in facts.setbacks:
        late[setback.unit] += setback.late
        refused[setback.unit] += setback.refused
    known = [unit for unit, _ in counts] + [one.unit for one in facts.setbacks]
    return [
        Intake(
            unit,
            tuple(counts[unit, kind] for kind in Kind),
            counts[unit, None],
            late[unit],
            refused[unit],
        )
        for unit in units_of(facts, known)
    ]


def outlets(facts: NoticeFacts) -> list[Outlets]:
    """One row per outlet: best tier first, then the most adoptions, then the name."""
    found: defaultdict[tuple[str, int | None], Counter[str]] = defaultdict(Counter)
    for one in facts.adoptions:
        if one.count:
            found[one.outlet, one.tier][one.unit] += one.count
    order = {unit: place for place, unit in enumerate(units_of(facts))}
    rows = [
        Outlets(
            name,
            tier,
            tuple(sorted(units.items(), key=lambda one: (-one[1], order.get(one[0], len(order))))),
        )
        for (name, tier), units in found.items()
    ]
    return sorted(rows, key=lambda row: (row.tier or 9, -row.total, row.outlet))


def completions_by_unit(facts: NoticeFacts) -> dict[str, list[Completion]]:
    """Completions with a target, by unit in the order of the tables, kinds in the order of `Kind`."""
    found: defaultdict[str, list[Completion]] = defaultdict(list)
    for one in facts.completions:
        if one.wanted:
            found[one.unit].append(one)
    kinds = list(Kind)
    return {
        unit: sorted(found[unit], key=lambda one: kinds.index(one.kind))
        for unit in units_of(facts, found)
        if unit in found
    }


def rates_by_unit(facts: NoticeFacts) -> dict[str, float]:
    """How far each unit that has targets met them all together, 0..1."""
    return {unit: rate_of(several) or 0.0 for unit, several in completions_by_unit(facts).items()}


def rate_of(completions: Iterable[Completion]) -> float | None:
    """What was met of several targets together, 0..1; None when nothing was wanted."""
    several = list(completions)
    wanted = sum(one.wanted for one in several)
    return sum(one.met for one in several) / wanted if wanted else None


def at_most_rate(rate: float | None) -> str:
    """A rate in per cent, rounded down: 99.96% must not read as fulfilled."""
    if rate is None:
        return "—"
    tenths = math.floor(rate * 1000 + 1e-6)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def scored(row: TableRow) -> int:
    """Drafts and adoptions that gave a row its points."""
    return row.news + row.articles + sum(row.adopted)


def plain(points: Points) -> bool:
    """Whether a row can be added up from its columns: two kinds of one column weigh the same."""
    return points.news == points.opinion and points.article == points.commission


def checked(row: TableRow, points: Points) -> int:
    """The row added up by the figures of 四.1-2: what 积分总计 should say (see `plain`)."""
    adopted = sum(count * worth for count, worth in zip(row.adopted, points.adoption, strict=True))
    return row.news * points.news + row.articles * points.article + adopted + row.correction


def bar(value: float, most: float, width: float) -> float:
    """
    The length of a bar, in the units of `width`, which is that for `most`.

    Any value above 0 shows, and only `most` itself fills the bar.
    """
    if most <= 0 or value <= 0:
        return 0.0
    if value >= most:
        return width
    return min(max(value / most, SHORTEST), LONGEST) * width


def bonus_of(facts: NoticeFacts, unit: str) -> str:
    """附加分 as a person entered it, the sanction of 五.3 told; empty when nobody has yet."""
    for one in facts.bonuses:
        if one.unit == unit:
            return "取消（五.3）" if one.cancelled else one.points
    return ""
