"""What the purpose of a letter is told by: how much a body looks like a draft, whose words it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.model import Submission
from rulebook.provisions import Outlet
from rulebook.purpose_facts import BodyShape, LetterFacts, body_shape
from tests.rulebook.builders import draft, letter, provisions
from tests.rulebook.test_purpose import said

TITLE = "湖塘镇夜查沿街商铺"
DATED = "3月7日，湖塘镇"


def filled(start: str, length: int) -> str:
    return start + "甲" * (length - len(start))


def facts(submission: Submission) -> LetterFacts:
    return LetterFacts(submission, None, provisions())


@pytest.mark.parametrize(
    ("text", "score", "whole"),
    [
        ("", 0, False),
        ("各位老师好！", 0, False),
        (f"{TITLE}\n{filled(DATED, 39)}", 0, False),
        (f"{TITLE}\n{filled(DATED, 40)}", 2, False),
        (f"{TITLE}\n{filled(DATED, 59)}", 2, False),
        (f"{TITLE}\n{filled(DATED, 60)}", 2, True),
        (f"{TITLE}\n\n{filled(DATED, 60)}", 2, True),
        (f"{TITLE}\n{filled(DATED, 79)}", 2, True),
        (f"{TITLE}\n{filled(DATED, 80)}", 3, True),
        (f"{TITLE}\n{filled(DATED, 160)}", 4, True),
        (f"{TITLE}\n{filled(DATED, 152)}组织人员检查。\n（通讯员 钱一鸣）", 5, True),
        (f"{TITLE}\n{filled(DATED, 154)}组织人员检查。\n（通讯员 钱一鸣）", 6, True),
        (f"湖塘镇夜查\n{filled(DATED, 60)}", 1, False),
        (f"湖塘镇夜查店\n{filled(DATED, 60)}", 2, True),
        (f"{filled('湖塘镇', 39)}\n{filled(DATED, 60)}", 2, True),
        (f"{filled('湖塘镇', 40)}\n{filled(DATED, 60)}", 2, False),
        (f"{filled('湖塘镇', 41)}\n{filled(DATED, 60)}", 1, False),
        (f"{TITLE}：\n{filled(DATED, 60)}", 1, False),
        ("\n".join(["甲乙丙"] * 8 + [TITLE, filled(DATED, 60)]), 2, True),
        ("\n".join(["甲乙丙"] * 9 + [TITLE, filled(DATED, 60)]), 1, False),
        (filled("麻烦您", 60), 0, False),
        (f"{TITLE}\n{filled('3月7日，麻烦您', 60)}", 0, False),
        (f"{TITLE}\n{filled(DATED, 60)}\n{filled('您', 40)}", 1, False),
        (f"{TITLE}\n{filled(DATED, 40)}\n{filled('您', 40)}\n{filled('乙', 40)}", 3, True),
        (f"{TITLE}\n{filled('3月7日，湖塘镇“谢谢您”', 60)}", 2, True),
    ],
)
def test_a_body_is_like_a_draft_by_its_title_its_lead_its_length_and_its_words(
    text: str, score: int, whole: bool
) -> None:
    assert body_shape(text) == BodyShape(score, whole)


@pytest.mark.parametrize(
    ("line", "left_out"),
    [
        ("按要求改好了，全文如下：", True),
        (f"{'改' * 39}：", True),
        (f"{'改' * 40}：", False),
        ("3月7日的情况如下：", False),
        ("请您审阅。", True),
        ("今年改好了。", False),
        ("请您审阅", False),
    ],
)
def test_a_line_to_the_reader_above_a_title_is_no_part_of_a_draft(
    line: str, left_out: bool
) -> None:
    assert body_shape(f"{line}\n{TITLE}\n{'丙' * 80}").score == 1 + left_out


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("数字有出入\n老蒋", "数字有出入"),
        ("数字有出入\n请再看\n老蒋", "数字有出入\n请再看"),
        ("老蒋", "老蒋"),
        ("数字有出入\n撤", "数字有出入\n撤"),
        ("数字有出入\n蒋家四代", "数字有出入\n蒋家四代"),
        ("数字有出入\n湖塘镇 2022年3月8日", "数字有出入"),
        (f"数字有出入\n{'湖塘镇' * 13}。", "数字有出入"),
        (f"数字有出入\n{'湖塘镇' * 13}。。", f"数字有出入\n{'湖塘镇' * 13}。。"),
    ],
)
def test_a_closing_line_of_names_a_unit_or_a_day_is_not_what_a_letter_says(
    words: str, own: str
) -> None:
    assert facts(said(words)).own == own


def test_beside_a_draft_in_the_body_those_in_files_are_drafts_of_the_letter() -> None:
    filed = draft()
    both = letter(filed, draft(file="邮件正文"), body_is_draft=True)
    assert facts(both).drafts == (filed,)
    assert len(facts(replace(both, body_is_draft=False)).drafts) == 2


@pytest.mark.parametrize(("before", "seen"), [(146, True), (147, False)])
def test_a_citizen_says_who_he_is_within_a_papers_first_150_characters(
    before: int, seen: bool
) -> None:
    paper = letter(draft(text=f"{'乙' * before}我们小区漏水"))
    assert bool(facts(paper).petition) is seen


@pytest.mark.parametrize(("place", "seen"), [(2, True), (3, False)])
def test_the_first_three_drafts_tell_whether_a_citizen_writes(place: int, seen: bool) -> None:
    papers = [draft(text="我们小区漏水" if number == place else "无事") for number in range(4)]
    assert bool(facts(letter(*papers)).petition) is seen


def test_an_outlet_is_known_by_a_name_of_three_characters_and_more_the_longest_first() -> None:
    rules = provisions(outlets=(Outlet("江南报", 1, aliases=("江报", "江南报客户端")),))
    for words, named in (
        ("江报登了", ""),
        ("江南报登了", "江南报"),
        ("江南报客户端登了", "江南报客户端"),
    ):
        assert LetterFacts(said(words), None, rules).outlet == named
