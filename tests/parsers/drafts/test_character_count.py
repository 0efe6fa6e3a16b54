"""字数 is what Word shows in its status bar."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.character_count import count

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=30)
WORD = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=12)
MARKS = st.text(st.sampled_from("，。、；：？！（）《》【】“”‘’—…·～％"), max_size=6)
TEXT = st.lists(st.one_of(HAN, WORD, MARKS, st.sampled_from([" ", "　", "\n", "\t"]))).map("".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # LibreOffice 7.4 counts these the same (bench/counting.py)
        ("湖塘镇，检查。", 7), ("共35家，增长3.5%。", 8), ("2022年3月5日", 6), ("2022-03-05", 1),
        ("App 推广", 3), ("A4纸", 2), ("ｈｅｌｌｏ", 5), ("２０２２年", 5), ("100%合格", 3),
        ("20~30人", 2), ("m²", 2), ("李·王", 3), ("①检查", 3), ("（1）检查", 5), ("(1)检查", 3),
        ("检查,整改", 5), ("检查, 整改", 5), ("a@b.example", 1), ("https://www.x.example/a?b=1", 1),
        ("e-mail", 1), ("COVID-19疫情", 3), ("检查　整改", 4), ("安全🙂生产", 5), ("𠮷田", 2),
        ("5G+工业互联网", 6), ("10:30开始", 3), ("1,200元", 2), ("A/B", 1), ("Ⅲ级", 2),
        ("α粒子", 3), ("café", 1), ("¥100", 1), ("￥100", 2), ("PM2.5", 1), ("㎡", 1), ("30㎡", 2),
        ("don't", 1), ("hello,world", 1), ("hello，world", 3), ("1+1=2", 1), ("〇", 1), ("［1］", 3),
        # marks of either width: Word sets them in the Chinese font (17.3.2.26, hint eastAsia) and
        # counts them; LibreOffice gives them to the word beside them or leaves dashes out
        ("“119”", 3), ("——", 2), ("……", 2), ("20℃", 2), ("3×5", 3), ("5‰", 2), ("三—五", 3),
        ("“安全”——重于泰山……", 12),
        ("", 0), ("　 \n\t", 0), ("安\u200b全\ufeff", 2), ("\u00ad", 0),
    ],
)  # fmt: skip
def test_words_are_counted_as_word_does(text: str, words: int) -> None:
    assert count(text) == words


@given(HAN)
def test_every_character_is_one(text: str) -> None:
    assert count(text) == len(text)


@given(HAN, WORD, HAN)
def test_a_run_of_half_width_characters_is_one_word(before: str, word: str, after: str) -> None:
    assert count(before + word + after) == len(before) + 1 + len(after)


@given(TEXT, TEXT)
def test_paragraphs_add_up(one: str, other: str) -> None:
    assert count(f"{one}\n{other}") == count(one) + count(other)


@given(HAN, st.sampled_from([" ", "　", "\t", "\u00a0", "\u2003"]))
def test_blanks_between_characters_count_nothing(text: str, blank: str) -> None:
    assert count(blank.join(text)) == len(text)


@given(TEXT)
def test_another_way_of_counting_agrees(text: str) -> None:
    assert count(text) == len(re.findall(r"[!-~]+|[^\s!-~]", text))


@given(st.text(max_size=80))
def test_no_text_has_more_words_than_characters(text: str) -> None:
    assert 0 <= count(text) <= sum(not character.isspace() for character in text)


@given(
    TEXT | st.text(max_size=60), st.sampled_from("湖，。（％〇“×𠮷あ"), TEXT | st.text(max_size=60)
)
def test_a_character_that_counts_alone_adds_one_and_parts_the_words(
    before: str, alone: str, after: str
) -> None:
    assert count(before + alone + after) == count(before) + 1 + count(after)
