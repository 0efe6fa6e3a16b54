"""The figures of a period: the facts read from the ledger, the rulebook's functions applied to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, String, func, select, type_coerce
from sqlalchemy.orm import Session

from ledger.database import reading
from ledger.scores import adoption_of, scored_of
from ledger.tables_decided import AdoptionRow, BonusRow, SanctionRow, StandingRow
from rulebook.periods import Period, Span, containing
from rulebook.points import (
    Adoption,
    Line,
    ProvisionsOn,
    Row,
    Scored,
    lines_of,
    of_draft,
    table,
)
from rulebook.targets import Completion, Progress, behind, completions, progress
from rulebook.terms import Group, Kind, Outcome, Timely
from rulebook.timeliness import IsWorkday


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the figures of a period depend on, besides the provisions."""

    drafts: tuple[Scored, ...]
    adoptions: tuple[Adoption, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw counts of a unit (annex of the notice): everything reported, scored or not."""

    unit: str
    reported: dict[Kind, int]
    late: int
    held: int
    refused: int


@dataclass(frozen=True, slots=True)
class Annual:
    """附加分 of a unit and year (五.2) and the sanctions that cancel it (五.3)."""

    unit: str
    bonus: Decimal
    sanctions: tuple[str, ...]

    @property
    def counted(self) -> Decimal:
        return Decimal(0) if self.sanctions else self.bonus


@dataclass(frozen=True, slots=True)
class Summary:
    """A period's tables, targets and raw counts, and the lines that prove every point."""

    period: Period
    tables: tuple[tuple[Group, tuple[Row, ...]], ...]
    completions: tuple[Completion, ...]
    raw: tuple[Raw, ...]
    lines: tuple[Line, ...]
    facts: Facts


KINDS = {kind.value: kind for kind in Kind}
OUTCOMES = {outcome.value: outcome for outcome in Outcome}
TIMELIES = {timely.value: timely for timely in Timely}


class Figures:
    """Reads facts; adds nothing up by itself."""

    def __init__(self, engine: Engine, provisions_on: ProvisionsOn, is_workday: IsWorkday) -> None:
        self._engine = reading(engine)
        self._provisions_on = provisions_on
        self._is_workday = is_workday

    def facts(self, period: Period) -> Facts:
        """
        Drafts received in the period and adoptions that touch it.

        Drafts nobody printed are counted in groups that are alike, so that a quarter of 50,000 drafts
        is a few thousand facts; their day is the first of the stretch that it lies in (`_stretches`).
        A printed draft comes with its own day and all its adoptions, whenever they were.
        """
        in_period = StandingRow.day.between(period.first, period.last)
        with Session(self._engine) as session:
            drafts = self._alike(session, period)
            touching = (
                AdoptionRow.day.between(period.first, period.last),
                AdoptionRow.withdrawn.is_(False),
            )
            # two plain questions instead of one with OR, which no index answers
            printed = {
                row.draft_id: row
                for question in (
                    select(StandingRow).where(in_period, StandingRow.adopted),
                    select(StandingRow)
                    .join(AdoptionRow, AdoptionRow.draft_id == StandingRow.draft_id)
                    .where(*touching),
                )
                for row in session.scalars(question)
            }
            drafts += self._capped_weeks(session, printed, period)
            touched = session.scalars(select(AdoptionRow).where(*touching)).all()
            adoptions = {
                row.id: adoption_of(row) for row in (*touched, *_of(session, sorted(printed)))
            }
        drafts += [scored_of(printed[draft]) for draft in sorted(printed)]
        return Facts(tuple(drafts), tuple(adoptions[key] for key in sorted(adoptions)))

    def _alike(self, session: Session, period: Period) -> list[Scored]:
        alike = (
            StandingRow.unit,
            type_coerce(StandingRow.kind, String),
            type_coerce(StandingRow.day, String),
            type_coerce(StandingRow.outcome, String),
            type_coerce(StandingRow.timely, String),
            StandingRow.voided,
        )
        stretch = self._stretches(period)
        counted: dict[tuple[Any, ...], int] = {}
        for unit, kind, day, outcome, timely, voided, many in session.connection().execute(
            select(*alike, func.count())
            .where(
                StandingRow.day.between(period.first, period.last), StandingRow.adopted.is_(False)
            )
            .group_by(*alike)
        ):
            key = (unit, kind, stretch[str(day)], outcome, timely, voided)
            counted[key] = counted.get(key, 0) + many
        return [
            Scored(
                0,
                unit,
                KINDS[kind] if kind else None,
                day,
                OUTCOMES[outcome],
                TIMELIES[timely],
                voided,
                many,
            )
            for (unit, kind, day, outcome, timely, voided), many in counted.items()
        ]

    def _stretches(self, period: Period) -> dict[str, date]:
        """
        By each day of a period the first of the days that no figure tells apart: of one week, of one
        month, under the same provisions, on the same side of their start.
        """
        found: dict[str, date] = {}
        first, alike = period.first, None
        for number in range((period.last - period.first).days + 1):
            day = period.first + timedelta(days=number)
            provisions = self._provisions_on(day)
            told = (
                containing(day, Span.WEEK),
                containing(day, Span.MONTH),
                provisions.since,
                day < provisions.effective_from,
            )
            if told != alike:
                first, alike = day, told
            found[day.isoformat()] = first
        return found

    def _capped_weeks(
        self, session: Session, printed: dict[int, StandingRow], period: Period
    ) -> list[Scored]:
        """
        Under a weekly cap an adoption makes room in the week of its submission: the rest of weeks that
        lie outside the period. Printed drafts of those weeks are added to `printed`.
        """
        weeks = {
            (row.unit, week)
            for row in printed.values()
            if row.unit is not None
            and row.day not in period
            and self._provisions_on((week := containing(row.day, Span.WEEK)).last).points.weekly_cap
        }
        drafts = []
        for unit, week in sorted(weeks):
            for row in session.scalars(
                select(StandingRow).where(
                    StandingRow.unit == unit, StandingRow.day.between(week.first, week.last)
                )
            ):
                if row.adopted:
                    printed[row.draft_id] = row
                elif row.day not in period:
                    drafts.append(scored_of(row))
        return drafts

    def summary(self, period: Period, today: date) -> Summary:
        """All figures of a period."""
        facts = self.facts(_in_whole_weeks(period))
        lines = lines_of(facts.drafts, facts.adoptions, self._provisions_on)
        found = progress(facts.drafts, period, self._provisions_on, self._is_workday, today)
        return Summary(
            period=period,
            tables=tuple(
                (group, table(group, lines, period, self._provisions_on)) for group in Group
            ),
            completions=completions(found),
            raw=self._raw(facts, period),
            lines=tuple(line for line in lines if period.first <= line.day <= period.last),
            facts=facts,
        )

    def of_draft(self, draft: int) -> tuple[Line, ...]:
        """What one draft has earned by now and why; a weekly cap, which concerns many, left out."""
        with Session(self._engine) as session:
            row = session.get(StandingRow, draft)
            if row is None:
                return ()
            adoptions = [adoption_of(one) for one in _of(session, [draft])]
            return of_draft(scored_of(row), adoptions, self._provisions_on)

    def proof(self, unit: str, period: Period) -> tuple[Line, ...]:
        """Every line of a unit's points in a period, each draft by itself, in the order of days."""
        whole = _in_whole_weeks(period)
        with Session(self._engine) as session:
            alone = session.scalars(
                select(StandingRow).where(
                    StandingRow.unit == unit,
                    StandingRow.day.between(whole.first, whole.last),
                    StandingRow.adopted.is_(False),
                )
            ).all()
            drafts = {row.draft_id: scored_of(row) for row in alone}
        facts = self.facts(whole)
        drafts |= {one.draft: one for one in facts.drafts if one.draft and one.unit == unit}
        adoptions = [
            one
            for one in facts.adoptions
            if one.draft in drafts or (one.draft is None and one.unit == unit)
        ]
        lines = lines_of(drafts.values(), adoptions, self._provisions_on)
        found = [line for line in lines if line.unit == unit and line.day in period]
        return tuple(
            sorted(found, key=lambda line: (line.day, line.draft or 0, line.adoption or 0))
        )

    def progress(self, period: Period, today: date) -> tuple[Progress, ...]:
        """How every unit stands to each target of a period that has begun by `today`."""
        drafts = self.facts(_in_whole_weeks(period)).drafts
        return progress(drafts, period, self._provisions_on, self._is_workday, today)

    def behind(self, today: date) -> tuple[Progress, ...]:
        """Who is behind this week's, month's and quarter's targets right now."""
        whole = _in_whole_weeks(containing(today, Span.QUARTER))
        return behind(self.facts(whole).drafts, self._provisions_on, self._is_workday, today)

    def annual(self, year: int) -> tuple[Annual, ...]:
        """附加分 and sanctions of every unit of the rulebook at the year's end."""
        with Session(self._engine) as session:
            bonuses = {
                row.unit: row.points
                for row in session.scalars(select(BonusRow).where(BonusRow.year == year))
            }
            sanctions: dict[str, list[str]] = {}
            for row in session.scalars(
                select(SanctionRow)
                .where(SanctionRow.year == year, SanctionRow.lifted.is_(False))
                .order_by(SanctionRow.id)
            ):
                sanctions.setdefault(row.unit, []).append(row.reason)
        units = self._provisions_on(date(year, 12, 31)).units
        return tuple(
            Annual(
                unit.name, bonuses.get(unit.name, Decimal(0)), tuple(sanctions.get(unit.name, ()))
            )
            for unit in units
        )

    def _raw(self, facts: Facts, period: Period) -> tuple[Raw, ...]:
        counted = {
            unit.name: (dict.fromkeys(Kind, 0), [0, 0, 0])
            for unit in self._provisions_on(period.last).units
        }
        first, last = period.first, period.last
        for draft in facts.drafts:
            if draft.unit not in counted or not first <= draft.day <= last:
                continue
            reported, sums = counted[draft.unit]
            if draft.kind is not None and draft.outcome is Outcome.ACCEPTED:
                reported[draft.kind] += draft.times
            sums[0] += draft.times * (draft.timely is Timely.LATE)
            sums[1] += draft.times * (draft.outcome is Outcome.HELD)
            sums[2] += draft.times * (draft.outcome is Outcome.REFUSED)
        return tuple(Raw(unit, kinds, *sums) for unit, (kinds, sums) in counted.items())


def _in_whole_weeks(period: Period) -> Period:
    """Widened to the weeks that reach over its ends: a week's target looks at all of its days."""
    first, last = containing(period.first, Span.WEEK), containing(period.last, Span.WEEK)
    return Period(first.first, last.last, period.span, period.name)


def _of(session: Session, drafts: Sequence[int], part: int = 500) -> list[AdoptionRow]:
    """Databases bound how many values a question may carry."""
    return [
        row
        for start in range(0, len(drafts), part)
        for row in session.scalars(
            select(AdoptionRow).where(
                AdoptionRow.draft_id.in_(drafts[start : start + part]),
                AdoptionRow.withdrawn.is_(False),
            )
        )
    ]
