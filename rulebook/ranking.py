"""四.3 and the notice's two tables: dated lines of points summed to rows, the rows ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rulebook.amounts import Amount, amount, total
from rulebook.model import Group, Kind
from rulebook.periods import Period
from rulebook.points import LineKind, ProvisionsOn, ScoreLine
from rulebook.provisions import Provisions, TieBreak
from rulebook.unit_history import UNPLACED, UnitHistory


@dataclass(frozen=True, slots=True)
class KindColumn:
    """A column of the table in which drafts are counted: its heading, its kinds, its name in JSON."""

    heading: str
    kinds: tuple[Kind, ...]
    key: str = ""
    short: str = ""


def kind_columns(provisions: Provisions) -> tuple[KindColumn, ...]:
    """List the columns of drafts: kinds of one heading share one, in the order of the provisions."""
    headings = dict.fromkeys(rule.heading for rule in provisions.kind_rules)
    columns = []
    for heading in headings:
        rules = [rule for rule in provisions.kind_rules if rule.heading == heading]
        short = "\n".join(rule.label for rule in rules)
        key = rules[0].column_key
        columns.append(KindColumn(heading, tuple(rule.name for rule in rules), key, short))
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class TableRow:
    """
    A row of the notice's table (二.表). The counts are the scored ones.

    `counts` has a figure for each of `kind_columns`, `adopted` one for each tier.
    `points` is the sum of its parts: drafts and adoptions by their figures, and
    `by_hand`, what people entered; `by_rule`, what targets and late drafts give and take; and
    `correction`, which takes back what an earlier period gave and an adoption has now replaced, and
    what goes beyond a weekly cap.
    """

    unit: str
    group: Group
    counts: tuple[int, ...]
    adopted: tuple[int, ...]
    correction: Amount
    points: Amount
    rank: int
    by_hand: Amount = 0
    by_rule: Amount = 0


def table(
    group: Group, lines: Iterable[ScoreLine], period: Period, provisions_on_day: ProvisionsOn
) -> tuple[TableRow, ...]:
    """
    Build one table of the notice: ranks 1, 1, 3 (四.3), the highest first, then the rulebook's order.

    Among equal points the provisions' `ties` decide.

    Every unit of the group that stands in the rulebook on the period's last day, zeros too, with what
    the units had that it carries on; after them those that ended within the period without a successor;
    and at the end, without a rank (0), what no unit of its day takes.
    """
    first, last = period.first, period.last
    history = UnitHistory(provisions_on_day)
    provisions = provisions_on_day(last)
    by_unit: dict[str, list[ScoreLine]] = {name: [] for name in history.rows(group, first, last)}
    unplaced: list[ScoreLine] = []
    for line in lines:
        if not first <= line.day <= last:
            continue
        row = history.row(line.unit, line.day, last)
        if row is None:
            if (history.group_ever(line.unit) or provisions.group_rules[-1].name) == group:
                unplaced.append(line)
        elif row.group == group:
            by_unit.setdefault(row.unit, []).append(line)
    rows = [_row(name, group, unit_lines, provisions) for name, unit_lines in by_unit.items()]
    places = {row.unit: _place(row, by_unit[row.unit], provisions) for row in rows}
    rows.sort(key=lambda row: places[row.unit])  # stable: the rulebook's order among equals
    ordered = [places[row.unit] for row in rows]
    ranked = tuple(replace(row, rank=ordered.index(places[row.unit]) + 1) for row in rows)
    if any(line.points or line.scored for line in unplaced):
        return (*ranked, _row(UNPLACED, group, unplaced, provisions))
    return ranked


def assessment(rank: int, provisions: Provisions) -> float | None:
    """
    Return what a rank gives in the year's assessment; None when the office has no such table.

    Source: 四.3 "最终考核得分按照统计总分从高到低格次赋分进行排名"
    """
    figures = provisions.points.assessment
    return figures[min(rank, len(figures)) - 1] if figures else None


def _place(row: TableRow, lines: Sequence[ScoreLine], provisions: Provisions) -> tuple[Amount, ...]:
    """Return what a unit is ranked by, the least first."""
    figures: list[Amount] = [-row.points]
    for tie in provisions.points.ties:
        if tie is TieBreak.ADOPTION:
            figures.append(-total(line.points for line in lines if line.adoption))
        else:
            drafts = (line.scored for line in lines if line.what is LineKind.SUBMITTED)
            figures.append(-sum(drafts))
    return tuple(figures)


def _row(unit: str, group: Group, lines: Sequence[ScoreLine], provisions: Provisions) -> TableRow:
    columns = kind_columns(provisions)
    column_of = {kind: index for index, one in enumerate(columns) for kind in one.kinds}
    counts = [0] * len(columns)
    adopted = [0] * len(provisions.tier_rules)
    counted_points: Amount = 0
    net: dict[object, list[ScoreLine]] = defaultdict(list)
    points: Amount = 0
    by_hand: Amount = 0
    by_rule: Amount = 0
    for line in lines:
        points += line.points
        if line.what is LineKind.BY_HAND:
            by_hand += line.points
        elif line.what in (LineKind.TARGET, LineKind.FLOORED) or (
            line.what is LineKind.SUBMITTED and line.points < 0
        ):
            by_rule += line.points
        if not line.scored:
            continue
        if line.draft:
            net[line.draft, line.adoption, line.tier].append(line)
        else:  # it stands alone: nothing can take it back
            net[id(line)].append(line)
    for lines_of_one in net.values():
        counted = sum(line.scored for line in lines_of_one)
        if (
            counted <= 0
        ):  # given and taken back within the period, or taken back from an earlier one
            continue
        first = lines_of_one[0]
        if first.tier is not None and first.tier <= len(adopted):
            adopted[first.tier - 1] += counted
        elif first.tier is None and first.kind in column_of:
            counts[column_of[first.kind]] += counted
        else:  # of a kind or tier that the period's last day no longer knows: among the corrections
            continue
        for line in lines_of_one:
            counted_points += line.points
    return TableRow(
        unit,
        group,
        tuple(counts),
        tuple(adopted),
        amount(points - counted_points - by_hand - by_rule),
        amount(points),
        rank=0,
        by_hand=amount(by_hand),
        by_rule=amount(by_rule),
    )
