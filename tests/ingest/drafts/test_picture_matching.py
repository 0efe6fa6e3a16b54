"""Whose picture is whose, in the ways officers name and lay out what they pack."""

from __future__ import annotations

import pytest

from ingest.drafts.picture_matching import DraftRef, match_draft

GAS = "湖塘镇开展燃气安全专项检查"
SWIM = "湖塘镇组织防溺水宣传进校园"


def holders(*drafts: tuple[str, str] | tuple[str, str, str]) -> list[DraftRef]:
    """(path in the archive, title[, text])."""
    return [DraftRef(f"稿件.zip/{path}", title, tuple(text)) for path, title, *text in drafts]


def owned(image: str, among: list[DraftRef]) -> str | None:
    found = match_draft(f"稿件.zip/{image}", among)
    return found.removeprefix("稿件.zip/") if found else None


BATCH_SIZE = holders((f"{GAS}.docx", GAS), (f"{SWIM}.docx", SWIM))
FOLDERS = holders(("燃气/稿件.docx", GAS), ("防溺水/稿件.docx", SWIM))
NUMBERED = holders((f"1.{GAS}.docx", GAS), (f"2.{SWIM}.docx", SWIM))
SAME_STEM = holders(("稿件1.docx", GAS), ("稿件2.docx", SWIM), ("稿件12.docx", "湖塘镇召开例会"))
MARKED = holders(
    ("甲.docx", GAS, "检查组查看报警器（图1），要求整改（图2-3）。"),
    ("乙.docx", SWIM, "图四：民警演示救援。图5 学生提问"),
)


@pytest.mark.parametrize(
    ("among", "image", "draft"),
    [
        (holders(("稿件.docx", GAS)), "任意文件夹/DSC_0001.JPG", "稿件.docx"),
        (BATCH_SIZE, f"{GAS}.docx/image1.png", f"{GAS}.docx"),
        (BATCH_SIZE, f"《{GAS}》图1.jpg", f"{GAS}.docx"),
        (BATCH_SIZE, f"{SWIM}（配图 2）.JPG", f"{SWIM}.docx"),
        (BATCH_SIZE, f"图片/{SWIM}-3.jpg", f"{SWIM}.docx"),
        (BATCH_SIZE, f"{GAS}图片/IMG_2031.HEIC", f"{GAS}.docx"),
        (BATCH_SIZE, f"{SWIM}/现场/1.jpg", f"{SWIM}.docx"),
        (BATCH_SIZE, "燃气安全检查现场1.jpg", f"{GAS}.docx"),
        (BATCH_SIZE, "防溺水宣传照片.png", f"{SWIM}.docx"),
        (FOLDERS, "燃气/微信图片_20260307093000.jpg", "燃气/稿件.docx"),
        (FOLDERS, "防溺水/图片/1.jpg", "防溺水/稿件.docx"),
        (FOLDERS, f"照片/{SWIM}1.jpg", "防溺水/稿件.docx"),
        (NUMBERED, "1-1.jpg", f"1.{GAS}.docx"),
        (NUMBERED, "2（3）.jpg", f"2.{SWIM}.docx"),
        (NUMBERED, "稿件2-图1.jpg", f"2.{SWIM}.docx"),
        (SAME_STEM, "稿件1图1.jpg", "稿件1.docx"),
        (SAME_STEM, "稿件12图1.jpg", "稿件12.docx"),
        (SAME_STEM, "稿件2 (1).png", "稿件2.docx"),
        (MARKED, "图1.jpg", "甲.docx"),
        (MARKED, "图片3.jpg", "甲.docx"),
        (MARKED, "4.jpg", "乙.docx"),
        (MARKED, "图5.png", "乙.docx"),
    ],
)
def test_a_picture_finds_its_draft(among: list[DraftRef], image: str, draft: str) -> None:
    assert owned(image, among) == draft


@pytest.mark.parametrize(
    ("among", "image"),
    [
        (BATCH_SIZE, "DSC_0001.JPG"),
        (BATCH_SIZE, "微信图片_20260307093000.jpg"),
        (BATCH_SIZE, "湖塘镇.jpg"),
        (BATCH_SIZE, f"{GAS}和{SWIM}开展情况.jpg"),
        (FOLDERS, "公用图片/会场.jpg"),
        (FOLDERS, "1.jpg"),
        (NUMBERED, "1.jpg"),
        (NUMBERED, "3-1.jpg"),
        (SAME_STEM, "稿件3图1.jpg"),
        (SAME_STEM, "稿件图.jpg"),
        (MARKED, "图6.jpg"),
        (holders(("甲.docx", GAS, "见图1。"), ("乙.docx", SWIM, "见图1。")), "图1.jpg"),
    ],
)
def test_a_picture_that_fits_several_or_none_is_nobodys(among: list[DraftRef], image: str) -> None:
    assert owned(image, among) is None


def test_without_drafts_nobody_owns_anything() -> None:
    assert owned("1.jpg", []) is None


def test_a_telling_name_without_any_draft_is_nobodys() -> None:
    """Found by fuzzing: names that are much alike were compared with none at all."""
    assert match_draft("照片.zip/燃气安全检查现场.jpg", []) is None
