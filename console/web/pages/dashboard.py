"""今日: what came, what waits, who is behind, whether all is well."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from console.actions.health import health
from console.state import last_round
from console.web.charts import columns, stacks
from console.web.request_context import RequestContext
from console.web.routing import page
from console.web.templating import COLOURS, kind_colour
from ledger.queries import counts, letter_lists
from ledger.queries.counts import DraftCount
from notifier.letters.digest import Level
from rulebook import labels
from rulebook.counts import Count, count_of
from rulebook.model import Outcome
from rulebook.periods import Span, containing
from rulebook.targets import Progress

WEEKS = 28
LATEST = 8
OUTCOME_SERIES = tuple(
    (outcome.value, labels.OUTCOMES[outcome])
    for outcome in (Outcome.ACCEPTED, Outcome.HELD, Outcome.REFUSED)
)
LEVELS = {Level.OK: "good", Level.WARN: "warn", Level.FAIL: "bad"}


@dataclass(frozen=True, slots=True)
class Vital:
    """One thing that must work."""

    name: str
    state: str
    detail: str
    level: str


@dataclass(frozen=True, slots=True)
class Number:
    """A figure and where its things are listed."""

    value: int
    name: str
    path: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Lag:
    """What a unit still owes this week, and for longer periods."""

    unit: str
    week: tuple[Progress, ...]
    longer: tuple[Progress, ...]


def show_dashboard(ctx: RequestContext) -> Response:
    """Show the office's day."""
    web, day = ctx.web, ctx.today
    week = containing(day, Span.WEEK)
    tallies = counts.tallies(web.reader, day - timedelta(days=WEEKS - 1), day)
    waiting = counts.backlog(web.reader)
    findings = health(web.application, ctx.now)
    vitals = [
        Vital(
            one.name,
            one.level.value,
            f"{one.sentence}。{one.remedy}" if one.remedy else one.sentence,
            LEVELS[one.level],
        )
        for one in findings
    ]
    worries = [one.name for one in vitals if one.level != LEVELS[Level.OK]]
    if waiting.set_aside:
        worries.append("搁置的来信")
    failing = any(one.level is Level.FAIL for one in findings)
    return ctx.render(
        "dashboard.html",
        here="/",
        week=week,
        vitals=vitals,
        worries=worries,
        tone="bad" if failing else "warn" if worries else "good",
        waiting=waiting,
        last_round=last_round.read(web.application.settings.data_dir).ended,
        numbers=_figures(ctx, tallies, day, week.first, waiting),
        kind_series=_kind_series(ctx),
        outcome_series=OUTCOME_SERIES,
        month=_chart_of_days(ctx, tallies, day),
        month_total=sum(one.number for one in tallies),
        units=_chart_of_units(tallies, week.first),
        behind=_behind(web.summaries.behind(day)),
        latest=letter_lists.letters(web.reader, limit=LATEST),
    )


def _figures(
    ctx: RequestContext,
    tallies: list[DraftCount],
    day: date,
    monday: date,
    waiting: counts.Backlog,
) -> list[Number]:
    provisions_on_day = ctx.web.application.settings.provisions_on_day

    def many(*, since: date, late: bool = False) -> int:
        return sum(
            one.number
            for one in tallies
            if one.day >= since
            and (not late or count_of(one.scored, provisions_on_day(one.day)) is Count.LATE)
        )

    return [
        Number(many(since=day), "今天收到的稿件", f"/drafts?from={day}"),
        Number(many(since=monday), "本周收到的稿件", f"/drafts?from={monday}"),
        Number(waiting.held, "待核定", "/queue", "warn" if waiting.held else ""),
        Number(
            many(since=monday, late=True),
            "本周逾期",
            f"/drafts?timely=late&outcome=accepted&from={monday}",
        ),
        Number(
            waiting.set_aside,
            "搁置的来信",
            "/letters?state=set_aside",
            "bad" if waiting.set_aside else "",
        ),
    ]


def _kind_series(ctx: RequestContext) -> list[tuple[str, str]]:
    """List the colours of kinds with their names; kinds of one role share a colour."""
    names: dict[str, list[str]] = {}
    for rule in ctx.web.application.settings.kinds:
        names.setdefault(COLOURS[rule.role], []).append(rule.label)
    return [(colour, "、".join(several)) for colour, several in names.items()]


def _chart_of_days(ctx: RequestContext, tallies: list[DraftCount], day: date) -> object:
    known = ctx.web.application.settings.provisions
    series = [colour for colour, _ in _kind_series(ctx)]
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    for one in tallies:
        colour = kind_colour(known, one.scored.kind) if one.scored.kind else series[0]
        by_day[one.day][colour] += one.number
    days = [day - timedelta(days=WEEKS - 1 - number) for number in range(WEEKS)]
    points = [
        (f"{one.month}-{one.day}", f"{sum(by_day[one].values())} 篇", by_day[one]) for one in days
    ]
    return columns(points, series, every=7)


def _chart_of_units(tallies: list[DraftCount], monday: date) -> object:
    by_unit: dict[str, Counter[str]] = defaultdict(Counter)
    for one in tallies:
        if one.day >= monday and one.scored.outcome is not Outcome.IGNORED:
            by_unit[one.scored.unit or "名单外"][one.scored.outcome.value] += one.number
    rows = [
        (
            unit,
            "，".join(f"{name} {numbers[key]}" for key, name in OUTCOME_SERIES if numbers[key]),
            numbers,
        )
        for unit, numbers in sorted(by_unit.items(), key=lambda pair: -sum(pair[1].values()))
    ]
    return stacks(rows, [key for key, _ in OUTCOME_SERIES])


def _behind(lacking: tuple[Progress, ...]) -> list[Lag]:
    by_unit: dict[str, list[Progress]] = defaultdict(list)
    for one in lacking:
        by_unit[one.unit].append(one)
    return [
        Lag(
            unit,
            tuple(one for one in lacks if one.period.span is Span.WEEK),
            tuple(one for one in lacks if one.period.span is not Span.WEEK),
        )
        for unit, lacks in by_unit.items()
    ]


routes = (page("/", show_dashboard),)
