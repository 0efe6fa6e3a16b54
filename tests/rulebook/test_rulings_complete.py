"""A ruling settles what it is about, or is refused with what is missing; the later word counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OPINION
from rulebook.model import Timely
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import (
    OLDEST,
    FirstVerdict,
    Ruling,
    UnfinishedRuling,
    apply_rulings,
    complete_ruling,
    merge_rulings,
)
from tests.rulebook.builders import EVENT, IN_TIME, provisions

RULES = provisions()
FIRST = FirstVerdict("湖塘镇", NEWS, EVENT, IN_TIME)
UNDATED = replace(FIRST, event_date=None, reasons=(Reason.DATE_UNCERTAIN,))
RECEIVED = date(IN_TIME.year, IN_TIME.month, IN_TIME.day)


def complete(ruling: Ruling, *earlier: Ruling, first: FirstVerdict = FIRST) -> Ruling:
    return complete_ruling(first, earlier, ruling, RULES)


def test_an_event_may_be_as_late_as_its_receipt_and_no_older_than_three_years() -> None:
    assert timedelta(days=1095) == OLDEST
    for day in (RECEIVED, RECEIVED - OLDEST):
        assert complete(Ruling(event_date=day)).event_date == day
    with pytest.raises(UnfinishedRuling, match="之后"):
        complete(Ruling(event_date=RECEIVED + timedelta(days=1)))
    with pytest.raises(UnfinishedRuling, match="三年"):
        complete(Ruling(event_date=RECEIVED - OLDEST - timedelta(days=1)))
    assert complete(Ruling(kind=ARTICLE)) == Ruling(kind=ARTICLE)


def test_a_repeat_and_an_acceptance_in_one_word_are_refused() -> None:
    with pytest.raises(UnfinishedRuling, match="不能同时选"):
        complete(Ruling(original=False, accepted=True))
    assert complete(Ruling(original=True, accepted=True)).accepted


def test_of_a_repeat_and_an_acceptance_the_later_word_counts() -> None:
    assert complete(Ruling(original=False)) == Ruling(original=False)
    taken_back = complete(Ruling(original=False), Ruling(accepted=True))
    assert taken_back == Ruling(original=False, accepted=False)
    after = apply_rulings(FIRST, [Ruling(accepted=True), taken_back], RULES)
    assert (after.outcome, after.reasons) == (Outcome.REFUSED, (Reason.REPEATED,))
    again = complete(Ruling(accepted=True), Ruling(original=False))
    assert again == Ruling(accepted=True, original=True)
    after = apply_rulings(FIRST, [Ruling(original=False), again], RULES)
    assert (after.outcome, after.reasons) == (Outcome.ACCEPTED, ())
    assert complete(Ruling(accepted=True)) == Ruling(accepted=True)
    assert complete(Ruling(kind=ARTICLE), Ruling(original=False)) == Ruling(kind=ARTICLE)


def test_nothing_is_taken_without_the_day_that_its_kind_is_counted_from() -> None:
    for ruling in (Ruling(accepted=True), Ruling(accepted=True, kind=NEWS)):
        with pytest.raises(UnfinishedRuling, match=r"^工作动态要按.*请先写明事件日期"):
            complete(ruling, first=UNDATED)
    with pytest.raises(UnfinishedRuling, match="请先写明事件日期"):
        complete(Ruling(kind=NEWS), Ruling(accepted=True, kind=ARTICLE), first=UNDATED)
    dated = Ruling(accepted=True, event_date=EVENT)
    assert complete(dated, first=UNDATED) == dated
    article = Ruling(accepted=True, kind=ARTICLE)
    assert complete(article, first=UNDATED) == article


@pytest.mark.parametrize(
    "only_counting",
    [
        Ruling(voided=True, approved_by="王"),
        Ruling(withdrawn=True),
        Ruling(superseded=True),
        Ruling(replaces=True),
        Ruling(submission=False),
    ],
)
def test_what_says_nothing_of_the_day_does_not_ask_for_it(only_counting: Ruling) -> None:
    accepted_before_days_were_asked_for = Ruling(accepted=True)
    assert (
        complete(only_counting, accepted_before_days_were_asked_for, first=UNDATED) == only_counting
    )


@pytest.mark.parametrize(
    "open_", [replace(FIRST, kind=None), replace(FIRST, unit=None)], ids=["kind", "unit"]
)
def test_nothing_is_taken_with_kind_or_unit_open(open_: FirstVerdict) -> None:
    with pytest.raises(UnfinishedRuling, match="请先核定类别和单位"):
        complete(Ruling(accepted=True), first=open_)


@pytest.mark.parametrize(
    ("decided", "outcome"),
    [
        (Ruling(accepted=True), Outcome.ACCEPTED),
        (Ruling(accepted=False), Outcome.REFUSED),
        (Ruling(original=False), Outcome.REFUSED),
    ],
)
def test_what_is_reopened_waits_until_it_is_decided_anew(decided: Ruling, outcome: Outcome) -> None:
    for first in (Ruling(accepted=True), Ruling(original=False), Ruling(voided=True)):
        waiting = apply_rulings(FIRST, [first, Ruling(reopened=True)], RULES)
        assert (waiting.outcome, waiting.voided) == (Outcome.HELD, False)
        assert Reason.REOPENED in waiting.reasons
    after = apply_rulings(FIRST, [Ruling(reopened=True), decided], RULES)
    assert after.outcome is outcome
    assert Reason.REOPENED not in after.reasons
    still = apply_rulings(FIRST, [Ruling(reopened=True), Ruling(original=True)], RULES)
    assert still.outcome is Outcome.HELD


def test_what_counts_and_for_whom_is_kept_when_a_draft_is_reopened() -> None:
    merged = merge_rulings([Ruling(kind=ARTICLE, unit="高新区"), Ruling(reopened=True)], RULES)
    assert (merged.kind, merged.unit, merged.reopened) == (ARTICLE, "高新区", True)


def test_whether_it_replaces_another_is_settled_by_a_word_on_it_alone() -> None:
    doubtful = replace(FIRST, reasons=(Reason.REPLACES_DRAFT, Reason.DUPLICATE))
    after = apply_rulings(doubtful, [Ruling(replaces=False)], RULES)
    assert after.reasons == (Reason.DUPLICATE,)
    assert Reason.REPLACES_DRAFT in apply_rulings(doubtful, [Ruling(kind=NEWS)], RULES).reasons


@pytest.mark.parametrize(
    ("ruling", "back", "reason"),
    [
        (Ruling(withdrawn=True), Ruling(withdrawn=False), Reason.WITHDRAWN),
        (Ruling(superseded=True), Ruling(superseded=False), Reason.SUPERSEDED),
        (Ruling(submission=False), Ruling(submission=True), Reason.NOT_SUBMISSION),
    ],
)
def test_what_is_gone_is_gone_whatever_else_was_said(
    ruling: Ruling, back: Ruling, reason: Reason
) -> None:
    after = apply_rulings(FIRST, [Ruling(accepted=True), ruling], RULES)
    assert (after.outcome, after.reasons) == (reason.outcome, (reason,))
    assert apply_rulings(FIRST, [ruling, back], RULES).outcome is Outcome.ACCEPTED


def test_a_commission_and_a_kind_follow_each_other() -> None:
    assert merge_rulings([Ruling(commission=3)], RULES).kind == COMMISSION
    left = merge_rulings([Ruling(commission=3), Ruling(kind=NEWS)], RULES)
    assert (left.commission, left.kind) == (0, NEWS)
    kept = merge_rulings([Ruling(commission=3), Ruling(kind=COMMISSION)], RULES)
    assert (kept.commission, kept.kind) == (3, COMMISSION)
    after = apply_rulings(replace(FIRST, commission=3), [Ruling(commission=0)], RULES)
    assert (after.commission, after.kind, after.timely) == (None, NEWS, Timely.ON_TIME)


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (Ruling(withdrawn=True), "已撤稿"),
        (Ruling(superseded=True), "由更正稿替换"),
        (Ruling(joined=True), "并入"),
        (Ruling(submission=False), "不是投稿"),
    ],
)
def test_what_is_gone_is_brought_back_before_it_is_accepted_or_refused(
    gone: Ruling, told: str
) -> None:
    for word in (True, False):
        with pytest.raises(UnfinishedRuling, match=told):
            complete(Ruling(accepted=word), gone)
    assert complete(Ruling(kind=ARTICLE), gone) == Ruling(kind=ARTICLE)
    back = Ruling(accepted=True, withdrawn=False, superseded=False, joined=False, submission=True)
    assert complete(back, gone).accepted


def test_a_draft_taken_off_a_commission_has_back_the_kind_and_verdict_that_it_had() -> None:
    late = replace(FIRST, kind=OPINION, reasons=(Reason.LATE,), event_date=date(2022, 3, 1))
    for earlier in ([], [Ruling(kind=NEWS)]):
        before = apply_rulings(late, earlier, RULES)
        answers = [*earlier, Ruling(commission=3)]
        assert apply_rulings(late, answers, RULES).kind == COMMISSION
        off = complete_ruling(late, answers, Ruling(commission=0), RULES)
        after = apply_rulings(late, [*answers, off], RULES)
        assert (after.kind, after.timely, after.outcome, after.commission) == (
            before.kind,
            before.timely,
            before.outcome,
            None,
        )
    judged = replace(FIRST, kind=COMMISSION, commission=3)
    with pytest.raises(UnfinishedRuling, match="请改定它的类别"):
        complete_ruling(judged, [], Ruling(commission=0), RULES)
    assert complete_ruling(judged, [], Ruling(commission=0, kind=NEWS), RULES).kind == NEWS
