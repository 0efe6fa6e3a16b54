"""An independent oracle: from a plain list of events, every figure of the regulation.

    rows = Model(office).report(period_of("quarter", date(2023, 1, 1)), at)

How it thinks: at a moment of knowledge T the facts (drafts after all decisions up to T, adoptions and
links up to T) give dated lines of points. A period sums the lines whose day lies in it. A published
quarter is looked at with T = its publication; what is learnt later about it lands, as a correction,
in the first later quarter that is not yet published at the moment of learning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tests.model.regulation_ledger import ZERO, Fact, Ledger, Line
from tests.model.regulation_types import (
    ACCEPTED,
    DUPLICATE,
    HELD,
    KINDS,
    LATE,
    OFFICE,
    REFUSED,
    SPANS,
    TIERS,
    UNASSIGNED,
    Office,
    Period,
    Unit,
    following,
    office_day,
    parts,
)

FOREVER = datetime(9999, 1, 1, tzinfo=OFFICE)


@dataclass(frozen=True)
class TargetFigure:
    kind: str
    span: str
    owed: int
    reported: int
    filled: int  # at most what is owed in each week (month, quarter): "每周至少"

    @property
    def completion(self) -> Fraction | None:
        """OPEN: the text has no formula. A surplus of one week does not fill another week."""
        return Fraction(self.filled, self.owed) if self.owed else None


@dataclass(frozen=True)
class Row:
    unit: str | None
    name: str
    group: str | None
    scored: Mapping[str, int]  # drafts whose submission point stands in this period
    reported: Mapping[str, int]  # raw: accepted and late ones
    late: int
    held: int
    refused: int
    duplicate: int  # OPEN: neither reported nor refused; withdrawn, void: nowhere
    adoptions: Mapping[int, int]  # scored ones per tier
    adoptions_recorded: Mapping[int, int]  # every recorded one per tier
    submission_points: Decimal
    adoption_gross: Decimal  # tier points of `adoptions`
    replaced: Decimal  # <= 0: what an earlier period had already given
    hand_points: Decimal
    targets: tuple[TargetFigure, ...] = ()
    corrections: Decimal = ZERO
    bonus: Decimal | None = None  # 附加分 of the year. OPEN: beside the total, not in it
    rank: int | None = None

    @property
    def adoption_points(self) -> Decimal:
        """ "That later quarter gets the difference to the submission point."""
        return self.adoption_gross + self.replaced

    @property
    def total(self) -> Decimal:
        return self.submission_points + self.adoption_points + self.hand_points + self.corrections


@dataclass
class _Sums:
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tiers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    points: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


class Model(Ledger):
    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._rows: dict[tuple[Period, datetime], list[Row]] = {}

    # ------------------------------------------------------------ a period as known at a moment
    def asked(self, period: Period, at: datetime) -> date:
        """The day on which the rows of a period are named; see Office.row_day."""
        if self.office.row_day == "period_end":
            return period.end
        year_end = date(period.key_day.year, 12, 31)
        return max(period.end, min(year_end, office_day(at)))

    def figures(self, period: Period, at: datetime) -> list[Row]:
        """Rows without corrections and rank; the last one is 未归属."""
        if (period, at) in self._rows:
            return self._rows[period, at]
        asked = self.asked(period, at)
        units = self.directory.rows_of(period, asked)
        sums: dict[str | None, _Sums] = {u.id: _Sums() for u in units}
        sums[None] = _Sums()

        def row_id(name: str | None, day: date) -> str | None:
            unit_id = self.directory.place(name, day, asked)
            return unit_id if unit_id in sums else None

        by_key: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines(at):
            if line.day in period:
                by_key[line.key].append(line)
        for same in by_key.values():  # given and taken back inside one period: as if never given
            line, net = same[0], sum(x.sign for x in same)
            into = sums[row_id(line.unit, line.unit_day)]
            if net < 0:
                into.points["replaced"] -= line.amount
            elif net > 0:
                into.points[line.part] += line.amount
                if line.part == "submission":
                    into.counts["scored"][line.kind] += 1
                elif line.part == "adoption":
                    into.tiers["scored"][line.tier] += 1
        for fact in self.facts(at).values():
            if fact.day in period and self.provision(fact.day):
                into = sums[row_id(fact.unit, fact.day)]
                into.counts["state"][fact.state] += 1
                if fact.state in (ACCEPTED, LATE):
                    into.counts["reported"][fact.kind or ""] += 1
        for adoption, linked in self.adoptions(at):
            if adoption.day in period:
                name = adoption.unit or (linked.unit if linked else None)
                sums[row_id(name, adoption.day)].tiers["recorded"][adoption.tier] += 1
        rows = [self._row(u, sums[u.id], period, at) for u in units]
        rows.append(self._row(None, sums[None], period, at))
        self._rows[period, at] = rows
        return rows

    def _row(self, unit: Unit | None, sums: _Sums, period: Period, at: datetime) -> Row:
        state, points = sums.counts["state"], sums.points
        return Row(
            unit.id if unit else None,
            unit.name_on(self.asked(period, at)) if unit else UNASSIGNED,
            unit.group if unit else None,
            {k: sums.counts["scored"][k] for k in KINDS},
            {k: sums.counts["reported"][k] for k in KINDS},
            state[LATE],
            state[HELD],
            state[REFUSED],
            state[DUPLICATE],
            {t: sums.tiers["scored"][t] for t in TIERS},
            {t: sums.tiers["recorded"][t] for t in TIERS},
            points["submission"],
            points["adoption"],
            points["replaced"],
            points["hand"],
            self._targets(unit, period, at) if unit else (),
            bonus=self._bonus(unit, period, at) if unit and period.span == "year" else None,
        )

    def _targets(self, unit: Unit, period: Period, at: datetime) -> tuple[TargetFigure, ...]:
        wanted = sorted(
            {
                (SPANS.index(t.span), t.kind)
                for p in self.office.provisions
                for t in p.targets
                if t.group == unit.group and SPANS.index(t.span) <= SPANS.index(period.span)
            }
        )
        figures = []
        for index, kind in wanted:
            owed = reported = filled = 0
            days = [
                f.day
                for f in self.facts(at).values()
                if f.kind == kind
                and self._counts_to_target(f)
                and self.directory.place(f.unit, f.day, self.asked(period, at)) == unit.id
            ]
            for part in parts(period, SPANS[index]):
                due = self._owed(unit, part, kind)
                sent = sum(day in part for day in days)
                owed, reported, filled = owed + due, reported + sent, filled + min(due, sent)
            figures.append(TargetFigure(kind, SPANS[index], owed, reported, filled))
        return tuple(figures)

    def _owed(self, unit: Unit, part: Period, kind: str) -> int:
        """OPEN: a week is owed whose Thursday is not before effective_from, a month or quarter whose last
        day is not; and which the unit (or its predecessors) lived to see, at least in part."""
        rules = self.provision(part.key_day)
        last_needed = part.key_day if part.span == "week" else part.start
        if rules is None or not self.directory.begun(unit.id) <= part.key_day:
            return 0
        if self.directory.end(unit) < last_needed:
            return 0
        waive = part.span == "week" and rules.waive_zero_workday_week
        if waive and not self.office.calendar.has_workday(part):
            return 0
        return sum(
            t.count
            for t in rules.targets
            if (t.group, t.kind, t.span) == (unit.group, kind, part.span)
        )

    def _counts_to_target(self, fact: Fact) -> bool:
        """OPEN: held, refused, duplicate ones do not count until a person accepts them."""
        rules = self.provision(fact.day)
        return rules is not None and (
            fact.state == ACCEPTED or (fact.state == LATE and rules.late_counts_to_target)
        )

    def _bonus(self, unit: Unit, year: Period, at: datetime) -> Decimal | None:
        """The figure a person entered (OPEN: the last entry stands); a sanction of the year makes it 0."""

        def here(name: str, day: date) -> bool:
            return self.directory.place(name, min(day, year.end), year.end) == unit.id

        entered = [
            b
            for b in sorted(self.office.bonuses, key=lambda b: b.recorded)
            if b.recorded <= at
            and b.year == year.start.year
            and here(b.unit, office_day(b.recorded))
        ]
        if any(
            s.recorded <= at and s.day in year and here(s.unit, s.day)
            for s in self.office.sanctions
        ):
            return ZERO
        return entered[-1].points if entered else None

    # ------------------------------------------------------------ what is shown
    def published(self, period: Period, at: datetime) -> datetime | None:
        """OPEN: published twice: the first time freezes."""
        return min(
            (p.moment for p in self.office.publications if p.period == period and p.moment <= at),
            default=None,
        )

    def report(self, period: Period, at: datetime = FOREVER) -> tuple[Row, ...]:
        """Rows as shown at a moment. Groups in the order of the units, each by rank; 未归属 last.

        OPEN: only quarters take corrections (Q4's go to Q1 of the next year). Half and year rows are the
        sum of their shown quarters; what their own facts do not explain stands in `corrections`. Weeks
        and months are shown as known now, even inside a published quarter.
        """
        at = self.published(period, at) or at
        rows = self.figures(period, at)
        extra: dict[str | None, Decimal] = defaultdict(Decimal)
        if period.span == "quarter":
            extra = self._corrections(period, at)
        elif period.span in ("half", "year"):
            for quarter in parts(period, "quarter"):
                for row in self.report(quarter, at):
                    extra[self._carry(row.unit, period, at)] += row.total
            for row in rows:
                extra[row.unit] -= row.total
        rows = [replace(row, corrections=extra[row.unit]) for row in rows]
        rows = [
            replace(
                row,
                rank=None
                if row.unit is None
                else 1
                + sum(
                    other.unit is not None and other.group == row.group and other.total > row.total
                    for other in rows
                ),
            )
            for row in rows
        ]
        groups = list(dict.fromkeys(u.group for u in self.office.units))
        return tuple(
            sorted(
                rows,
                key=lambda r: (
                    (groups.index(r.group), r.rank) if r.group and r.rank else (len(groups), 0)
                ),
            )
        )

    def _carry(self, unit_id: str | None, period: Period, at: datetime) -> str | None:
        """A row of an earlier period as a row of this one. OPEN: where none is left: 未归属."""
        asked = self.asked(period, at)
        carried = self.directory.forward(unit_id, asked) if unit_id else None
        return (
            carried if any(u.id == carried for u in self.directory.rows_of(period, asked)) else None
        )

    def _corrections(self, quarter: Period, at: datetime) -> dict[str | None, Decimal]:
        """Differences of earlier published quarters, learnt while this one is the first open one."""
        extra: dict[str | None, Decimal] = defaultdict(Decimal)
        for earlier in {p.period for p in self.office.publications if p.period.span == "quarter"}:
            known = self.published(earlier, at)
            if known is None or earlier.start >= quarter.start:
                continue
            landing = following(earlier)
            while landing != quarter and known is not None:
                closed = self.published(landing, at)
                known = (
                    None if closed is None else max(known, closed)
                )  # an open quarter takes the rest
                landing = following(landing)
            if known is None or known >= at:
                continue
            for sign, moment in ((1, at), (-1, known)):
                for row in self.figures(earlier, moment):
                    extra[self._carry(row.unit, quarter, at)] += sign * row.total
        return extra


def report(office: Office, period: Period, at: datetime = FOREVER) -> tuple[Row, ...]:
    return Model(office).report(period, at)
