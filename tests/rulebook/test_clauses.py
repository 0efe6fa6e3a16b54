import pytest

from rulebook.clauses import CLAUSES, QUOTES, TOPICS, WITHOUT_CLAUSE
from rulebook.reasons import Reason


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_each_reason_rests_on_a_clause_or_is_listed_as_resting_on_none(reason: Reason) -> None:
    assert (reason.name in CLAUSES) is not (reason in WITHOUT_CLAUSE)


def test_no_clause_names_what_is_no_reason() -> None:
    assert CLAUSES.keys() <= {reason.name for reason in Reason}


def test_the_regulations_words_are_known_for_each_clause_that_is_cited() -> None:
    assert QUOTES.keys() == CLAUSES.keys()
    assert all(QUOTES.values())


def test_what_pages_and_letters_cite_besides_reasons_has_a_clause() -> None:
    assert {
        clause: {topic for topic in TOPICS if TOPICS[topic] == clause} for clause in TOPICS.values()
    } == {
        "一.2": {"ROSTER"},
        "一.3": {"HANDOVER"},
        "三.1、三.2": {"TARGETS"},
        "三.3": {"COMMISSIONS"},
        "四.1": {"POINTS", "CAP"},
        "四.2": {"ADOPTED"},
        "五.1": {"NOTICE"},
        "五.2": {"BONUS"},
        "五.3": {"VOID", "SANCTION"},
        "五.4": {"FORM"},
    }


def test_each_reason_is_told_with_the_words_of_its_clause_or_of_the_kinds() -> None:
    assert QUOTES["LATE"].startswith("信息报送要注重时效性")
    assert QUOTES["KIND_UNCERTAIN"] == QUOTES["OTHER_UNIT"] != QUOTES["LATE"]
    assert QUOTES["OTHER_UNIT"].startswith("工作动态和舆情信息每条1分")
