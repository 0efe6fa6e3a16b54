from __future__ import annotations

import struct

import olefile
import pytest

from parsers import mediatypes
from parsers.types import File, Text, UnreadableFile
from rulebook.reasons import Reason, Remark

PARAGRAPHS = (
    "河畔镇开展消防演练",
    "3月5日上午，河畔镇组织开展消防安全演练，120余人参加。",
)


def test_text_and_tables_are_read(read_text, samples):
    text = read_text("稿件.wps", (samples / "draft-with-table.doc").read_bytes())
    assert text.media_type == "application/msword"
    assert text.paragraphs == (
        PARAGRAPHS[0],
        PARAGRAPHS[1] + "“演练”结束后，工作人员讲解了灭火器的使用方法。",
        "姓名\t单位\t电话",
        "张三\t\t12345",
        "表格之后的段落",
        "单格",
        "审核：李四",
    )
    assert text.tables == ((("姓名", "单位", "电话"), ("张三", "", "12345")), (("单格",),))


def test_deletions_hidden_words_and_field_codes_are_left_out(read_text, samples):
    text = read_text("修订.doc", (samples / "tracked-changes.doc").read_bytes())
    assert text.paragraphs == (
        "河畔镇新的说法到此为止。",
        "看得见的字。",
        "链接的文字",
        "前",
        "后\t尾",
    )
    assert text.remarks == (Remark.TRACKED_CHANGES,)


def test_what_libreoffice_saves_is_read(read_text, converted):
    text = read_text("稿件.doc", converted("doc"))
    assert text.paragraphs[:2] == PARAGRAPHS
    assert text.tables == ((("姓名", "单位", "电话"), ("张三", "", "12345")),)


def test_a_locked_document_says_so(read, samples):
    data = bytearray((samples / "draft-with-table.doc").read_bytes())
    start = data.find(b"\xec\xa5\x01\x01")
    (flags,) = struct.unpack_from("<H", data, start + 10)
    struct.pack_into("<H", data, start + 10, flags | 0x0100)
    (fact,) = read("a.doc", bytes(data))
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.LOCKED_DRAFT


def test_a_damaged_piece_table_is_refused(read, samples):
    data = bytearray((samples / "draft-with-table.doc").read_bytes())
    start = data.find(b"\xec\xa5\x01\x01")
    struct.pack_into("<L", data, start + 0x1A2, 0x7FFFFFF0)
    (fact,) = read("a.doc", bytes(data))
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_document_that_was_cut_off_is_refused_or_read(read, samples, share):
    data = (samples / "draft-with-table.doc").read_bytes()
    (fact,) = read("a.doc", data[: int(len(data) * share)])
    assert isinstance(fact, Text) or (
        isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT
    )


def test_every_byte_of_the_header_may_be_broken(read, samples):
    whole = (samples / "tracked-changes.doc").read_bytes()
    start = whole.find(b"\xec\xa5\x01\x01")
    for place in range(start, start + 0x200, 4):
        for wrong in (b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\1\0\0\0"):
            data = whole[:place] + wrong + whole[place + 4 :]
            (fact,) = read("a.doc", data)
            assert isinstance(fact, Text) or fact.reason in (
                Reason.UNREADABLE_DRAFT,
                Reason.LOCKED_DRAFT,
            )


@pytest.mark.parametrize("contents", [b"CHNKWKS", b""])
def test_a_works_document_is_told_from_wpss(samples, read, contents):
    written = bytearray((samples / "draft-with-table.doc").read_bytes())
    name = ("CONTENTS" if contents else "MatOST").encode("utf-16-le")
    place = written.index("WordDocument".encode("utf-16-le"))  # [MS-CFB] 2.6.1: name, its length
    written[place : place + 66] = name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2)
    works = bytes(written + contents)
    with olefile.OleFileIO(works) as storage:
        assert not storage.exists("WordDocument")
    assert mediatypes.sniff(File("a.wps", works)) == mediatypes.WORKS
    (fact,) = read("稿件.wps", works)
    assert (fact.reason, "Works" in fact.detail) == (Reason.UNREADABLE_DRAFT, True)
