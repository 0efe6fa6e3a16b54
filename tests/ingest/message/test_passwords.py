"""Passwords are found where officers write them; a word that is none is only a try too many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.message.passwords import MOST, passwords


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("密码：1234", ("1234",)),
        ("解压密码是abc123。", ("abc123",)),
        ("解压码: Hu@2022，请查收", ("Hu@2022",)),
        ("压缩包密码为“稿件2022”", ("稿件2022",)),
        ("密码“湖塘应急”", ("湖塘应急",)),
        ("湖塘镇稿件 密码abc123", ("abc123",)),
        ("密码统一设置为abc123", ("abc123",)),
        ("密 码（abc123）", ("abc123",)),
        ("解压密码\nabc123", ("abc123",)),
        ("打开密码为：\r\nabc123", ("abc123",)),
        ("Password: abc123", ("abc123",)),
        ("PW：abc123", ("abc123",)),
        ("附件已加密，abc123", ("abc123",)),
        ("abc123是解压密码", ("abc123",)),
        ("压缩包已加密\n\nab12cd", ("ab12cd",)),
        ("密码：ａｂ１２", ("ａｂ１２", "ab12")),
        ("附件（abc123为密码）请查收", ("abc123",)),
        ("密码 2022（解压）", ("2022",)),
        ("请不要设置密码", ()),
        ("密码另行告知", ()),
        ("稿件两篇，联系电话13800000000", ()),
    ],
)
def test_a_password_that_a_letter_gives_is_found(text: str, found: tuple[str, ...]) -> None:
    assert passwords("", text) == found


@pytest.mark.parametrize("text", ["【工作动态】湖塘镇 密码abc123", "湖塘镇（密码：abc123）"])
def test_it_may_stand_in_the_subject(text: str) -> None:
    assert passwords(text, "") == ("abc123",)


def test_it_may_stand_in_the_name_of_an_attachment() -> None:
    assert passwords("稿件", "请查收", ["稿件（密码ab12cd）.zip", "图.jpg"]) == ("ab12cd",)
    assert passwords("", "密码：right1", ["稿件（密码ab12cd）.zip"]) == ("right1", "ab12cd")


def test_the_likeliest_stand_first_and_their_number_is_bounded() -> None:
    text = "abc123是密码\n密码：right1\n" + "\n".join(f"密码 word{i}" for i in range(50))
    found = passwords("", text)
    assert found[0] == "right1"
    assert len(found) == MOST


@given(st.text(alphabet="密码为是：“”(abc1 \n压缩包", max_size=300))
def test_any_text_yields_few_words_without_blanks(text: str) -> None:
    found = passwords(text, text)
    assert len(found) <= MOST
    assert all(word and word == word.strip() for word in found)
