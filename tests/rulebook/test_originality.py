"""原创: a draft that was sent before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.originality import originality, says
from rulebook.reasons import Outcome, Reason
from tests.rulebook.builders import duplicate, provisions

RULES = provisions(near_duplicate=0.85)
units = st.sampled_from(["湖塘镇", "高新区", None])
shares = st.floats(0, 1)


def test_a_draft_without_a_twin_is_new() -> None:
    assert originality(None, "湖塘镇", RULES) is None


def test_the_very_same_file_again_from_the_same_unit_is_refused() -> None:
    reason = originality(duplicate(same_file=True), "湖塘镇", RULES)
    assert reason is Reason.RESENT
    assert reason.outcome is Outcome.REFUSED


def test_the_very_same_file_from_another_unit_is_for_a_person() -> None:
    reason = originality(duplicate(same_file=True, unit="高新区"), "湖塘镇", RULES)
    assert reason is Reason.DUPLICATE
    assert reason.outcome is Outcome.HELD


def test_the_very_same_file_from_two_strangers_is_for_a_person() -> None:
    assert originality(duplicate(same_file=True, unit=None), None, RULES) is Reason.DUPLICATE


def test_the_same_text_in_another_file_is_for_a_person() -> None:
    assert originality(duplicate(), "湖塘镇", RULES) is Reason.DUPLICATE


@pytest.mark.parametrize(
    ("similarity", "reason"),
    [(0.849, None), (0.85, Reason.DUPLICATE), (0.93, Reason.DUPLICATE), (0.0, None)],
)
def test_texts_are_alike_from_the_offices_share_on(
    similarity: float, reason: Reason | None
) -> None:
    assert originality(duplicate(similarity=similarity), "湖塘镇", RULES) is reason


@given(shares, shares, units, units)
def test_the_switch_says_how_alike_is_too_alike(
    similarity: float, limit: float, before: str | None, now: str | None
) -> None:
    found = originality(
        duplicate(similarity=similarity, unit=before), now, provisions(near_duplicate=limit)
    )
    assert found is (Reason.DUPLICATE if similarity >= limit else None)


@given(st.booleans(), units, units, shares)
def test_a_refused_draft_is_no_twin_since_it_is_meant_to_be_sent_again(
    same_file: bool, before: str | None, now: str | None, similarity: float
) -> None:
    earlier = duplicate(same_file=same_file, unit=before, similarity=similarity, refused=True)
    assert originality(earlier, now, RULES) is None


@given(st.booleans(), units, units, shares)
def test_what_came_unverified_in_somebodys_name_takes_nothing_from_them(
    same_file: bool, before: str | None, now: str | None, similarity: float
) -> None:
    earlier = duplicate(same_file=same_file, unit=before, similarity=similarity, unverified=True)
    assert originality(earlier, now, RULES) is None


@given(units, units, shares)
def test_the_same_file_is_never_new_again(
    before: str | None, now: str | None, limit: float
) -> None:
    found = originality(
        duplicate(same_file=True, unit=before), now, provisions(near_duplicate=limit)
    )
    same_unit = before is not None and before == now
    assert found is (Reason.RESENT if same_unit else Reason.DUPLICATE)


@pytest.mark.parametrize(
    ("text", "long_enough"),
    [
        ("甲" * 20, True),
        ("甲" * 19 + "，。" * 50, False),
        ("，" * 200 + "甲" * 20, True),
        ("，" * 200 + "甲" * 19, False),
        ("", False),
    ],
)
def test_only_letters_and_figures_say_something(text: str, long_enough: bool) -> None:
    assert says(text, 20) is long_enough


@pytest.mark.parametrize(
    ("same_file", "unit", "fault", "reason"),
    [
        (True, "湖塘镇", Reason.TOO_SHORT, Reason.RESENT),
        (True, "湖塘镇", Reason.LATE, None),
        (False, "湖塘镇", Reason.TOO_SHORT, None),
        (True, "高新区", Reason.TOO_SHORT, Reason.DUPLICATE),
    ],
)
def test_what_had_to_be_mended_may_come_again_mended(
    same_file: bool, unit: str, fault: Reason, reason: Reason | None
) -> None:
    earlier = duplicate(same_file=same_file, to_mend=(Reason.TOO_SHORT,))
    assert originality(earlier, unit, RULES, [fault]) is reason
