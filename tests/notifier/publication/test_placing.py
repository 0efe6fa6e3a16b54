"""Pictures stand where the document has them, where the text names them, else at the end."""

from __future__ import annotations

from notifier.publication.placing import Placed, placed

FIRST = "3月6日，湖塘镇应急管理局组织人员对辖区危化品企业开展专项检查。"
SECOND = "检查组查看了仓库、配电室和消防通道，现场发现隐患5处。"
THIRD = "下一步，湖塘镇将继续加大检查力度，守牢安全底线。"
TEXT = (FIRST, SECOND, THIRD)
TITLE = "湖塘镇开展危化品企业专项检查"


def said(*lines: str) -> list[tuple[str, str]]:
    """Lines of a document; what ends in .jpg is a picture in it."""
    return [("", line) if line.endswith((".jpg", ".png")) else (line, "") for line in lines]


def test_a_picture_in_the_document_keeps_its_place_and_its_caption() -> None:
    flow = said(TITLE, FIRST, "稿.docx/1.jpg", "图为检查现场", SECOND, "稿.docx/2.jpg", THIRD)
    assert placed(TEXT, flow, ["稿.docx/1.jpg", "稿.docx/2.jpg"], TITLE) == [
        Placed("稿.docx/1.jpg", 1, "图为检查现场"),
        Placed("稿.docx/2.jpg", 2),
    ]


def test_a_by_line_under_a_picture_is_no_caption_and_pictures_of_another_draft_stay_away() -> None:
    flow = said(
        "另一篇稿件的正文，说的是别的事情。",
        "稿.docx/0.jpg",
        TITLE,
        *TEXT,
        "稿.docx/1.jpg",
        "撰稿：钱一鸣",
    )
    assert placed(TEXT, flow, ["稿.docx/1.jpg"], TITLE) == [Placed("稿.docx/1.jpg", 3)]


def test_pictures_beside_the_document_go_where_their_numbers_are_named() -> None:
    text = (FIRST, SECOND.replace("隐患", "隐患（见图2）"), THIRD)
    flow = said(TITLE, text[0], "图1：企业负责人介绍情况", text[1], text[2])
    assert placed(text, flow, ["a.zip/图1.jpg", "a.zip/图2.jpg"], TITLE) == [
        Placed("a.zip/图1.jpg", 1, "图1：企业负责人介绍情况"),
        Placed("a.zip/图2.jpg", 2),
    ]


def test_captions_without_a_number_are_given_out_in_order() -> None:
    flow = said(TITLE, FIRST, "图为检查现场", SECOND, "图为隐患点位", THIRD)
    found = placed(TEXT, flow, ["IMG_0091.jpg", "IMG_0092.jpg"], TITLE)
    assert found == [
        Placed("IMG_0091.jpg", 1, "图为检查现场"),
        Placed("IMG_0092.jpg", 2, "图为隐患点位"),
    ]


def test_a_name_that_tells_something_is_the_caption_and_a_cameras_name_is_none() -> None:
    paths = [
        "图1 消防通道检查现场.jpg",
        "微信图片_20220307101112.jpg",
        "湖塘镇开展危化品企业专项检查2.jpg",
    ]
    assert placed(TEXT, said(TITLE, *TEXT), paths, TITLE) == [
        Placed(paths[0], 3, "消防通道检查现场"),
        Placed(paths[1], 3),
        Placed(paths[2], 3),
    ]


def test_without_the_document_the_pictures_follow_the_text() -> None:
    assert placed(TEXT, [], ["b.jpg", "a.jpg"], TITLE) == [Placed("b.jpg", 3), Placed("a.jpg", 3)]


def test_a_dateline_or_a_by_line_cut_off_a_paragraph_does_not_lose_the_place() -> None:
    flow = said(TITLE, f"本报讯 {FIRST}", "稿.docx/1.jpg", SECOND, f"{THIRD}（钱一鸣）")
    assert placed(TEXT, flow, ["稿.docx/1.jpg"], TITLE) == [Placed("稿.docx/1.jpg", 1)]
