"""Drafts in pictures of their pages: told from photos, recognised behind the walls, or refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.demo import files
from ingest.drafts.picture_matching import natural
from ingest.examination import examine
from ingest.examination_types import Recognition
from ingest.sandbox.confinement import SandboxLimits
from ingest.sandbox.pool import Workers, outcome_of
from rulebook.reasons import Reason
from tests import paper
from tests.ingest.drafts.scans import (
    DESK,
    DRAFT,
    NOW,
    PAGE,
    READING,
    SHEET,
    letter,
    needs_ocr,
    only_draft,
    page,
    photo,
    roles,
)

# -- what is asked for --


def test_pages_without_a_text_are_asked_for_and_photos_are_not() -> None:
    sent = letter({"IMG_2.jpg": page(PAGE), "IMG_10.jpg": page(PAGE), "现场.jpg": photo()})
    assert examine(sent, NOW, READING).scans == ("稿件.zip/IMG_2.jpg", "稿件.zip/IMG_10.jpg")


def test_a_scanned_pdf_and_pictures_pasted_in_a_document_are_asked_for() -> None:
    scan = paper.scanned_pdf(paper.page(PAGE))
    pasted = files.word([], (), page(PAGE))
    sent = letter({"扫描.pdf": scan, "稿件.docx": pasted})
    asked = examine(sent, NOW, READING).scans
    assert set(asked) == {"稿件.zip/扫描.pdf", "稿件.zip/稿件.docx/image1.jpg"}


def test_beside_a_signed_text_no_picture_is_looked_at() -> None:
    sent = letter({"例会.docx": files.word([*DRAFT, "审核：周镕"]), "IMG_1.jpg": page(PAGE)})
    examined = examine(sent, NOW, READING)
    assert examined.scans == ()
    assert only_draft(examined).images == ("稿件.zip/IMG_1.jpg",)


def test_beside_an_unsigned_text_print_may_be_its_approval_sheet_and_photos_are_not() -> None:
    members = {"例会.docx": files.word(DRAFT), "IMG_1.jpg": photo(), "IMG_2.jpg": page(SHEET)}
    assert examine(letter(members), NOW, READING).scans == ("稿件.zip/IMG_2.jpg",)
    many = {f"IMG_{number}.jpg": page(PAGE) for number in range(9)}
    asked = examine(letter({"例会.docx": files.word(DRAFT), **many}), NOW, READING).scans
    assert asked == ("稿件.zip/IMG_0.jpg", "稿件.zip/IMG_1.jpg")


def test_an_approval_sheet_is_asked_for_only_when_nobody_is_named() -> None:
    sheet = page(SHEET)
    unsigned = letter({"例会.docx": files.word(DRAFT), "审签单.jpg": sheet})
    signed = letter({"例会.docx": files.word([*DRAFT, "审核：周镕"]), "审签单.jpg": sheet})
    assert examine(unsigned, NOW, READING).scans == ("稿件.zip/审签单.jpg",)
    examined = examine(signed, NOW, READING)
    assert examined.scans == ()
    assert only_draft(examined).reviewer == "周镕"
    assert only_draft(examined).images == ()
    assert roles(examined)["审签单.jpg"] == "approval"


def test_without_the_extra_pages_are_refused_by_name() -> None:
    examined = examine(letter({"IMG_1.jpg": page(PAGE), "现场.jpg": photo()}), NOW, DESK)
    assert examined.scans == ()
    (fault,) = examined.submission.faults
    assert fault.reason is Reason.UNREADABLE_DRAFT
    assert "IMG_1.jpg" in fault.detail


def test_photos_alone_are_no_text() -> None:
    examined = examine(letter({"现场.jpg": photo()}), NOW, READING)
    assert examined.scans == ()
    assert [(fault.reason, fault.detail) for fault in examined.submission.faults] == [
        (Reason.NO_TEXT, "现场.jpg：图片里看不出成篇的文字")
    ]


def test_icons_and_broken_pictures_are_not_looked_at() -> None:
    small = paper.jpeg(paper.page(PAGE, (900, 300)))
    whole = page(PAGE)
    sent = letter({"标志.jpg": small, "坏.jpg": whole[: len(whole) // 2]})
    assert examine(sent, NOW, READING).scans == ()


def test_names_are_sorted_as_people_count() -> None:
    names = ["第10页.jpg", "第9页.jpg", "第1页.jpg", "附.jpg"]
    assert sorted(names, key=natural) == ["第1页.jpg", "第9页.jpg", "第10页.jpg", "附.jpg"]


# -- what is recognised --


@needs_ocr
def test_a_draft_in_two_pages_is_read_as_one_behind_the_walls(reader: Workers) -> None:
    sent = letter({"IMG_10.jpg": page(PAGE[2:]), "IMG_9.jpg": page(PAGE[:2]), "现场.jpg": photo()})
    examined = outcome_of(reader.submit(sent, NOW, head_only=False))
    draft = only_draft(examined)
    assert draft.scanned
    assert draft.file == "稿件.zip/IMG_9.jpg"
    assert draft.title == "湖塘镇开展燃气安全检查"
    assert "查出隐患12处" in draft.text
    assert (draft.author, draft.reviewer) == ("张三", "李四")
    assert str(draft.event_date.day) == "2026-03-05"
    assert draft.images == ("稿件.zip/现场.jpg",)
    assert roles(examined) == {
        "稿件.zip": "archive",
        "IMG_9.jpg": "scan",
        "IMG_10.jpg": "scan",
        "现场.jpg": "image",
    }
    assert examined.submission.faults == ()


@needs_ocr
def test_a_photographed_sheet_is_known_by_its_words_and_a_notice_stays_a_picture() -> None:
    members = {"例会.docx": files.word(DRAFT), "IMG_1.jpg": page(PAGE), "IMG_2.jpg": page(SHEET)}
    pictures = ("稿件.zip/IMG_1.jpg", "稿件.zip/IMG_2.jpg")
    examined = examine(letter(members), NOW, READING, scans=pictures)
    draft = only_draft(examined)
    assert (draft.title, draft.reviewer) == (DRAFT[0], "李四、王建国")
    assert draft.images == ("稿件.zip/IMG_1.jpg",)
    assert roles(examined)["IMG_2.jpg"] == "approval"


def test_pages_beyond_the_bounds_are_told() -> None:
    desk = replace(DESK, recognition=Recognition(seconds=0.0))
    sent = letter({"扫描.jpg": page(PAGE)})
    examined = examine(sent, NOW, desk, scans=("稿件.zip/扫描.jpg",))
    assert [fault.reason for fault in examined.submission.faults] == [Reason.UNREADABLE_DRAFT]


def test_a_reader_that_cannot_start_costs_nothing_but_the_text(tmp_path: Path) -> None:
    """Too little memory for the models, or no models at all: the letter is judged without them."""
    desk = replace(DESK, recognition=Recognition(memory=400_000_000))
    bounds = SandboxLimits(home=tmp_path / "scratch", closed=True)
    with Workers(1, desk, bounds) as workers:
        sent = letter({"IMG_1.jpg": page(PAGE)})
        examined = outcome_of(workers.submit(sent, NOW, head_only=False))
    assert examined.submission.drafts == ()
    assert [fault.reason for fault in examined.submission.faults] == [Reason.UNREADABLE_DRAFT]
