"""Which draft was printed: told by its title, and never guessed between two."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.title_matching import SURE, Candidate, match, nearness

TITLES = [
    "湖塘镇开展危化品企业专项检查",
    "湖塘镇召开安全生产工作会议",
    "洛阳镇“厂中厂”治理的实践与思考",
]


def candidates(*titles: str) -> list[Candidate]:
    return [
        Candidate(number, title, "湖塘镇", date(2022, 3, number))
        for number, title in enumerate(titles, 1)
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "洛阳镇“厂中厂”治理的实践与思考",
        "洛阳镇 厂中厂治理的实践与思考",
        "洛阳镇：“厂中厂”治理的实践与思考",
    ],
)
def test_a_title_is_known_again_whatever_its_punctuation(printed: str) -> None:
    found = match(printed, candidates(*TITLES))
    assert found.draft is not None
    assert (found.draft.draft, found.draft.similarity) == (3, 1.0)


def test_between_two_alike_nobody_guesses_and_both_are_shown() -> None:
    found = match(TITLES[0], candidates(TITLES[0], TITLES[0], TITLES[2]))
    assert found.draft is None
    assert [one.draft for one in found.candidates] == [1, 2]


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("湖塘镇安全生产简报第3期", "湖塘镇安全生产简报第4期"),
        ("厂中厂治理的实践与思考之二", "厂中厂治理的实践与思考之一"),
        ("湖塘镇第三次全面排查安全隐患", "湖塘镇第二次全面排查安全隐患"),
    ],
)
def test_one_of_another_number_is_another_and_shown_to_a_person(printed: str, known: str) -> None:
    found = match(printed, candidates(known))
    assert found.draft is None
    assert [one.title for one in found.candidates] == [known]
    both = match(printed, candidates(known, printed)).draft
    assert both is not None
    assert both.title == printed


def test_a_title_that_nothing_is_like_has_no_candidates() -> None:
    found = match("春节慰问困难职工", candidates(*TITLES))
    assert (found.draft, found.candidates) == (None, ())


def test_a_shortened_title_is_shown_to_a_person() -> None:
    found = match("危化品企业检查", candidates(*TITLES))
    assert found.draft is None
    assert found.candidates[0].draft == 1


@given(
    st.lists(st.text("湖塘镇开展检查会议安全生产", min_size=1, max_size=14), max_size=8),
    st.randoms(),
)
def test_the_order_of_the_drafts_does_not_matter(titles: list[str], chance: object) -> None:
    listed = candidates(*titles)
    before = match("湖塘镇开展安全检查", listed)
    chance.shuffle(listed)  # type: ignore[attr-defined]
    assert match("湖塘镇开展安全检查", listed) == before
    assert before.draft is None or before.draft.similarity >= SURE


def test_a_typed_name_that_stands_in_a_known_one_comes_first() -> None:
    assert nearness("新华", "新华") == 2
    assert nearness("新华", "新华日报") == 1.5
    assert nearness("新华日报", "新华") == pytest.approx(2 / 3)
    assert nearness("甲", "乙") == 0


def test_a_title_that_was_embellished_is_known_again() -> None:
    found = match("湖塘镇开展危化品企业专项检查行动", candidates(*TITLES))
    assert found.draft is not None
    assert (found.draft.draft, found.draft.similarity) == (1, 0.933)


def test_a_title_without_a_number_may_be_any_issue() -> None:
    found = match("湖塘镇安全生产工作简报", candidates("湖塘镇安全生产工作简报第3期"))
    assert found.draft is not None


def test_a_very_long_title_is_known_again() -> None:
    long = "湖塘镇安全检查" * 40
    assert match(f"关于{long}", candidates(long)).draft is not None


@pytest.mark.parametrize(("shared", "shown", "sure"), [(8, 0, False), (9, 1, False), (17, 1, True)])
def test_likely_and_sure_begin_at_their_numbers(shared: int, shown: int, sure: bool) -> None:
    same = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午"[:shared]
    typed, known = (same + filling * (20 - shared) for filling in ("一", "二"))
    found = match(typed, candidates(known))
    assert (len(found.candidates), found.draft is not None) == (shown, sure)


def test_five_are_shown_at_most() -> None:
    assert len(match(TITLES[0], candidates(*TITLES[:1] * 7)).candidates) == 5


def test_titles_in_quotes_are_told_apart_by_their_letters() -> None:
    found = match("湖塘镇：安全检查", candidates("湖塘镇“安全”检查", "洛阳镇“厂中厂”治理"))
    assert found.draft is not None
    assert found.draft.draft == 1
