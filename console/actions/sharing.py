"""合写 as people enter it: a ratio in their own way of writing, and what was entered told back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ledger.errors import InvalidInput
from ledger.hand_lines import HandLine
from rulebook.amounts import signed, total

_BETWEEN = re.compile(r"[:∶,、\s比]+")


def ratio_of(written: str) -> tuple[float, ...]:
    """Read a ratio, 3:2, 3∶2, 3比2 or 3、2; nothing written is none. Raises InvalidInput."""
    parts = [one for one in _BETWEEN.split(unicodedata.normalize("NFKC", written).strip()) if one]
    try:
        return tuple(float(one) for one in parts if len(one) < 8)
    except ValueError:
        raise InvalidInput(f"比例“{written.strip()[:20]}”看不懂，请写成 3:2 的样子。") from None


def told(lines: Iterable[HandLine]) -> str:
    """Say what each unit got and gave, in one sentence."""
    sums: dict[str, list[HandLine]] = {}
    for line in lines:
        sums.setdefault(line.unit, []).append(line)
    parts = [f"{unit} {signed(total(one.points for one in own))} 分" for unit, own in sums.items()]
    return "，".join(parts)
