"""Word documents that are one XML file, hold foreign parts, or are web archives under the name .doc."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

import parsers
from parsers.types import Fact, File, Image, Limits, ResourceBudget, Text

W2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SENTENCE = "3月6日，湖塘镇开展燃气安全检查。"


def facts(name: str, data: bytes) -> list[Fact]:
    return list(parsers.read([File(name, data)], ResourceBudget(Limits())))


def text_of(name: str, data: bytes) -> Text:
    (text,) = (fact for fact in facts(name, data) if isinstance(fact, Text))
    return text


def word_2003(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<?mso-application progid="Word.Document"?>'
        f'<w:wordDocument xmlns:w="{W2003}" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
        ' xmlns:aml="http://schemas.microsoft.com/aml/2001/core">'
        '<w:styles><w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
        f"<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>"
    ).encode()


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize("name", ["稿件.doc", "稿件.xml", "稿件"])
def test_word_2003s_xml_is_read_as_word_shows_it(name: str) -> None:
    deleted = f'<aml:annotation w:type="Word.Deletion"><aml:content>{run("删")}</aml:content></aml:annotation>'
    inserted = f'<aml:annotation w:type="Word.Insertion"><aml:content>{run("镇")}</aml:content></aml:annotation>'
    aside = paragraph(run("批注"))
    comment = (
        f'<aml:annotation w:type="Word.Comment"><aml:content>{aside}</aml:content></aml:annotation>'
    )
    note = f"<w:r><w:footnote>{paragraph(run('注'))}</w:footnote></w:r>"
    hidden = run("隐", '<w:rPr><w:rStyle w:val="h"/></w:rPr>')
    cells = "".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in ("姓名", "职务"))
    body = (
        paragraph(run("湖塘") + deleted + inserted + run("开展检查") + hidden + comment + note)
        + paragraph(run(SENTENCE))
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr>"
    )
    text = text_of(name, word_2003(body))
    assert text.paragraphs == ("湖塘镇开展检查", SENTENCE, "姓名\t职务")
    assert text.tables == ((("姓名", "职务"),),)
    assert text.remarks


def test_a_flat_package_is_read_with_its_pictures() -> None:
    def part(name: str, content: str) -> str:
        return f'<pkg:part pkg:name="{name}">{content}</pkg:part>'

    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    document = f'<w:document xmlns:w="{W}"><w:body>{paragraph(run(SENTENCE))}</w:body></w:document>'
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        + part("/_rels/.rels", f"<pkg:xmlData>{relation}</pkg:xmlData>")
        + part("/word/document.xml", f"<pkg:xmlData>{document}</pkg:xmlData>")
        + part(
            "/word/media/image1.png",
            f"<pkg:binaryData>{base64.b64encode(PIXEL).decode()}</pkg:binaryData>",
        )
        + "</pkg:package>"
    ).encode()
    found = facts("稿件.doc", flat)
    assert [fact.paragraphs for fact in found if isinstance(fact, Text)] == [(SENTENCE,)]
    assert [fact.width for fact in found if isinstance(fact, Image)] == [1]


def with_chunk(name: str, chunk: bytes, own: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{own}<w:altChunk r:id="c1"/></w:body></w:document>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships><Relationship Id="c1" Type="{R}/aFChunk" Target="{name}"/></Relationships>',
        )
        archive.writestr(f"word/{name}", chunk)
    return out.getvalue()


MHT = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n--X\r\n"
    b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable \r\n\r\n<p>"
    + b"".join(b"=%02X" % byte for byte in SENTENCE.encode("gb18030"))
    + b"</p>\r\n--X--\r\n"
)
CHUNKS = {
    "afchunk.htm": f"<html><body><p>{SENTENCE}</p></body></html>".encode(),
    "afchunk.mht": MHT,
    "afchunk.txt": SENTENCE.encode("gb18030"),
    "afchunk.docx": with_chunk("x.txt", b"", paragraph(run(SENTENCE))),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_a_foreign_part_stands_where_the_document_shows_it(name: str) -> None:
    text = text_of("稿件.docx", with_chunk(name, CHUNKS[name], paragraph(run("湖塘镇开展检查"))))
    assert text.paragraphs == ("湖塘镇开展检查", SENTENCE)


def test_a_web_archive_under_the_name_of_a_document_is_read() -> None:
    assert text_of("稿件.doc", MHT).paragraphs == (SENTENCE,)


def test_an_open_document_in_one_file_is_read() -> None:
    flat = (
        '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"<text:p>{SENTENCE}</text:p></office:text></office:body></office:document>"
    ).encode()
    assert text_of("稿件.fodt", flat).paragraphs == (SENTENCE,)


def test_pictures_in_one_file_are_taken_out_each_once() -> None:
    photo = base64.encodebytes(PIXEL).decode()
    picture = f'<w:pict><w:binData w:name="wordml://1.png">{photo}</w:binData></w:pict>'
    word = word_2003(paragraph(run(SENTENCE)) + paragraph(f"<w:r>{picture * 2}</w:r>"))
    odt = (
        '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"<text:p>{SENTENCE}<draw:frame><draw:image><office:binary-data>{photo}"
        "</office:binary-data></draw:image></draw:frame></text:p>"
        "</office:text></office:body></office:document>"
    ).encode()
    for name, data in (("稿件.doc", word), ("稿件.fodt", odt)):
        found = facts(name, data)
        assert [fact.path for fact in found if isinstance(fact, Image)] == [f"{name}/image1.png"]
        assert text_of(name, data).paragraphs == (SENTENCE,)


def test_a_picture_that_broke_off_in_one_file_harms_no_text() -> None:
    body = paragraph(run(SENTENCE)) + f"<w:p><w:binData>{'A' * 65}</w:binData></w:p>"
    assert [fact.path for fact in facts("稿件.doc", word_2003(body))] == ["稿件.doc"]
