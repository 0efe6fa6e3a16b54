"""The annex of a notice as plain rows, which the .docx and the .xlsx both show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notifier.notice.facts import NoticeFacts
from rulebook.amounts import Amount, total
from rulebook.model import Kind
from rulebook.periods import Span
from rulebook.points import NO_TIER
from rulebook.points_table import Column, columns_of, laid_out
from rulebook.provisions import Measure, Provisions
from rulebook.ranking import TableRow, kind_columns
from rulebook.targets import Completion, rate_of

BONUS_GAP = "（待填）"
"""Where a person has to enter 附加分."""

SHORTEST, LONGEST = 0.01, 0.99
"""Of a bar: what little of something must show, and how far what is not all may reach."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came from a unit: drafts by kind in the order of the provisions, of no kind yet, and setbacks."""

    unit: str
    kinds: tuple[int, ...]
    undecided: int
    late: int
    refused: int
    held: int = 0

    @property
    def total(self) -> int:
        """All drafts that were taken (实报)."""
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
    """List the units of the two tables in their order, then those that only the annex knows."""
    return list(dict.fromkeys([*(row.unit for row in facts.rows), *others]))


def intake(facts: NoticeFacts) -> list[Intake]:
    """Count what came, one row per unit, zeros too."""
    counts: Counter[tuple[str, Kind | None]] = Counter()
    for one in facts.received:
        counts[one.unit, one.kind] += one.count
    late: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for setback in facts.setbacks:
        late[setback.unit] += setback.late
        refused[setback.unit] += setback.refused
        held[setback.unit] += setback.held
    known = [unit for unit, _ in counts] + [one.unit for one in facts.setbacks]
    return [
        Intake(
            unit,
            tuple(counts[unit, kind] for kind in facts.kinds),
            counts[unit, None],
            late[unit],
            refused[unit],
            held[unit],
        )
        for unit in units_of(facts, known)
    ]


def outlets(facts: NoticeFacts) -> list[Outlets]:
    """List one row per outlet: best tier first, then the most adoptions, then the name."""
    by_outlet: defaultdict[tuple[str, int | None], Counter[str]] = defaultdict(Counter)
    for one in facts.adoptions:
        if one.count:
            by_outlet[one.outlet, one.tier][one.unit] += one.count
    order = {unit: index for index, unit in enumerate(units_of(facts))}
    rows = [
        Outlets(
            name,
            tier,
            tuple(sorted(units.items(), key=lambda one: (-one[1], order.get(one[0], len(order))))),
        )
        for (name, tier), units in by_outlet.items()
    ]
    return sorted(rows, key=lambda row: (row.tier or NO_TIER, -row.total, row.outlet))


def completions_by_unit(facts: NoticeFacts) -> dict[str, list[Completion]]:
    """Completions with a target, by unit in the order of the tables, kinds in the order of the provisions."""
    by_unit: defaultdict[str, list[Completion]] = defaultdict(list)
    for one in facts.completions:
        if one.wanted:
            by_unit[one.unit].append(one)
    order = {kind: index for index, kind in enumerate(facts.kinds)}
    return {
        unit: sorted(by_unit[unit], key=lambda one: order.get(one.kind, len(order)))
        for unit in units_of(facts, by_unit)
        if unit in by_unit
    }


def rates_by_unit(facts: NoticeFacts) -> dict[str, float]:
    """Compute how far each unit that has targets met them all together, 0..1."""
    return {unit: rate_of(several) or 0.0 for unit, several in completions_by_unit(facts).items()}


def shortfalls(lacking: Sequence[Completion]) -> list[str]:
    """Say of targets that were not met what was asked and what was done; those of drafts without any together."""
    told = []
    for one in lacking:
        if one.measure is not Measure.REPORTED:
            done = f"完成{one.told(one.met)}" if one.met else "未完成"
            told.append(f"{one.kind}任务{one.told(one.wanted)}，{done}")
        elif one.met:
            told.append(f"应报送{one.kind}{one.told(one.wanted)}，按期报送{one.told(one.met)}")
    silent = [one for one in lacking if not one.met and one.measure is Measure.REPORTED]
    if silent:
        owed = "、".join(f"{one.kind}{one.told(one.wanted)}" for one in silent)
        told.append(f"应报送{owed}，{'均' if len(silent) > 1 else ''}未按期报送")
    return told


def notice_columns(facts: NoticeFacts, columns: Sequence[Column] = ()) -> list[Column]:
    """
    List the columns of the notice's tables: of 二.表, what rows have beside, 全年累计 but in a whole year's.

    Both tables have the same ones, in the .docx, in the .xlsx and on the page.
    """
    listed = laid_out(facts.rows, columns or columns_of(facts.rules))
    if facts.period.span is Span.YEAR:
        return listed
    return with_year(listed, facts.cumulative)


def with_year(columns: Sequence[Column], cumulative: Mapping[str, Amount]) -> list[Column]:
    """Put 全年累计 after 积分总计."""
    year = Column(
        "year_to_date",
        "全年累计",
        14,
        lambda row: cumulative.get(row.unit, row.points),
        sheet_width=9,
    )
    place = [column.key for column in columns].index("points") + 1
    return [*columns[:place], year, *columns[place:]]


def scored(row: TableRow) -> int:
    """Count the drafts and adoptions that gave a row its points."""
    return sum(row.counts) + sum(row.adopted)


def is_plain(rules: Provisions) -> bool:
    """Tell whether a row adds up from its columns: all that one column counts weighs the same."""
    alike = all(len(set(weights)) == 1 for weights in _weights(rules))
    one_price = not any(tier.kinds for tier in rules.tier_rules)
    return alike and one_price and not rules.late_scores


def weights_of(rules: Provisions) -> tuple[list[Amount], list[Amount]]:
    """Return what each column of drafts and each tier weighs, where a row adds up (`is_plain`)."""
    return [weights[0] for weights in _weights(rules)], [tier.points for tier in rules.tier_rules]


def _weights(rules: Provisions) -> list[list[Amount]]:
    points = {rule.name: rule.points for rule in rules.kind_rules}
    return [[points[kind] for kind in column.kinds] for column in kind_columns(rules)]


def is_rescaled(rules: Provisions, others: Iterable[Provisions]) -> bool:
    """Tell whether others weigh drafts or tiers otherwise, so that no row adds up by `rules` alone."""
    scale = _scale(rules)
    return any(_scale(other) != scale for other in others)


def _scale(rules: Provisions) -> tuple[object, ...]:
    kinds = {rule.name: (rule.points, rule.late_points) for rule in rules.kind_rules}
    return kinds, [(tier.points, tier.kinds) for tier in rules.tier_rules]


def by_other_scales(row: TableRow, facts: NoticeFacts) -> Amount:
    """
    Compute what a row has above, or below, its own sum since the scale changed within the period.

    0 where it did not, or where no row adds up anyway (`is_plain`).
    """
    if not facts.rescaled or not is_plain(facts.rules):
        return 0
    return total([row.points, -checked(row, facts.rules)])


def checked(row: TableRow, rules: Provisions) -> Amount:
    """Add a row up by the figures of 四.1-2: what 积分总计 should say (see `is_plain`)."""
    kinds, tiers = weights_of(rules)
    parts = [*zip(row.counts, kinds, strict=False), *zip(row.adopted, tiers, strict=False)]
    return total(
        [*(count * worth for count, worth in parts), row.correction, row.by_hand, row.by_rule]
    )


def bar(value: float, most: float, width: float) -> float:
    """
    Compute the length of a bar; any value above 0 shows, and only `most` itself fills the bar.

    Units:   those of `width`, which is the length for `most`.
    """
    if most <= 0 or value <= 0:
        return 0.0
    if value >= most:
        return width
    return min(max(value / most, SHORTEST), LONGEST) * width


@dataclass(frozen=True, slots=True)
class YearEnd:
    """A unit's line in the sheet of 附加分; what no unit takes (未归属) has no points, rank or rate."""

    unit: str
    points: Amount | None
    rank: int | None
    rate: float | None
    bonus: str


def year_end(facts: NoticeFacts) -> list[YearEnd]:
    """List every row with its 附加分, and below them what stands in none."""
    rates = rates_by_unit(facts)
    lines = [
        YearEnd(
            row.unit, row.points, row.rank or None, rates.get(row.unit),
            bonus_of(facts, row.unit) or (BONUS_GAP if row.rank else ""),
        )
        for row in facts.rows
    ]  # fmt: skip
    known = {row.unit for row in facts.rows}
    others = [one.unit for one in facts.bonuses if one.unit not in known]
    return [*lines, *(YearEnd(unit, None, None, None, bonus_of(facts, unit)) for unit in others)]


def bonus_of(facts: NoticeFacts, unit: str) -> str:
    """Write 附加分 as a person entered it, or its sanction (五.3); empty when nobody has yet."""
    for one in facts.bonuses:
        if one.unit == unit:
            return "取消" if one.cancelled else one.points
    return ""
