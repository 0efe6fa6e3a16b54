"""Columns and spreads are read one after the other; tables and plain pages are left as they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.pictures import ocr_columns, ocr_layout
from parsers.pictures.ocr_columns import Box
from parsers.pictures.ocr_layout import LOST, Word


def word(text: str, left: float, top: float, size: float = 30, **more: object) -> Word:
    right, bottom = left + len(text) * size, top + size
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Word(text, corners, **more)  # type: ignore[arg-type]


def column(mark: str, left: float, lines: int = 6) -> list[Word]:
    return [word(f"{mark}{'检查情况如下记录' * 2}{n}", left, 200 + n * 50) for n in range(lines)]


def read(words: list[Word]) -> list[str]:
    return [line.strip() for line in ocr_layout.lines(words, 1400, 1400)]


def test_two_columns_are_read_left_then_right_under_their_heading() -> None:
    heading = word("湖塘镇开展燃气安全专项检查工作", 400, 100, 40)
    said = read([heading, *column("左", 100), *column("右", 760)])
    assert said[0] == "湖塘镇开展燃气安全专项检查工作"
    assert [line[0] for line in said[1:]] == ["左"] * 6 + ["右"] * 6


def test_a_heading_across_columns_is_centred_on_the_page() -> None:
    heading = word("湖塘镇开展检查", 560, 100, 45)
    first, *rest = ocr_layout.page_lines(
        [heading, *column("左", 100), *column("右", 760)], 1400, 1400
    )
    assert (first.large, first.centred) == (True, True)
    assert not any(line.large for line in rest)


def test_a_spread_without_a_heading_is_read_page_by_page() -> None:
    assert [line[0] for line in read([*column("左", 100), *column("右", 760)])] == ["左"] * 6 + [
        "右"
    ] * 6


def test_a_heading_between_two_bands_of_columns_keeps_its_place() -> None:
    low = [
        Word(one.text, tuple((x, y + 500) for x, y in one.corners)) for one in column("三", 100)
    ] + [Word(one.text, tuple((x, y + 500) for x, y in one.corners)) for one in column("四", 760)]
    between = word("下一步工作打算是继续加大检查力度", 400, 580)
    said = read([*column("一", 100), *column("二", 760), between, *low])
    assert [line[0] for line in said] == [*"一" * 6, *"二" * 6, "下", *"三" * 6, *"四" * 6]


def test_a_tables_rows_stay_together() -> None:
    rows = [
        one
        for n in range(8)
        for one in (word("稿件标题", 100, 200 + n * 50), word("湖塘镇例会", 760, 200 + n * 50))
    ]
    assert read(rows) == ["稿件标题\t湖塘镇例会"] * 8


def test_doubtful_words_and_lost_lines_are_marked() -> None:
    said = read(
        [
            word("检查发现隐患十二处", 100, 200, score=0.99),
            word("均已责令整改", 100, 260, score=0.7),
            Word("", word("字" * 20, 100, 320).corners, 0.3, lost=True),
        ]
    )
    assert said == ["检查发现隐患十二处", "均已责令整改〔？〕", LOST]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1200), st.integers(1, 900), st.integers(0, 1500), st.integers(8, 60)
        ),
        max_size=60,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_box_is_lost_or_read_twice(places: list[tuple[int, int, int, int]]) -> None:
    boxes = [
        Box(str(number), left, left + wide, top, top + high)
        for number, (left, wide, top, high) in enumerate(places)
    ]
    found = [box for block in ocr_columns.blocks(boxes, 30) for box in block]
    assert sorted(box.text for box in found) == sorted(box.text for box in boxes)
