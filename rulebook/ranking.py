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
    gone: dict[str, list[ScoreLine]] = {}
    first, last = period.first, period.last  # a quarter has thousands of lines
    for line in lines:
        if not first <= line.day <= last:
            continue
        if line.unit in by_unit:
            by_unit[line.unit].append(line)
        elif line.points:
            gone.setdefault(line.unit, []).append(line)
    here = {unit.name for unit in provisions_on_day(period.last).units}
    for name in sorted(gone.keys() - here):
        if any(_group_of(name, line.day, provisions_on_day) is group for line in gone[name]):
            by_unit[name] = gone[name]
    rows = [_row(name, group, found) for name, found in by_unit.items()]
    rows.sort(key=lambda row: -row.points)  # stable: the rulebook's order among equals
    totals = [row.points for row in rows]
    return tuple(replace(row, rank=totals.index(row.points) + 1) for row in rows)


def assessment(rank: int, provisions: Provisions) -> float | None:
    """
    Return what a rank gives in the year's assessment; None when the office has no such table.

    Source: 四.3 "最终考核得分按照统计总分从高到低格次赋分进行排名"
    """
    given = provisions.points.assessment
    return given[min(rank, len(given)) - 1] if given else None


def _group_of(name: str, day: date, provisions_on_day: ProvisionsOn) -> Group | None:
    return next((unit.group for unit in provisions_on_day(day).units if unit.name == name), None)


def _row(unit: str, group: Group, lines: Sequence[ScoreLine]) -> TableRow:
    news = articles = 0
    adopted = [0, 0, 0, 0, 0]
    shown = 0
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
    for told in net.values():
        counted = sum(line.scored for line in told)
        if (
            counted <= 0
        ):  # given and taken back within the period, or taken back from an earlier one
            continue
        given = told[0]
        shown += sum(line.points for line in told)
        if given.tier is not None:
            adopted[given.tier - 1] += counted
        elif given.kind in NEWS:
            news += counted
        else:
            articles += counted
    one, two, three, four, five = adopted
    return TableRow(
        unit, group, news, articles, (one, two, three, four, five), points - shown, points, rank=0
    )
