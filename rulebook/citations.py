"""Which clause of an office's regulation each reason rests on: its own list, else the first office's."""

from __future__ import annotations

from collections.abc import Mapping

from rulebook.clauses import CLAUSES, QUOTES, TOPICS
from rulebook.provisions import Provisions

_OURS: Mapping[str, str] = CLAUSES | TOPICS


def clauses_of(provisions: Provisions) -> Mapping[str, str]:
    """Return by the code of a reason or a topic the clause; what is not there is not cited."""
    if provisions.is_own_regulation:
        return {name: one.clause for one in provisions.clauses for name in one.reasons}
    return _OURS


def cited(code: str, provisions: Provisions) -> str:
    """Return a topic's clause as it stands before a sentence, with its colon; "" without one."""
    if provisions.is_own_regulation:
        own = (one.clause for one in provisions.clauses if code in one.reasons)
        clause = next(own, "")
    else:
        clause = _OURS.get(code, "")
    return f"{clause}：" if clause else ""


def quotes_of(provisions: Provisions) -> Mapping[str, str]:
    """Return by a reason's code the regulation's own words."""
    if provisions.is_own_regulation:
        return {name: one.quote for one in provisions.clauses for name in one.reasons if one.quote}
    return QUOTES
