"""四.3 and the notice's two tables: dated lines of points summed to rows, the rows ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rulebook.model import Group, Kind
from rulebook.periods import Period
from rulebook.points import ProvisionsOn, ScoreLine
from rulebook.provisions import Provisions
from rulebook.unit_history import UNPLACED, UnitHistory

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

    Every unit of the group that stands in the rulebook on the period's last day, zeros too, with what
    the units had that it carries on; a unit that ended within the period without a successor, if it
    had points; and at the end, without a rank (0), what no unit of its day takes.
    """
    history = UnitHistory(provisions_on_day)
    names = [unit.name for unit in provisions_on_day(period.last).units if unit.group is group]
    by_unit: dict[str, list[ScoreLine]] = {name: [] for name in names}
    ended: dict[str, list[ScoreLine]] = {}
    unplaced: list[ScoreLine] = []
    first, last = period.first, period.last  # a quarter has thousands of lines
    for line in lines:
        if not first <= line.day <= last:
            continue
        row = history.row(line.unit, line.day, last)
        if row is None:
            if (history.group_ever(line.unit) or Group.OFFICES) is group:
                unplaced.append(line)
        elif row.group is not group:
            continue
        elif row.unit in by_unit:
            by_unit[row.unit].append(line)
        elif line.points:
            ended.setdefault(row.unit, []).append(line)
    for name in sorted(ended):
        by_unit[name] = ended[name]
    rows = [_row(name, group, unit_lines) for name, unit_lines in by_unit.items()]
    rows.sort(key=lambda row: -row.points)  # stable: the rulebook's order among equals
    totals = [row.points for row in rows]
    ranked = tuple(replace(row, rank=totals.index(row.points) + 1) for row in rows)
    if any(line.points or line.scored for line in unplaced):
        return (*ranked, _row(UNPLACED, group, unplaced))
    return ranked


def assessment(rank: int, provisions: Provisions) -> float | None:
    """
    Return what a rank gives in the year's assessment; None when the office has no such table.

    Source: 四.3 "最终考核得分按照统计总分从高到低格次赋分进行排名"
    """
    figures = provisions.points.assessment
    return figures[min(rank, len(figures)) - 1] if figures else None


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
