"""Which clause of an office's regulation each reason rests on: its own list, else the first office's."""

from __future__ import annotations

from collections.abc import Mapping

from rulebook.clauses import CLAUSES, QUOTES, TOPICS
from rulebook.provisions import Provisions
from rulebook.reasons import Outcome, Reason

_OURS: Mapping[str, str] = CLAUSES | TOPICS


def clauses_of(provisions: Provisions) -> Mapping[str, str]:
    """Return by the code of a reason or a topic the clause; what is not there is not cited."""
    if provisions.is_own_regulation:
        return {name: one.clause for one in provisions.clauses for name in one.reasons}
    return _OURS


def reasons_of_form(provisions: Provisions) -> frozenset[Reason]:
    """List the reasons for which a draft is refused by the clause on how it is to be sent (五.4)."""
    clauses = clauses_of(provisions)
    form = clauses.get("FORM")
    return frozenset(
        reason
        for reason in Reason
        if form and reason.outcome is Outcome.REFUSED and clauses.get(reason.name) == form
    )


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
