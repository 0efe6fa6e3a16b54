"""A made-up year of drafts and adoptions, from which the bench makes a notice."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import date, timedelta

import xlsxwriter

from bench.ledger import UNITS
from ledger.queries.facts import FactReader, Facts
from ledger.queries.figures import Figures, Summary
from notifier.notice.facts import NoticeFacts, Printed, Received, Setback
from rulebook.default_rules import ARTICLE, GROUPS, KINDS, NEWS, OPINION
from rulebook.model import (
    Kind,
    Outcome,
    Timely,
)
from rulebook.periods import Period, Span, parse
from rulebook.points import Adoption, Scored
from rulebook.provisions import Provisions, Target

TARGETS = tuple(
    Target(group, kind, count, period)
    for group in GROUPS
    for kind, count, period in (
        (NEWS, 1, Span.WEEK), (OPINION, 3, Span.WEEK), (ARTICLE, 1, Span.MONTH),
    )
)  # fmt: skip
RULES = Provisions(date(2022, 1, 1), "bench", date(2022, 1, 1), UNITS, targets=TARGETS)
YEAR = parse("2022")


class _Facts(FactReader):
    """Facts that were read already."""

    def __init__(self, facts: Facts) -> None:
        self._known = facts

    def of_period(self, period: Period) -> Facts:
        return self._known


class GivenFigures(Figures):
    """The ledger's figures, with the facts already read."""

    def __init__(self, facts: Facts) -> None:
        self.facts = _Facts(facts)
        self._provisions_on = lambda _day: RULES
        self._is_workday = lambda day: day.weekday() < 5


def year_of(count: int) -> Facts:
    """Drafts in groups that are alike, as FactReader reads them, and printed ones by themselves."""
    made = random.Random(count)
    ways = (
        (Outcome.ACCEPTED, Timely.ON_TIME), (Outcome.ACCEPTED, Timely.LATE),
        (Outcome.HELD, Timely.UNDETERMINED), (Outcome.REFUSED, Timely.ON_TIME),
    )  # fmt: skip
    kinds = (NEWS, OPINION, ARTICLE)
    groups = [
        (unit.name, kind, YEAR.first + timedelta(days=day), *way)
        for unit in UNITS for kind in kinds for day in range(365) for way in ways
    ]  # fmt: skip
    printed = min(2000, count // 10)
    each, rest = divmod(count - printed, len(groups))
    drafts = [
        Scored(0, *group, times=each + (number < rest))
        for number, group in enumerate(groups)
        if each + (number < rest)
    ]
    adoptions = []
    for number in range(1, printed + 1):
        unit, day = made.choice(UNITS).name, YEAR.first + timedelta(days=made.randrange(360))
        drafts.append(Scored(number, unit, ARTICLE, day, Outcome.ACCEPTED, Timely.NOT_APPLICABLE))
        tier = made.randint(1, 5)
        adoptions.append(
            Adoption(number, number, unit, ARTICLE, f"第{tier}{number % 6}报", tier, day)
        )
    return Facts(tuple(drafts), tuple(adoptions))


def facts_of(summary: Summary) -> NoticeFacts:
    """Return what console/actions/notices.py asks of a summary."""
    received: Counter[tuple[str, Kind | None]] = Counter()
    for draft in summary.facts.drafts:
        if draft.unit and draft.outcome is not Outcome.REFUSED:
            received[draft.unit, draft.kind] += draft.times
    printed = Counter((one.outlet, one.tier, one.unit) for one in summary.facts.adoptions)
    return NoticeFacts(
        office="区应急管理局人事教育科",
        period=YEAR,
        groups=summary.tables,
        dated=date(2023, 1, 5),
        rules=RULES,
        addressees="各单位",
        completions=summary.completions,
        received=tuple(Received(*key, many) for key, many in received.items()),
        setbacks=tuple(Setback(raw.unit, raw.late, raw.refused) for raw in summary.raw),
        adoptions=tuple(Printed(*key, many) for key, many in printed.items()),
    )


def floor_of_notice(facts: Facts) -> bytes:
    """Every group looked at once, and one plain sheet."""
    sums: Counter[tuple[str, Kind | None]] = Counter()
    for draft in facts.drafts:
        if draft.unit and draft.outcome is Outcome.ACCEPTED and draft.timely is not Timely.LATE:
            sums[draft.unit, draft.kind] += draft.times
    tiers = Counter((one.unit, one.tier) for one in facts.adoptions)
    out = io.BytesIO()
    letters = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = letters.add_worksheet()
    for line, unit in enumerate(UNITS):
        row = [sums[unit.name, kind] for kind in KINDS] + [tiers[unit.name, t] for t in range(1, 6)]
        sheet.write_row(line, 0, [unit.name, *row])
    letters.close()
    return out.getvalue()
