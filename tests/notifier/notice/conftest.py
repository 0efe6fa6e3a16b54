"""A quarter of an invented office: five units, their drafts, adoptions and targets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from notifier.notice.facts import Change, Named, NoticeFacts, Printed, Received, Setback
from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OFFICES, OPINION, TOWNS
from rulebook.periods import parse
from rulebook.provisions import default_provisions
from rulebook.ranking import TableRow
from rulebook.targets import Completion

Make = Callable[..., NoticeFacts]

TOWN_ROWS = (
    TableRow("甲镇", TOWNS, (20, 3), (1, 0, 1, 0, 0), 0, 51, 1),
    TableRow("乙镇", TOWNS, (10, 2), (0, 0, 1, 0, 0), -2, 22, 2),
    TableRow("丙街道", TOWNS, (0, 0), (0, 0, 0, 0, 0), 0, 0, 3),
)
OFFICE_ROWS = (
    TableRow("丁科", OFFICES, (7, 1), (0, 0, 0, 0, 1), 0, 13, 1),
    TableRow("戊大队", OFFICES, (7, 3), (0, 0, 0, 0, 0), 0, 13, 1),
)


def _full() -> NoticeFacts:
    return NoticeFacts(
        office="某区应急管理局",
        period=parse("2022Q1"),
        groups=((TOWNS, TOWN_ROWS), (OFFICES, OFFICE_ROWS)),
        dated=date(2022, 4, 6),
        rules=default_provisions(),
        addressees="各板块应急管理岗，各科室、大队",
        completions=(
            Completion("甲镇", NEWS, 5, 5, 9),
            Completion("甲镇", OPINION, 15, 15, 15),
            Completion("乙镇", NEWS, 5, 3, 3),
            Completion("乙镇", ARTICLE, 1, 0, 0),
            Completion("丙街道", NEWS, 5, 0, 0),
        ),
        received=(
            Received("甲镇", NEWS, 9),
            Received("甲镇", OPINION, 15),
            Received("乙镇", NEWS, 12),
            Received("丁科", ARTICLE, 2),
            Received("丁科", None, 1),
            Received("戊大队", COMMISSION, 3),
        ),
        setbacks=(Setback("乙镇", 2, 1, malformed=1),),
        adoptions=(
            Printed("新华社", 1, "甲镇", 1),
            Printed("常州日报", 3, "甲镇", 1),
            Printed("常州日报", 3, "乙镇", 1),
            Printed("区政府网站", 5, "丁科", 1),
        ),
        named=(Named("丙街道"), Named("乙镇", "综合性原创文章没有完成。")),
        changes=(Change("乙镇", "2021年第四季度", 30, 42, "稿件被新华日报录用"),),
    )


@pytest.fixture
def facts() -> Make:
    """The quarter; keywords replace what a test is about."""

    def make(**changes: Any) -> NoticeFacts:
        if isinstance(changes.get("period"), str):
            changes["period"] = parse(changes["period"])
        towns = changes.pop("towns", TOWN_ROWS)
        offices = changes.pop("offices", OFFICE_ROWS)
        changes["groups"] = ((TOWNS, towns), (OFFICES, offices))
        if "points" in changes:
            changes["rules"] = replace(default_provisions(), points=changes.pop("points"))
        return replace(_full(), **changes)

    return make


@pytest.fixture
def empty(facts: Make) -> Make:
    """The same units in a quarter in which nothing happened."""

    def make(**changes: Any) -> NoticeFacts:
        def idle(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
            return tuple(
                replace(row, counts=(0, 0), adopted=(0,) * 5, correction=0, points=0, rank=1)
                for row in rows
            )

        nothing = dict.fromkeys(
            ("completions", "received", "setbacks", "adoptions", "named", "changes"), ()
        )
        return facts(
            **{"towns": idle(TOWN_ROWS), "offices": idle(OFFICE_ROWS), **nothing, **changes}
        )

    return make
