"""The rules in order: all reasons are recorded, the gravest outcome wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest

from rulebook.commissions import OpenCommission
from rulebook.conversation import Purpose, PurposeFinding
from rulebook.default_rules import ARTICLE, NEWS, OPINION
from rulebook.judge import LedgerContext, judge
from rulebook.model import (
    Authentication,
    Draft,
    DraftVerdict,
    Duplicate,
    EventDate,
    Fault,
    Replaced,
    Sender,
    Submission,
    Timely,
    Verdict,
)
from rulebook.provisions import BareRule, DayUnit, Points, Provisions, ReviewerRule, StrangerRule
from rulebook.reasons import Outcome, Reason, Remark
from tests.rulebook.builders import (
    EVENT,
    IN_TIME,
    OFFICE,
    OFFICER,
    OPINION_TEXT,
    PLAIN_TEXT,
    STRANGER,
    TOO_LATE,
    article,
    draft,
    duplicate,
    letter,
    limited,
    provisions,
    unpacked,
)

RULES = provisions()
SECRET = Fault(Reason.SECRET_MARK, "通知.docx")


def verdict_on(
    submission: Submission,
    rules: Provisions = RULES,
    duplicates: Mapping[str, Duplicate] | None = None,
) -> Verdict:
    return judge(submission, rules, duplicates or {})


def only(verdict: Verdict) -> DraftVerdict:
    (one,) = verdict.drafts
    return one


# -- one draft --


def test_a_draft_that_nothing_can_be_said_against_scores() -> None:
    verdict = verdict_on(letter(draft()))
    assert (verdict.outcome, verdict.reasons, verdict.remarks) == (Outcome.ACCEPTED, (), ())
    assert verdict.answer
    one = only(verdict)
    assert (one.kind, one.unit, one.timely, one.points) == (
        NEWS,
        "湖塘镇",
        Timely.ON_TIME,
        1,
    )
    assert one.deadline == datetime(2022, 3, 10, tzinfo=OFFICE)


@pytest.mark.parametrize(
    ("subject", "piece", "points"),
    [
        ("【工作动态】", draft(), 1),
        ("【舆情信息】", draft(text=OPINION_TEXT), 1),
        ("【约稿】", draft(), 2),
        ("来稿", article(), 2),
    ],
)
def test_each_kind_scores_what_the_regulation_gives(
    subject: str, piece: Draft, points: int
) -> None:
    asked = LedgerContext((OpenCommission(1, "安全检查经验", ("湖塘镇",), EVENT),))
    assert only(judge(letter(piece, subject=subject), RULES, {}, known=asked)).points == points


def test_nothing_scores_before_the_regulation_is_in_force() -> None:
    rules = provisions(effective_from=date(2022, 3, 9))
    one = only(verdict_on(letter(draft()), rules))
    assert (one.outcome, one.timely, one.points) == (Outcome.ACCEPTED, Timely.ON_TIME, 0)
    assert "2022-03-09" in one.points_evidence


def test_labels_that_disagree_are_told_and_the_nearest_counts() -> None:
    piece = draft(file="稿件.zip/【舆情】停水.docx", text=OPINION_TEXT)
    verdict = verdict_on(letter(piece, subject="【工作动态】湖塘镇"))
    assert (verdict.outcome, only(verdict).kind) == (Outcome.ACCEPTED, OPINION)
    assert verdict.remarks == (Remark.LABELS_DIFFER,)
    assert "舆情" in only(verdict).kind_evidence
    assert "工作动态" in only(verdict).kind_evidence


def test_a_subject_that_names_two_kinds_disagrees_with_neither() -> None:
    piece = draft(file="稿件.zip/【舆情】停水.docx", text=OPINION_TEXT)
    verdict = verdict_on(letter(piece, subject="湖塘镇工作动态、舆情各一篇"))
    assert verdict.remarks == ()


def test_the_points_are_the_offices_to_set() -> None:
    rules = provisions(points=Points(news=7))
    assert only(verdict_on(letter(draft()), rules)).points == 7


def test_a_late_draft_is_accepted_and_scores_nothing() -> None:
    verdict = verdict_on(letter(draft(), received=TOO_LATE))
    assert (verdict.outcome, verdict.reasons) == (Outcome.ACCEPTED, (Reason.LATE,))
    assert (only(verdict).timely, only(verdict).points) == (Timely.LATE, 0)


def test_an_article_is_never_late() -> None:
    one = only(verdict_on(letter(article(event_date=EventDate(EVENT)), received=TOO_LATE)))
    assert (one.timely, one.deadline, one.points) == (Timely.NOT_APPLICABLE, None, 2)


def test_a_short_article_is_held_as_an_article_and_scores_nothing_yet() -> None:
    verdict = verdict_on(letter(article(500)))
    one = only(verdict)
    assert (verdict.outcome, one.reasons) == (Outcome.HELD, (Reason.TOO_SHORT,))
    assert (one.kind, one.points) == (ARTICLE, 0)


@pytest.mark.parametrize(
    ("event_date", "reason"),
    [
        (EventDate(None), Reason.DATE_UNCERTAIN),
        (EventDate(date(2022, 3, 20)), Reason.DATE_IN_FUTURE),
    ],
)
def test_a_day_that_is_unsure_holds_the_draft(event_date: EventDate, reason: Reason) -> None:
    verdict = verdict_on(letter(draft(event_date=event_date)))
    assert (verdict.outcome, verdict.reasons) == (Outcome.HELD, (reason,))
    assert (only(verdict).timely, only(verdict).points) == (Timely.UNDETERMINED, 0)


def test_a_draft_may_be_held_for_several_reasons_and_all_are_recorded() -> None:
    piece = draft(file="稿件.zip/1.docx", title="春日", text=PLAIN_TEXT, event_date=EventDate(None))
    verdict = verdict_on(letter(piece, subject="来稿"), duplicates={piece.file: duplicate()})
    assert set(only(verdict).reasons) == {
        Reason.KIND_UNCERTAIN,
        Reason.DATE_UNCERTAIN,
        Reason.DUPLICATE,
    }


def test_a_late_repeat_is_refused_and_both_reasons_are_recorded() -> None:
    piece = draft()
    again = {piece.file: duplicate(same_file=True)}
    verdict = verdict_on(letter(piece, received=TOO_LATE), duplicates=again)
    assert verdict.outcome is Outcome.REFUSED
    assert set(verdict.reasons) == {Reason.LATE, Reason.RESENT}
    assert only(verdict).duplicate == again[piece.file]


def test_a_twin_belongs_to_the_draft_of_its_file_only() -> None:
    first, second = draft("稿件.zip/1.docx"), draft("稿件.zip/2.docx")
    verdict = verdict_on(letter(first, second), duplicates={"稿件.zip/2.docx": duplicate()})
    assert [one.outcome for one in verdict.drafts] == [Outcome.ACCEPTED, Outcome.HELD]
    assert [one.points for one in verdict.drafts] == [1, 0]


def test_a_calendar_of_workdays_is_asked_when_the_limit_counts_workdays() -> None:
    submission = letter(draft(), received=TOO_LATE)
    rules = limited(unit=DayUnit.WORKDAYS)
    resting = judge(submission, rules, {}, lambda day: day >= date(2022, 3, 14))
    assert only(resting).timely is Timely.ON_TIME
    assert only(verdict_on(submission, rules)).timely is Timely.LATE


# -- the letter --


def test_a_refused_letters_drafts_are_shown_with_their_deadline_and_score_nothing() -> None:
    bare = draft(file="检查.docx")
    verdict = verdict_on(unpacked(bare, bare_attachments=("检查.docx",)))
    one = only(verdict)
    assert (verdict.outcome, verdict.reasons) == (Outcome.REFUSED, (Reason.BARE_ATTACHMENT,))
    assert (one.outcome, one.points) == (Outcome.REFUSED, 0)
    assert one.deadline == datetime(2022, 3, 10, tzinfo=OFFICE)
    assert verdict.answer


def test_a_draft_takes_the_place_of_an_earlier_one_unless_its_letter_is_refused() -> None:
    one = draft()
    earlier = Replaced(1, 1, one.title, IN_TIME, Outcome.ACCEPTED, Timely.ON_TIME)
    known = LedgerContext(replaces={one.key: earlier})
    assert only(judge(letter(one), RULES, {}, known=known)).reasons == (Reason.REPLACES_DRAFT,)
    refused = only(judge(unpacked(one, bare_attachments=(one.file,)), RULES, {}, known=known))
    assert (refused.reasons, refused.outcome) == ((), Outcome.REFUSED)


def test_the_switch_takes_bare_files_with_a_remark() -> None:
    bare = draft(file="检查.docx")
    submission = unpacked(bare, bare_attachments=("检查.docx",))
    verdict = verdict_on(submission, provisions(bare_attachment=BareRule.WARN))
    assert (verdict.outcome, only(verdict).points) == (Outcome.ACCEPTED, 1)
    assert verdict.remarks == (Remark.BARE_ATTACHMENT,)


def test_what_is_wrong_with_letter_and_draft_is_all_recorded() -> None:
    bare = draft(file="检查.docx")
    submission = unpacked(bare, bare_attachments=("检查.docx",), sender=STRANGER, received=TOO_LATE)
    verdict = verdict_on(submission)
    assert set(verdict.reasons) == {Reason.BARE_ATTACHMENT, Reason.UNKNOWN_SENDER, Reason.LATE}


def test_one_draft_held_holds_the_letter_and_not_its_other_drafts() -> None:
    good = draft("稿件.zip/1.docx")
    unsure = draft("稿件.zip/2.docx", event_date=EventDate(None))
    verdict = verdict_on(letter(good, unsure))
    assert verdict.outcome is Outcome.HELD
    assert [(one.outcome, one.points) for one in verdict.drafts] == [
        (Outcome.ACCEPTED, 1),
        (Outcome.HELD, 0),
    ]


def test_the_remarks_of_letter_and_drafts_are_told_once() -> None:
    tracked = (Remark.TRACKED_CHANGES,)
    submission = letter(
        draft("稿件.zip/1.docx", remarks=tracked),
        draft("稿件.zip/2.docx", remarks=tracked),
        remarks=(Remark.BODY_REPEATS_DRAFT,),
    )
    assert verdict_on(submission).remarks == (Remark.BODY_REPEATS_DRAFT, Remark.TRACKED_CHANGES)


# -- secrets --


@pytest.mark.parametrize("make", [letter, unpacked])
def test_a_letter_with_a_secret_has_no_drafts_and_is_refused(
    make: Callable[..., Submission],
) -> None:
    submission = make(draft(), article(), faults=(SECRET,), bare_attachments=("检查.docx",))
    verdict = verdict_on(submission)
    assert (verdict.outcome, verdict.drafts) == (Outcome.REFUSED, ())
    assert Reason.SECRET_MARK in verdict.reasons
    assert verdict.answer


# -- who wrote (一.3) --


def test_a_strangers_letter_is_held_and_unscored() -> None:
    verdict = verdict_on(letter(draft(), sender=STRANGER))
    assert (verdict.outcome, verdict.reasons) == (Outcome.HELD, (Reason.UNKNOWN_SENDER,))
    assert (only(verdict).unit, only(verdict).points) == (None, 0)
    assert verdict.answer


def test_where_the_office_accepts_strangers_the_draft_counts_for_the_unit_it_names() -> None:
    rules = provisions(unknown_sender=StrangerRule.ACCEPT)
    piece = draft(named_unit="常州市武进区高新区北区")
    verdict = verdict_on(letter(piece, sender=STRANGER), rules)
    assert (verdict.outcome, verdict.reasons) == (Outcome.ACCEPTED, ())
    assert (only(verdict).unit, only(verdict).points) == ("高新北区", 1)


@pytest.mark.parametrize("named", [None, "外地某局"])
def test_a_stranger_who_names_no_unit_of_ours_counts_for_none(named: str | None) -> None:
    rules = provisions(unknown_sender=StrangerRule.ACCEPT)
    assert only(verdict_on(letter(draft(named_unit=named), sender=STRANGER), rules)).unit is None


@pytest.mark.parametrize("rule", StrangerRule)
def test_an_officers_draft_counts_for_the_unit_of_the_roster(rule: StrangerRule) -> None:
    piece = draft(named_unit="高新区")
    verdict = verdict_on(letter(piece), provisions(unknown_sender=rule))
    assert only(verdict).unit == "湖塘镇"
    assert Remark.UNIT_DIFFERS in verdict.remarks


@pytest.mark.parametrize("named", [None, "湖塘镇", "湖塘镇应急管理局", "外地某局"])
def test_a_unit_named_by_any_of_its_names_is_the_same(named: str | None) -> None:
    assert verdict_on(letter(draft(named_unit=named))).remarks == ()


def test_mail_of_an_officer_whose_term_ended_is_accepted_with_a_remark() -> None:
    former: Sender = replace(OFFICER, ended=True, successors=("sun@hutang.example",))
    verdict = verdict_on(letter(draft(), sender=former))
    assert (verdict.outcome, only(verdict).points) == (Outcome.ACCEPTED, 1)
    assert verdict.remarks == (Remark.OFFICER_ENDED,)


def test_a_sender_who_could_not_be_verified_is_held_and_not_answered() -> None:
    verdict = verdict_on(letter(draft(), authentication=Authentication.FAILED))
    assert (verdict.outcome, verdict.reasons) == (Outcome.HELD, (Reason.UNVERIFIED_SENDER,))
    assert not verdict.answer
    assert only(verdict).points == 0


@pytest.mark.parametrize("authentication", [Authentication.PASSED, Authentication.UNKNOWN])
def test_a_server_that_says_nothing_holds_nobody(authentication: Authentication) -> None:
    verdict = verdict_on(letter(draft(), authentication=authentication))
    assert (verdict.outcome, verdict.answer) == (Outcome.ACCEPTED, True)


# -- 二: the reviewer --


@pytest.mark.parametrize(
    ("rule", "outcome", "reasons", "remarks", "points"),
    [
        (ReviewerRule.OFF, Outcome.ACCEPTED, (), (), 1),
        (ReviewerRule.WARN, Outcome.ACCEPTED, (), (Remark.NO_REVIEWER,), 1),
        (ReviewerRule.REFUSE, Outcome.REFUSED, (Reason.NO_REVIEWER,), (), 0),
    ],
)
def test_a_missing_reviewer_leads_where_the_switch_says(
    rule: ReviewerRule,
    outcome: Outcome,
    reasons: tuple[Reason, ...],
    remarks: tuple[Remark, ...],
    points: int,
) -> None:
    verdict = verdict_on(letter(draft(reviewer="")), provisions(require_reviewer=rule))
    assert (verdict.outcome, verdict.reasons) == (outcome, reasons)
    assert (verdict.remarks, only(verdict).points) == (remarks, points)


@pytest.mark.parametrize("rule", [rule for rule in ReviewerRule if rule is not ReviewerRule.SHEET])
def test_a_reviewer_satisfies_every_switch(rule: ReviewerRule) -> None:
    verdict = verdict_on(letter(draft()), provisions(require_reviewer=rule))
    assert (verdict.outcome, verdict.remarks) == (Outcome.ACCEPTED, ())


# -- machines (RFC 3834) --


@pytest.mark.parametrize(
    ("faults", "reason"),
    [((), Reason.AUTOMATIC), ((Fault(Reason.OWN_LETTER),), Reason.OWN_LETTER)],
)
def test_mail_of_machines_is_ignored(faults: tuple[Fault, ...], reason: Reason) -> None:
    verdict = verdict_on(letter(automatic="auto-replied", archives=0, faults=faults))
    assert (verdict.outcome, verdict.reasons, verdict.drafts) == (Outcome.IGNORED, (reason,), ())
    assert not verdict.answer


def test_an_infected_archive_on_an_automatic_reply_is_refused_without_an_answer() -> None:
    infected = letter(automatic="auto-replied", faults=(Fault(Reason.INFECTED),))
    verdict = verdict_on(infected)
    assert verdict.outcome is Outcome.REFUSED
    assert not verdict.answer  # two programs would write to each other


def test_what_a_person_calls_a_submission_is_answered_though_a_program_sent_it() -> None:
    said = LedgerContext(purpose=PurposeFinding(Purpose.SUBMISSION, "工作人员认定"))
    by_program = letter(draft(), automatic="auto-replied")
    assert judge(by_program, provisions(), {}, known=said).answer


def test_a_draft_that_was_recognised_in_pictures_is_held_and_scores_nothing() -> None:
    judged = only(verdict_on(letter(draft(scanned=True))))
    assert judged.reasons == (Reason.SCANNED_DRAFT,)
    assert (judged.outcome, judged.points) == (Outcome.HELD, 0)
    assert judged.timely is Timely.ON_TIME


def test_a_picture_of_a_page_that_was_not_packed_is_refused_all_the_same() -> None:
    bare = unpacked(draft(file="稿件.jpg", scanned=True), bare_attachments=("稿件.jpg",))
    verdict = verdict_on(bare)
    assert verdict.outcome is Outcome.REFUSED
    assert Reason.BARE_ATTACHMENT in verdict.reasons
