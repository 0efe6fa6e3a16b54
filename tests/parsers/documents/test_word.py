from __future__ import annotations

import io

import docx
import pytest
from PIL import Image as Pillow

from parsers.types import Image, Text, UnreadableFile
from rulebook.reasons import Reason, Remark

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_paragraphs_and_rows_come_in_reading_order(read_text, draft_docx):
    text = read_text("稿件.docx", draft_docx)
    assert text.paragraphs == (
        "河畔镇开展消防演练",
        "3月5日上午，河畔镇组织开展消防安全演练，120余人参加。",
        "姓名\t单位\t电话",
        "张三\t\t12345",
        "审核：李四",
    )
    assert text.tables == ((("姓名", "单位", "电话"), ("张三", "", "12345")),)
    assert text.remarks == ()


def test_a_picture_in_a_document_lies_below_it(read, draft_docx):
    document = docx.Document(io.BytesIO(draft_docx))
    picture = io.BytesIO()
    Pillow.new("RGB", (40, 30)).save(picture, "JPEG")
    document.add_picture(picture)
    buffer = io.BytesIO()
    document.save(buffer)
    text, image = read("稿件.docx", buffer.getvalue())
    assert isinstance(text, Text) and text.path == "稿件.docx"
    assert isinstance(image, Image) and image.path == "稿件.docx/image1.jpg"
    assert (image.width, image.height, image.embedded, image.whole) == (40, 30, True, True)


def test_insertions_are_read_and_deletions_are_not(read_text, docx_of):
    body = paragraph(
        run("会议")
        + "<w:del><w:r><w:delText>昨天</w:delText></w:r></w:del>"
        + "<w:moveFrom>"
        + run("搬走")
        + "</w:moveFrom><w:ins>"
        + run("今天")
        + "</w:ins>"
        + run("召开")
    )
    text = read_text("a.docx", docx_of(body))
    assert text.paragraphs == ("会议今天召开",)
    assert text.remarks == (Remark.TRACKED_CHANGES,)


def test_a_deleted_paragraph_mark_joins_two_paragraphs(read_text, docx_of):
    mark = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    text = read_text("a.docx", docx_of(paragraph(mark + run("前半")) + paragraph(run("后半"))))
    assert text.paragraphs == ("前半后半",)


def test_a_text_box_is_read_once(read_text, docx_of):
    box = "<w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent>"
    body = paragraph(
        "<w:r><mc:AlternateContent><mc:Choice>"
        f"{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>{run('正文')}"
    )
    assert read_text("a.docx", docx_of(body)).paragraphs == ("正文", "框里的字")


def test_content_controls_links_tabs_and_breaks_are_read(read_text, docx_of):
    body = (
        f"<w:sdt><w:sdtContent>{paragraph(run('控件'))}</w:sdtContent></w:sdt>"
        + paragraph(
            f"<w:hyperlink>{run('链接')}</w:hyperlink><w:sdt><w:sdtContent>{run('里')}"
        ).replace("</w:p>", "</w:sdtContent></w:sdt></w:p>")
        + paragraph("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:sym/><w:t>丙</w:t></w:r>")
        + paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>")
    )
    text = read_text("a.docx", docx_of(body))
    assert text.paragraphs == ("控件", "链接里", "甲\t乙", "丙")


def test_a_strict_document_reads_like_any_other(read_text, docx_of):
    data = docx_of(paragraph(run("严格")), namespace=STRICT)
    assert read_text("a.docx", data).paragraphs == ("严格",)


def test_footnotes_follow_the_body(read_text, docx_of):
    notes = (
        '<w:footnotes xmlns:w="w"><w:footnote w:type="separator"><w:p><w:r><w:t>-</w:t></w:r></w:p>'
        "</w:footnote><w:footnote><w:p><w:r><w:t>注文</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    relations = (
        '<Relationships xmlns="r"><Relationship Id="r9" Type="x/footnotes" Target="footnotes.xml"/>'
        "</Relationships>"
    )
    data = docx_of(
        paragraph(run("正文") + "<w:r><w:footnoteReference/></w:r>") + paragraph(run("尾")),
        ("word/_rels/document.xml.rels", relations),
        ("word/footnotes.xml", notes),
    )
    assert read_text("a.docx", data).paragraphs == ("正文", "尾", "注文")


def test_a_layout_table_of_one_cell_keeps_its_paragraphs(read_text, docx_of):
    cell = paragraph(run("第一段")) + paragraph(run("第二段"))
    text = read_text("a.docx", docx_of(f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"))
    assert text.paragraphs == ("第一段", "第二段")
    assert text.tables == ((("第一段\n第二段",),),)


def test_the_main_part_is_found_by_its_relationship(read_text, packed):
    data = packed(
        [
            ("content/main.xml", '<w:d xmlns:w="w"><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:d>'),
            (
                "_rels/.rels",
                '<R xmlns="r"><Relationship Type="x/officeDocument" Target="/content/main.xml"/></R>',
            ),
            ("[Content_Types].xml", '<Types ContentType="wordprocessingml.document.main+xml"/>'),
        ]
    )
    assert read_text("a.docx", data).paragraphs == ("正文",)


BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a%s;" % (n - 1 if n else "") * 10}">' for n in range(9))
    + "]><d>&a8;</d>"
)


@pytest.mark.parametrize(
    "document", [BOMB, "<d>" * 100_000, "<d>&lt;", "", "\0" * 100], ids=range(5)
)
def test_a_hostile_document_is_refused(read, packed, document):
    members = [("[Content_Types].xml", "<T/>"), ("word/document.xml", document)]
    (fact,) = read("a.docx", packed(members))
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


def test_an_external_entity_is_never_fetched(read_text, packed, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    document = (
        f'<!DOCTYPE d [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'
        '<d xmlns:w="w"><w:p><w:r><w:t>甲&a;</w:t></w:r></w:p></d>'
    )
    data = packed([("[Content_Types].xml", "<T/>"), ("word/document.xml", document)])
    assert read_text("a.docx", data).paragraphs == ("甲",)


def test_a_zip_bomb_is_stopped_early(read, docx_of):
    data = docx_of(" " * 100_000_000)
    (fact,) = read("a.docx", data)
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNSAFE_ARCHIVE


def test_a_document_cut_in_half_is_a_damaged_document_and_no_archive(read, draft_docx):
    (fact,) = read("a.docx", draft_docx[: len(draft_docx) // 2])
    assert isinstance(fact, UnreadableFile)
    assert (fact.reason, fact.detail) == (Reason.UNREADABLE_DRAFT, "文件已损坏")


def test_what_a_field_writes_one_over_another_is_read(docx_of, read_text):
    """拼音指南 and 带圈字符 are fields EQ, which have no result."""
    code = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> eq </w:instrText></w:r>'
        "<w:r><w:instrText>\\o\\ad(\\s\\up 9(hu),湖)</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = f"<w:p><w:r><w:t>在</w:t></w:r>{code}<w:r><w:t>塘镇</w:t></w:r></w:p>"
    assert read_text("稿件.docx", docx_of(body)).paragraphs == ("在湖塘镇",)
