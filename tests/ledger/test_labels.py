from collections.abc import Mapping
from enum import Enum

import pytest

from ledger import labels
from ledger.states import (
    Act,
    Deed,
    DeliveryState,
    LetterKind,
    LetterState,
    ProposalState,
    Role,
    WaitReason,
)


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (labels.LETTER_STATES, LetterState),
        (labels.DELIVERY_STATES, DeliveryState),
        (labels.WAIT_REASONS, WaitReason),
        (labels.LETTER_KINDS, LetterKind),
        (labels.ROLES, Role),
        (labels.ACTS, Act),
        (labels.DEEDS, Deed),
        (labels.PROPOSAL_STATES, ProposalState),
        (labels.ACTS_IN_SENTENCES, Act),
    ],
)
def test_every_member_has_a_word_and_no_word_stands_for_two(
    words: Mapping[Enum, str], members: type[Enum]
) -> None:
    assert set(words) == set(members)
    assert all(words.values())
    assert len(set(words.values())) == len(words)
