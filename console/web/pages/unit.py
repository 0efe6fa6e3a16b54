"""A year of a unit at a glance: its points, its targets week by week, drafts, adoptions, officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.spreadsheets.roster import mask
from console.web import forms
from console.web.charts import ceiling
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries.unit_points import points_by_day
from ledger.queries.unit_rows import count_unit_drafts, unit_adoptions, unit_drafts
from rulebook.amounts import Amount, amount
from rulebook.periods import Period, Span, containing
from rulebook.targets import Progress
from rulebook.unit_history import UnitHistory

SHOWN = 15
"""Drafts and adoptions that are listed, the latest; the ledger's list has them all."""
FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the calendar: `state` is met, part, none, waived, ahead; `told` says it in words."""

    period: Period
    state: str
    told: str


@dataclass(frozen=True, slots=True)
class PointsLine:
    """The sum of points as it grew: `places` of a polyline in a box of 100 × 40; (day, sum) of each week."""

    places: str
    top: int
    weeks: tuple[tuple[date, Amount], ...]


def show_unit(ctx: RequestContext) -> Response:
    """Show one unit's year."""
    name = ctx.request.path_params["unit"][:100]
    settings, figures = ctx.web.application.settings, ctx.web.figures
    year = forms.number(ctx.query("year")) or ctx.today.year
    if not FIRST_YEAR <= year <= ctx.today.year + 1:
        raise HTTPException(404)
    asked = min(ctx.today, date(year, 12, 31))
    unit = UnitHistory(settings.provisions_on_day).unit(name, asked)
    if unit is None:
        raise HTTPException(404)
    period = containing(date(year, 7, 1), Span.YEAR)
    names = figures.names(unit.name, asked)
    adoptions = unit_adoptions(ctx.web.reader, names, period)
    progress = figures.progress(period, ctx.today, unit.name)
    points = points_by_day(ctx.web.reader, names, period)
    summary = ctx.web.summaries.of(period, ctx.today)
    table = next(
        (
            (row, len([one for one in rows if one.rank]))
            for _, rows in summary.tables
            for row in rows
            if row.unit == unit.name
        ),
        None,
    )
    return ctx.render(
        "unit.html",
        here="/officers",
        unit=unit,
        year=year,
        years=[one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= ctx.today.year],
        row=table[0] if table else None,
        among=table[1] if table else 0,
        raw=next((one for one in summary.raw if one.unit == unit.name), None),
        counted_adoptions=sum(table[0].adopted) if table else 0,
        line=points_line(points, period, ctx.today),
        months=_by_month(weeks_of(progress, ctx.today)),
        longer=[one for one in progress if one.period.span is not Span.WEEK],
        drafts=unit_drafts(ctx.web.reader, names, period, latest=SHOWN),
        many_drafts=count_unit_drafts(ctx.web.reader, names, period),
        adoptions=list(reversed(adoptions))[:SHOWN],
        many_adoptions=len(adoptions),
        officers=[
            (one, mask(one.phone))
            for one in ctx.web.application.roster.officers()
            if one.unit in names
        ],
    )


def points_line(points: dict[date, Amount], period: Period, today: date) -> PointsLine:
    """Lay out the sum of points at the end of each week until today."""
    sums: list[tuple[date, Amount]] = []
    total: Amount = 0
    day = period.first
    last = min(period.last, today)
    while day <= last:
        total = amount(total + points.get(day, 0))
        if day.weekday() == 6 or day == last:
            sums.append((day, total))
        day += timedelta(days=1)
    top = ceiling(max((float(one) for _, one in sums), default=0))
    across = (period.last - period.first).days or 1
    places = " ".join(
        f"{(day - period.first).days / across * 100:.2f},{40 - max(0.0, float(one)) / top * 38:.2f}"
        for day, one in sums
    )
    return PointsLine(f"0,40 {places}" if sums else "", top, tuple(sums))


def weeks_of(progress: Sequence[Progress], today: date) -> list[Week]:
    """Tell of each week with targets whether they were met, all of them together."""
    by_week: dict[Period, list[Progress]] = {}
    for one in progress:
        if one.period.span is Span.WEEK:
            by_week.setdefault(one.period, []).append(one)
    weeks = []
    for period, targets in sorted(by_week.items(), key=lambda pair: pair[0].first):
        missing = sum(one.missing for one in targets)
        reported = sum(min(one.reported, one.wanted) for one in targets)
        told = "，".join(f"{one.kind or '各类'}{one.reported}/{one.wanted}" for one in targets)
        if all(one.waived for one in targets):
            state, told = "waived", "没有工作日，不下达任务"
        elif not missing:
            state = "met"
        elif period.last >= today:
            state = "ahead"
        else:
            state = "part" if reported else "none"
        weeks.append(Week(period, state, told))
    return weeks


def _by_month(weeks: Sequence[Week]) -> list[tuple[int, list[Week]]]:
    """Group weeks by the month of their Thursday, as a week belongs to a quarter (ISO 8601)."""
    months: dict[int, list[Week]] = {}
    for week in weeks:
        months.setdefault((week.period.first + timedelta(days=3)).month, []).append(week)
    return list(months.items())


routes = (page("/units/{unit}", show_unit),)
