"""Scans as offices send them: TIFFs, screenshots, poor light, notes beside them, several drafts, many photos."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps

from console.demo import files
from ingest.drafts.notes import is_note
from ingest.drafts.scanned import candidate_order
from ingest.examination import examine
from ingest.examination_types import ExaminationResult, Recognition
from ingest.sandbox.pool import Workers, outcome_of
from rulebook.reasons import Reason, Remark
from tests import paper
from tests.ingest.drafts.scans import (
    DESK,
    NOW,
    PAGE,
    READING,
    letter,
    needs_ocr,
    only_draft,
    page,
    photo,
    roles,
)

NOTE = ["湖塘镇报送稿件一篇，扫描件见附件，请查收，联系人张三。"]


def read(reader: Workers, members: dict[str, bytes]) -> ExaminationResult:
    return outcome_of(reader.submit(letter(members), NOW, head_only=False))


def tiff(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    grey = [one.convert("L") for one in pages]
    grey[0].save(out, "TIFF", save_all=True, append_images=grey[1:], compression="tiff_deflate")
    return out.getvalue()


def titled(title: str, lines: list[str]) -> Image.Image:
    """A page under a large heading in its middle."""
    sheet = paper.page(["", "", *lines], (860, 620))
    face = paper.font(44)
    pen = ImageDraw.Draw(sheet)
    pen.text(((860 - pen.textlength(title, font=face)) / 2, 80), title, font=face, fill="black")
    return sheet


# -- which pictures are tried --


def test_a_scan_behind_many_photos_is_tried_first() -> None:
    photos = {f"IMG_{number:04}.jpg": photo() for number in range(24)}
    asked = examine(letter({**photos, "湖塘镇稿件扫描.jpg": page(PAGE)}), NOW, READING).scans
    assert asked == ("稿件.zip/湖塘镇稿件扫描.jpg",)


def test_scanned_documents_come_before_names_of_drafts_and_these_before_photos() -> None:
    names = ["IMG_1.jpg", "现场照片.jpg", "第2页.jpg", "信息.pdf", "湖塘镇开展检查.jpg", "1.tif"]
    assert sorted(names, key=candidate_order) == [
        *("1.tif", "信息.pdf", "第2页.jpg", "湖塘镇开展检查.jpg", "IMG_1.jpg", "现场照片.jpg")
    ]


def test_a_refusal_names_the_pictures_that_were_tried_and_why() -> None:
    dark = paper.jpeg(Image.new("RGB", (900, 700), (9, 9, 9)))
    examined = examine(letter({"a.jpg": dark, "b.jpg": photo()}), NOW, READING)
    assert [(fault.reason, fault.detail) for fault in examined.submission.faults] == [
        (Reason.NO_TEXT, "a.jpg：图片太暗，看不出文字"),
        (Reason.NO_TEXT, "b.jpg：图片里看不出成篇的文字"),
    ]


def test_of_many_pictures_a_few_are_named_and_all_counted() -> None:
    photos = {f"IMG_{number:04}.jpg": photo() for number in range(9)}
    faults = examine(letter(photos), NOW, READING).submission.faults
    assert len(faults) == 6
    assert faults[-1].detail == "共看了9张图片"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (NOTE[0], True),
        ("图1：检查现场", True),
        ("3月5日，湖塘镇召开安全生产例会，部署下阶段工作，各村负责人参加会议并作表态发言。", False),
        ("请查收3月5日的稿件，扫描件见附件，原件另行寄送，联系人张三，电话见签名处，谢谢。", True),
    ],
)
def test_what_is_a_note_beside_a_scan(text: str, note: bool) -> None:
    assert is_note(text) is note


def test_without_the_extra_a_note_beside_a_scan_is_no_draft() -> None:
    sent = letter({"说明.docx": files.word(NOTE), "稿件.jpg": page(PAGE)})
    examined = examine(sent, NOW, DESK)
    assert examined.submission.drafts == ()
    assert [fault.reason for fault in examined.submission.faults] == [Reason.UNREADABLE_DRAFT]


# -- what is read --


@needs_ocr
def test_both_pages_of_a_tiff_are_read_and_a_note_beside_it_is_a_note(reader: Workers) -> None:
    pages = tiff(paper.page(PAGE[:2], (860, 620)), paper.page(PAGE[2:], (860, 620)))
    examined = read(reader, {"说明.docx": files.word(NOTE), "稿件.tif": pages})
    draft = only_draft(examined)
    assert draft.title == "湖塘镇开展燃气安全检查"
    assert "查出隐患12处" in draft.text
    assert draft.reviewer == "李四"
    assert roles(examined)["说明.docx"] == "note"


@needs_ocr
def test_a_page_in_dark_mode_and_one_in_poor_light_are_read(reader: Workers) -> None:
    plain = paper.page(PAGE, (860, 620))
    light = Image.linear_gradient("L").resize(plain.size).point(lambda value: 30 + value // 3)
    dim = ImageChops.multiply(plain, Image.merge("RGB", (light, light, light)))
    for taken in (ImageOps.invert(plain), dim):
        draft = only_draft(read(reader, {"IMG_1.jpg": paper.jpeg(taken, 95)}))
        assert draft.title == "湖塘镇开展燃气安全检查"
        assert str(draft.event_date.day) == "2026-03-05"


@needs_ocr
def test_a_long_screenshot_is_read_to_its_end(reader: Workers) -> None:
    lines = [*PAGE[:4], *["　　检查组要求企业落实主体责任。"] * 16, PAGE[4]]
    shot = paper.page(lines, (860, 2400))
    draft = only_draft(read(reader, {"截图.png": paper.jpeg(shot)}))
    assert draft.title == "湖塘镇开展燃气安全检查"
    assert draft.reviewer == "李四"
    assert draft.text.count("主体责任") == 16


@needs_ocr
def test_pages_under_headings_of_their_own_are_drafts_of_their_own(reader: Workers) -> None:
    body = [
        "　　3月5日，湖塘镇应急管理局开展检查，查出",
        "隐患12处，均已责令整改到位。",
        "　　　撰稿：张三　审核：李四",
    ]
    other = [
        "　　3月4日，湖塘镇召开安全生产工作例会，部",
        "署下阶段重点工作，各村负责人参加。",
        "　　　撰稿：王五　审核：赵六",
    ]
    scan = paper.scanned_pdf(
        titled("湖塘镇开展燃气检查", body), titled("湖塘镇召开工作例会", other)
    )
    examined = read(reader, {"扫描.pdf": scan})
    drafts = examined.submission.drafts
    assert [draft.title for draft in drafts] == ["湖塘镇开展燃气检查", "湖塘镇召开工作例会"]
    assert [(draft.author, draft.reviewer) for draft in drafts] == [
        ("张三", "李四"),
        ("王五", "赵六"),
    ]
    assert [str(draft.event_date.day) for draft in drafts] == ["2026-03-05", "2026-03-04"]


@needs_ocr
def test_a_screenshot_beside_a_page_is_a_picture_of_the_draft(reader: Workers) -> None:
    shot = paper.jpeg(paper.page(["网民发帖反映某路段扬尘问题严重"] * 12, (700, 1400)))
    draft = only_draft(read(reader, {"IMG_1.jpg": page(PAGE), "IMG_2.jpg": shot}))
    assert "网民发帖" not in draft.text
    assert draft.images == ("稿件.zip/IMG_2.jpg",)


@needs_ocr
def test_pages_behind_the_limit_are_pages_and_no_pictures_of_the_draft() -> None:
    desk = replace(DESK, recognition=Recognition(pages=1))
    sent = letter({f"第{number}页.jpg": page(PAGE) for number in (1, 2, 3)} | {"现场.jpg": photo()})
    asked = tuple(f"稿件.zip/第{number}页.jpg" for number in (1, 2, 3))
    draft = only_draft(examine(sent, NOW, desk, scans=asked))
    assert draft.images == ("稿件.zip/现场.jpg",)
    assert Remark.SCAN_CUT in draft.remarks
