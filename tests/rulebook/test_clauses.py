"""Every reason names the clause that it rests on, or is listed as resting on none."""

from __future__ import annotations

import pytest

from rulebook.clauses import CLAUSES, QUOTES, WITHOUT_CLAUSE
from rulebook.reasons import Reason


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_a_reason_rests_on_a_clause_or_is_known_to_rest_on_none(reason: Reason) -> None:
    assert (reason.name in CLAUSES) is not (reason in WITHOUT_CLAUSE)


@pytest.mark.parametrize("code", CLAUSES)
def test_a_clause_is_shown_with_the_regulations_own_words(code: str) -> None:
    assert QUOTES[code]
