"""All dated lines of a period: drafts and adoptions, points by hand, met and unmet targets, the floor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from rulebook.amounts import TENTH, Amount, amount, rounded, total
from rulebook.periods import Period, Span
from rulebook.points import (
    Adoption,
    HandPoints,
    LineKind,
    ProvisionsOn,
    Scored,
    ScoreLine,
    lines_of,
    of_hand,
)
from rulebook.provisions import OverlapRule, Provisions, Target
from rulebook.targets import Progress, ending_in, periods_ending_in
from rulebook.timeliness import IsWorkday
from rulebook.unit_history import UnitHistory


def period_lines(
    drafts: Iterable[Scored],
    adoptions: Iterable[Adoption],
    by_hand: Iterable[HandPoints],
    period: Period,
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    *,
    worthless: bool = True,
) -> list[ScoreLine]:
    """
    List every line that the figures of a period rest on; some of earlier days are among them.

    Args: the facts of all days that the period reaches back to (`reach`).
    """
    drafts = list(drafts)
    lines = lines_of(drafts, adoptions, provisions_on_day, worthless=worthless)
    lines += of_hand(by_hand)
    if _scores_targets(provisions_on_day(period.last)):
        steps = ending_in(drafts, period, provisions_on_day, is_workday, lines)
        lines += of_targets(steps, provisions_on_day)
    return lines + _floored(lines, period, provisions_on_day)


def reach(period: Period, provisions_on_day: ProvisionsOn) -> Period:
    """Widen a period to where the targets and floors begin that end in it and move points."""
    provisions = provisions_on_day(period.last)
    spans = {target.period for target in provisions.targets if target.scores}
    if provisions.points.floor.value != "none":
        spans.add(Span(provisions.points.floor.value))
    firsts = [
        owed.first for owed in periods_ending_in(period, provisions_on_day) if owed.span in spans
    ]
    first = min([period.first, *firsts])
    return Period(first, period.last, period.span, period.name)


def of_targets(steps: Iterable[Progress], provisions_on_day: ProvisionsOn) -> list[ScoreLine]:
    """
    List what met and unmet targets give on the last day of their period.

    Where the provisions say so (`missing`), of a unit's unmet targets in one period the gravest counts.
    """
    lines: list[ScoreLine] = []
    missing: dict[tuple[str, Period], list[ScoreLine]] = defaultdict(list)
    for step in steps:
        target = step.target
        if target is None or not target.scores or step.waived:
            continue
        if target.full_points and (share := _share(step, target)):
            done = min(step.reported, step.wanted)
            told = f"完成{step.told(step.wanted)}中的{done}"
            lines.append(_line(step, share, f"{step.period.label}{step.kind}任务，{told}"))
        if target.missing_points and step.missing:
            points = amount(step.missing * amount(target.missing_points))
            why = f"{step.period.label}{step.kind}任务{step.wanted}，缺{step.missing}"
            missing[step.unit, step.period].append(_line(step, points, why))
    for (_, period), several in missing.items():
        overlap = provisions_on_day(period.last).points.missing
        if overlap is OverlapRule.LARGEST:
            several = [min(several, key=lambda line: line.points)]
        lines += several
    return lines


def _scores_targets(provisions: Provisions) -> bool:
    return any(target.scores for target in provisions.targets)


def _share(step: Progress, target: Target) -> Amount:
    """Return what a target gives: all of it when it is met, else nothing or as much as was met (`TENTH`)."""
    if step.reported >= step.wanted:
        return amount(target.full_points)
    if not target.by_share or step.reported <= 0:
        return 0
    exact = Decimal(str(target.full_points)) * step.reported / step.wanted
    return rounded(exact, TENTH)


def _line(step: Progress, points: Amount, why: str) -> ScoreLine:
    kind = step.target.kind if step.target and step.target.kind else None
    return ScoreLine(step.unit, step.period.last, LineKind.TARGET, points, why, kind)


def _floored(
    lines: Sequence[ScoreLine], period: Period, provisions_on_day: ProvisionsOn
) -> list[ScoreLine]:
    """Give back what takes a unit below 0 within a month, quarter, half or year (`floor`)."""
    floor = provisions_on_day(period.last).points.floor
    if floor.value == "none":
        return []
    history = UnitHistory(provisions_on_day)
    given = []
    for owed in periods_ending_in(period, provisions_on_day):
        if owed.span.value != floor.value:
            continue
        by_unit: dict[str, list[Amount]] = defaultdict(list)
        for line in lines:
            row = history.row(line.unit, line.day, owed.last) if line.day in owed else None
            if row is not None:
                by_unit[row.unit].append(line.points)
        for unit, points in by_unit.items():
            if (below := total(points)) < 0:
                why = f"{owed.label}得分不计负分"
                given.append(ScoreLine(unit, owed.last, LineKind.FLOORED, amount(-below), why))
    return given
