"""By-lines in the covering letter."""

from __future__ import annotations

import pytest

from parsers.drafts.byline_notes import read

UNITS = ("南夏墅街道", "湖塘镇")


@pytest.mark.parametrize(
    ("note", "author", "reviewer"),
    [
        ("您好，现报送工作动态一篇，请查收。\n撰稿：桑宁\n审核：费洪亮", "桑宁", "费洪亮"),
        ("撰稿人是桑宁，审核人是费洪亮。", "桑宁", "费洪亮"),
        ("撰稿：桑宁  审核：费洪亮", "桑宁", "费洪亮"),
        ("作者桑宁，审核费洪亮", "桑宁", "费洪亮"),
        ("信息员：桑宁；审核人：费洪亮", "桑宁", "费洪亮"),
        ("本文作者为桑宁", "桑宁", ""),
    ],
)
def test_a_covering_letter_names_author_and_reviewer(note: str, author: str, reviewer: str) -> None:
    found = read(note, UNITS)
    assert (found.author, found.reviewer) == (author, reviewer)


@pytest.mark.parametrize(
    "note",
    [
        "内容已经分管领导审核。",
        "联系人：桑宁 电话：0519-1",
        "稿件已经审核，请查收。\n湖塘镇 桑宁",
        "请王主任审核",
        "已由费局长审核",
        "现报送动态一篇，已经费洪亮科长审核。",
        "由镇应急办撰写",
        "请领导审阅",
    ],
)
def test_a_signature_a_request_or_a_sentence_names_nobody(note: str) -> None:
    found = read(note, UNITS)
    assert (found.author, found.reviewer) == ("", "")
