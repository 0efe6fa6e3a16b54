"""四.3 and the notice's two tables: dated lines of points summed to rows, the rows ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebook.model import Group, Kind
from rulebook.periods import Period
from rulebook.points import ProvisionsOn, ScoreLine
from rulebook.provisions import Provisions

NEWS = frozenset({Kind.NEWS, Kind.OPINION})


@dataclass(frozen=True, slots=True)
class TableRow:
    """
    A row of the notice's table (二.表). The counts are the scored ones.

    `points` is the sum of its parts: news, articles and adoptions by their figures, and
    `correction`, which takes back what an earlier period gave and an adoption has now replaced, and
    what goes beyond a weekly cap.
    """

    unit: str
    group: Group
    news: int
    articles: int
    adopted: tuple[int, int, int, int, int]
    correction: int
    points: int
    rank: int


def table(
    group: Group, lines: Iterable[ScoreLine], period: Period, provisions_on_day: ProvisionsOn
) -> tuple[TableRow, ...]:
    """
    Build one table of the notice: ranks 1, 1, 3 (四.3), the highest first, then the rulebook's order.

    Every unit of the group that stands in the rulebook on the period's last day, zeros too, and
    whichever other had points in it under provisions that ended within the period.
    """
    names = [unit.name for unit in provisions_on_day(period.last).units if unit.group is group]
    by_unit: dict[str, list[ScoreLine]] = {name: [] for name in names}
    former: dict[str, list[ScoreLine]] = {}
    first, last = period.first, period.last  # a quarter has thousands of lines
    for line in lines:
        if not first <= line.day <= last:
            continue
        if line.unit in by_unit:
            by_unit[line.unit].append(line)
        elif line.points:
            former.setdefault(line.unit, []).append(line)
    current = {unit.name for unit in provisions_on_day(period.last).units}
    for name in sorted(former.keys() - current):
        if any(_group_of(name, line.day, provisions_on_day) is group for line in former[name]):
            by_unit[name] = former[name]
    rows = [_row(name, group, unit_lines) for name, unit_lines in by_unit.items()]
    rows.sort(key=lambda row: -row.points)  # stable: the rulebook's order among equals
    totals = [row.points for row in rows]
    return tuple(replace(row, rank=totals.index(row.points) + 1) for row in rows)


def assessment(rank: int, provisions: Provisions) -> float | None:
    """
    Return what a rank gives in the year's assessment; None when the office has no such table.

    Source: 四.3 "最终考核得分按照统计总分从高到低格次赋分进行排名"
    """
    figures = provisions.points.assessment
    return figures[min(rank, len(figures)) - 1] if figures else None


def _group_of(name: str, day: date, provisions_on_day: ProvisionsOn) -> Group | None:
    return next((unit.group for unit in provisions_on_day(day).units if unit.name == name), None)


def _row(unit: str, group: Group, lines: Sequence[ScoreLine]) -> TableRow:
    news = articles = 0
    adopted = [0, 0, 0, 0, 0]
    counted_points = 0
    net: dict[object, list[ScoreLine]] = defaultdict(list)
    points = 0
    for line in lines:
        points += line.points
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
        counted_points += sum(line.points for line in lines_of_one)
        if first.tier is not None:
            adopted[first.tier - 1] += counted
        elif first.kind in NEWS:
            news += counted
        else:
            articles += counted
    one, two, three, four, five = adopted
    return TableRow(
        unit,
        group,
        news,
        articles,
        (one, two, three, four, five),
        points - counted_points,
        points,
        rank=0,
    )
