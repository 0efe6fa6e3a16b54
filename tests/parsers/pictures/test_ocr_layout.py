"""Recognised words put together to text, whichever way the page lies. No recogniser is needed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.pictures import ocr_layout
from parsers.pictures.ocr_layout import Word

WIDTH, HEIGHT = 1000, 1400
SIZE = 30


def word(text: str, column: float, row: float, flipped: bool = False) -> Word:
    """A word whose letters are SIZE pixels wide and high, in a grid of such letters."""
    left, top = 100 + column * SIZE, 100 + row * 50
    right, bottom = left + len(text) * SIZE, top + SIZE
    return Word(text, ((left, top), (right, top), (right, bottom), (left, bottom)), 1.0, flipped)


PAGE = (
    word("湖塘镇开展燃气安全检查", 7, 0),
    word("3月5日，湖塘镇应急管理局组织执法人员开展检查", 2, 1),
    word("，对辖区内餐饮场所的燃气报警器逐一查看，当场指", 0, 2),
    word("出隐患12处。", 0, 3),
    word("下一步，湖塘镇将继续加大检查力度。", 2, 4),
    word("（撰稿:张三审核:李四)", 12, 5),
)
TEXT = [
    "湖塘镇开展燃气安全检查",
    "3月5日，湖塘镇应急管理局组织执法人员开展检查，对辖区内餐饮场所的燃气报警器逐一查看，当场指出隐患12处。",
    "下一步，湖塘镇将继续加大检查力度。",
    "（撰稿：张三　审核：李四）",
]


def read(words: tuple[Word, ...], width: float = WIDTH, height: float = HEIGHT) -> list[str]:
    return ocr_layout.paragraphs([ocr_layout.lines(words, width, height)])[0]


def test_lines_are_joined_to_paragraphs_by_their_indents() -> None:
    assert read(PAGE) == TEXT


def turned(quarters: int) -> tuple[tuple[Word, ...], float, float]:
    """The page laid down clockwise by so many quarters, as a recogniser reports it."""
    width, height, words = WIDTH, HEIGHT, list(PAGE)
    for _ in range(quarters):
        words = [Word(one.text, tuple((height - y, x) for x, y in one.corners)) for one in words]
        width, height = height, width
    upside_down = quarters in (2, 3)
    return tuple(Word(one.text, one.corners, 1.0, upside_down) for one in words), width, height


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_on_its_side_or_upside_down_reads_the_same(quarters: int) -> None:
    assert read(*turned(quarters)) == TEXT


@settings(deadline=None)
@given(degrees=st.floats(-4, 4), order=st.permutations(PAGE))
def test_a_page_laid_askew_reads_the_same_in_whatever_order_it_was_found(
    degrees: float, order: list[Word]
) -> None:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    words = tuple(
        Word(
            one.text, tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in one.corners)
        )
        for one in order
    )
    assert read(words) == TEXT


def test_the_cells_of_a_table_stay_apart() -> None:
    words = (
        *(word("湖塘镇宣传员名单", 8, 0),),
        *(word(name, 7 * place, 1) for place, name in enumerate(("姓名", "职务", "联系电话"))),
        *(word(cell, 7 * place, 2) for place, cell in enumerate(("孙明", "科员", "1390000"))),
    )
    paragraphs, table = ocr_layout.paragraphs([ocr_layout.lines(words, WIDTH, HEIGHT)])
    assert table == (("姓名", "职务", "联系电话"), ("孙明", "科员", "1390000"))
    assert paragraphs[1] == "姓名\t职务\t联系电话"


def test_a_blank_page_has_no_lines() -> None:
    assert ocr_layout.lines((), WIDTH, HEIGHT) == []
    assert ocr_layout.lines((word("  ", 0, 0),), WIDTH, HEIGHT) == []


@pytest.mark.parametrize(
    ("recognised", "meant"),
    [
        ("同志们,加油!", "同志们，加油！"),
        ("时间:2022年3月5日9:30", "时间：2022年3月5日9:30"),
        ("隐患1,200处(件)", "隐患1,200处（件）"),
        ("撰稿:张三审核:李四签发：王五", "撰稿：张三　审核：李四　签发：王五"),
    ],
)
def test_marks_beside_hanzi_are_full_width_and_bylines_part(recognised: str, meant: str) -> None:
    assert ocr_layout.mended(recognised) == meant
