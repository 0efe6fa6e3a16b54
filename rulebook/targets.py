"""三.1, 三.2: what each unit owes per week, month and quarter, and who is behind."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import Period, Span, containing, within
from rulebook.points import ProvisionsOn, Scored
from rulebook.provisions import Provisions
from rulebook.timeliness import IsWorkday


@dataclass(frozen=True, slots=True)
class Progress:
    """How a unit stands to one target in one period. `waived`: a week without a workday."""

    unit: str
    kind: Kind
    period: Period
    wanted: int
    reported: int
    waived: bool = False

    @property
    def missing(self) -> int:
        """How many are still owed; 0 in a waived week."""
        return 0 if self.waived else max(0, self.wanted - self.reported)


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
    met: int
    reported: int

    @property
    def rate(self) -> float | None:
        """0..1, None when nothing was asked."""
        return self.met / self.wanted if self.wanted else None


def counts(draft: Scored, provisions: Provisions) -> bool:
    """
    Tell whether a draft fills a target: accepted, not void.

    A late one counts by the switch `late_counts_to_target`.
    """
    return (
        draft.outcome is Outcome.ACCEPTED
        and not draft.voided
        and draft.kind is not None
        and draft.unit is not None
        and (draft.timely is not Timely.LATE or provisions.timeliness.late_counts_to_target)
    )


def progress(
    drafts: Iterable[Scored],
    period: Period,
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    today: date,
) -> tuple[Progress, ...]:
    """
    List every unit's every target whose own period belongs to `period` and has begun by `today`.

    A target's period that ended before `effective_from` asks nothing. The provisions of a target's
    period are those in force on its last day. A commissioned piece fills no target of 综合 (三.3).
    """
    provisions_on_day = functools.cache(provisions_on_day)
    reported = _reported(drafts, provisions_on_day)
    return tuple(
        step
        for span in (Span.WEEK, Span.MONTH, Span.QUARTER)
        for owed in within(period, span)
        if owed.first <= today
        for step in _progress(owed, reported, provisions_on_day, is_workday)
    )


def behind(
    drafts: Iterable[Scored],
    provisions_on_day: ProvisionsOn,
    is_workday: IsWorkday,
    today: date,
) -> tuple[Progress, ...]:
    """List who is behind right now: the targets of today's week, month and quarter that lack something."""
    provisions_on_day = functools.cache(provisions_on_day)
    reported = _reported(drafts, provisions_on_day)
    return tuple(
        step
        for span in (Span.WEEK, Span.MONTH, Span.QUARTER)
        for step in _progress(containing(today, span), reported, provisions_on_day, is_workday)
        if step.missing
    )


def completions(steps: Iterable[Progress]) -> tuple[Completion, ...]:
    """Add up progress per unit and kind; waived periods ask nothing."""
    totals: dict[tuple[str, Kind], list[int]] = {}
    for step in steps:
        wanted, met, reported = totals.setdefault((step.unit, step.kind), [0, 0, 0])
        asked = 0 if step.waived else step.wanted
        totals[step.unit, step.kind] = [
            wanted + asked,
            met + min(asked, step.reported),
            reported + step.reported,
        ]
    return tuple(Completion(unit, kind, *sums) for (unit, kind), sums in totals.items())


_Reported = dict[tuple[str, Kind], dict[date, int]]
"""By unit and kind how many drafts were reported on which day."""


def _reported(drafts: Iterable[Scored], provisions_on_day: ProvisionsOn) -> _Reported:
    reported: _Reported = {}
    for draft in drafts:
        # the commonest ways of not counting first: a year has many drafts
        if draft.outcome is not Outcome.ACCEPTED or draft.unit is None or draft.kind is None:
            continue
        if counts(draft, provisions_on_day(draft.day)):
            days = reported.setdefault((draft.unit, draft.kind), {})
            days[draft.day] = days.get(draft.day, 0) + draft.times
    return reported


def _progress(
    owed: Period, reported: _Reported, provisions_on_day: ProvisionsOn, is_workday: IsWorkday
) -> list[Progress]:
    """List every unit's every target of one period."""
    provisions = provisions_on_day(owed.last)
    if owed.last < provisions.effective_from:
        return []
    targets = [target for target in provisions.targets if target.period is owed.span]
    waived = _waived(owed, provisions, is_workday)
    days = [owed.first + timedelta(number) for number in range((owed.last - owed.first).days + 1)]
    nothing: dict[date, int] = {}
    steps = []
    for unit in provisions.units:
        for target in targets:
            if target.group is unit.group:
                many = reported.get((unit.name, target.kind), nothing)
                reports = sum(many[day] for day in days if day in many)
                steps.append(Progress(unit.name, target.kind, owed, target.count, reports, waived))
    return steps


def _waived(owed: Period, provisions: Provisions, is_workday: IsWorkday) -> bool:
    if owed.span is not Span.WEEK or not provisions.waive_zero_workday_week:
        return False
    return not any(is_workday(owed.first + timedelta(days=number)) for number in range(7))
