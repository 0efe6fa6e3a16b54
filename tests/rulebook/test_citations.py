"""What is cited: the first office's clauses, or those that an office lists itself and no others."""

from __future__ import annotations

import pytest

from rulebook.citations import cited, clauses_of, quotes_of, reasons_of_form
from rulebook.provisions import Clause
from rulebook.reasons import Outcome, Reason
from tests.rulebook.builders import provisions

FIRST = provisions()
OWN = provisions(
    clauses=(
        Clause(("LATE", "POINTS"), "第六条", "逾期不计分"),
        Clause(("NO_ATTACHMENT", "DATE_UNCERTAIN", "FORM"), "第九条"),
    )
)


def test_the_first_office_cites_its_regulation() -> None:
    assert clauses_of(FIRST)["LATE"] == "四.1"
    assert clauses_of(FIRST)["SANCTION"] == "五.3"
    assert quotes_of(FIRST)["LATE"].endswith("否则不计分")


def test_an_office_with_clauses_of_its_own_cites_these_alone() -> None:
    assert clauses_of(OWN) == {
        "LATE": "第六条",
        "POINTS": "第六条",
        "NO_ATTACHMENT": "第九条",
        "DATE_UNCERTAIN": "第九条",
        "FORM": "第九条",
    }
    assert quotes_of(OWN) == {"LATE": "逾期不计分", "POINTS": "逾期不计分"}


@pytest.mark.parametrize(
    ("code", "first", "own"),
    [
        ("POINTS", "四.1：", "第六条："),
        ("FORM", "五.4：", "第九条："),
        ("BONUS", "五.2：", ""),
        ("?", "", ""),
    ],
)
def test_a_clause_stands_before_a_sentence_with_its_colon(code: str, first: str, own: str) -> None:
    assert (cited(code, FIRST), cited(code, OWN)) == (first, own)


def test_refused_for_their_form_are_those_of_the_clause_on_form() -> None:
    assert reasons_of_form(OWN) == {Reason.NO_ATTACHMENT}  # a day in doubt refuses nobody
    of_first = reasons_of_form(FIRST)
    assert {Reason.NO_ATTACHMENT, Reason.BODY_DRAFT} <= of_first
    assert all(one.outcome is Outcome.REFUSED for one in of_first)
    assert reasons_of_form(provisions(clauses=OWN.clauses[:1])) == frozenset()
