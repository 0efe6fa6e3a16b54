"""Reading the facts of a period: drafts as they score, alike ones counted together, and adoptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    func,
    select,
    type_coerce,
)

from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, HandLineRow, StandingRow
from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import Period, Span, containing
from rulebook.points import Adoption, HandPoints, ProvisionsOn, Scored


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the figures of a period depend on, besides the provisions."""

    drafts: tuple[Scored, ...]
    adoptions: tuple[Adoption, ...]
    by_hand: tuple[HandPoints, ...] = ()


OUTCOMES = {outcome.value: outcome for outcome in Outcome}
TIMELIES = {timely.value: timely for timely in Timely}


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
    AdoptionRow.manner,
)

_BY_HAND: Select[*tuple[Any, ...]] = select(
    HandLineRow.id,  # the fields of HandPoints
    HandLineRow.unit,
    HandLineRow.day,
    HandLineRow.points,
    HandLineRow.why,
    HandLineRow.clause,
    HandLineRow.person,
).where(HandLineRow.removed.is_(False))


class FactReader:
    """Reads what the rulebook's functions are applied to; adds up only drafts that are alike."""

    def __init__(self, engine: Engine, provisions_on_day: ProvisionsOn) -> None:
        self._engine = read_only(engine)
        self._provisions_on = provisions_on_day

    def of_period(self, period: Period) -> Facts:
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
            drafts = _counted(alike, self._stretches(period, week_and_month))
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
            by_hand = tuple(
                HandPoints(*row)
                for row in connection.execute(
                    _BY_HAND.where(HandLineRow.day.between(period.first, period.last))
                ).all()
            )
        drafts += [printed[draft] for draft in sorted(printed)]
        return Facts(tuple(drafts), tuple(adoptions[key] for key in sorted(adoptions)), by_hand)

    def reported(
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

    def draft(self, draft: int) -> tuple[Scored, list[Adoption]] | None:
        """Read one draft and its adoptions, None when there is no such draft."""
        with self._engine.connect() as connection:
            row = connection.execute(_SCORED.where(StandingRow.draft_id == draft)).first()
            if row is None:
                return None
            return Scored(*row), [Adoption(*printed) for printed in _of(connection, [draft])]

    def unprinted(self, units: Sequence[str], period: Period) -> dict[int, Scored]:
        """Read the drafts of a period that nobody printed of units by their stored names, by number."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                _SCORED.where(
                    StandingRow.unit.in_(units),
                    StandingRow.day.between(period.first, period.last),
                    StandingRow.adopted.is_(False),
                )
            ).all()
        return {row.draft_id: Scored(*row) for row in rows}

    def names(self, period: Period) -> list[tuple[str, date]]:
        """List the names under which drafts of a period are stored, with the days of their receipt."""
        query = (
            select(StandingRow.unit, StandingRow.day)
            .where(
                StandingRow.unit.is_not(None),
                StandingRow.day.between(period.first, period.last),
            )
            .distinct()
        )
        with self._engine.connect() as connection:
            return [(row.unit, row.day) for row in connection.execute(query)]

    def _stretches(
        self, period: Period, told_apart: Callable[[date], object]
    ) -> dict[str | date, date]:
        """
        Map each day of a period, as either driver writes it, to the first day of its stretch.

        A stretch: days that a question does not tell apart, under the same provisions and on the same
        side of their start.
        """
        first_days: dict[str | date, date] = {}
        first, alike = period.first, None
        for number in range((period.last - period.first).days + 1):
            day = period.first + timedelta(days=number)
            provisions = self._provisions_on(day)
            key = (told_apart(day), provisions.since, day < provisions.effective_from)
            if key != alike:
                first, alike = day, key
            first_days[day.isoformat()] = first_days[day] = first
        return first_days

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


def week_and_month(day: date) -> object:
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
            Kind(kind) if kind else None,
            day,
            OUTCOMES[outcome],
            TIMELIES[timely],
            bool(voided),
            many,
        )
        for (unit, kind, day, outcome, timely, voided), many in counted.items()
    ]
