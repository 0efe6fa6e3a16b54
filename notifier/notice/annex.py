"""The annex of a notice as the plain sheets of its workbook: which there are and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.notice import tables
from notifier.notice.facts import NoticeFacts
from rulebook.amounts import plain
from rulebook.periods import Span
from rulebook.provisions import Measure


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """A column of a plain sheet: its head, its cells, and whether they are names or rates."""

    head: str
    cells: Sequence[str | int | float | None]
    name: bool = False
    rate: bool = False


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet of the workbook: the name on its tab, its title, its columns."""

    name: str
    title: str
    columns: Sequence[PlainColumn]


def annex_sheets(facts: NoticeFacts) -> list[PlainSheet]:
    """List the sheets; one without rows is left out."""
    label = facts.period.label
    sheets = [
        PlainSheet("报送与退稿", f"{label}报送、逾期和退稿情况", _intake(facts)),
        PlainSheet("任务完成", f"{label}报送任务完成情况", _completion(facts)),
        PlainSheet("录用（载体×单位）", f"{label}各载体录用情况", _outlets(facts)),
        PlainSheet("个人积分", f"{label}个人积分", _persons(facts)),
        PlainSheet("前期变动", "前期通报印发后的变动", _changes(facts)),
    ]
    if facts.period.span is Span.YEAR:
        sheets.append(PlainSheet("年终附加分", f"{label}年终考核附加分", _bonuses(facts)))
    return [sheet for sheet in sheets if sheet.columns and sheet.columns[0].cells]


def _intake(facts: NoticeFacts) -> list[PlainColumn]:
    rows = tables.intake(facts)
    undecided = [one.undecided for one in rows]
    return [
        PlainColumn("单位", [one.unit for one in rows], name=True),
        *(
            PlainColumn(kind, [one.kinds[index] for one in rows])
            for index, kind in enumerate(facts.kinds)
        ),
        *([PlainColumn("类别待定", undecided)] if any(undecided) else []),
        PlainColumn("实报合计", [one.total for one in rows]),
        PlainColumn("其中逾期", [one.late for one in rows]),
        PlainColumn("待核", [one.held for one in rows]),
        PlainColumn("退稿", [one.refused for one in rows]),
    ]


def _completion(facts: NoticeFacts) -> list[PlainColumn]:
    by_unit = tables.completions_by_unit(facts)
    rates = tables.rates_by_unit(facts)
    columns = [PlainColumn("单位", list(by_unit), name=True)]
    others = (one.kind for one in facts.completions if one.kind not in facts.kinds)
    for kind in dict.fromkeys([*facts.kinds, *others]):
        of_kind = [
            next((c for c in several if c.kind == kind), None) for several in by_unit.values()
        ]
        if measures := [one.measure for one in of_kind if one]:
            reported = measures[0] is Measure.REPORTED
            asked, had = ("应报", "实报") if reported else ("任务", "实际")
            columns += [
                PlainColumn(f"{kind}{asked}", [one.wanted if one else None for one in of_kind]),
                PlainColumn(
                    f"{kind}{had}", [plain(one.reported) if one else None for one in of_kind]
                ),
                PlainColumn(
                    f"{kind}按期完成", [plain(one.met) if one else None for one in of_kind]
                ),
                PlainColumn(
                    f"{kind}完成率", [one.rate if one else None for one in of_kind], rate=True
                ),
            ]
    return [*columns, PlainColumn("总完成率", [rates[unit] for unit in by_unit], rate=True)]


def _outlets(facts: NoticeFacts) -> list[PlainColumn]:
    outlets = tables.outlets(facts)
    if not outlets:
        return []
    counts = [dict(one.units) for one in outlets]
    units = tables.units_of(facts, (unit for one in counts for unit in one))
    units = [unit for unit in units if any(unit in one for one in counts)]
    heads = [f"{one.outlet}（{facts.rules.tier_name(one.tier) or '待定'}）" for one in outlets]
    return [
        PlainColumn("单位", [*units, "合计"], name=True),
        *(
            PlainColumn(head, [*(one.get(unit) for unit in units), sum(one.values())])
            for head, one in zip(heads, counts, strict=True)
        ),
        PlainColumn(
            "合计",
            [
                *(sum(one.get(unit, 0) for one in counts) for unit in units),
                sum(one.total for one in outlets),
            ],
        ),
    ]


def _persons(facts: NoticeFacts) -> list[PlainColumn]:
    rows = facts.persons
    return [
        PlainColumn("姓名", [row.person for row in rows], name=True),
        PlainColumn("单位", [row.unit for row in rows], name=True),
        PlainColumn("篇数", [row.pieces for row in rows]),
        PlainColumn("报送分", [plain(row.submitted) for row in rows]),
        PlainColumn("录用分", [plain(row.adopted) for row in rows]),
        PlainColumn("加减分", [plain(row.by_hand) for row in rows]),
        PlainColumn("积分总计", [plain(row.points) for row in rows]),
        PlainColumn("排名", [row.rank for row in rows]),
    ]


def _changes(facts: NoticeFacts) -> list[PlainColumn]:
    changes = facts.changes
    return [
        PlainColumn("单位", [one.unit for one in changes], name=True),
        PlainColumn("统计期", [one.period for one in changes], name=True),
        PlainColumn("原积分", [plain(one.before) for one in changes]),
        PlainColumn("现积分", [plain(one.after) for one in changes]),
        PlainColumn("差额", [plain(one.after - one.before) for one in changes]),
        PlainColumn("原因", [one.why for one in changes], name=True),
    ]


def _bonuses(facts: NoticeFacts) -> list[PlainColumn]:
    lines = tables.year_end(facts)
    return [
        PlainColumn("单位", [one.unit for one in lines], name=True),
        PlainColumn(
            "积分总计", [None if one.points is None else plain(one.points) for one in lines]
        ),
        PlainColumn("排名", [one.rank for one in lines]),
        PlainColumn("任务完成率", [one.rate for one in lines], rate=True),
        PlainColumn("附加分", [one.bonus for one in lines]),
    ]
