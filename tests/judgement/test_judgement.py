"""Letters as officers write them meet what a person expects of them."""

from __future__ import annotations

import pytest

from tests.judgement.corpus import Letter, load, words
from tests.judgement.judging import checks

LETTERS = load()

MISJUDGED: dict[str, str] = {}
"""Known, and to be mended; each errs towards asking a person, or says less."""


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.id for letter in LETTERS])
def test_a_letter_is_judged_as_a_person_would(letter: Letter) -> None:
    missed = [str(check) for check in checks(letter) if not check.met]
    assert bool(missed) is (letter.id in MISJUDGED), missed


def test_no_known_miss_gives_a_wrong_day_in_silence_or_calls_a_draft_late() -> None:
    known = [letter for letter in LETTERS if letter.id in MISJUDGED]
    assert len(known) == len(MISJUDGED) <= 0.01 * len(LETTERS)
    found = [check for letter in known for check in checks(letter) if not check.met]
    assert not any(check.silent or check.late_wrongly for check in found)


def test_the_corpus_is_large_and_varied() -> None:
    drafts = [piece for letter in LETTERS for piece in letter.pieces if piece.expected]
    titles = {wanted.title for piece in drafts for wanted in piece.expected}
    assert len(LETTERS) >= 150
    assert len({letter.sender.unit for letter in LETTERS}) >= 15
    assert len({piece.form for piece in drafts}) >= 6
    assert len(titles) >= 140
    texts = ["".join(piece.lines) for piece in drafts]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("paragraphs", "count"),
    [
        (["湖塘镇，检查。"], 7),
        (["共35家，增长3.5%。"], 8),
        (["“安全”——重于泰山…"], 11),
        (["App 推广", "A4"], 4),
    ],
)
def test_the_corpus_counts_as_word_does(paragraphs: list[str], count: int) -> None:
    assert words(paragraphs) == count
