import pytest

from rulebook.clauses import CLAUSES, QUOTES, WITHOUT_CLAUSE
from rulebook.reasons import Reason


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_each_reason_rests_on_a_clause_or_is_listed_as_resting_on_none(reason: Reason) -> None:
    assert (reason.name in CLAUSES) is not (reason in WITHOUT_CLAUSE)


def test_no_clause_names_what_is_no_reason() -> None:
    assert CLAUSES.keys() <= {reason.name for reason in Reason}


def test_the_regulations_words_are_known_for_each_clause_that_is_cited() -> None:
    assert QUOTES.keys() == CLAUSES.keys()
    assert all(QUOTES.values())
