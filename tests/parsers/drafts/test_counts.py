"""The number of drafts that a subject, a note or a file name tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.counts import drafts_told


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("湖塘镇工作动态3篇", {3}), ("西太湖（动态1篇、舆情2篇）", {3}), ("现报送本周舆情3条，请审阅。", {3}),
        ("高新区动态1篇+综合1篇", {2}), ("牛塘镇舆情3条（8月第3周）", {3}), ("雪堰报送动态一则", {1}),
        ("报送3篇（动态1篇、舆情2篇）", {3}), ("1篇工作动态，3条舆情", {4}), ("湖塘动态两篇", {2}),
        ("共3篇稿件，请查收", {3}), ("动态、舆情各一篇", {2}), ("报送动态、舆情和综合文章各2篇", {6}),
        ("附动态和舆情各1篇，共2篇", {2}),
    ],
)  # fmt: skip
def test_a_number_of_drafts_is_read(text: str, numbers: set[int]) -> None:
    assert drafts_told(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "湖塘镇出台十条措施",
        "舆情第3条",
        "您好，附件是稿件，请查收。",
        "报送舆情3条建议",
        "信息化三条线",
        "本年累计报送动态12篇。",
        "检查企业3家",
        "附照片3张",
    ],
)
def test_other_numbers_count_no_drafts(text: str) -> None:
    assert drafts_told(text) == frozenset()


@given(st.text("动态舆情信息稿件报送共一二三十0123456789条则篇第（）、，。", max_size=40))
def test_no_text_can_break_the_counting(text: str) -> None:
    assert all(number > 0 for number in drafts_told(text))
