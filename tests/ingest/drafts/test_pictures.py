"""Whose picture is whose: counted once, paired by numbers, few characters and days; decorations are none."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ingest.drafts.assembly import sort_pieces
from ingest.drafts.picture_matching import DraftRef, match_draft
from ingest.drafts.pictures import is_decoration, pair
from parsers.types import Fact, Image, Other, Text
from rulebook.reasons import Remark

LONG = "3月5日，湖塘镇应急管理局组织执法人员开展专项检查，发现隐患十二处，均已当场责令整改到位。"


def image(path: str, digest: str = "", size: tuple[int, int] = (800, 600), **more: object) -> Image:
    return Image(path, "image/jpeg", *size, digest=digest or path, **more)  # type: ignore[arg-type]


def drafts(*paths: str, titles: tuple[str, ...] = ()) -> list[DraftRef]:
    return [
        DraftRef(path, titles[place] if titles else f"题目{place}")
        for place, path in enumerate(paths)
    ]


TWO = ("稿.zip/1.docx", "稿.zip/2.docx")
HAN = ("稿.zip/稿件一/甲.docx", "稿.zip/稿件二/乙.docx")


@pytest.mark.parametrize(
    ("paths", "picture", "owner"),
    [
        (TWO, "稿.zip/1/IMG_1.jpg", TWO[0]),
        (TWO, "稿.zip/2/IMG_1.jpg", TWO[1]),
        (TWO, "稿.zip/第一篇配图/IMG_1.jpg", TWO[0]),
        (TWO, "稿.zip/图2/现场.jpg", TWO[1]),
        (TWO, "稿.zip/稿件1配图2.jpg", TWO[0]),
        (TWO, "稿.zip/图2-1.jpg", TWO[1]),
        (TWO, "稿.zip/图2.jpg", None),
        (HAN, "稿.zip/稿件一配图/IMG_1.jpg", HAN[0]),
        (HAN, "稿.zip/稿件二配图.jpg", HAN[1]),
        (TWO, "稿.zip/3/IMG_1.jpg", None),
        (TWO, "稿.zip/2022/IMG_1.jpg", None),
        (("a/1.docx", "b/1.docx"), "稿/1/IMG_1.jpg", None),
    ],
)
def test_folders_and_numbers_correspond(
    paths: tuple[str, ...], picture: str, owner: str | None
) -> None:
    assert match_draft(picture, drafts(*paths)) == owner


def test_two_characters_are_enough_where_one_draft_alone_has_them() -> None:
    titles = ("湖塘镇开展防溺水宣传", "湖塘镇开展燃气安全检查")
    holders = drafts("稿.zip/甲.docx", "稿.zip/乙.docx", titles=titles)
    assert match_draft("稿.zip/溺水.jpg", holders) == "稿.zip/甲.docx"
    assert match_draft("稿.zip/燃气1.jpg", holders) == "稿.zip/乙.docx"
    assert match_draft("稿.zip/湖塘.jpg", holders) is None


def test_the_day_of_a_photo_decides_where_it_is_one_drafts_alone() -> None:
    days = (date(2022, 3, 4), date(2022, 3, 5))
    holders = [
        DraftRef(f"稿.zip/{n}.docx", n, day=day) for n, day in zip("甲乙", days, strict=True)
    ]
    assert match_draft("稿.zip/IMG_1.jpg", holders, date(2022, 3, 5)) == "稿.zip/乙.docx"
    assert match_draft("稿.zip/IMG_1.jpg", holders, date(2022, 3, 6)) is None
    same = [DraftRef(one.path, one.title, day=days[0]) for one in holders]
    assert match_draft("稿.zip/IMG_1.jpg", same, days[0]) is None
    unknown = [holders[0], DraftRef("稿.zip/乙.docx", "乙")]
    assert match_draft("稿.zip/IMG_1.jpg", unknown, days[0]) is None


def test_a_picture_in_a_document_and_beside_it_is_one_and_is_the_documents() -> None:
    holders = drafts("稿.zip/甲.docx", "稿.zip/乙.docx")
    facts = [
        image("稿.zip/甲.docx/image1.jpg", "same", embedded=True),
        image("稿.zip/IMG_7.jpg", "same"),
        image("稿.zip/IMG_8.jpg"),
    ]
    pairing = pair(facts, holders)
    assert pairing.owned == {"稿.zip/甲.docx": ("稿.zip/IMG_7.jpg",), "稿.zip/乙.docx": ()}
    assert pairing.open == ("稿.zip/IMG_8.jpg",)


def test_the_same_photo_twice_in_a_letter_is_counted_once() -> None:
    facts = [image("稿.zip/1.jpg", "same"), image("稿.zip/图/1.jpg", "same")]
    assert pair(facts, drafts("稿.zip/甲.docx")).owned == {"稿.zip/甲.docx": ("稿.zip/1.jpg",)}


@pytest.mark.parametrize(
    ("fact", "decoration"),
    [
        (image("logo.png"), True),
        (image("张三签名.jpg"), True),
        (image("稿.docx/image1.png", size=(96, 96), embedded=True), True),
        (image("稿.docx/image1.png", size=(300, 120), embedded=True), True),
        (image("稿.docx/image1.png", size=(1600, 40), embedded=True), True),
        (image("稿.docx/image1.png", size=(640, 480), embedded=True), False),
        (image("1.jpg", size=(300, 120)), False),
        (image("1.jpg", size=(0, 0)), False),
    ],
)
def test_what_is_a_logo_or_a_signature(fact: Image, decoration: bool) -> None:
    assert is_decoration(fact) is decoration


def remarks(*facts: Fact) -> tuple[Remark, ...]:
    return sort_pieces(facts, received=date(2022, 3, 6), unit_names=("湖塘镇",)).remarks


def test_what_stays_open_and_what_cannot_be_shown_is_remarked() -> None:
    one = Text("稿.zip/甲.docx", "x/wordprocessing", ("湖塘镇开展检查", LONG))
    two = Text(
        "稿.zip/乙.docx", "x/wordprocessing", ("湖塘镇召开会议", LONG.replace("检查", "会议"))
    )
    photo = image("稿.zip/IMG_1.jpg", taken_at=datetime(2022, 3, 5, 9))  # noqa: DTZ001
    assert Remark.PICTURES_OPEN in remarks(one, two, photo)
    assert Remark.PICTURES_OPEN not in remarks(one, photo)
    assert Remark.UNSHOWN_PICTURE in remarks(
        one, Other("稿.zip/图.psd", "image/vnd.adobe.photoshop")
    )
    assert Remark.UNSHOWN_PICTURE not in remarks(one, photo)
