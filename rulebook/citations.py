"""Which clause of an office's regulation each reason rests on: its own list, else the first office's."""

from __future__ import annotations

from collections.abc import Mapping

from rulebook.clauses import CLAUSES, QUOTES
from rulebook.provisions import Provisions


def clauses_of(provisions: Provisions) -> Mapping[str, str]:
    """Return by a reason's code the clause; a reason that is not there is not cited."""
    if provisions.is_own_regulation:
        return {name: one.clause for one in provisions.clauses for name in one.reasons}
    return CLAUSES


def quotes_of(provisions: Provisions) -> Mapping[str, str]:
    """Return by a reason's code the regulation's own words."""
    if provisions.is_own_regulation:
        return {name: one.quote for one in provisions.clauses for name in one.reasons if one.quote}
    return QUOTES
