"""What holds of every letter: the gravest outcome wins, secrets and machines get nothing out of us."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rulebook.judge import judge
from rulebook.provisions import BareRule, Provisions, ReviewerRule, StrangerRule
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.terms import (
    Authentication,
    Draft,
    Fault,
    Happened,
    Submission,
    Timely,
    Twin,
)
from tests.rulebook.builders import (
    EVENT,
    IN_TIME,
    OFFICER,
    OPINION_TEXT,
    PLAIN_TEXT,
    STRANGER,
    TOO_LATE,
    draft,
    letter,
    provisions,
    twin,
)

SENDERS = [OFFICER, STRANGER, replace(OFFICER, ended=True)]
FAULTS = [Reason.DAMAGED_ARCHIVE, Reason.INFECTED, Reason.SECRET_MARK, Reason.UNREADABLE_DRAFT]
TWINS = [None, twin(), twin(same_file=True), twin(refused=True), twin(similarity=0.2)]
happenings = st.sampled_from([Happened(EVENT), Happened(None), Happened(date(2022, 4, 1))])


@st.composite
def cases(pick: st.DrawFn) -> tuple[Submission, Provisions, dict[str, Twin]]:
    """A letter of some drafts, an office's switches, and what was sent before."""
    pieces: list[Draft] = []
    twins: dict[str, Twin] = {}
    for number in range(pick(st.integers(0, 4))):
        file = (
            f"稿件.zip/{pick(st.sampled_from(['动态', '舆情', '综合', '约稿', '春']))}{number}.docx"
        )
        pieces.append(
            draft(
                file,
                happened=pick(happenings),
                characters=pick(st.sampled_from([60, 799, 800])),
                reviewer=pick(st.sampled_from(["周正", ""])),
                named_unit=pick(st.sampled_from(["湖塘镇", "高新区", None])),
                text=pick(st.sampled_from([OPINION_TEXT, PLAIN_TEXT, draft().text])),
                remarks=pick(st.sampled_from([(), (Remark.TRACKED_CHANGES,)])),
            )
        )
        earlier = pick(st.sampled_from(TWINS))
        if earlier is not None:
            twins[file] = earlier
    submission = letter(
        *pieces,
        subject=pick(st.sampled_from(["来稿", "【工作动态】"])),
        sender=pick(st.sampled_from(SENDERS)),
        received=pick(st.sampled_from([IN_TIME, TOO_LATE])),
        faults=tuple(Fault(reason) for reason in pick(st.lists(st.sampled_from(FAULTS)))),
        authentication=pick(st.sampled_from(Authentication)),
        automatic=pick(st.sampled_from(["", "", "", "auto-replied"])),
        archives=pick(st.sampled_from([1, 1, 0])),
        body_is_draft=pick(st.booleans()),
    )
    rules = provisions(
        require_reviewer=pick(st.sampled_from(ReviewerRule)),
        unknown_sender=pick(st.sampled_from(StrangerRule)),
        bare_attachment=pick(st.sampled_from(BareRule)),
    )
    return submission, rules, twins


@given(cases())
def test_the_gravest_outcome_wins(case: tuple[Submission, Provisions, dict[str, Twin]]) -> None:
    verdict = judge(*case)
    gravities = [reason.outcome.gravity for reason in verdict.reasons]
    floor = Outcome.IGNORED if case[0].automatic else Outcome.ACCEPTED
    assert verdict.outcome.gravity == max([floor.gravity, *gravities])
    for one in verdict.drafts:
        own = [reason.outcome.gravity for reason in one.reasons]
        of_letter = [fault.reason.outcome.gravity for fault in verdict.faults]
        assert one.outcome.gravity == max([Outcome.ACCEPTED.gravity, *own, *of_letter])


@given(cases())
def test_only_an_accepted_draft_in_time_scores(
    case: tuple[Submission, Provisions, dict[str, Twin]],
) -> None:
    submission, rules, _ = case
    for one in judge(*case).drafts:
        if one.points:
            assert one.kind is not None
            assert one.points == rules.points.of(one.kind)
        clean = one.outcome is Outcome.ACCEPTED and one.timely is not Timely.LATE
        assert bool(one.points) == clean
        assert one.draft in submission.drafts


@given(cases())
def test_nothing_of_a_refused_letter_scores(
    case: tuple[Submission, Provisions, dict[str, Twin]],
) -> None:
    verdict = judge(*case)
    if any(fault.reason.outcome is Outcome.REFUSED for fault in verdict.faults):
        assert verdict.outcome is Outcome.REFUSED
        assert all(one.outcome is Outcome.REFUSED for one in verdict.drafts)
        assert sum(one.points for one in verdict.drafts) == 0


@given(cases())
def test_a_secret_is_never_carried_into_a_verdict(
    case: tuple[Submission, Provisions, dict[str, Twin]],
) -> None:
    verdict = judge(*case)
    if not case[0].automatic and Fault(Reason.SECRET_MARK) in case[0].faults:
        assert (verdict.outcome, verdict.drafts) == (Outcome.REFUSED, ())


@given(cases())
def test_machines_and_the_unverified_are_never_answered_and_all_others_are(
    case: tuple[Submission, Provisions, dict[str, Twin]],
) -> None:
    submission = case[0]
    silent = submission.automatic or submission.authentication is Authentication.FAILED
    assert judge(*case).answer is not bool(silent)


@given(cases(), st.randoms())
def test_the_order_of_the_drafts_does_not_matter(
    case: tuple[Submission, Provisions, dict[str, Twin]], chance: Random
) -> None:
    submission, rules, twins = case
    pieces = list(submission.drafts)
    chance.shuffle(pieces)
    verdict = judge(submission, rules, twins)
    other = judge(replace(submission, drafts=tuple(pieces)), rules, twins)
    assert other.outcome is verdict.outcome
    assert other.faults == verdict.faults
    assert set(other.reasons) == set(verdict.reasons)
    assert set(other.remarks) == set(verdict.remarks)
    assert {one.draft.file: one for one in other.drafts} == {
        one.draft.file: one for one in verdict.drafts
    }


@given(cases())
def test_every_draft_is_judged_as_if_it_came_alone(
    case: tuple[Submission, Provisions, dict[str, Twin]],
) -> None:
    submission, rules, twins = case
    for one in judge(submission, rules, twins).drafts:
        alone = judge(replace(submission, drafts=(one.draft,)), rules, twins)
        assert alone.drafts == (one,)
