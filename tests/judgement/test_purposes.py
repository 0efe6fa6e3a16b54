"""What a letter is for is told as a person would, and only whom one should answer is answered."""

from __future__ import annotations

from collections import Counter

import pytest

from rulebook.conversation import Purpose
from tests.judgement.purposes_corpus import PurposeLetter, judged, load

LETTERS = load()

MISTAKEN: frozenset[str] = frozenset()
"""Letters whose purpose is told wrongly: known, and to be mended."""


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.id for letter in LETTERS])
def test_a_letters_purpose_is_told_as_a_person_would(letter: PurposeLetter) -> None:
    verdict = judged(letter)
    told = verdict.purpose.purpose.value in (letter.expected, *letter.fine)
    assert told is (letter.id not in MISTAKEN), f"{verdict.purpose} ({letter.why})"
    never = letter.expected in ("other", "thanks", "automatic")
    if never and not letter.fine and letter.id not in MISTAKEN:
        assert not verdict.answer
    if letter.expected == "submission":
        assert verdict.purpose.purpose is not Purpose.OTHER


def test_the_letters_are_many_and_of_every_purpose() -> None:
    counted = Counter(letter.expected for letter in LETTERS)
    assert len(LETTERS) >= 120
    assert set(counted) == set(Purpose)
    assert min(counted.values()) >= 5
    assert len(MISTAKEN) <= 0.03 * len(LETTERS)
