"""What the office changed in a draft, told so that people see it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from console.web.edits import Part, edits

BEFORE = "3月6日，湖塘镇组织人员开展专项检查。\n检查组查看了仓库。\n下一步将继续检查。"


def words(before: str, after: str, *kept: Part) -> str:
    told = edits(before, after)
    return "\n".join(
        "".join(text for text, what in paragraph if what in kept) for paragraph in told.paragraphs
    )


def test_the_same_words_are_told_to_be_the_same() -> None:
    assert edits(BEFORE, BEFORE.replace("\n", "\n\n") + " ").same


def test_words_left_out_and_put_in_stand_in_their_paragraph() -> None:
    told = edits(BEFORE, BEFORE.replace("组织人员", "").replace("仓库", "仓库和配电室"))
    assert (told.out, told.into) == (4, 4)
    assert told.paragraphs[0][1] == ("组织人员", Part.OUT)
    assert ("和配电室", Part.IN) in told.paragraphs[1]
    assert told.paragraphs[2] == [("下一步将继续检查。", Part.SAME)]


def test_a_paragraph_dropped_and_one_put_in_are_whole() -> None:
    told = edits(BEFORE, "前言。\n" + BEFORE.partition("\n")[2])
    assert told.into
    assert "下一步将继续检查。" in words(BEFORE, "前言。", Part.OUT)


def test_texts_of_any_length_are_compared_at_once() -> None:
    told = edits("甲" * 60_000, "乙" * 60_000)
    assert (told.out, told.into) == (60_000, 60_000)


@settings(max_examples=60, deadline=None)
@given(st.text("甲乙丙，。\n", max_size=60), st.text("甲乙丙，。\n", max_size=60))
def test_what_stayed_and_was_put_in_is_the_new_text(before: str, after: str) -> None:
    told = edits(before, after)
    new = "".join(
        text for paragraph in told.paragraphs for text, what in paragraph if what is not Part.OUT
    )
    old = "".join(
        text for paragraph in told.paragraphs for text, what in paragraph if what is not Part.IN
    )
    assert new == "".join(line.strip() for line in after.splitlines())
    assert old == "".join(line.strip() for line in before.splitlines())
