"""Names and sums in a sentence of the notice: listed, quoted, divided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rulebook.ranking import TableRow

MAX_NAMES = 10
"""Names a sentence carries before it says 等."""


def quoted(unit: str) -> str:
    """Write a row's name in a list: one of several departments is quoted, so that it reads as one."""
    return f"“{unit}”" if "、" in unit else unit


def divided(parts: Sequence[tuple[str, int]], measure: str) -> str:
    """Divide a sum: 其中…、…; for one part 均为… or, of a single thing, 为…."""
    if len(parts) == 1:
        name, count = parts[0]
        return f"为{name}" if count == 1 else f"均为{name}"
    return "其中" + "、".join(f"{name}{count}{measure}" for name, count in parts)


def listed(rows: Sequence[TableRow], write: Callable[[TableRow], str]) -> str:
    """List names in order; beyond MAX_NAMES their number stands for the rest."""
    listed = "、".join(write(one) for one in rows[:MAX_NAMES])
    return listed if len(rows) <= MAX_NAMES else f"{listed}等{len(rows)}个单位"
