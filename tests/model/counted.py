"""已报、逾期、待核、退稿 of every unit and quarter on every surface that tells them, beside each other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import openpyxl
from docx import Document
from sqlalchemy import text
from starlette.testclient import TestClient

from console.actions.digest_facts import came_from
from console.actions.notices import Choices, facts_of
from console.application import Application
from console.figures_json import summary_json
from console.unit_cards import unit_card
from console.web.accounts import token_hash
from console.web.app import create_app
from ledger.accounts import Accounts
from ledger.queries.figures import Summary
from ledger.sessions import NewSession, Sessions
from ledger.states import Role
from notifier.notice.document import document
from notifier.notice.tables import is_plain, notice_columns, weights_of
from notifier.notice.workbook import workbook
from rulebook.counts import Count, count_of
from rulebook.periods import Period
from rulebook.unit_history import UNPLACED

LATER = date(2025, 12, 31)
Counts = dict[str, tuple[int, int, int, int]]
"""By unit: 实报, of those 逾期, 待核, 退稿."""


def check_counts(application: Application, period: Period, pages: bool) -> list[str]:
    """Compare what each surface says with what the figures say; `pages`: in the browser, too."""
    summary = application.figures.summary(period, LATER)
    stands = _filled(
        {
            one.unit: (sum(one.reported.values()), one.late, one.held, one.refused)
            for one in summary.raw
        }
    )
    told = dict(_surfaces(application, summary))
    if pages:
        told["page"] = _page(application, period)
    wrong = [
        f"{surface} of {period.name} {unit}: {_filled(counts).get(unit)}, figures {stands.get(unit)}"
        for surface, counts in told.items()
        for unit in _filled(counts).keys() | stands.keys()
        if _filled(counts).get(unit) != stands.get(unit)
    ]
    return wrong + _cards(application, summary) + _word_points(application, summary)


def _filled(counts: Counts) -> Counts:
    return {unit: several for unit, several in counts.items() if any(several)}


def _surfaces(application: Application, summary: Summary) -> Iterator[tuple[str, Counts]]:
    period = summary.period
    rules = application.settings.provisions_on_day(period.last)
    rows = [
        row for table in summary_json(summary, None, rules, ())["tables"] for row in table["rows"]
    ]
    yield (
        "JSON",
        {
            row["unit"]: (
                sum(row["received"]["reported"].values()),
                *(row["received"][name] for name in ("late", "held", "refused")),
            )
            for row in rows
            if row["received"]
        },
    )
    facts = facts_of(application, summary, Choices(), LATER)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(facts)), data_only=True)["报送与退稿"]
    yield "workbook", _table([[cell.value for cell in row] for row in sheet.iter_rows()])
    tables = Document(io.BytesIO(document(facts))).tables
    grids = [[[cell.text for cell in row.cells] for row in one.rows] for one in tables]
    yield "notice", next(found for grid in grids if (found := _table(grid)))
    yield "SQL", _view(application, period)
    yield "digest", _digest(application, period)


def _word_points(application: Application, summary: Summary) -> list[str]:
    """Each row of the tables in Word is the ledger's and adds up by the notice's own columns."""
    facts = facts_of(application, summary, Choices(), LATER)
    tables = Document(io.BytesIO(document(facts))).tables
    columns = notice_columns(facts, summary.columns)
    place = [column.key for column in columns].index("points")
    weights = [Decimal(str(one)) for several in weights_of(facts.rules) for one in several]
    wrong = []
    versions = application.settings.provisions
    one_scale = not any(one.since in summary.period for one in versions)
    for (_, rows), shown in zip(facts.tables, tables, strict=False):
        lines = [[cell.text for cell in line.cells] for line in shown.rows[2:]]
        for row, line in zip(rows, lines, strict=True):
            parts = [Decimal(one) for one in line[1:place]]
            worth = [*weights, *[Decimal(1)] * (len(parts) - len(weights))]
            added = sum((a * b for a, b in zip(parts, worth, strict=True)), Decimal(0))
            stands = [str(column.value(row)) for column in columns]
            if line != [*stands[:-1], str(row.rank or "")]:
                wrong.append(f"Word of {summary.period.name}: {line}, table {stands}")
            if one_scale and is_plain(facts.rules) and added != Decimal(line[place]):
                wrong.append(f"Word of {summary.period.name}: {line} does not add up")
    return wrong


def _table(grid: list[list[object]]) -> Counts:
    """Read a table that has a column 退稿 by its headings."""
    heads = next(([str(cell) for cell in row] for row in grid if "退稿" in map(str, row)), None)
    if heads is None:
        return {}
    total, late, held, refused = (
        next(i for i, head in enumerate(heads) if head.replace("\n", "").endswith(name))
        for name in ("合计", "逾期", "待核", "退稿")
    )
    rows = grid[[[str(cell) for cell in row] for row in grid].index(heads) + 1 :]
    return {
        str(row[0]): (
            _number(row[total]),
            _number(row[late]),
            _number(row[held]),
            _number(row[refused]),
        )
        for row in rows
        if row[0] and str(row[0]) not in ("合计", "总计")
    }


def _number(cell: object) -> int:
    written = str(cell if cell is not None else "").strip()
    return int(written) if written.lstrip("-").isdecimal() else 0


def _view(application: Application, period: Period) -> Counts:
    query = text("SELECT * FROM v_counts_by_quarter WHERE quarter = :quarter")
    with application.engine.connect() as connection:
        rows = connection.execute(query, {"quarter": period.name}).mappings().all()
    return {
        row["unit"]: (row["reported"] + row["late"], row["late"], row["held"], row["refused"])
        for row in rows
    }


def _digest(application: Application, period: Period) -> Counts:
    """What digests of these days say, by the units as they stand at the period's end."""
    zone, on_day = ZoneInfo(application.zone), application.settings.provisions_on_day
    first = datetime.combine(period.first, time(), zone)
    until = datetime.combine(period.last + timedelta(days=1), time(), zone)
    entered = application.days.entered(first, until)
    counts: Counts = {}
    for entry in entered:
        assert entry.scored is not None
        late = int(count_of(entry.scored, on_day(entry.scored.day)) is Count.LATE)
        placed = entry if entry.unit else replace(entry, unit=UNPLACED)
        for came in came_from([placed], on_day, period.last):
            before = counts.get(came.unit, (0, 0, 0, 0))
            now = (came.accepted, late, came.held, came.refused)
            counts[came.unit] = tuple(a + b for a, b in zip(before, now, strict=True))  # type: ignore[assignment]
    return counts


def _cards(application: Application, summary: Summary) -> list[str]:
    """What an officer is told who asks on the quarter's last day; a unit that is no more has no card."""
    wrong = []
    last = summary.period.last
    now = application.figures.summary(summary.period, last)
    for one in now.raw[::3]:
        card = unit_card(application.figures, one.unit, last)
        if card is None:
            continue
        told = card.figures[-1]
        said = (dict(told.reported), told.late, told.held, told.refused)
        if said != (one.reported, one.late, one.held, one.refused):
            wrong.append(f"card of {summary.period.name} {one.unit}: {said}, figures {one}")
    return wrong


class _Cells(HTMLParser):
    """All tables of a page as rows of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[object]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.tables[-1][-1][-1] = f"{self.tables[-1][-1][-1]}{data}".strip()


def _page(application: Application, period: Period) -> Counts:
    now = datetime.combine(LATER, time(4), UTC)
    people = Accounts(application.engine)
    account = people.add("qian", Role.VIEWER, "test", now)
    session = NewSession(token_hash("geheim"), account.id, now + timedelta(days=1))
    Sessions(application.engine).begin(session, now)
    app = create_app(application, lambda: now)
    client = TestClient(app, base_url="http://console.example", cookies={"shougao": "geheim"})
    parser = _Cells()
    parser.feed(client.get(f"/notices/{period.name}").text)
    return next(found for grid in parser.tables if (found := _table(grid)))
