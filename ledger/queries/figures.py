"""The figures of a period: the rulebook's functions applied to the facts of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Engine,
    and_,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Session

from ledger.models.base import summed
from ledger.models.database import read_only
from ledger.models.decisions import BonusRow, SanctionRow, ScoreRow, StandingRow
from ledger.models.letters import DraftRow
from ledger.queries.facts import FactReader, Facts, week_and_month
from rulebook.amounts import Amount, amount, written
from rulebook.counts import Count, count_of
from rulebook.model import Group, Kind, Outcome
from rulebook.period_lines import period_lines, reach
from rulebook.periods import CALENDAR_SPANS, Period, Span, containing
from rulebook.points import ProvisionsOn, ScoreLine, of_draft
from rulebook.points_table import Column, columns_of
from rulebook.provisions import Measure
from rulebook.ranking import TableRow, table
from rulebook.reasons import Reason
from rulebook.targets import Completion, Progress, behind, completions, progress
from rulebook.timeliness import IsWorkday
from rulebook.unit_history import UNPLACED, UnitHistory


@dataclass(frozen=True, slots=True)
class RawCounts:
    """
    Raw counts of a unit (annex of the notice): everything reported, scored or not.

    `late` are some of those reported, `held` and `refused` are not (rulebook/counts.py).
    """

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
class Unplaced:
    """A name with points that no unit takes: from which day on, and how many."""

    name: str
    since: date
    points: Amount


@dataclass(frozen=True, slots=True)
class UnplacedBonus:
    """附加分 of a year under a name that no unit of its end takes."""

    name: str
    year: int
    points: Decimal

    @property
    def sentence(self) -> str:
        """What is wrong, without a full stop."""
        return (
            f"“{self.name}”{self.year}年度的附加分 {written(self.points)} 分不属于当年的任何单位，"
            f"表中列为“{UNPLACED}”"
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """The tables of a period with their columns, targets, raw counts, and the facts they come from."""

    period: Period
    tables: tuple[tuple[Group, tuple[TableRow, ...]], ...]
    completions: tuple[Completion, ...]
    raw: tuple[RawCounts, ...]
    facts: Facts
    columns: tuple[Column, ...]

    def with_unplaced(
        self, annual: Sequence[AnnualBonus] = ()
    ) -> tuple[tuple[Group, tuple[TableRow, ...]], ...]:
        """
        Return the tables with a row 未归属, too, where no points but drafts or 附加分 have no unit.

        It stands at the end of the last table, unless a table has it already.
        """
        names = {one.unit for one in self.raw} | {one.unit for one in annual}
        if UNPLACED not in names or any(
            row.unit == UNPLACED for _, rows in self.tables for row in rows
        ):
            return self.tables
        *others, (group, rows) = self.tables
        return (*others, (group, (*rows, TableRow(UNPLACED, group, (), (), 0, 0, 0))))


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft that waits for a person, with the office day of its receipt and why it is held."""

    draft: int
    title: str
    day: date
    reasons: tuple[Reason, ...]


class Figures:
    """Reads facts and hands them to the rulebook; adds up nothing itself."""

    def __init__(
        self, engine: Engine, provisions_on_day: ProvisionsOn, is_workday: IsWorkday
    ) -> None:
        self._engine = read_only(engine)
        self.facts = FactReader(engine, provisions_on_day)
        self._provisions_on = provisions_on_day
        self._is_workday = is_workday

    def summary(self, period: Period, today: date) -> Summary:
        """Compute all figures of a period."""
        facts = self.facts.of_period(self._reached(period))
        lines = self._lines(facts, period, worthless=False)
        steps = progress(facts.drafts, period, self._provisions_on, self._is_workday, today, lines)
        return Summary(
            period=period,
            tables=tuple(
                (rule.name, table(rule.name, lines, period, self._provisions_on))
                for rule in self._provisions_on(period.last).group_rules
            ),
            completions=completions(steps),
            raw=self._raw(facts, period),
            facts=facts,
            columns=columns_of(self._provisions_on(period.last)),
        )

    def of_draft(self, draft: int) -> tuple[ScoreLine, ...]:
        """List what one draft has earned by now and why; a weekly cap, which concerns many, left out."""
        facts = self.facts.draft(draft)
        return of_draft(*facts, self._provisions_on) if facts else ()

    def proof(self, unit: str, period: Period) -> tuple[ScoreLine, ...]:
        """List every line of a unit's points in a period, each draft by itself, in the order of days."""
        weeks = self._reached(period)
        history = UnitHistory(self._provisions_on)

        def belongs(name: str | None, day: date) -> bool:
            if name is None:
                return False
            row = history.row(name, day, period.last)
            return (row.unit if row else UNPLACED) == unit

        names = {name for name, day in self.facts.names(weeks) if belongs(name, day)}
        drafts = self.facts.unprinted(sorted(names), weeks)
        facts = self.facts.of_period(weeks)
        drafts |= {one.draft: one for one in facts.drafts if one.draft and one.unit}
        adoptions = [one for one in facts.adoptions if one.draft is None or one.draft in drafts]
        proved = Facts(tuple(drafts.values()), tuple(adoptions), facts.by_hand)
        lines = self._lines(proved, period, worthless=True)
        of_unit = [line for line in lines if line.day in period and belongs(line.unit, line.day)]
        return tuple(
            sorted(of_unit, key=lambda line: (line.day, line.draft or 0, line.adoption or 0))
        )

    def _reached(self, period: Period) -> Period:
        """Widen a period to the whole weeks and longer periods that its points look at."""
        return _in_whole_weeks(reach(period, self._provisions_on))

    def _lines(self, facts: Facts, period: Period, *, worthless: bool) -> list[ScoreLine]:
        return period_lines(
            facts.drafts,
            facts.adoptions,
            facts.by_hand,
            period,
            self._provisions_on,
            self._is_workday,
            worthless=worthless,
        )

    def progress(self, period: Period, today: date, unit: str = "") -> tuple[Progress, ...]:
        """Tell how every unit, or one alone, stands to each target of a period that has begun by `today`."""
        weeks = _in_whole_weeks(period)
        of_unit = StandingRow.unit.in_(sorted(self.names(unit, min(period.last, today))))
        drafts = self.facts.reported(weeks, week_and_month, of_unit if unit else None)
        lines = None
        targets = self._provisions_on(period.last).targets
        if any(one.measure is not Measure.REPORTED for one in targets):
            facts = self.facts.of_period(self._reached(period))
            lines = self._lines(facts, period, worthless=False)
        return progress(
            drafts, period, self._provisions_on, self._is_workday, today, lines, only=unit
        )

    def behind(self, today: date) -> tuple[Progress, ...]:
        """Tell who is behind this week's, month's and quarter's targets right now."""
        current = [
            period
            for period in (containing(today, span) for span in CALENDAR_SPANS)
            if any(one.period is period.span for one in self._provisions_on(period.last).targets)
        ] or [containing(today, Span.WEEK)]

        def told_apart(day: date) -> object:
            return [day in period for period in current]

        conditions: list[ColumnElement[bool]] = [
            false()
        ]  # by each period's targets; of most kinds the week alone is asked
        for period in current:
            targets = self._provisions_on(period.last).targets
            kinds = {target.kind for target in targets if target.period is period.span}
            days = StandingRow.day.between(period.first, period.last)
            if "" in kinds:
                conditions.append(days)
            elif kinds:
                of_kind = or_(StandingRow.kind.in_(sorted(kinds)), StandingRow.kind.is_(None))
                conditions.append(and_(of_kind, days))
        drafts = self.facts.reported(_in_whole_weeks(current[-1]), told_apart, or_(*conditions))
        return behind(drafts, self._provisions_on, self._is_workday, today)

    def held(self, unit: str, period: Period) -> list[HeldDraft]:
        """List a unit's drafts of a period that wait for a person, the earliest first."""
        query = (
            select(StandingRow.draft_id, DraftRow.title, StandingRow.day, StandingRow.reasons)
            .join(DraftRow, DraftRow.id == StandingRow.draft_id)
            .where(
                StandingRow.unit.in_(sorted(self.names(unit, period.last))),
                StandingRow.day.between(period.first, period.last),
                StandingRow.outcome == Outcome.HELD,
            )
            .order_by(StandingRow.draft_id)
            .limit(100)
        )
        with self._engine.connect() as connection:
            return [
                HeldDraft(number, title, day, tuple(Reason[name] for name in reasons))
                for number, title, day, reasons in connection.execute(query)
            ]

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
        end = date(year, 12, 31)
        history = UnitHistory(self._provisions_on)

        def row_of(name: str) -> str:
            row = history.row(name, end, end)
            return row.unit if row else UNPLACED

        by_row: dict[str, Decimal] = {}
        for name, points in bonuses.items():
            by_row[row_of(name)] = by_row.get(row_of(name), Decimal(0)) + points
        reasons: dict[str, list[str]] = {}
        for name, told in sanctions.items():
            reasons.setdefault(row_of(name), []).extend(told)
        names = [unit.name for unit in self._provisions_on(end).units]
        names += sorted({*by_row, *reasons} - {*names})  # of a unit that is no more
        return tuple(
            AnnualBonus(name, by_row.get(name, Decimal(0)), tuple(reasons.get(name, ())))
            for name in names
        )

    def names(self, unit: str, asked: date) -> frozenset[str]:
        """List the names of all days under which the ledger knows a unit of the day asked about."""
        return UnitHistory(self._provisions_on).names(unit, asked)

    def unplaced(self) -> tuple[Unplaced, ...]:
        """List names with points that no unit of their day takes; none when every point has a row."""
        history = UnitHistory(self._provisions_on)
        query = (
            select(ScoreRow.unit, ScoreRow.day, summed(ScoreRow.points))
            .where(ScoreRow.points != 0)
            .group_by(ScoreRow.unit, ScoreRow.day)
            .order_by(ScoreRow.unit, ScoreRow.day)
        )
        there: dict[str, Unplaced] = {}
        with self._engine.connect() as connection:
            for name, day, points in connection.execute(query):
                if history.unit(name, day) is None:
                    before = there.get(name, Unplaced(name, day, 0))
                    there[name] = Unplaced(
                        name, before.since, amount(before.points + amount(points))
                    )
        return tuple(there.values())

    def unplaced_bonuses(self) -> tuple[UnplacedBonus, ...]:
        """List 附加分 that no unit of the year's end takes."""
        history = UnitHistory(self._provisions_on)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(BonusRow.unit, BonusRow.year, BonusRow.points)
                .where(BonusRow.points != 0)
                .order_by(BonusRow.year, BonusRow.unit)
            ).all()
        return tuple(
            UnplacedBonus(unit, year, points)
            for unit, year, points in rows
            if history.unit(unit, date(year, 12, 31)) is None
        )

    def _raw(self, facts: Facts, period: Period) -> tuple[RawCounts, ...]:
        history = UnitHistory(self._provisions_on)
        provisions = self._provisions_on(period.last)
        none = {rule.name: 0 for rule in provisions.kind_rules}
        first, last = period.first, period.last
        counted = {
            name: (dict(none), [0, 0, 0])
            for group in provisions.group_rules
            for name in history.rows(group.name, first, last)
        }
        for draft in facts.drafts:
            if not first <= draft.day <= last:
                continue
            row = history.row(draft.unit, draft.day, last) if draft.unit else None
            name = row.unit if row else UNPLACED
            kinds, sums = counted.setdefault(name, (dict(none), [0, 0, 0]))
            count = count_of(draft, self._provisions_on(draft.day))
            if count in (Count.REPORTED, Count.LATE):
                if draft.kind is not None:
                    kinds[draft.kind] = kinds.get(draft.kind, 0) + draft.times
                sums[0] += draft.times * (count is Count.LATE)
            elif count is Count.HELD:
                sums[1] += draft.times
            elif count is Count.REFUSED:
                sums[2] += draft.times
        return tuple(RawCounts(unit, reported, *sums) for unit, (reported, sums) in counted.items())


def _in_whole_weeks(period: Period) -> Period:
    """Widen a period to the weeks that reach over its ends: a week's target looks at all of its days."""
    first, last = containing(period.first, Span.WEEK), containing(period.last, Span.WEEK)
    return Period(first.first, last.last, period.span, period.name)
