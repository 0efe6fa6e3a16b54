"""Points, targets and persons as the command's `--json` and the API hand them out: documented, stable shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console import json_types
from ledger.queries.figures import AnnualBonus, Summary
from rulebook import points_table
from rulebook.amounts import plain
from rulebook.persons import PersonRow
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow, assessment
from rulebook.targets import Progress


def summary_json(
    summary: Summary,
    only: str | None,
    provisions: Provisions,
    annual: Sequence[AnnualBonus],
) -> json_types.Points:
    """
    Make the stable JSON form of a period's points: what `ledger summary --json` and the API say.

    Args:    `only`: the one unit that is asked for; None: all.
             `annual`: the year's bonuses where the period is a year.
    """
    bonuses = {one.unit: _bonus(one) for one in annual}
    targets: dict[str, dict[str, json_types.Target]] = {}
    for one in summary.completions:
        targets.setdefault(one.unit, {})[one.kind] = {
            "wanted": one.wanted,
            "met": plain(one.met),
            "reported": plain(one.reported),
            "rate": one.rate,
        }
    counts: dict[str, json_types.Counts] = {
        one.unit: {
            "reported": {str(kind): many for kind, many in one.reported.items()},
            "late": one.late,
            "held": one.held,
            "refused": one.refused,
        }
        for one in summary.raw
    }
    tables = summary.with_unplaced(annual)
    # 未归属 may stand in several tables: what is counted once for all is told in the last of them
    last = {row.unit: number for number, (_, rows) in enumerate(tables) for row in rows}
    return {
        "period": summary.period.name,
        "first": summary.period.first.isoformat(),
        "last": summary.period.last.isoformat(),
        "tables": [
            {
                "group": group,
                "rows": [
                    {
                        **points_table.record(row, summary.columns),
                        **_assessed(row, provisions),
                        **(bonuses.get(row.unit, {}) if last[row.unit] == number else {}),
                        "received": counts.get(row.unit) if last[row.unit] == number else None,
                        "targets": targets.get(row.unit, {}),
                    }
                    for row in rows
                    if only in (None, row.unit)
                ],
            }
            for number, (group, rows) in enumerate(tables)
        ],
    }


def _assessed(row: TableRow, provisions: Provisions) -> json_types.Assessment:
    given = assessment(row.rank, provisions)
    return {} if given is None else {"assessment": given}


def _bonus(one: AnnualBonus) -> json_types.AnnualBonus:
    """附加分 as entered, as it counts, and what cancels it (五.2, 五.3)."""
    return {
        "bonus": float(one.bonus),
        "bonus_counted": float(one.counted),
        "sanctions": list(one.sanctions),
    }


def target_progress(progress: Progress) -> dict[str, Any]:
    """Return the stable form of a unit's progress towards one target."""
    return {
        "unit": progress.unit,
        "kind": progress.kind,
        "period": progress.period.name,
        "first": progress.period.first.isoformat(),
        "last": progress.period.last.isoformat(),
        "wanted": progress.wanted,
        "reported": plain(progress.reported),
        "missing": plain(progress.missing),
        "waived": progress.waived,
        "waiting": progress.waiting,
    }


def person_json(row: PersonRow) -> dict[str, Any]:
    """Make the stable JSON form of a person's row."""
    return {
        "rank": row.rank,
        "person": row.person,
        "unit": row.unit,
        "pieces": row.pieces,
        "submitted": plain(row.submitted),
        "adopted": plain(row.adopted),
        "by_hand": plain(row.by_hand),
        "points": plain(row.points),
    }
