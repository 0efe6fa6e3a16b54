"""RTF, OpenDocument, OFD, web pages and spreadsheets."""

from __future__ import annotations

import base64
import io
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from parsers.documents import flow, sheet
from parsers.types import Other, Text, UnreadableFile
from rulebook.model import FileRole
from rulebook.reasons import Reason, Remark

TABLE = ((("姓名", "单位", "电话"), ("张三", "", "12345")),)


def escaped(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))


@pytest.mark.parametrize(
    "source",
    [
        rf"{{\rtf1\ansi\ansicpg936 {escaped('河畔镇')}\par\u23457?\u26680?\par}}",
        rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0\fcharset134 S;}}}}\f0 {escaped('河畔镇')}\par "
        rf"{escaped('审核')}}}",
        r"{\rtf1\ansi\ansicpg936 河畔镇\par 审核}",
    ],
)
def test_rtf_is_read_whatever_way_its_hanzi_are_written(read_text, source):
    assert read_text("a.doc", source.encode("gbk")).paragraphs == ("河畔镇", "审核")


@pytest.mark.parametrize(
    ("inner", "paragraphs"),
    [
        (r"a{\deleted b}{\revised c}\par", ("ac",)),
        (r"a{\v b}c\par", ("ac",)),
        (
            r"a{\super\chftn{\*\footnote\pard {\super\chftn} note\par}}b\par c\par",
            ("ab", "c", "note"),
        ),
        (r"{\header head\par}{\footer foot\par}a\par", ("a",)),
        (
            r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt box\par}}{\shprslt{\*\do{\dptxbxtext box}}}}a\par",
            ("a", "box"),
        ),
        (r"{\listtext\'b7\tab}a\par", ("a",)),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}\par", ("link",)),
        (r"{\upr{old}{\*\ud{new}}}\par", ("new",)),
        (r"{\*\unheard of}a\par", ("a",)),
        (r"\uc2\u27827\'ba\'d3\uc0\u30036 x\par", ("河畔x",)),
        (r"\uc1\u-10179?\u-8704?\par", ("\U0001f600",)),
        (r"{\pict\bin5 }}{{\a}a\par", ("a",)),
        (r"\{a\}\\\~b\_c\-d\par", ("{a}\\ b-cd",)),
        (r"\intbl a\cell b\cell\row\pard c\par", ("a\tb", "c")),
        (r"a", ("a",)),
        (r"a\par}}}b\par", ("a", "b")),
    ],
)
def test_what_rtf_says_besides_its_text_is_understood(read_text, inner, paragraphs):
    data = (r"{\rtf1\ansi\ansicpg936 " + inner + "}").encode("gbk")
    assert read_text("a.rtf", data).paragraphs == paragraphs


def test_half_characters_of_gbk_written_as_letters_are_whole(read_text):
    """The second byte of 乗 is a backslash, that of 丂 an "@": some writers leave it as it is."""
    data = rb"{\rtf1\ansi\ansicpg936 \'81@\'81\'5c\par}"
    assert read_text("a.rtf", data).paragraphs == ("丂乗",)


def test_braces_without_end_are_damage(read):
    (fact,) = read("a.rtf", b"{\\rtf1" + b"{" * 100_000)
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


def test_pictures_in_rtf_cost_nothing(read_text):
    picture = r"{\pict\jpegblip " + "89ab" * 2_000_000 + "}"
    text = read_text("a.rtf", (r"{\rtf1\ansi " + picture + r"\u23457?\par}").encode())
    assert text.paragraphs == ("审",)


@pytest.mark.parametrize("suffix", ["rtf", "odt"])
def test_what_libreoffice_saves_is_read(read_text, converted, suffix):
    text = read_text(f"稿件.{suffix}", converted(suffix))
    assert text.paragraphs[0] == "河畔镇开展消防演练"
    assert "姓名\t单位\t电话" in text.paragraphs and text.paragraphs[-1] == "审核：李四"
    assert text.tables == TABLE


ODF_HEAD = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text>'
)
ODF_TAIL = "</o:text></o:body></o:document-content>"
ODT = "application/vnd.oasis.opendocument.text"


def test_an_odt_with_tracked_deletions_shows_none_of_them(read_text, packed):
    content = (
        "<t:tracked-changes><t:changed-region><t:deletion><t:p>删去</t:p></t:deletion>"
        "</t:changed-region></t:tracked-changes><t:p>甲<t:change/>乙<t:s t:c='2'/>丙<t:line-break/>丁"
        "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>注</t:p></t:note-body>"
        "</t:note></t:p><t:list><t:list-item><t:p>项</t:p></t:list-item></t:list>"
    )
    data = packed([("content.xml", ODF_HEAD + content + ODF_TAIL), ("mimetype", ODT)])
    text = read_text("a.odt", data)
    assert text.paragraphs == ("甲乙  丙", "丁", "项", "注")
    assert text.remarks == (Remark.TRACKED_CHANGES,)


def test_a_locked_odt_says_so(read, packed):
    manifest = "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"
    members = [("mimetype", ODT), ("META-INF/manifest.xml", manifest), ("content.xml", b"\x93\x01")]
    (fact,) = read("a.odt", packed(members))
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.LOCKED_DRAFT


def test_ofd_is_read_by_the_place_of_its_runs(read_text, ofd_of):
    data = ofd_of(
        (20, 40, "　　今年春天河畔镇组织干部职工开展消防安全演"),
        (20, 50, "练，大家都参加了。"),
        (80, 20, "消防演练"),
        (60, 20, "河畔镇"),
        (20, 70, "审核：李四"),
    )
    assert read_text("a.ofd", data).paragraphs == (
        "河畔镇消防演练",
        "今年春天河畔镇组织干部职工开展消防安全演练，大家都参加了。",
        "审核：李四",
    )


def test_an_ofd_without_text_is_a_scan(read, ofd_of):
    (fact,) = read("a.ofd", ofd_of())
    assert isinstance(fact, UnreadableFile) and fact.detail == "是扫描件，没有文字"


def test_a_page_shows_what_a_reader_sees(read_text):
    page = (
        "<html><head><meta charset=gb2312><title>题</title><style>p{}</style></head><body><p>甲</p>"
        "<p>乙<br>丙</p><table><tr><td>姓名<td>单位<tr><td>张三<td></table>"
        "<div style='display:none'>隐<table><tr><td>深</table></div><script>1</script>尾<del>删</del>"
    )
    text = read_text("a.doc", page.encode("gbk"))
    assert text.paragraphs == ("甲", "乙", "丙", "姓名\t单位", "张三", "尾")
    assert text.tables == ((("姓名", "单位"), ("张三", "")),)


def test_a_web_archive_is_read_under_any_name(read_text):
    page = base64.b64encode("<html><body><p>河畔镇</p></body></html>".encode("gbk")).decode()
    archive = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
        'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{page}\r\n--x--\r\n"
    )
    text = read_text("a.doc", archive.encode())
    assert (text.media_type, text.paragraphs) == ("application/x-mimearchive", ("河畔镇",))


@pytest.mark.parametrize(
    "page", ["<html>" + "<div>" * 50_000, "<html>" + "<table><tr><td>" * 20_000]
)
def test_a_page_that_nests_without_end_is_no_danger(read, page):
    (fact,) = read("a.html", page.encode())
    assert isinstance(fact, Text | UnreadableFile)


def workbook(*cells: tuple[int, int, Any]) -> bytes:
    book = openpyxl.Workbook()
    assert isinstance(book.active, Worksheet)
    for row, column, value in cells:
        book.active.cell(row, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_sheet_is_a_table_without_paragraphs(read_text):
    data = workbook((1, 1, "姓名"), (1, 2, "人数"), (2, 1, "张三"), (2, 2, 12))
    text = read_text("a.xlsx", data)
    assert text.paragraphs == ()
    assert text.tables == ((("姓名", "人数"), ("张三", "12")),)


def test_a_sheet_is_read_only_so_far(read_text):
    data = workbook(*((row, 1, row) for row in range(1, 500)), *((1, n, n) for n in range(2, 90)))
    (table,) = read_text("a.xlsx", data).tables
    assert len(table) == sheet.MAX_ROWS and len(table[0]) == sheet.MAX_COLUMNS


def test_two_cells_far_apart_do_not_take_all_memory(read):
    (fact,) = read("a.xlsx", workbook((1, 1, 1), (1_048_576, 16_384, 1)))
    assert isinstance(fact, Other)


def test_a_sheet_that_cannot_be_read_is_told_apart_from_one_that_is_empty(read):
    data = workbook((1, 1, 1))
    for broken in (data[: len(data) // 2], data.replace(b"sheet1.xml", b"sheet1.xmx")):
        (fact,) = read("a.xlsx", broken)
        assert isinstance(fact, Other) and fact.role is FileRole.UNREAD
    (fact,) = read("a.xlsx", workbook())
    assert isinstance(fact, Other) and fact.role is FileRole.OTHER


def test_a_row_with_one_cell_that_speaks_is_layout():
    assert flow.row(["", "甲\n乙", " "]) == ["甲", "乙"]
    assert flow.row(["甲\n乙", "丙"]) == ["甲 乙\t丙"]
    assert flow.row([]) == []


def test_a_bomb_of_entities_in_an_odt_is_refused(read, packed):
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'
    (fact,) = read("a.odt", packed([("mimetype", ODT), ("content.xml", bomb)]))
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<html>" + b"<p>x" * 1_000_001),
        ("a.rtf", b"{\\rtf1 " + b"\\par a" * 600_000 + b"}"),
    ],
)
def test_markup_without_end_is_refused_before_it_is_read(read, name, data):
    (fact,) = read(name, data)
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


def test_pictures_in_a_page_do_not_make_it_long(read_text):
    page = (
        '<html><body><p>甲</p><img src="data:image/png;base64,'
        + "A" * 6_000_000
        + '"></body></html>'
    )
    assert read_text("a.html", page.encode()).paragraphs == ("甲",)
