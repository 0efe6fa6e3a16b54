"""三.3: which commission a draft answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rulebook.commissions import OpenCommission
from rulebook.judge import Known, judge
from rulebook.terms import DraftVerdict, Kind, Timely
from tests.rulebook.builders import TOO_LATE, draft, letter, limited, provisions

WINTER = OpenCommission(7, "冬季森林防火经验", ("湖塘镇", "前黄镇"), date(2022, 3, 31))
SUMMER = OpenCommission(8, "夏季防汛准备", ("湖塘镇",), date(2022, 6, 30))


def judged(subject: str, *open_: OpenCommission, title: str = "湖塘镇开展工作") -> DraftVerdict:
    submission = replace(letter(draft("稿件.zip/稿.docx", title=title)), subject=subject)
    (one,) = judge(submission, provisions(), {}, known=Known(open_)).drafts
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
    assert (one.kind, one.commission) == (Kind.COMMISSION, 7)
    assert one.timely is Timely.NOT_APPLICABLE
    assert "冬季森林防火经验" in one.kind_evidence


def test_a_labelled_draft_answers_the_only_commission_its_unit_owes() -> None:
    assert judged("【约稿】湖塘镇", WINTER).commission == 7


def test_between_two_commissions_nobody_guesses() -> None:
    one = judged("【约稿】湖塘镇", WINTER, SUMMER)
    assert (one.kind, one.commission) == (Kind.COMMISSION, None)


def test_a_commission_of_other_units_is_not_answered() -> None:
    other = replace(WINTER, units=("前黄镇",))
    one = judged("报送：冬季森林防火经验", other)
    assert one.commission is None


def test_a_proper_resend_within_the_grace_counts_as_of_the_refused_letter() -> None:
    rules = limited(grace_after_refusal_hours=24)
    one = draft()
    refused = TOO_LATE - timedelta(hours=2)
    known = Known(refused={one.file: refused})

    def timely(received: datetime) -> Timely:
        submission = replace(letter(one), received=received)
        return judge(submission, rules, {}, known=known).drafts[0].timely

    assert timely(refused + timedelta(hours=24)) is Timely.ON_TIME
    assert timely(refused + timedelta(hours=24, seconds=1)) is Timely.LATE
    strict = judge(replace(letter(one), received=TOO_LATE), provisions(), {}, known=known)
    assert strict.drafts[0].timely is Timely.LATE
