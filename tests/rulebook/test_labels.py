from collections.abc import Mapping
from enum import Enum

import pytest

from rulebook import labels
from rulebook.conversation import Purpose
from rulebook.kind_entries import LimitUnit
from rulebook.kind_rules import Role
from rulebook.model import FileRole, Outcome, Timely
from rulebook.periods import Span
from rulebook.provisions import (
    AdoptionKinds,
    AdoptionSum,
    BareRule,
    BodyRule,
    DayUnit,
    Measure,
    ReviewerRule,
    StrangerRule,
    UnaskedRule,
)


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (labels.OUTCOMES, Outcome),
        (labels.OUTCOMES_IN_LETTERS, Outcome),
        (labels.HEADLINES, Outcome),
        (labels.TIMELY, Timely),
        (labels.FILE_ROLES, FileRole),
        (labels.TIMELY_IN_SENTENCES, Timely),
        (labels.SPANS, Span),
        (labels.DAY_UNITS, DayUnit),
        (labels.ADOPTION_KINDS, AdoptionKinds),
        (labels.ADOPTION_SUMS, AdoptionSum),
        (labels.BARE_RULES, BareRule),
        (labels.BODY_RULES, BodyRule),
        (labels.REVIEWER_RULES, ReviewerRule),
        (labels.STRANGER_RULES, StrangerRule),
        (labels.UNASKED_RULES, UnaskedRule),
        (labels.PURPOSES, Purpose),
        (labels.KIND_ROLES, Role),
        (labels.MEASURES, Measure),
    ],
)
def test_every_member_has_a_word_and_no_word_stands_for_two(
    words: Mapping[Enum, str], members: type[Enum]
) -> None:
    assert set(words) == set(members)
    assert all(words.values())
    assert len(set(words.values())) == len(words)


def test_what_senders_are_told_differs_where_the_tables_word_would_be_curt() -> None:
    changed = {
        one: (labels.OUTCOMES[one], labels.OUTCOMES_IN_LETTERS[one], labels.HEADLINES[one])
        for one in Outcome
        if labels.HEADLINES[one] != labels.OUTCOMES[one]
    }
    assert changed == {
        Outcome.HELD: ("待核定", "待核定", "已收到，待核定"),
        Outcome.IGNORED: ("不处理", "不作投稿", "不作为投稿处理"),
    }
    assert labels.TIMELY_IN_SENTENCES[Timely.UNDETERMINED] == "时限未定"
    assert labels.LIMIT_UNITS.keys() == set(LimitUnit) - {LimitUnit.NONE}
