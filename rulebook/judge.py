"""The rules in order -> Verdict. All rules are recorded, the most severe outcome wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rulebook import adoption_reports, authorship, kinds, originality, units
from rulebook.commissions import OpenCommission, match_commission, unmatched
from rulebook.conversation import Purpose, PurposeFinding, Thread
from rulebook.kind_rules import Role
from rulebook.model import (
    Authentication,
    Draft,
    DraftVerdict,
    Duplicate,
    Fault,
    FileRole,
    Replaced,
    Submission,
    Verdict,
)
from rulebook.packaging import check_form
from rulebook.points import Scored, submission_points
from rulebook.provisions import JointDraft, Provisions, ReviewerRule, StrangerRule, UnaskedRule
from rulebook.purpose import purpose as purpose_of
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.timeliness import IsWorkday, monday_to_friday, timeliness

ANSWERED = frozenset({Purpose.STATEMENT, Purpose.WITHDRAWAL, Purpose.INQUIRY})
"""Letters of officers that are no submissions and still get an answer at once."""


@dataclass(frozen=True, slots=True)
class LedgerContext:
    """
    What the ledger knows besides duplicates.

    `commissions`: those still open. `refused`: by a draft's key, when a letter with it was received
    that had to be refused. `thread`: the letter of the same sender that this one answers.
    `replaces`: by a draft's key, the earlier draft in whose place it is to stand. `purpose`: what
    the letter is for, where that was told before or a person has said so.
    """

    commissions: tuple[OpenCommission, ...] = ()
    refused: Mapping[str, datetime] = field(default_factory=dict)
    thread: Thread | None = None
    replaces: Mapping[str, Replaced] = field(default_factory=dict)
    purpose: PurposeFinding | None = None


def judge(
    submission: Submission,
    provisions: Provisions,
    duplicates: Mapping[str, Duplicate],
    is_workday: IsWorkday = monday_to_friday,
    known: LedgerContext | None = None,
) -> Verdict:
    """
    Judge a letter and each of its drafts.

    Args:    `duplicates`: by a draft's key, the earlier draft that it repeats.
    Returns: of a letter with a 密级 mark no drafts, since nothing of them may be kept. A refused
             letter's drafts are shown with their deadline and score nothing. Mail of machines is
             ignored and never answered; nor is mail whose sender the receiving server could not
             verify, or that asks for no answer. A letter that is no submission has no drafts
             and no faults, whatever it brings.
    Raises:  ValueError if `submission.received` has no time zone.
    """
    ledger = known or LedgerContext()
    purpose = ledger.purpose or purpose_of(submission, ledger.thread, provisions)
    if submission.automatic and purpose.purpose is Purpose.AUTOMATIC:
        ours = any(fault.reason is Reason.OWN_LETTER for fault in submission.faults)
        reason = Reason.OWN_LETTER if ours else Reason.AUTOMATIC
        return Verdict(
            Outcome.IGNORED,
            (Fault(reason, submission.automatic),),
            (),
            answer=False,
            purpose=purpose,
        )
    unverified = submission.authentication is Authentication.FAILED
    by_program = submission.automatic and ledger.purpose is None  # no person has said otherwise
    if not purpose.purpose.judged:
        answer = purpose.purpose in ANSWERED and submission.sender.unit is not None
        return Verdict(
            Outcome.IGNORED,
            (),
            (),
            submission.remarks,
            answer and not unverified and not submission.no_answer,
            purpose,
            ledger.thread,
            adoption_reports.reported(submission, provisions)
            if purpose.purpose is Purpose.ADOPTION_REPORT
            else (),
        )
    faults, remarks = check_form(submission, provisions)
    if unverified:
        faults = (*faults, Fault(Reason.UNVERIFIED_SENDER))
    if submission.sender.unit is None and provisions.unknown_sender is StrangerRule.HOLD:
        faults = (*faults, Fault(Reason.UNKNOWN_SENDER))
    faults = (*faults, *_of_other_units(submission, provisions))
    if submission.sender.ended:
        remarks = (*remarks, Remark.OFFICER_ENDED)
    of_letter = _gravest(fault.reason.outcome for fault in faults)
    secret = any(fault.reason is Reason.SECRET_MARK for fault in faults)
    drafts = tuple(
        _judge_draft(
            draft, submission, provisions, duplicates.get(draft.key), is_workday, of_letter, ledger
        )
        for draft in (() if secret else submission.drafts)
    )
    said = (Remark.STATEMENT_SEEN,) if purpose.says else ()
    remarks = (*said, *submission.remarks, *remarks, *_about_drafts(submission, provisions))
    return Verdict(
        outcome=_gravest([of_letter, *(draft.outcome for draft in drafts)]),
        faults=faults,
        drafts=drafts,
        remarks=tuple(dict.fromkeys(remarks)),
        answer=not (unverified or submission.no_answer or by_program),
        purpose=purpose,
        thread=ledger.thread,
    )


def judge_by_hand(
    draft: Draft,
    submission: Submission,
    provisions: Provisions,
    duplicate: Duplicate | None,
    is_workday: IsWorkday = monday_to_friday,
) -> DraftVerdict:
    """
    Judge a draft that a person made out of a letter: it is held, whatever stands against the letter.

    Args: `submission`: the letter as it was entered. Raises: ValueError as `judge` does.
    """
    judged = _judge_draft(
        *(draft, submission, provisions, duplicate, is_workday, Outcome.ACCEPTED, LedgerContext())
    )
    reasons = (*judged.reasons, Reason.DRAWN_BY_HAND)
    return replace(judged, outcome=Outcome.HELD, reasons=reasons, points=0, points_evidence="")


def _of_other_units(submission: Submission, provisions: Provisions) -> Iterable[Fault]:
    """Drafts that name another unit in place of the sender's, with both units."""
    unit = submission.sender.unit
    if unit is None:
        return
    for draft in submission.drafts:
        both = authorship.of_another_unit(draft, submission.subject, unit, provisions)
        if both:
            yield Fault(Reason.OTHER_UNIT, both)


def _judge_draft(
    draft: Draft,
    submission: Submission,
    provisions: Provisions,
    duplicate: Duplicate | None,
    is_workday: IsWorkday,
    of_letter: Outcome,
    known: LedgerContext,
) -> DraftVerdict:
    unit = submission.sender.unit
    if unit is None and provisions.unknown_sender is StrangerRule.ACCEPT:
        named = units.find(draft.named_unit or "", provisions.units)
        unit = named.name if named else None
    kind = kinds.decide(draft, submission.subject, provisions)
    commissioned = provisions.commission_kind
    labelled = provisions.role_of(kind.kind) is Role.COMMISSION
    answer = match_commission(draft, submission.subject, unit, known.commissions, labelled)
    if answer is not None and commissioned is not None:
        kind = kinds.KindFinding(kind.kind if labelled else commissioned, answer.evidence)
    elif labelled:
        # the label alone lifts the 2-day limit and doubles the points: at least it is told
        doubt = f"{kind.evidence}，但{unmatched(unit, known.commissions)}"
        hold = provisions.unasked_commission is UnaskedRule.HOLD
        kind = kinds.KindFinding(kind.kind, doubt, Reason.NO_COMMISSION if hold else kind.reason)
    reached = _reached(draft, submission.received, provisions, known)
    limit = timeliness(draft.event_date, kind.kind, reached, provisions, is_workday)
    no_reviewer = (not draft.reviewer and provisions.require_reviewer is ReviewerRule.REFUSE) or (
        provisions.require_reviewer is ReviewerRule.SHEET
        and not any(file.role is FileRole.APPROVAL for file in submission.files)
    )
    held = [
        reason
        for reason in (
            Reason.SCANNED_DRAFT if draft.scanned else None,
            kind.reason,
            None if draft.paper and kind.kind is None else limit.reason,
        )
        if reason is not None
    ]
    repeat = originality.originality(duplicate, unit, provisions, held)
    if repeat is Reason.DUPLICATE and _is_joint(draft, duplicate, unit, provisions):
        repeat = None
    replaced = known.replaces.get(draft.key)
    last = (
        repeat,
        Reason.REPLACES_DRAFT
        if replaced
        and of_letter is not Outcome.REFUSED
        and replaced.needs_a_person(limit.timely, limit.deadline)
        else None,
        Reason.SEVERAL_DRAFTS if draft.maybe_several else None,
        Reason.NO_REVIEWER if no_reviewer else None,
    )
    reasons = (*held, *(reason for reason in last if reason is not None))
    outcome = _gravest([of_letter, *(reason.outcome for reason in reasons)])
    day = submission.received.astimezone(ZoneInfo(provisions.zone)).date()
    as_scored = Scored(0, unit, kind.kind, day, outcome, limit.timely)
    points, why = submission_points(as_scored, lambda _day: provisions)
    return DraftVerdict(
        draft=replace(draft, event_date=limit.event_date),
        kind=kind.kind,
        kind_evidence=kind.evidence,
        unit=unit,
        deadline=limit.deadline,
        timely=limit.timely,
        outcome=outcome,
        reasons=reasons,
        points=points,
        points_evidence=why,
        duplicate=duplicate,
        commission=answer.commission.id if answer else None,
        replaces=replaced,
        urgent=kinds.sounds_urgent(draft, kind.kind, provisions),
    )


def _is_joint(
    draft: Draft, duplicate: Duplicate | None, unit: str | None, provisions: Provisions
) -> bool:
    """Whether both senders of one text are named in it, and each is to have its point (`joint_draft`)."""
    if provisions.joint_draft is not JointDraft.EACH or duplicate is None or duplicate.unit is None:
        return False
    return (
        unit is not None
        and unit != duplicate.unit
        and authorship.is_named(draft, unit, provisions)
        and authorship.is_named(draft, duplicate.unit, provisions)
    )


def _reached(
    draft: Draft, received: datetime, provisions: Provisions, known: LedgerContext
) -> datetime:
    """
    Give the moment at which a draft counts as received.

    With the switch `grace_after_refusal_hours` a proper resend within so many hours after the
    refused letter counts as of that one.
    """
    refused = known.refused.get(draft.key)
    grace = timedelta(hours=provisions.timeliness.grace_after_refusal_hours)
    if refused is not None and refused <= received <= refused + grace:
        return refused
    return received


def _about_drafts(submission: Submission, provisions: Provisions) -> Iterable[Remark]:
    """Yield the friendly warnings that a draft calls for."""
    for draft in submission.drafts:
        yield from draft.remarks
        if not draft.reviewer and provisions.require_reviewer is ReviewerRule.WARN:
            yield Remark.NO_REVIEWER
        named = units.find(draft.named_unit or "", provisions.units)
        unit = submission.sender.unit
        if named and unit and named.name != unit:
            joint = all(authorship.is_named(draft, one, provisions) for one in (unit, named.name))
            if not joint and not authorship.of_another_unit(
                draft, submission.subject, unit, provisions
            ):
                yield Remark.UNIT_DIFFERS
        if kinds.labels_differ(draft, submission.subject, provisions):
            yield Remark.LABELS_DIFFER


def _gravest(outcomes: Iterable[Outcome]) -> Outcome:
    return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.ACCEPTED)
