"""Fingerprints: the same for ever, blind to layout, shared by texts that are nearly the same."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fingerprint import BANDS, bands, likeness
from rulebook.originality import SHORTEST_ALIKE, essence

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
TEXTS = st.text(HAN | st.sampled_from("0123456789，。 ＡA"), min_size=SHORTEST_ALIKE, max_size=400)
NOISE = st.sampled_from(["，", "。", " ", "\n", "　", "、", "“"])
TEXT = "湖塘镇应急管理局组织执法人员对辖区危化品企业开展专项检查，共发现隐患7条。" * 3


def shared(one: str, other: str) -> int:
    return sum(mine == theirs for mine, theirs in zip(bands(one), bands(other), strict=True))


def test_the_numbers_are_those_that_ledgers_already_hold() -> None:
    assert bands(TEXT)[:4] == (1202806602, -1190828218, -1264638241, 967518713)


@given(TEXTS, st.lists(NOISE, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_punctuation_and_spaces_make_no_difference(
    text: str, noise: list[str], chance: random.Random
) -> None:
    spaced = list(text)
    for mark in noise:
        spaced.insert(chance.randrange(len(spaced) + 1), mark)
    assert bands("".join(spaced)) == bands(text)


def test_full_width_is_half_width_and_figures_count() -> None:
    assert bands(TEXT.replace("7", "７").replace("，", ",")) == bands(TEXT)
    assert bands(TEXT.replace("7", "9")) != bands(TEXT)


@given(st.text(max_size=200))
def test_a_text_has_all_its_numbers_or_none(text: str) -> None:
    made = bands(text)
    assert len(made) == (BANDS if len(essence(text)) >= SHORTEST_ALIKE else 0)
    assert all(-(2**31) <= key < 2**31 for key in made)


def test_texts_that_are_merely_alike_prove_something_from_sixty_letters_on() -> None:
    assert (bands("治" * 59), len(bands("治" * 60))) == ((), BANDS)


@pytest.mark.parametrize(("edited", "least"), [(0, 16), (1, 10), (3, 4)])
def test_the_fewer_the_edits_the_more_is_shared(edited: int, least: int) -> None:
    chance = random.Random(8)
    words = [chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(400)]
    other = list(words)
    for place in chance.sample(range(400), edited):
        other[place] = "改"
    assert shared("".join(words), "".join(other)) >= least


def test_texts_of_different_words_share_nothing() -> None:
    chance = random.Random(9)
    one, other = (
        "".join(chr(chance.randrange(low, low + 9000)) for _ in range(300))
        for low in (0x4E00, 0x7200)
    )
    assert shared(one, other) == 0


@given(TEXTS, TEXTS, st.floats(0, 1))
def test_likeness_is_the_same_either_way(one: str, other: str, least: float) -> None:
    first, second = essence(one), essence(other)
    assert likeness(first, second, least) == pytest.approx(likeness(second, first, least))


@given(TEXTS, st.data())
def test_edits_of_a_few_characters_stay_above_the_offices_share(
    text: str, data: st.DataObject
) -> None:
    said = essence(text)
    most = int(0.15 * len(said))
    places = data.draw(st.sets(st.integers(0, len(said) - 1), max_size=most)) if said else set()
    edited = "".join("改" if place in places else one for place, one in enumerate(said))
    assert likeness(said, edited, 0.85) >= 0.85


def test_paragraphs_that_changed_places_are_still_the_same_words() -> None:
    first, second = ("治理厂中厂要摸清底数" * 4, "演练结束后专家现场点评" * 4)
    assert likeness(first + second, second + first, 0.85) > 0.95


def test_nothing_heavy_is_loaded_until_a_text_needs_it() -> None:
    code = (
        "import sys, ledger.fingerprint, ledger.duplicates;"
        "print('numpy' in sys.modules, 'rapidfuzz' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
