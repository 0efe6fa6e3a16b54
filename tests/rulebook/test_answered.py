"""Which letters that are no submissions are answered at once, and what they report."""

from __future__ import annotations

import pytest

from rulebook.conversation import Correspondence, Purpose, PurposeFinding
from rulebook.judge import LedgerContext, judge
from rulebook.model import Authentication
from tests.rulebook.builders import STRANGER, letter, provisions


@pytest.mark.parametrize(
    ("purpose", "changes", "answered"),
    [
        (Purpose.INQUIRY, {}, True),
        (Purpose.THANKS, {}, False),
        (Purpose.INQUIRY, {"sender": STRANGER}, False),
        (Purpose.INQUIRY, {"no_answer": "auto"}, False),
        (Purpose.INQUIRY, {"authentication": Authentication.FAILED}, False),
    ],
)
def test_of_what_is_no_submission_officers_questions_alone_are_answered(
    purpose: Purpose, changes: dict[str, object], answered: bool
) -> None:
    known = LedgerContext(purpose=PurposeFinding(purpose, "试"))
    verdict = judge(letter(**changes), provisions(), {}, known=known)
    assert (verdict.answer, verdict.drafts) == (answered, ())


def test_only_a_report_of_adoptions_reports_some() -> None:
    words = "《湖塘镇开展安全检查》3月9日被中国应急管理报采用"
    told = letter(correspondence=Correspondence(own_words=words))
    found_ = [
        bool(
            judge(
                told, provisions(), {}, known=LedgerContext(purpose=PurposeFinding(one, ""))
            ).adoptions
        )
        for one in (Purpose.ADOPTION_REPORT, Purpose.THANKS)
    ]
    assert found_ == [True, False]
