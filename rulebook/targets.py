"""三.1, 三.2: what each unit owes per week, month and quarter, and who is behind."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rulebook.amounts import Amount, total
from rulebook.counts import Count, count_of
from rulebook.model import Kind, Outcome, Unit
from rulebook.periods import CALENDAR_SPANS, Period, Span, containing, following, own, within
from rulebook.points import LineKind, ProvisionsOn, Scored, ScoreLine
from rulebook.provisions import Measure, Provisions, Target
from rulebook.timeliness import IsWorkday
from rulebook.unit_history import UnitHistory

ALL_KINDS = Kind("各类稿件")
"""What a target of all kinds together is called."""

MEASURES = {Measure.ADOPTED: "{}录用", Measure.POINTS: "{}积分"}
"""What a target is called that does not count reported drafts; of which kind, in front."""


GIVEN_FOR_TARGETS = (LineKind.TARGET, LineKind.FLOORED)
"""Points that meeting and missing targets, and a floor, give: no target of points is met by them."""


def _told(figure: Amount, measure: Measure) -> str:
    """Say a figure of a target with what it counts, points or pieces."""
    return f"{figure}{'分' if measure is Measure.POINTS else '篇'}"


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How a unit stands to one target in one period.

    `waived`: a week without a workday. `waiting`: drafts of this kind, or of a kind still open, that
    the office has yet to decide on; that delay is not the unit's. `target`: what asks for it.
    `reported` may have a fraction where points are asked for, and be below 0.
    """

    unit: str
    kind: Kind
    period: Period
    wanted: int
    reported: Amount
    waived: bool = False
    waiting: int = 0
    target: Target | None = field(default=None, compare=False)

    @property
    def missing(self) -> Amount:
        """How many are still owed; 0 in a waived week."""
        return 0 if self.waived else max(0, self.wanted - max(0, self.reported))

    @property
    def measure(self) -> Measure:
        """What it counts."""
        return self.target.measure if self.target else Measure.REPORTED

    def told(self, figure: Amount) -> str:
        """Say a figure of it with what it counts."""
        return _told(figure, self.measure)


@dataclass(frozen=True, slots=True)
class Completion:
    """
    A unit's targets of one kind added up over a longer period.

    `met` counts no more per target period than that period wanted: a busy week does not fill an
    idle one. `reported` counts everything that was reported.
    """

    unit: str
    kind: Kind
    wanted: int
    met: Amount
    reported: Amount
    measure: Measure = Measure.REPORTED

    @property
    def rate(self) -> float | None:
        """0..1, None when nothing was asked."""
        return rate_of([self])

    def told(self, figure: Amount) -> str:
        """Say a figure of it with what it counts."""
        return _told(figure, self.measure)


def counts(draft: Scored, provisions: Provisions) -> bool:
    """
    Tell whether a draft fills a target: accepted, not void, received from `effective_from` on.

    A late one counts by the switch `late_counts_to_target`.
    """
    count = count_of(draft, provisions)
    if count is Count.LATE:
        rule = provisions.rule_of(draft.kind)
        if rule is not None and rule.late_counts is not None:
            return rule.late_counts
        return provisions.timeliness.late_counts_to_target
    return count is Count.REPORTED


def progress(
    drafts: Iterable[Scored],
    period: Period,
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    today: date,
    lines: Iterable[ScoreLine] | None = None,
    only: str = "",
) -> tuple[Progress, ...]:
    """
    List every unit's every target whose own period belongs to `period` and has begun by `today`.

    Args: `lines`: the period's points, by which targets of adoptions and of points are measured;
          without them those are left out. `only`: this unit's alone.

    A target's period that ended before `effective_from` asks nothing. The provisions of a target's
    period are those in force on its last day. A commissioned piece fills no target of 综合 (三.3).
    """
    provisions_on_day = functools.cache(provisions_on_day)
    rows = _Rows(UnitHistory(provisions_on_day), period.last)
    reported = _reported(drafts, provisions_on_day, rows)
    if lines is not None:
        reported.lines = _by_row(lines, rows)
    owed_periods = [owed for span in CALENDAR_SPANS for owed in within(period, span)]
    owed_periods += [
        owed
        for owed in own_periods(provisions_on_day(period.last))
        if owed.first >= period.first and owed.last <= period.last
    ]
    return tuple(
        step
        for owed in owed_periods
        if owed.first <= today
        for step in _progress(owed, reported, provisions_on_day, is_workday, rows, only)
    )


def ending_in(
    drafts: Iterable[Scored],
    period: Period,
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    lines: Iterable[ScoreLine],
) -> tuple[Progress, ...]:
    """
    List every unit's every target whose own period ends in `period`, however long it is.

    Args: `drafts`, `lines`: of all days since the first of those periods began (`reach`).
    """
    provisions_on_day = functools.cache(provisions_on_day)
    rows = _Rows(UnitHistory(provisions_on_day), period.last)
    reported = _reported(drafts, provisions_on_day, rows)
    reported.lines = _by_row(lines, rows)
    return tuple(
        step
        for owed in periods_ending_in(period, provisions_on_day)
        for step in _progress(owed, reported, provisions_on_day, is_workday, rows)
    )


def periods_ending_in(period: Period, provisions_on_day: ProvisionsOn) -> list[Period]:
    """List the periods of any length, the office's own among them, whose last day is in a period."""
    ends = []
    for span in CALENDAR_SPANS:
        owed = containing(period.first, span)
        while owed.last <= period.last:
            ends.append(owed)
            owed = following(owed)
    own = own_periods(provisions_on_day(period.last))
    return ends + [owed for owed in own if owed.last in period]


def own_periods(provisions: Provisions) -> list[Period]:
    """List the days that the provisions say are reported on together."""
    return [own(one.first, one.last) for one in provisions.periods]


def behind(
    drafts: Iterable[Scored],
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    today: date,
) -> tuple[Progress, ...]:
    """List who is behind right now: the targets of today's week, month and quarter that lack something."""
    provisions_on_day = functools.cache(provisions_on_day)
    rows = _Rows(UnitHistory(provisions_on_day), today)
    reported = _reported(drafts, provisions_on_day, rows)
    return tuple(
        step
        for span in CALENDAR_SPANS
        for step in _progress(
            containing(today, span), reported, provisions_on_day, is_workday, rows
        )
        if step.missing
    )


def completions(steps: Iterable[Progress]) -> tuple[Completion, ...]:
    """Add up progress per unit and kind; waived periods ask nothing."""
    totals: dict[tuple[str, Kind, Measure], Completion] = {}
    for step in steps:
        key = (step.unit, step.kind, step.measure)
        one = totals.get(key) or Completion(step.unit, step.kind, 0, 0, 0, step.measure)
        asked = 0 if step.waived else step.wanted
        totals[key] = replace(
            one,
            wanted=one.wanted + asked,
            met=one.met + min(asked, max(0, step.reported)),
            reported=one.reported + step.reported,
        )
    return tuple(totals.values())


def rate_of(completions: Iterable[Completion]) -> float | None:
    """Compute what was met of several targets together, 0..1; None when nothing was wanted."""
    several = list(completions)
    wanted = sum(one.wanted for one in several)
    return float(sum(one.met for one in several) / wanted) if wanted else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Whose row a name belongs to on the day asked about."""

    history: UnitHistory
    asked: date

    def of(self, name: str, day: date) -> str | None:
        row = self.history.row(name, day, self.asked)
        return row.unit if row else None


_ByDay = dict[tuple[str, Kind | None], dict[date, int]]
"""By unit and kind how many drafts there were on which day."""


@dataclass(slots=True)
class _Reports:
    """What was reported, and what waits for the office."""

    reported: _ByDay = field(default_factory=dict)
    waiting: _ByDay = field(default_factory=dict)
    lines: dict[str, list[ScoreLine]] | None = None


def _by_row(lines: Iterable[ScoreLine], rows: _Rows) -> dict[str, list[ScoreLine]]:
    by_row: dict[str, list[ScoreLine]] = {}
    for line in lines:
        unit = rows.of(line.unit, line.day)
        if unit is not None:
            by_row.setdefault(unit, []).append(line)
    return by_row


def _measured(target: Target, lines: Iterable[ScoreLine], owed: Period) -> Amount:
    """Return how many texts were adopted, or how many points were gained, in a target's period."""
    inside = [line for line in lines if line.day in owed]
    if target.kind:
        inside = [line for line in inside if line.kind == target.kind]
    if target.measure is Measure.POINTS:
        return total(line.points for line in inside if line.what not in GIVEN_FOR_TARGETS)
    adopted = {
        line.draft or f"adoption {line.adoption}"
        for line in inside
        if line.what is LineKind.ADOPTED and line.scored > 0
    }
    return len(adopted)


def _reported(drafts: Iterable[Scored], provisions_on_day: ProvisionsOn, rows: _Rows) -> _Reports:
    reports = _Reports()
    for draft in drafts:
        # the commonest ways of not counting first: a year has many drafts
        if draft.unit is None or draft.outcome not in (Outcome.ACCEPTED, Outcome.HELD):
            continue
        provisions = provisions_on_day(draft.day)
        if draft.outcome is Outcome.HELD:
            if count_of(draft, provisions) is not Count.HELD:
                continue
            table = reports.waiting
        elif counts(draft, provisions):
            table = reports.reported
        else:
            continue
        unit = rows.of(draft.unit, draft.day)
        if unit is not None:
            days = table.setdefault((unit, draft.kind), {})
            days[draft.day] = days.get(draft.day, 0) + draft.times
    return reports


def _progress(
    owed: Period,
    reports: _Reports,
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    rows: _Rows,
    only: str = "",
) -> list[Progress]:
    """List every unit's every target of one period, or `only` one unit's; merged units have one."""
    provisions = provisions_on_day(owed.last)
    if owed.last < provisions.effective_from:
        return []
    if not any(target.period is owed.span for target in provisions.targets):
        return []
    waived = _waived(owed, provisions, is_workday)
    days = [owed.first + timedelta(number) for number in range((owed.last - owed.first).days + 1)]
    there = min(owed.last, rows.asked)
    units: dict[str, Unit] = {}
    for unit in provisions_on_day(there).units:
        units.setdefault(rows.of(unit.name, there) or unit.name, unit)

    def sum_of(table: _ByDay, unit: str, kind: Kind | None) -> int:
        many = table.get((unit, kind), {})
        return sum(many[day] for day in days if day in many)

    steps = []
    for name, unit in units.items():
        if only and name != only:
            continue
        for target in provisions.targets_of(unit, owed.span):
            if target.measure is not Measure.REPORTED:
                if reports.lines is not None:
                    done: Amount = _measured(target, reports.lines.get(name, ()), owed)
                    what = Kind(MEASURES[target.measure].format(target.kind))
                    steps.append(
                        Progress(name, what, owed, target.count, done, waived, target=target)
                    )
                continue
            kinds = [target.kind] if target.kind else [one.name for one in provisions.kind_rules]
            reported = sum(sum_of(reports.reported, name, kind) for kind in kinds)
            waiting = sum(sum_of(reports.waiting, name, kind) for kind in (*kinds, None))
            kind = target.kind or ALL_KINDS
            steps.append(
                Progress(name, kind, owed, target.count, reported, waived, waiting, target)
            )
    return steps


def _waived(owed: Period, provisions: Provisions, is_workday: IsWorkday) -> bool:
    if owed.span is not Span.WEEK or not provisions.waive_zero_workday_week:
        return False
    return not any(is_workday(owed.first + timedelta(days=number)) for number in range(7))
