"""The figures of a period: the facts read from the ledger, the rulebook's functions applied to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    and_,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, BonusRow, SanctionRow, StandingRow
from rulebook.model import Group, Kind, Outcome, Timely
from rulebook.periods import Period, Span, containing
from rulebook.points import Adoption, ProvisionsOn, Scored, ScoreLine, lines_of, of_draft
from rulebook.ranking import TableRow, table
from rulebook.targets import Completion, Progress, behind, completions, progress
from rulebook.timeliness import IsWorkday


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the figures of a period depend on, besides the provisions."""

    drafts: tuple[Scored, ...]
    adoptions: tuple[Adoption, ...]


@dataclass(frozen=True, slots=True)
class RawCounts:
    """Raw counts of a unit (annex of the notice): everything reported, scored or not."""

    unit: str
    reported: dict[Kind, int]
    late: int
    held: int
    refused: int


@dataclass(frozen=True, slots=True)
class AnnualBonus:
    """附加分 of a unit and year (五.2) and the sanctions that cancel it (五.3)."""

    unit: str
    bonus: Decimal
    sanctions: tuple[str, ...]

    @property
    def counted(self) -> Decimal:
        """The points that count: 0 under a sanction."""
        return Decimal(0) if self.sanctions else self.bonus


@dataclass(frozen=True, slots=True)
class Summary:
    """A period's tables, targets and raw counts, and the facts that they were computed from."""

    period: Period
    tables: tuple[tuple[Group, tuple[TableRow, ...]], ...]
    completions: tuple[Completion, ...]
    raw: tuple[RawCounts, ...]
    facts: Facts


KINDS = {kind.value: kind for kind in Kind}
OUTCOMES = {outcome.value: outcome for outcome in Outcome}
TIMELIES = {timely.value: timely for timely in Timely}


class Figures:
    """Reads facts and hands them to the rulebook; adds up nothing itself."""

    def __init__(
        self, engine: Engine, provisions_on_day: ProvisionsOn, is_workday: IsWorkday
    ) -> None:
        self._engine = read_only(engine)
        self._provisions_on = provisions_on_day
        self._is_workday = is_workday

    def facts(self, period: Period) -> Facts:
        """
        Read drafts received in the period and adoptions that touch it.

        Drafts nobody printed are counted in groups that are alike, so that a quarter of 50,000 drafts
        is a few thousand facts; their day is the first of the stretch that it lies in (`_stretches`).
        A printed draft comes with its own day and all its adoptions, whenever they were.
        """
        in_period = StandingRow.day.between(period.first, period.last)
        touching = (
            AdoptionRow.day.between(period.first, period.last),
            AdoptionRow.withdrawn.is_(False),
        )

        with self._engine.connect() as connection:
            alike = _alike(connection, in_period, StandingRow.adopted.is_(False))
            drafts = _counted(alike, self._stretches(period, _week_and_month))
            # two plain questions instead of one with OR, which no index answers
            printed = {
                row.draft_id: Scored(*row)
                for question in (
                    _SCORED.where(in_period, StandingRow.adopted),
                    _SCORED.join(AdoptionRow, AdoptionRow.draft_id == StandingRow.draft_id).where(
                        *touching
                    ),
                )
                for row in connection.execute(question).all()
            }
            drafts += self._capped_weeks(connection, printed, period)
            touched = connection.execute(_ADOPTIONS.where(*touching)).all()
            adoptions = {
                row.id: Adoption(*row) for row in (*touched, *_of(connection, sorted(printed)))
            }
        drafts += [printed[draft] for draft in sorted(printed)]
        return Facts(tuple(drafts), tuple(adoptions[key] for key in sorted(adoptions)))

    def _stretches(
        self, period: Period, told_apart: Callable[[date], object]
    ) -> dict[str | date, date]:
        """
        Map each day of a period, as either driver writes it, to the first day of its stretch.

        A stretch: days that a question does not tell apart, under the same provisions and on the same
        side of their start.
        """
        found: dict[str | date, date] = {}
        first, alike = period.first, None
        for number in range((period.last - period.first).days + 1):
            day = period.first + timedelta(days=number)
            provisions = self._provisions_on(day)
            told = (told_apart(day), provisions.since, day < provisions.effective_from)
            if told != alike:
                first, alike = day, told
            found[day.isoformat()] = found[day] = first
        return found

    def _capped_weeks(
        self, connection: Connection, printed: dict[int, Scored], period: Period
    ) -> list[Scored]:
        """
        Read the rest of weeks outside the period in which an adoption makes room under a weekly cap.

        Printed drafts of those weeks are added to `printed`.
        """
        weeks = {
            (one.unit, week)
            for one in printed.values()
            if one.unit is not None
            and one.day not in period
            and self._provisions_on((week := containing(one.day, Span.WEEK)).last).points.weekly_cap
        }
        drafts = []
        for unit, week in sorted(weeks):
            in_week = (StandingRow.unit == unit, StandingRow.day.between(week.first, week.last))
            for adopted, *row in connection.execute(
                _SCORED.with_only_columns(StandingRow.adopted, *_SCORED_AS).where(*in_week)
            ).all():
                one = Scored(*row)
                if adopted:
                    printed[one.draft] = one
                elif one.day not in period:
                    drafts.append(one)
        return drafts

    def summary(self, period: Period, today: date) -> Summary:
        """Compute all figures of a period."""
        facts = self.facts(_in_whole_weeks(period))
        lines = lines_of(facts.drafts, facts.adoptions, self._provisions_on, worthless=False)
        found = progress(facts.drafts, period, self._provisions_on, self._is_workday, today)
        return Summary(
            period=period,
            tables=tuple(
                (group, table(group, lines, period, self._provisions_on)) for group in Group
            ),
            completions=completions(found),
            raw=self._raw(facts, period),
            facts=facts,
        )

    def of_draft(self, draft: int) -> tuple[ScoreLine, ...]:
        """List what one draft has earned by now and why; a weekly cap, which concerns many, left out."""
        with self._engine.connect() as connection:
            row = connection.execute(_SCORED.where(StandingRow.draft_id == draft)).first()
            if row is None:
                return ()
            adoptions = [Adoption(*found) for found in _of(connection, [draft])]
            return of_draft(Scored(*row), adoptions, self._provisions_on)

    def proof(self, unit: str, period: Period) -> tuple[ScoreLine, ...]:
        """List every line of a unit's points in a period, each draft by itself, in the order of days."""
        whole = _in_whole_weeks(period)
        with self._engine.connect() as connection:
            alone = connection.execute(
                _SCORED.where(
                    StandingRow.unit == unit,
                    StandingRow.day.between(whole.first, whole.last),
                    StandingRow.adopted.is_(False),
                )
            ).all()
        drafts = {row.draft_id: Scored(*row) for row in alone}
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
        """Tell how every unit stands to each target of a period that has begun by `today`."""
        whole = _in_whole_weeks(period)

        drafts = self._reported(whole, _week_and_month)
        return progress(drafts, period, self._provisions_on, self._is_workday, today)

    def behind(self, today: date) -> tuple[Progress, ...]:
        """Tell who is behind this week's, month's and quarter's targets right now."""
        current = [containing(today, span) for span in (Span.WEEK, Span.MONTH, Span.QUARTER)]

        def told_apart(day: date) -> object:
            return [day in period for period in current]

        asked: list[ColumnElement[bool]] = [
            false()
        ]  # by each period's targets; of most kinds the week alone is asked
        for period in current:
            targets = self._provisions_on(period.last).targets
            kinds = {target.kind for target in targets if target.period is period.span}
            if kinds:
                days = StandingRow.day.between(period.first, period.last)
                asked.append(and_(StandingRow.kind.in_(sorted(kinds)), days))
        drafts = self._reported(_in_whole_weeks(current[-1]), told_apart, or_(*asked))
        return behind(drafts, self._provisions_on, self._is_workday, today)

    def _reported(
        self,
        period: Period,
        told_apart: Callable[[date], object],
        asked: ColumnElement[bool] | None = None,
    ) -> list[Scored]:
        """Count what targets look at: the drafts of a period, printed or not, alike ones together."""
        conditions: list[ColumnElement[bool]] = [StandingRow.day.between(period.first, period.last)]
        if asked is not None:
            conditions.append(asked)
        with self._engine.connect() as connection:
            alike = _alike(connection, *conditions)
        return _counted(alike, self._stretches(period, told_apart))

    def annual(self, year: int) -> tuple[AnnualBonus, ...]:
        """List 附加分 and sanctions of every unit of the rulebook at the year's end."""
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
            AnnualBonus(
                unit.name, bonuses.get(unit.name, Decimal(0)), tuple(sanctions.get(unit.name, ()))
            )
            for unit in units
        )

    def _raw(self, facts: Facts, period: Period) -> tuple[RawCounts, ...]:
        counted = {
            unit.name: (dict.fromkeys(Kind, 0), [0, 0, 0])
            for unit in self._provisions_on(period.last).units
        }
        first, last = period.first, period.last
        for draft in facts.drafts:
            if draft.unit not in counted or not first <= draft.day <= last:
                continue
            reported, sums = counted[draft.unit]
            if draft.timely is Timely.LATE:
                sums[0] += draft.times
            if draft.outcome is Outcome.ACCEPTED:
                if draft.kind is not None:
                    reported[draft.kind] += draft.times
            elif draft.outcome is Outcome.HELD:
                sums[1] += draft.times
            elif draft.outcome is Outcome.REFUSED:
                sums[2] += draft.times
        return tuple(RawCounts(unit, kinds, *sums) for unit, (kinds, sums) in counted.items())


def _in_whole_weeks(period: Period) -> Period:
    """Widen a period to the weeks that reach over its ends: a week's target looks at all of its days."""
    first, last = containing(period.first, Span.WEEK), containing(period.last, Span.WEEK)
    return Period(first.first, last.last, period.span, period.name)


_SCORED_AS = (  # the fields of Scored
    StandingRow.draft_id,
    StandingRow.unit,
    StandingRow.kind,
    StandingRow.day,
    StandingRow.outcome,
    StandingRow.timely,
    StandingRow.voided,
)
_SCORED: Select[*tuple[Any, ...]] = select(*_SCORED_AS)
_ADOPTIONS: Select[*tuple[Any, ...]] = select(
    AdoptionRow.id,  # the fields of Adoption
    AdoptionRow.draft_id,
    AdoptionRow.unit,
    AdoptionRow.kind,
    AdoptionRow.outlet,
    AdoptionRow.tier,
    AdoptionRow.day,
)


def _week_and_month(day: date) -> object:
    """Give what tables and targets tell apart: the days of a week in one month are alike."""
    return containing(day, Span.WEEK), containing(day, Span.MONTH)


def _of(connection: Connection, drafts: Sequence[int], part: int = 500) -> list[Any]:
    """Read adoptions of drafts in parts: databases bound how many values a question may carry."""
    return [
        row
        for start in range(0, len(drafts), part)
        for row in connection.execute(
            _ADOPTIONS.where(
                AdoptionRow.draft_id.in_(drafts[start : start + part]),
                AdoptionRow.withdrawn.is_(False),
            )
        ).all()
    ]


def _alike(connection: Connection, *conditions: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """
    Count the drafts of a day that are alike: (unit, kind, day, outcome, timely, voided, how many).

    There are tens of thousands of answers, so they come as the driver gives them.
    """
    alike = (
        StandingRow.unit,
        type_coerce(StandingRow.kind, String),
        StandingRow.day,
        type_coerce(StandingRow.outcome, String),
        type_coerce(StandingRow.timely, String),
        StandingRow.voided,
    )
    with connection.execute(
        select(*alike, func.count()).where(*conditions).group_by(*alike)
    ) as answer:
        assert answer.cursor is not None
        return list(answer.cursor.fetchall())


def _counted(alike: Iterable[tuple[Any, ...]], stretch: Mapping[str | date, date]) -> list[Scored]:
    """Add up by the stretches in which the days lie; their day is the first of each."""
    counted: dict[tuple[Any, ...], int] = {}
    for unit, kind, day, outcome, timely, voided, many in alike:
        key = (unit, kind, stretch[day], outcome, timely, voided)
        counted[key] = counted.get(key, 0) + many
    return [
        Scored(
            0,
            unit,
            KINDS[kind] if kind else None,
            day,
            OUTCOMES[outcome],
            TIMELIES[timely],
            bool(voided),
            many,
        )
        for (unit, kind, day, outcome, timely, voided), many in counted.items()
    ]
