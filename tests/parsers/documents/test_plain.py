from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import charsets
from parsers.documents import plain
from parsers.types import File, Limits, Refusal, ResourceBudget

SENTENCES = (
    "今天下午，我局召开会议。",
    "消防演练圆满结束\r\n\r\n审核：李四\r\n",
    "河畔镇",
    "近日，喆镕堃等同志到一线慰问。",
    "Contact 联系人：张三 12345",
)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_whatever_the_charset_the_text_is_the_same(charset, sentence):
    assert charsets.decode(sentence.encode(charset)) == sentence


def test_big5_is_told_from_gbk():
    sentence = "臺灣的朋友寄來一封信，說明會議在下午舉行，請大家準時參加。"
    assert charsets.decode(sentence.encode("big5")) == sentence


def test_a_broken_character_costs_only_itself():
    text = "河畔镇组织开展消防安全演练，大家都参加了。" * 20
    data = text.encode("gbk")
    found = charsets.decode(data[:-1])
    assert found is not None and found.startswith(text[:100]) and len(found) >= len(text) - 1


def test_a_declared_charset_that_is_wrong_is_not_believed():
    assert charsets.decode_as("河畔镇消防".encode(), "gb2312") == "河畔镇消防"
    assert charsets.decode_as("河畔镇消防".encode("gbk"), "no-such") == "河畔镇消防"


def test_bytes_that_are_no_text_are_refused():
    file = File("a.txt", bytes(range(256)) * 8, "text/plain")
    with pytest.raises(Refusal):
        list(plain.parse(file, ResourceBudget(Limits())))


def test_each_line_is_a_paragraph(read_text):
    text = read_text("a.txt", "　　甲段\r\n\r\n乙段\n".encode("gbk"))
    assert text.paragraphs == ("甲段", "乙段")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_decoder(data):
    found = charsets.decode(data)
    assert found is None or isinstance(found, str)
