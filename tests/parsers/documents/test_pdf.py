from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from PIL import Image as Pillow
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import parsers
from parsers.documents import pdf
from parsers.types import File, Limit, Limits, ResourceBudget, UnreadableFile
from rulebook.reasons import Reason


def printed(*pages: Sequence[str], **options: object) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    for lines in pages:
        canvas.setFont("STSong-Light", 16)
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 28 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_printed_lines_become_paragraphs_again(read_text):
    data = printed(
        [
            "河畔镇开展消防演练",
            "　　今年春天河畔镇组织全镇干部职工开展消防安全演",
            "练，大家都参加了。",
        ],
        ["　　演练结束后，工作人员讲解了灭火器的使用方法。", "审核：李四", "- 2 -"],
    )
    assert read_text("稿件.pdf", data).paragraphs == (
        "河畔镇开展消防演练",
        "今年春天河畔镇组织全镇干部职工开展消防安全演练，大家都参加了。",
        "演练结束后，工作人员讲解了灭火器的使用方法。",
        "审核：李四",
    )


def test_a_scan_says_that_it_is_one(read):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(Pillow.new("RGB", (100, 100))), 0, 0, 500, 700)
    canvas.save()
    (fact,) = read("扫描.pdf", buffer.getvalue())
    assert isinstance(fact, UnreadableFile)
    assert (fact.reason, fact.detail) == (Reason.UNREADABLE_DRAFT, "是扫描件，没有文字")


def test_a_locked_document_says_so(read):
    data = printed(["甲"], encrypt=StandardEncryption("user", "owner"))
    (fact,) = read("a.pdf", data)
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.LOCKED_DRAFT


def test_an_endless_document_is_refused(read):
    data = printed(*[["甲"]] * (pdf.MAX_PAGES + 1))
    (fact,) = read("a.pdf", data)
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


def test_half_a_document_is_refused(read):
    data = printed(["甲乙丙"])
    (fact,) = read("a.pdf", data[: len(data) // 3])
    assert isinstance(fact, UnreadableFile) and fact.reason is Reason.UNREADABLE_DRAFT


def test_what_libreoffice_prints_is_read(read_text, converted):
    text = read_text("稿件.pdf", converted("pdf"))
    assert "河畔镇" in text.paragraphs[0]


def with_objects(*objects: bytes) -> bytes:
    numbered = (b"%d 0 obj" % number + body + b"endobj\n" for number, body in enumerate(objects, 1))
    return b"%PDF-1.5\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"


def test_drawings_that_draw_each_other_without_end_cost_only_their_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 1.0)
    calls = b"/X Do " * 10
    forms = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length 60>>"
        b"stream\n%s\nendstream " % (number + 1, calls)
        for number in range(5, 30)
    ]
    data = with_objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length 5>>stream\n/X Do\nendstream ",
        *forms,
    )
    hostile, _ = parsers.read(
        [File("a.pdf", data), File("b.txt", "湖塘镇开展检查".encode())], ResourceBudget(Limits())
    )
    assert isinstance(hostile, UnreadableFile)
    assert hostile.reason is Reason.UNREADABLE_DRAFT
    assert hostile.detail in (Limit.SECONDS.clause, "文件已损坏")


def test_a_document_with_more_text_than_any_draft_is_not_read_to_its_end() -> None:
    content = b"BT /F 9 Tf " + b"(abcdefgh) Tj " * 2_000 + b"ET"
    data = with_objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b"3 0 R " * 50 + b"]/Count 50>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream " % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    (unread,) = parsers.read([File("a.pdf", data)], ResourceBudget(Limits(characters=100_000)))
    assert isinstance(unread, UnreadableFile)
    assert unread.detail == Limit.CHARACTERS.clause
