"""Proof of the table `scores`: every line, for what and why, is what the one scoring function gives."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.models.decisions import ScoreRow
from rulebook.amounts import Amount, amount, plain
from rulebook.points import Adoption, HandPoints, ProvisionsOn, Scored, ScoreLine, lines_of, of_hand
from rulebook.unit_history import UNPLACED, UnitHistory

_Line = tuple[str, date, str, str, float, date | None, int | None, int | None]
"""Unit, day, what for, why, points, week, adoption, line by hand."""


def scored_rows(
    session: Session,
    provisions_on_day: ProvisionsOn,
    drafts: Iterable[Scored],
    adoptions: Iterable[Adoption],
    by_hand: Iterable[HandPoints],
) -> Iterator[str]:
    """
    Yield what of the points is not what these facts give, a Chinese sentence each.

    Args: `drafts`: those alike may stand together (`times`); which of them a line is of is not asked.
    """
    expected: dict[tuple[str, date], Amount] = {}
    details: Counter[_Line] = Counter()
    history, unplaced = UnitHistory(provisions_on_day), dict[str, Amount]()
    for line in [*lines_of(drafts, adoptions, provisions_on_day), *of_hand(by_hand)]:
        key = (line.unit, line.day)
        expected[key] = amount(expected.get(key, 0) + line.points)
        details[_key(line)] += line.times
        if line.points and history.unit(line.unit, line.day) is None:
            unplaced[line.unit] = amount(unplaced.get(line.unit, 0) + line.points)
    for name, points in sorted(unplaced.items()):
        yield (
            f"“{name}”的 {plain(points)} 分不属于当时的任何单位（表中列为“{UNPLACED}”），"
            "请给接续它的单位写上 successor_of，或改定稿件的单位"
        )
    there: dict[tuple[str, date], float] = defaultdict(float)
    stored: Counter[_Line] = Counter()
    columns = (
        ScoreRow.unit, ScoreRow.day, ScoreRow.what, ScoreRow.why, ScoreRow.points, ScoreRow.week,
        ScoreRow.adoption_id, ScoreRow.hand_line_id,
    )  # fmt: skip
    grouped = select(*columns, func.count()).group_by(*columns)
    for unit, day, what, why, points, week, adoption, by, many in session.execute(grouped):
        there[unit, day] += float(points) * many
        stored[unit, day, what, why, round(float(points), 4), week, adoption, by] += many
    units = {
        key[0]
        for key in {*expected, *there}
        if expected.get(key, 0) != amount(round(there.get(key, 0), 4))
    }
    if units:
        yield (
            f"积分明细表 scores 与规定算出的不一致（{'、'.join(sorted(units))}）；"
            "如刚改过 config.toml 的规定，请运行 shougao ledger rescore"
        )
    other = {line[0] for line in (details - stored) + (stored - details)} - units
    if other:
        yield (
            f"积分明细表 scores 的加分名目、依据或所属的录用、加减分与规定算出的不一致"
            f"（{'、'.join(sorted(other))}）；如刚升级过程序，请运行 shougao ledger rescore"
        )


def _key(line: ScoreLine) -> _Line:
    each = round(float(line.points) / line.times, 4)
    what, of = line.what.value, (line.week, line.adoption, line.hand_line)
    return (line.unit, line.day, what, line.why, each, *of)
