"""三.3: which commission a draft answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rulebook.commissions import OpenCommission, unmatched
from rulebook.default_rules import COMMISSION, NEWS
from rulebook.judge import LedgerContext, judge
from rulebook.model import DraftVerdict, Timely
from rulebook.points import Scored, submission_points
from rulebook.provisions import Provisions, UnaskedRule
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import FirstVerdict, Ruling, apply_rulings
from tests.rulebook.builders import EVENT, TOO_LATE, draft, letter, limited, provisions

WINTER = OpenCommission(7, "冬季森林防火经验", ("湖塘镇", "前黄镇"), date(2022, 3, 31))
STRICT = provisions(unasked_commission=UnaskedRule.HOLD)
SUMMER = OpenCommission(8, "夏季防汛准备", ("湖塘镇",), date(2022, 6, 30))


def judged(
    subject: str,
    *open_: OpenCommission,
    title: str = "湖塘镇开展工作",
    rules: Provisions | None = None,
) -> DraftVerdict:
    submission = replace(letter(draft("稿件.zip/稿.docx", title=title)), subject=subject)
    (one,) = judge(submission, rules or provisions(), {}, known=LedgerContext(open_)).drafts
    return one


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("报送：冬季森林防火经验", "稿"),
        ("报送稿件", "冬季森林防火 经验"),
        ("【约稿】冬季森林防火经验", "稿"),
    ],
)
def test_a_draft_that_names_the_topic_answers_the_commission(subject: str, title: str) -> None:
    one = judged(subject, WINTER, SUMMER, title=title)
    assert (one.kind, one.commission) == (COMMISSION, 7)
    assert one.timely is Timely.NOT_APPLICABLE
    assert "冬季森林防火经验" in one.kind_evidence


def test_a_labelled_draft_answers_the_only_commission_its_unit_owes() -> None:
    assert judged("【约稿】湖塘镇", WINTER).commission == 7


def test_between_two_commissions_nobody_guesses() -> None:
    one = judged("【约稿】湖塘镇", WINTER, SUMMER, rules=STRICT)
    assert (one.kind, one.commission) == (COMMISSION, None)
    assert (one.outcome, one.reasons) == (Outcome.HELD, (Reason.NO_COMMISSION,))
    assert "2件约稿任务" in one.kind_evidence


def test_an_office_may_have_a_person_look_at_what_is_a_commission_by_its_label_alone() -> None:
    one = judged("【约稿】湖塘镇", rules=STRICT)
    assert (one.kind, one.outcome, one.points) == (COMMISSION, Outcome.HELD, 0)
    assert one.reasons == (Reason.NO_COMMISSION,)
    assert "没有登记过" in one.kind_evidence


def test_the_label_decides_and_that_nobody_asked_is_told_with_it() -> None:
    one = judged("【约稿】湖塘镇")
    assert (one.kind, one.outcome, one.points) == (COMMISSION, Outcome.ACCEPTED, 2)
    assert "没有登记过" in one.kind_evidence


def test_the_label_answers_no_commission_that_the_unit_has_answered_already() -> None:
    done = replace(WINTER, answered=frozenset({"湖塘镇"}))
    one = judged("【约稿】湖塘镇", done, rules=STRICT)
    assert (one.reasons, one.commission) == ((Reason.NO_COMMISSION,), None)
    assert "都已交稿" in one.kind_evidence
    assert judged("【约稿】湖塘镇", done, SUMMER).commission == SUMMER.id
    assert judged("【约稿】冬季森林防火经验", done).commission == WINTER.id


@pytest.mark.parametrize(
    ("ruling", "points"),
    [(Ruling(accepted=True), 2), (Ruling(kind=NEWS), 0), (Ruling(commission=7), 2)],
)
def test_a_person_settles_what_an_unmatched_commission_counts_as(
    ruling: Ruling, points: int
) -> None:
    first = FirstVerdict("湖塘镇", COMMISSION, EVENT, TOO_LATE, reasons=(Reason.NO_COMMISSION,))
    standing = apply_rulings(first, [ruling], provisions())
    assert Reason.NO_COMMISSION not in standing.reasons
    scored = Scored(1, "湖塘镇", standing.kind, TOO_LATE.date(), standing.outcome, standing.timely)
    assert submission_points(scored, lambda _day: provisions())[0] == points


def test_a_commission_of_other_units_is_not_answered() -> None:
    other = replace(WINTER, units=("前黄镇",))
    one = judged("报送：冬季森林防火经验", other)
    assert one.commission is None


def test_a_proper_resend_within_the_grace_counts_as_of_the_refused_letter() -> None:
    rules = limited(grace_after_refusal_hours=24)
    one = draft()
    refused = TOO_LATE - timedelta(hours=2)
    known = LedgerContext(refused={one.file: refused})

    def timely(received: datetime) -> Timely:
        submission = replace(letter(one), received=received)
        return judge(submission, rules, {}, known=known).drafts[0].timely

    assert timely(refused + timedelta(hours=24)) is Timely.ON_TIME
    assert timely(refused + timedelta(hours=24, seconds=1)) is Timely.LATE
    strict = judge(replace(letter(one), received=TOO_LATE), provisions(), {}, known=known)
    assert strict.drafts[0].timely is Timely.LATE


def test_a_topic_of_three_characters_needs_the_label() -> None:
    short = replace(WINTER, topic="防火事")
    assert judged("报送：防火事", short).commission is None
    assert judged("【约稿】防火事", short, SUMMER).commission == 7
    assert judged("【约稿】火", replace(WINTER, topic="火"), SUMMER).commission == 7
    assert judged("报送：森林防火", replace(WINTER, topic="森林防火")).commission == 7


def test_who_owes_nothing_of_several_or_is_unknown_is_told_so() -> None:
    done = frozenset({"湖塘镇"})
    told = unmatched("湖塘镇", [replace(WINTER, answered=done), replace(SUMMER, answered=done)])
    assert told == "本单位的约稿任务都已交稿，稿件也没有写明题目"
    assert unmatched("高新区", [WINTER]).startswith("没有登记过")
    assert unmatched(None, [WINTER]).startswith("单位尚未认领")
    assert unmatched("湖塘镇", [WINTER, replace(SUMMER, answered=done)]).startswith("本单位有1件")


def test_the_topic_may_stand_in_the_files_name_or_the_line_above_the_title() -> None:
    def answered(**changes: Any) -> int | None:
        one = replace(draft("稿件.zip/稿.docx", title="稿"), **changes)
        (judged_,) = judge(letter(one), provisions(), {}, known=LedgerContext((WINTER,))).drafts
        return judged_.commission

    assert answered(file="稿件.zip/冬季森林防火经验.docx") == 7
    assert answered(label_line="冬季森林防火经验") == 7
    assert answered() is None


def test_two_topics_of_one_place_are_left_to_the_next_place() -> None:
    longer = replace(SUMMER, topic="冬季森林防火经验汇编")
    one = judged("报送：冬季森林防火经验汇编", WINTER, longer, title="冬季森林防火经验")
    assert one.commission == 7
    assert "标题写明" in one.kind_evidence
