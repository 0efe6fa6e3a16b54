"""People overrule the program: what they rule stands, what they leave alone stays as judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.default_rules import ARTICLE, COMMISSION, KINDS, NEWS, OPINION
from rulebook.model import Timely
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import FirstVerdict, Ruling, UnfinishedRuling, apply_rulings, merge_rulings
from tests.rulebook.builders import EVENT, IN_TIME, TOO_LATE, provisions

RULES = provisions()
FIRST = FirstVerdict("湖塘镇", NEWS, EVENT, IN_TIME)


def test_without_a_ruling_the_first_verdict_stands() -> None:
    after = apply_rulings(FIRST, [], RULES)
    assert (after.unit, after.kind, after.outcome, after.timely, after.reasons) == (
        "湖塘镇", NEWS, Outcome.ACCEPTED, Timely.ON_TIME, (),
    )  # fmt: skip


def test_a_ruled_day_settles_the_doubt_and_is_held_against_the_limit() -> None:
    open_ = replace(FIRST, event_date=None, reasons=(Reason.DATE_UNCERTAIN,))
    assert apply_rulings(open_, [], RULES).outcome is Outcome.HELD
    assert apply_rulings(open_, [Ruling(event_date=EVENT)], RULES).timely is Timely.ON_TIME
    late = apply_rulings(replace(open_, received=TOO_LATE), [Ruling(event_date=EVENT)], RULES)
    assert (late.timely, late.reasons, late.outcome) == (
        Timely.LATE, (Reason.LATE,), Outcome.ACCEPTED,
    )  # fmt: skip


def test_a_draft_ruled_an_article_has_no_limit_any_more() -> None:
    late = replace(FIRST, received=TOO_LATE, reasons=(Reason.LATE,))
    after = apply_rulings(late, [Ruling(kind=ARTICLE)], RULES)
    assert (after.timely, after.reasons) == (Timely.NOT_APPLICABLE, ())


def test_a_ruled_kind_settles_the_doubt_about_the_kind() -> None:
    open_ = replace(FIRST, kind=None, reasons=(Reason.KIND_UNCERTAIN,))
    assert apply_rulings(open_, [Ruling(kind=NEWS)], RULES).outcome is Outcome.ACCEPTED


def test_a_claimed_draft_of_a_stranger_counts() -> None:
    stranger = replace(FIRST, unit=None, of_letter=(Reason.UNKNOWN_SENDER,))
    assert apply_rulings(stranger, [], RULES).outcome is Outcome.HELD
    after = apply_rulings(stranger, [Ruling(unit="高新区")], RULES)
    assert (after.unit, after.outcome) == ("高新区", Outcome.ACCEPTED)


@pytest.mark.parametrize(
    ("original", "outcome"), [(True, Outcome.ACCEPTED), (False, Outcome.REFUSED)]
)
def test_whether_it_repeats_another_is_for_a_person_to_say(
    original: bool, outcome: Outcome
) -> None:
    duplicate = replace(FIRST, reasons=(Reason.DUPLICATE,))
    assert apply_rulings(duplicate, [Ruling(original=original)], RULES).outcome is outcome


def test_accepting_settles_everything_but_what_the_draft_counts_as() -> None:
    bad = replace(FIRST, reasons=(Reason.DUPLICATE,), of_letter=(Reason.UNVERIFIED_SENDER,))
    after = apply_rulings(bad, [Ruling(accepted=True)], RULES)
    assert (after.outcome, after.reasons) == (Outcome.ACCEPTED, ())
    for missing in ({"kind": None}, {"unit": None}):
        with pytest.raises(UnfinishedRuling):
            apply_rulings(replace(FIRST, **missing), [Ruling(accepted=True)], RULES)  # type: ignore[arg-type]


def test_declining_refuses_and_says_that_a_person_did() -> None:
    after = apply_rulings(FIRST, [Ruling(accepted=False)], RULES)
    assert (after.outcome, after.reasons) == (Outcome.REFUSED, (Reason.DECLINED,))


def test_a_draft_never_counts_while_its_kind_is_open() -> None:
    assert apply_rulings(replace(FIRST, kind=None), [], RULES).outcome is Outcome.HELD


def test_answering_a_commission_makes_it_one_and_another_kind_ends_that() -> None:
    answer = apply_rulings(FIRST, [Ruling(commission=7)], RULES)
    assert (answer.kind, answer.commission, answer.timely) == (
        COMMISSION, 7, Timely.NOT_APPLICABLE,
    )  # fmt: skip
    after = apply_rulings(FIRST, [Ruling(commission=7), Ruling(kind=OPINION)], RULES)
    assert (after.kind, after.commission) == (OPINION, None)
    judged = replace(FIRST, kind=COMMISSION, commission=3)
    assert apply_rulings(judged, [Ruling(commission=0)], RULES).commission is None


def test_the_last_word_holds() -> None:
    rulings = [
        Ruling(voided=True),
        Ruling(voided=False),
        Ruling(accepted=False),
        Ruling(accepted=True),
    ]
    after = apply_rulings(FIRST, rulings, RULES)
    assert (after.voided, after.outcome) == (False, Outcome.ACCEPTED)


rulings = st.builds(
    Ruling,
    kind=st.one_of(st.none(), st.sampled_from(KINDS)),
    event_date=st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2022, 12, 31))),
    unit=st.one_of(st.none(), st.sampled_from(["湖塘镇", "高新区"])),
    original=st.one_of(st.none(), st.booleans()),
    accepted=st.one_of(st.none(), st.booleans()),
    voided=st.one_of(st.none(), st.booleans()),
    commission=st.one_of(st.none(), st.integers(0, 3)),
)


@given(st.lists(rulings, max_size=6), st.integers(0, 6))
def test_rulings_folded_in_parts_are_the_rulings_folded_at_once(
    made: list[Ruling], cut: int
) -> None:
    parts = [merge_rulings(made[:cut], RULES), merge_rulings(made[cut:], RULES)]
    assert apply_rulings(FIRST, parts, RULES) == apply_rulings(FIRST, made, RULES)


@given(st.lists(rulings, max_size=6))
def test_ruling_the_same_again_changes_nothing(made: list[Ruling]) -> None:
    assert apply_rulings(FIRST, [*made, *made[-1:]], RULES) == apply_rulings(FIRST, made, RULES)
