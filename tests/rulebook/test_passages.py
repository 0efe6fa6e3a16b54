"""What two texts have in common, wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.originality import essence, percent
from rulebook.passages import SHORTEST, common_passages

words = st.text(st.sampled_from("安全生产检查企业，。 \n１2a"), max_size=80)
SENTENCE = "湖塘镇对危化品企业开展检查。"


def test_a_passage_is_found_where_it_stands_in_either_text() -> None:
    found = common_passages(f"前言。{SENTENCE}后来。", f"另外，{SENTENCE}")
    assert (found.one, found.other) == (((3, 16),), ((3, 16),))
    assert found.share == 26 / 32


def test_punctuation_spaces_and_width_make_no_difference() -> None:
    other = "湖塘镇，对危化品 企业\n开展检查"
    found = common_passages(SENTENCE, other)
    assert found.share == 1
    assert found.other == ((0, len(other)),)
    assert common_passages("发现隐患１２条共计三家企业", "发现隐患12条共计三家企业").share == 1


def test_paragraphs_in_another_order_are_all_in_common() -> None:
    one, other = "第一段说的是摸清底数", "第二段说的是压实责任"
    assert common_passages(one + other, other + one).share > 0.9


def test_a_turn_of_phrase_is_no_passage() -> None:
    assert common_passages("安全生产检查" + "甲" * 20, "安全生产检查" + "乙" * 20).one == ()


@given(words, words)
def test_what_is_marked_stands_in_the_other_text_and_the_share_is_the_same_either_way(
    one: str, other: str
) -> None:
    found, turned = common_passages(one, other), common_passages(other, one)
    assert (turned.one, turned.other) == (found.other, found.one)
    assert turned.share == pytest.approx(found.share)
    assert 0 <= found.share <= 1
    for text, rest, spans in ((one, other, found.one), (other, one, found.other)):
        for begin, end in spans:
            said = essence(text[begin:end])
            assert said[:SHORTEST] in essence(rest)
            assert said[-SHORTEST:] in essence(rest)


@given(st.text(max_size=60))
def test_a_text_is_all_in_common_with_itself(text: str) -> None:
    long_enough = len(essence(text)) >= SHORTEST
    assert common_passages(text, text).share == (1 if long_enough else 0)


@pytest.mark.parametrize(
    ("share", "told"), [(1.0, 100), (0.9999, 99), (0.29, 29), (0.93, 93), (0, 0)]
)
def test_a_hundred_percent_is_the_same_to_the_letter(share: float, told: int) -> None:
    assert percent(share) == told


def test_pieces_that_touch_are_one_passage() -> None:
    one, other = "湖塘镇开展专项检", "对发现的问题整改"
    assert len(one) == len(other) == SHORTEST
    found = common_passages(one + other, f"{one}甲乙丙{other}")
    assert found.one == ((0, 16),)
    assert found.other == ((0, 8), (11, 19))
    assert common_passages(one[:-1], one).one == ()
