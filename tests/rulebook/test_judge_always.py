"""What holds of every letter: the gravest outcome wins, secrets and machines get nothing out of us."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rulebook.judge import judge
from rulebook.model import (
    Authentication,
    Duplicate,
    Fault,
    Submission,
    Timely,
)
from rulebook.provisions import Provisions
from rulebook.reasons import Outcome, Reason
from tests.rulebook.cases import cases


@given(cases())
def test_the_gravest_outcome_wins(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    verdict = judge(*case)
    gravities = [reason.outcome.severity for reason in verdict.reasons]
    judged = verdict.purpose.purpose.judged
    floor = Outcome.ACCEPTED if judged else Outcome.IGNORED
    assert verdict.outcome.severity == max([floor.severity, *gravities])
    for one in verdict.drafts:
        own = [reason.outcome.severity for reason in one.reasons]
        of_letter = [fault.reason.outcome.severity for fault in verdict.faults]
        assert one.outcome.severity == max([Outcome.ACCEPTED.severity, *own, *of_letter])


@given(cases())
def test_only_an_accepted_draft_in_time_scores(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    submission, rules, _ = case
    for one in judge(*case).drafts:
        if one.points:
            assert one.kind is not None
            rule = rules.rule_of(one.kind)
            assert rule is not None
            assert one.points == rule.points
        clean = (
            one.outcome is Outcome.ACCEPTED
            and one.timely is not Timely.LATE
            and one.unit is not None
            and rules.effective_from <= submission.received.date()
        )
        assert bool(one.points) == clean
        assert one.draft in submission.drafts


@given(cases())
def test_nothing_of_a_refused_letter_scores(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    verdict = judge(*case)
    if any(fault.reason.outcome is Outcome.REFUSED for fault in verdict.faults):
        assert verdict.outcome is Outcome.REFUSED
        assert all(one.outcome is Outcome.REFUSED for one in verdict.drafts)
        assert sum(one.points for one in verdict.drafts) == 0


@given(cases())
def test_a_secret_is_never_carried_into_a_verdict(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    verdict = judge(*case)
    if not case[0].automatic and Fault(Reason.SECRET_MARK) in case[0].faults:
        assert (verdict.outcome, verdict.drafts) == (Outcome.REFUSED, ())


@given(cases())
def test_machines_and_the_unverified_are_never_answered_and_all_submissions_are(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    submission, verdict = case[0], judge(*case)
    silent = submission.automatic or submission.authentication is Authentication.FAILED
    if silent or verdict.purpose.purpose.judged:
        assert verdict.answer is not bool(silent)


@given(cases())
def test_what_is_no_submission_is_neither_refused_nor_answered_to_a_stranger(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    verdict = judge(*case)
    if not verdict.purpose.purpose.judged:
        assert (verdict.outcome, verdict.drafts) == (Outcome.IGNORED, ())
        assert verdict.answer <= (case[0].sender.unit is not None)


@given(cases(), st.randoms())
def test_the_order_of_the_drafts_does_not_matter(
    case: tuple[Submission, Provisions, dict[str, Duplicate]], chance: Random
) -> None:
    submission, rules, duplicates = case
    pieces = list(submission.drafts)
    chance.shuffle(pieces)
    verdict = judge(submission, rules, duplicates)
    other = judge(replace(submission, drafts=tuple(pieces)), rules, duplicates)
    assert other.outcome is verdict.outcome
    assert other.faults == verdict.faults
    assert set(other.reasons) == set(verdict.reasons)
    assert set(other.remarks) == set(verdict.remarks)
    assert {one.draft.file: one for one in other.drafts} == {
        one.draft.file: one for one in verdict.drafts
    }


@given(cases())
def test_every_draft_is_judged_as_if_it_came_alone(
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
) -> None:
    submission, rules, duplicates = case
    for one in judge(submission, rules, duplicates).drafts:
        alone = judge(replace(submission, drafts=(one.draft,)), rules, duplicates)
        assert alone.drafts == (one,)
