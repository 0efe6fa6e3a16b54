from collections.abc import Mapping
from enum import Enum

import pytest

from rulebook import labels
from rulebook.conversation import Purpose
from rulebook.model import FileRole, Outcome, Timely
from rulebook.periods import Span
from rulebook.provisions import (
    AdoptionKinds,
    AdoptionSum,
    BareRule,
    BodyRule,
    DayUnit,
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
    ],
)
def test_every_member_has_a_word_and_no_word_stands_for_two(
    words: Mapping[Enum, str], members: type[Enum]
) -> None:
    assert set(words) == set(members)
    assert all(words.values())
    assert len(set(words.values())) == len(words)
