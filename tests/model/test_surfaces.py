"""
The regulation's model beside the program: every table, count and target of random years, on both databases.

SHOUGAO_MODEL_YEARS=500 runs as many; SHOUGAO_MODEL_FIRST says with which to begin.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from console.actions.notices import Choices, facts_of
from console.application import Application, open_application
from console.figures_json import summary_json
from console.holidays import Calendar
from ledger.models.decisions import ScoreRow
from ledger.notices import differences
from ledger.queries.change_causes import causes
from ledger.verification import Rules, contradictions
from notifier.notice.workbook import workbook
from rulebook.periods import Span
from rulebook.unit_history import UNPLACED
from tests.console.office import settings_in
from tests.ledgers import new_ledger
from tests.model.adapter import Played, decimal
from tests.model.counted import check_counts
from tests.model.generate import generate
from tests.model.regulation_model import Model, Row
from tests.model.regulation_types import (
    COMMISSIONED,
    FEATURE,
    NEWS,
    OPINION,
    Office,
    Period,
    parts,
    period_of,
)
from tests.model.views import check_view
from tests.model.written_rules import KIND_OF, period_like, provisions_of

ROOT = Path(__file__).resolve().parents[2]
YEARS = int(os.environ.get("SHOUGAO_MODEL_YEARS", "4"))
FIRST = int(os.environ.get("SHOUGAO_MODEL_FIRST", "1"))
YEAR = period_of("year", date(2023, 1, 1))
LATER = date(2025, 12, 31)
PERIODS = [one for span in ("quarter", "half", "year") for one in parts(YEAR, span)]


def in_the_programs_reading(office: Office) -> Office:
    """
    Take the readings that the program's switches have, where the model's provisions know them.

    No weekly cap: the model caps drafts, the program points. A draft that was not taken earns nothing
    by its adoption until a person takes it.
    """
    rules = tuple(
        replace(
            one,
            weekly_cap=None,
            states_that_end_adoptions=frozenset(
                {"void", "withdrawn", "held", "refused", "duplicate"}
            ),
        )
        for one in office.provisions
    )
    return replace(office, provisions=rules)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    made: str = request.getfixturevalue("postgresql")()
    return made


@pytest.fixture(params=range(FIRST, FIRST + YEARS))
def played(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> Iterator[Played]:
    seed = request.param
    office = in_the_programs_reading(generate(seed))
    settings = settings_in(tmp_path)
    calendar = Calendar(
        office.calendar.holidays, office.calendar.makeup_workdays, frozenset(range(2022, 2026))
    )
    settings = replace(
        settings,
        provisions=provisions_of(office, keep_successors=seed % 2 == 0),
        calendar=calendar,
        storage=replace(settings.storage, ledger=url),
    )
    new_ledger(tmp_path / "data" / "ledger.db")
    with open_application(settings, {}) as application:
        yield Played(office, application, seed)


def shown(application: Application, period: Period, today: date) -> dict[str, dict[str, object]]:
    """What the program says of each unit in a period."""
    summary = application.figures.summary(period_like(period), today)
    raw = {one.unit: one for one in summary.raw}
    figures: dict[str, dict[str, object]] = {}
    for group, rows in summary.tables:
        for row in rows:
            name = row.unit if row.unit != UNPLACED else UNPLACED
            there = figures.setdefault(
                name, {"scored": [0, 0], "tiers": [0] * 5, "total": Decimal(0)}
            )
            there["group"] = group
            there["scored"] = [a + b for a, b in zip(there["scored"], row.counts, strict=True)]  # type: ignore[call-overload]
            there["tiers"] = [a + b for a, b in zip(there["tiers"], row.adopted, strict=True)]  # type: ignore[call-overload]
            there["total"] = decimal(there["total"] + decimal(row.points))  # type: ignore[operator]
            there["rank"] = row.rank or None
    for name, one in raw.items():
        figures.setdefault(name, {})["raw"] = (
            {kind: many for kind, many in one.reported.items() if many},
            one.late,
            one.held,
            one.refused,
        )
    for done in summary.completions:
        targets = figures.setdefault(done.unit, {}).setdefault("targets", {})
        targets[done.kind] = (done.wanted, done.met, done.reported)  # type: ignore[index]
    return figures


def expected(row: Row) -> dict[str, object]:
    targets: dict[str, tuple[int, int, int]] = {}
    for one in row.targets:
        before = targets.get(KIND_OF[one.kind], (0, 0, 0))
        now = (one.owed, one.filled, one.reported)
        targets[KIND_OF[one.kind]] = tuple(a + b for a, b in zip(before, now, strict=True))  # type: ignore[assignment]
    return {
        "scored": [
            row.scored[NEWS] + row.scored[OPINION],
            row.scored[FEATURE] + row.scored[COMMISSIONED],
        ],
        "tiers": list(row.adoptions.values()),
        "total": decimal(row.total),
        "raw": (
            {KIND_OF[kind]: many for kind, many in row.reported.items() if many},
            row.late,
            row.held + row.duplicate,
            row.refused,
        ),
        "targets": targets,
    }


def disagreements(played: Played, model: Model, period: Period) -> list[str]:
    """
    Compare a period as it is known in the end.

    What a unit owes that ends in a week, a month or a quarter without a successor: the model says the
    whole of it, the program nothing of that part. What one owes that begins between Friday and Sunday:
    the model nothing of that week, the program all of it. The text is silent on both.
    """
    at = played.last
    book = model.directory
    alone = {
        unit.id
        for unit in played.office.units
        if (book.end(unit) < period.end and book.forward(unit.id, period.end) == unit.id)
        or (unit.since > date.min and not unit.successor_of and unit.since.weekday() > 3)
    }
    figures = shown(played.application, period, LATER)
    wrong = []
    rows = model.figures(period, at)
    for row in rows:
        there = figures.get(row.name, {})
        for key, value in expected(row).items():
            if key == "targets" and (row.unit is None or row.unit in alone):
                continue
            now = there.get(key)
            if now is None and (row.unit is None or not value or value == decimal(0)):
                continue
            if now != value:
                wrong.append(f"{period.start} {period.span} {row.name} {key}: {now}, model {value}")
    return wrong


def ranks(rows: list[Row]) -> dict[str, int | None]:
    """1, 1, 3 within each group; 未归属 has none."""
    return {
        row.name: None
        if row.unit is None
        else 1
        + sum(o.unit is not None and o.group == row.group and o.total > row.total for o in rows)
        for row in rows
    }


def check_ranks(played: Played, model: Model) -> list[str]:
    wrong = []
    for period in PERIODS:
        figures = shown(played.application, period, LATER)
        for name, rank in ranks(model.figures(period, played.last)).items():
            now = figures.get(name, {}).get("rank")
            if now != rank:
                wrong.append(f"{period.start} {period.span} {name}: rank {now}, model {rank}")
    return wrong


def totals(tables: object) -> dict[str, Decimal]:
    """Points by row; 未归属 may stand in both tables."""
    sums: dict[str, Decimal] = {}
    for _, rows in tables:  # type: ignore[attr-defined]
        for row in rows:
            sums[row.unit] = sums.get(row.unit, Decimal(0)) + Decimal(str(row.points))
    return {name: points.normalize() for name, points in sums.items()}


def modelled(model: Model, period: Period, at: datetime) -> dict[str, Decimal]:
    rows = {row.name: row.total.normalize() for row in model.figures(period, at)}
    return {name: points for name, points in rows.items() if points or name != UNPLACED}


def check_notices(played: Played, model: Model) -> list[str]:
    """A published table is the model's of that moment, for ever; and what became of it since."""
    wrong = []
    notices = played.application.notices
    stored = {(one.period, one.edition): one for one in notices.published()}
    editions: dict[object, int] = {}
    for frozen in played.frozen:
        named = period_like(frozen.period)
        editions[named] = editions.get(named, 0) + 1
        kept = stored[named, editions[named]]
        what = f"notice {named.name}/{kept.edition}"
        if kept.tables != frozen.tables:
            wrong.append(f"{what} has changed")
        if totals(kept.tables) != modelled(model, frozen.period, frozen.moment):
            wrong.append(
                f"{what}: {totals(kept.tables)}, model "
                f"{modelled(model, frozen.period, frozen.moment)}"
            )
        if notices.recompute(kept.id, played.application.settings.provisions_on_day):
            wrong.append(f"{what}: not what its own facts give")
        current = played.application.figures.summary(named, LATER).tables
        told = {
            one.unit: (decimal(one.published), decimal(one.now))
            for one in differences(kept.tables, current)
            if one.published != one.now and one.unit != UNPLACED
        }
        settings = played.application.settings
        in_force = Rules(
            settings.provisions_at, settings.provisions_on_day, settings.calendar.is_workday
        )
        by_cause: dict[str, Decimal] = {}
        for one in causes(played.application.engine, named, kept.entry, in_force, settings.zone):
            by_cause[one.unit] = by_cause.get(one.unit, Decimal(0)) + Decimal(str(one.points))
        because = {name: by_cause.get(name, Decimal(0)) for name in told}
        if because != {name: then_now[1] - then_now[0] for name, then_now in told.items()}:
            wrong.append(f"{what} because of {because}, but {told}")
        before = modelled(model, frozen.period, frozen.moment)
        now = modelled(model, frozen.period, played.last)
        changed = {
            name: (before.get(name, Decimal(0)), now.get(name, Decimal(0)))
            for name in before.keys() | now.keys()
            if before.get(name, 0) != now.get(name, 0) and name != UNPLACED
        }
        if told != changed:
            wrong.append(f"{what} since: {told}, model {changed}")
    return wrong


def check_json_and_sheet(played: Played) -> list[str]:
    """The JSON of the command and the interface, and the workbook, say what the tables say."""
    wrong, application = [], played.application
    for period in PERIODS:
        named = period_like(period)
        summary = application.figures.summary(named, LATER)
        rules = application.settings.provisions_on_day(named.last)
        annual = application.figures.annual(2023) if period.span == "year" else ()
        told = summary_json(summary, None, rules, annual)
        shown = summary.with_unplaced(annual)
        for (_, rows), table in zip(shown, told["tables"], strict=True):
            for row, form in zip(rows, table["rows"], strict=True):
                said: tuple[object, ...] = (
                    form["unit"], form["news"], form["articles"], form["adopted"],
                    decimal(form["points"]), form["rank"],
                )  # fmt: skip
                stands = (
                    row.unit, *(row.counts or (0, 0)), list(row.adopted or (0,) * 5),
                    decimal(row.points), row.rank,
                )  # fmt: skip
                if said != stands:
                    wrong.append(f"JSON of {named.name}: {said}, table {stands}")
    named = period_like(PERIODS[played.seed % 4])
    summary = application.figures.summary(named, LATER)
    facts = facts_of(application, summary, Choices(), LATER)
    book = openpyxl.load_workbook(io.BytesIO(workbook(facts)))
    for group, rows in facts.tables:
        sheet = book[f"积分统计表（{group}）"]
        lines = {line[0]: line for line in sheet.iter_rows(min_row=4, values_only=True)}
        for row in rows:
            if row.unit not in lines or list(lines[row.unit][1:3]) != list(row.counts):
                wrong.append(f"sheet of {named.name}: {lines.get(row.unit)}, table {row}")
    return wrong


def check_scores_and_proof(played: Played) -> list[str]:
    """The table `scores`, every line of a unit's points, and `verify`."""
    wrong, application = [], played.application
    by_day: dict[tuple[str, date], Decimal] = {}
    with application.engine.connect() as connection:
        for unit, day, points in connection.execute(
            select(ScoreRow.unit, ScoreRow.day, ScoreRow.points)
        ):
            by_day[unit, day] = by_day.get((unit, day), Decimal(0)) + Decimal(str(points))
    for period in PERIODS:
        named = period_like(period)
        sums: dict[str, Decimal] = {}
        for (unit, day), points in by_day.items():
            if day in named:
                row = played.history.row(unit, day, named.last)
                name = row.unit if row else UNPLACED
                sums[name] = sums.get(name, Decimal(0)) + points
        tables = totals(application.figures.summary(named, LATER).tables)
        for name in sums.keys() | tables.keys():
            if sums.get(name, Decimal(0)) != tables.get(name, Decimal(0)):
                wrong.append(f"scores {named.name} {name}: {sums.get(name)}, {tables.get(name)}")
        for name in sorted(tables)[::5]:
            lines = application.figures.proof(name, named)
            if sum((Decimal(str(line.points)) for line in lines), Decimal(0)) != tables[name]:
                wrong.append(f"proof {named.name} {name}")
    unplaced = totals(application.figures.summary(period_like(YEAR), LATER).tables).get(UNPLACED)
    settings = application.settings
    rules = Rules(settings.provisions_at, settings.provisions_on_day, settings.calendar.is_workday)
    told = list(contradictions(application.engine, rules))
    wrong += [f"verify: {one}" for one in told if UNPLACED not in one]
    if unplaced and not any(UNPLACED in one for one in told):
        wrong.append("verify says nothing of 未归属")
    if bool(unplaced) and not application.figures.unplaced():
        wrong.append("doctor would say nothing of 未归属")
    return wrong


def check_behind(played: Played, model: Model) -> list[str]:
    """Who is behind on a Sunday: what the digest and the reminders tell."""
    wrong = []
    for number in (7, 21, 40):
        week = period_of("week", date.fromisocalendar(2023, number, 4))
        told = {
            (one.unit, one.kind): one.missing
            for one in played.application.figures.behind(week.end)
            if one.period.span is Span.WEEK
        }
        expected_ = {
            (row.name, KIND_OF[one.kind]): one.owed - one.filled
            for row in model.figures(week, played.last)
            for one in row.targets
            if one.owed > one.filled and one.span == "week"
        }
        ending = {unit.name for unit in played.office.units if week.start <= unit.since <= week.end}
        ending |= {unit.name for unit in played.office.units if unit.until and unit.until in week}
        for key in told.keys() | expected_.keys():
            if key[0] not in ending and told.get(key) != expected_.get(key):
                wrong.append(f"behind {week.end} {key}: {told.get(key)}, {expected_.get(key)}")
    return wrong


def check_annual(played: Played, model: Model) -> list[str]:
    told = {one.unit: one.counted for one in played.application.figures.annual(2023)}
    return [
        f"附加分 {row.name}: {told.get(row.name)}, model {row.bonus}"
        for row in model.figures(YEAR, played.last)
        if row.unit and (row.bonus or 0) != told.get(row.name, 0)
    ]


def test_every_figure_is_the_models(played: Played) -> None:
    model = Model(played.retold)
    wrong = [line for period in PERIODS for line in disagreements(played, model, period)]
    wrong += check_ranks(played, model)
    wrong += check_notices(played, model)
    wrong += check_json_and_sheet(played)
    wrong += check_scores_and_proof(played)
    wrong += check_view(played.application, PERIODS[:4])
    for number, period in enumerate(PERIODS[:4]):
        wrong += check_counts(
            played.application, period_like(period), pages=number == played.seed % 4
        )
    wrong += check_behind(played, model)
    wrong += check_annual(played, model)
    assert not wrong, "\n".join(wrong)
