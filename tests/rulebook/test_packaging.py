"""五.4: everything packed and attached, with a text in it, no draft in the body."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.model import Draft, Fault, FileFact, FileRole, Submission
from rulebook.packaging import ALWAYS_STANDS, check_form
from rulebook.provisions import BareRule, Provisions
from rulebook.reasons import Outcome, Reason, Remark
from tests.rulebook.builders import draft, found, letter, provisions, unpacked

REFUSE = provisions(bare_attachment=BareRule.REFUSE)
WARN = provisions(bare_attachment=BareRule.WARN)

BARE = draft(file="检查.docx")
BODY = draft(file="邮件正文")

OF_ARCHIVES: tuple[Reason, ...] = (
    Reason.LOCKED_ARCHIVE,
    Reason.DAMAGED_ARCHIVE,
    Reason.SPLIT_ARCHIVE,
    Reason.UNSUPPORTED_ARCHIVE,
    Reason.UNSAFE_ARCHIVE,
    Reason.EMPTY_ARCHIVE,
    Reason.UNREADABLE_DRAFT,
    Reason.LOCKED_DRAFT,
    Reason.INFECTED,
    Reason.TOO_LARGE,
    Reason.MISDIRECTED_FORM,
    Reason.SECRET_MARK,
)


def test_an_archive_with_a_draft_in_it_complies() -> None:
    assert check_form(letter(draft()), REFUSE) == ((), ())


def test_a_cover_note_in_the_body_is_fine() -> None:
    assert check_form(letter(draft(), body_characters=60), REFUSE) == ((), ())


def test_a_draft_repeated_in_the_body_beside_the_archive_does_not_refuse() -> None:
    faults, _ = check_form(letter(draft(), body_is_draft=True), REFUSE)
    assert faults == ()


def test_a_cloud_link_beside_an_archive_that_holds_the_draft_does_not_refuse() -> None:
    faults, _ = check_form(letter(draft(), cloud_links=("https://cloud.example/1",)), REFUSE)
    assert faults == ()


@pytest.mark.parametrize("rules", [REFUSE, WARN])
def test_a_draft_in_the_body_and_no_archive_is_refused(rules: Provisions) -> None:
    faults, _ = check_form(unpacked(BODY, body_is_draft=True), rules)
    assert found(faults) == [Reason.BODY_DRAFT]


def test_files_attached_bare_are_refused_and_named() -> None:
    faults, _ = check_form(unpacked(BARE, bare_attachments=("检查.docx", "现场.jpg")), REFUSE)
    assert found(faults) == [Reason.BARE_ATTACHMENT]
    assert faults[0].detail == "检查.docx、现场.jpg"


def test_of_many_bare_files_only_the_first_few_are_named() -> None:
    names = tuple(f"{number}.jpg" for number in range(40))
    faults, _ = check_form(unpacked(bare_attachments=names), REFUSE)
    assert faults[0].detail == "0.jpg、1.jpg、2.jpg、3.jpg、4.jpg"


def test_pictures_attached_bare_are_refused_too() -> None:
    faults, _ = check_form(unpacked(bare_attachments=("现场.jpg",)), REFUSE)
    assert found(faults) == [Reason.BARE_ATTACHMENT]


def test_where_the_office_only_warns_a_bare_draft_is_taken_with_a_remark() -> None:
    faults, remarks = check_form(unpacked(BARE, bare_attachments=("检查.docx",)), WARN)
    assert faults == ()
    assert remarks == (Remark.BARE_ATTACHMENT,)


def test_where_the_office_only_warns_a_bare_picture_lacks_a_text_and_is_not_refused_as_bare() -> (
    None
):
    faults, remarks = check_form(unpacked(bare_attachments=("现场.jpg",)), WARN)
    assert found(faults) == [Reason.NO_TEXT]
    assert remarks == (Remark.BARE_ATTACHMENT,)


def test_where_the_office_only_warns_a_bare_file_that_cannot_be_read_says_so() -> None:
    unreadable = Fault(Reason.UNREADABLE_DRAFT, "检查.docx")
    submission = unpacked(bare_attachments=("检查.docx",), faults=(unreadable,))
    assert check_form(submission, WARN)[0] == (unreadable,)


def test_a_bare_picture_does_not_excuse_a_draft_in_the_body_where_the_office_only_warns() -> None:
    submission = unpacked(BODY, body_is_draft=True, bare_attachments=("现场.jpg",))
    assert found(check_form(submission, WARN)[0]) == [Reason.BODY_DRAFT]


def test_where_the_office_only_warns_a_bare_draft_repeated_in_the_body_is_taken() -> None:
    submission = unpacked(BARE, body_is_draft=True, bare_attachments=("检查.docx",))
    assert check_form(submission, WARN) == ((), (Remark.BARE_ATTACHMENT,))


def test_a_body_draft_with_bare_pictures_is_told_both() -> None:
    submission = unpacked(BODY, body_is_draft=True, bare_attachments=("现场.jpg",))
    assert set(found(check_form(submission, REFUSE)[0])) == {
        Reason.BODY_DRAFT,
        Reason.BARE_ATTACHMENT,
    }


def test_a_packed_draft_with_a_bare_picture_is_taken_with_a_remark() -> None:
    faults, remarks = check_form(letter(draft(), bare_attachments=("现场.jpg",)), REFUSE)
    assert faults == ()
    assert remarks == (Remark.BARE_ATTACHMENT,)


def test_a_bare_draft_is_refused_although_an_archive_of_pictures_lies_beside_it() -> None:
    faults, _ = check_form(letter(BARE, bare_attachments=("检查.docx",)), REFUSE)
    assert found(faults) == [Reason.BARE_ATTACHMENT]


def test_a_bare_draft_beside_a_locked_archive_is_told_both() -> None:
    locked = Fault(Reason.LOCKED_ARCHIVE, "稿件.zip")
    submission = letter(BARE, bare_attachments=("检查.docx",), faults=(locked,))
    assert set(found(check_form(submission, REFUSE)[0])) == {
        Reason.LOCKED_ARCHIVE,
        Reason.BARE_ATTACHMENT,
    }


def test_a_bare_draft_beside_an_archive_of_pictures_is_taken_where_the_office_only_warns() -> None:
    faults, remarks = check_form(letter(BARE, bare_attachments=("检查.docx",)), WARN)
    assert faults == ()
    assert remarks == (Remark.BARE_ATTACHMENT,)


def test_what_is_repeated_beside_a_bare_draft_and_an_archive_is_not_held_against_the_sender() -> (
    None
):
    submission = letter(
        BARE,
        bare_attachments=("检查.docx",),
        body_is_draft=True,
        cloud_links=("https://cloud.example/1",),
    )
    assert found(check_form(submission, REFUSE)[0]) == [Reason.BARE_ATTACHMENT]


def test_a_draft_inside_a_bare_file_is_bare_too() -> None:
    inside = draft(file="转发.eml/检查.docx")
    submission = letter(inside, bare_attachments=("转发.eml",))
    assert found(check_form(submission, REFUSE)[0]) == [Reason.BARE_ATTACHMENT]


def test_a_name_that_begins_like_a_bare_files_is_another_file() -> None:
    submission = letter(draft(file="检查.docx.zip/检查.docx"), bare_attachments=("检查.docx",))
    assert check_form(submission, REFUSE)[0] == ()


def test_a_cloud_link_instead_of_an_attachment_is_refused() -> None:
    faults, _ = check_form(unpacked(cloud_links=("https://cloud.example/1",)), REFUSE)
    assert found(faults) == [Reason.CLOUD_ATTACHMENT]


def test_a_letter_with_nothing_at_all_is_refused() -> None:
    assert found(check_form(unpacked(), REFUSE)[0]) == [Reason.NO_ATTACHMENT]


def test_an_archive_of_pictures_only_has_no_text() -> None:
    assert found(check_form(letter(), REFUSE)[0]) == [Reason.NO_TEXT]


@pytest.mark.parametrize("reason", OF_ARCHIVES)
def test_an_archive_that_gave_no_draft_is_refused_for_what_is_wrong_with_it(reason: Reason) -> None:
    fault = Fault(reason, "稿件.zip")
    assert check_form(letter(faults=(fault,)), REFUSE)[0] == (fault,)


def test_the_same_fault_met_twice_is_told_once() -> None:
    fault = Fault(Reason.DAMAGED_ARCHIVE, "稿件.zip")
    assert check_form(letter(faults=(fault, fault)), REFUSE)[0] == (fault,)


@pytest.mark.parametrize(
    "reason",
    [
        reason
        for reason in OF_ARCHIVES
        if reason not in ALWAYS_STANDS and reason is not Reason.MISDIRECTED_FORM
    ],
)
def test_what_could_not_be_read_beside_a_good_draft_is_a_remark(reason: Reason) -> None:
    submission = letter(draft(), faults=(Fault(reason, "另一件"),))
    faults, remarks = check_form(submission, REFUSE)
    assert remarks == (Remark.SOME_UNREADABLE,)
    may_be_a_draft = reason in (Reason.UNREADABLE_DRAFT, Reason.LOCKED_DRAFT)
    assert faults == ((Fault(Reason.UNREAD_BESIDE, "另一件"),) if may_be_a_draft else ())


@pytest.mark.parametrize("detail", ["审签单.pdf：文件已损坏", "二.pdf：是文字的照片或扫描件"])
def test_an_unread_approval_sheet_or_scan_beside_a_draft_holds_nothing(detail: str) -> None:
    submission = letter(draft(), faults=(Fault(Reason.UNREADABLE_DRAFT, detail),))
    assert check_form(submission, REFUSE) == ((), (Remark.SOME_UNREADABLE,))


@pytest.mark.parametrize("reason", [Reason.LOCKED_DRAFT, Reason.DAMAGED_ARCHIVE])
@pytest.mark.parametrize("name", ["附表.xlsx", "附表.ET", "演示.pptx：打不开"])
def test_a_spreadsheet_or_slides_that_nobody_can_open_hold_nothing(
    name: str, reason: Reason
) -> None:
    torn = Fault(reason, name)
    assert check_form(letter(draft(), faults=(torn,)), REFUSE) == ((), (Remark.SOME_UNREADABLE,))
    assert check_form(letter(faults=(torn,)), REFUSE) == ((torn,), ())


def test_a_file_that_nobody_could_read_is_told_only_where_a_draft_was_taken() -> None:
    unread = (FileFact("稿件.zip/附表.xls", FileRole.UNREAD, "", 9),)
    assert check_form(letter(draft(), files=unread), REFUSE) == ((), (Remark.SOME_UNREADABLE,))
    assert check_form(letter(files=unread), REFUSE) == ((Fault(Reason.NO_TEXT),), ())


def test_an_unread_copy_of_a_draft_holds_nothing() -> None:
    name = draft().file.rpartition("/")[2].rpartition(".")[0]
    torn = Fault(Reason.UNREADABLE_DRAFT, f"{name}.doc：文件已损坏")
    assert check_form(letter(draft(), faults=(torn,)), REFUSE) == ((), (Remark.SOME_UNREADABLE,))


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason in ALWAYS_STANDS])
@pytest.mark.parametrize("make", [letter, unpacked])
def test_danger_and_secrets_refuse_a_letter_whatever_else_is_in_it(
    reason: Reason, make: Callable[..., Submission]
) -> None:
    submission = make(draft(), faults=(Fault(reason),))
    assert reason in found(check_form(submission, REFUSE)[0])


def test_the_secret_mark_is_among_what_always_stands() -> None:
    assert Reason.SECRET_MARK in ALWAYS_STANDS


def test_a_roster_form_sent_here_bare_is_told_where_it_belongs() -> None:
    form_sent = Fault(Reason.MISDIRECTED_FORM, "宣传员名单.xlsx")
    submission = unpacked(bare_attachments=("宣传员名单.xlsx",), faults=(form_sent,))
    assert check_form(submission, REFUSE)[0] == (form_sent,)


def test_a_roster_form_beside_a_bare_draft_leaves_the_draft_refused_as_bare() -> None:
    form_sent = Fault(Reason.MISDIRECTED_FORM, "宣传员名单.xlsx")
    names = ("检查.docx", "宣传员名单.xlsx")
    submission = unpacked(BARE, bare_attachments=names, faults=(form_sent,))
    assert Reason.BARE_ATTACHMENT in found(check_form(submission, REFUSE)[0])


@st.composite
def letters(pick: st.DrawFn) -> Submission:
    """Letters of every shape that ingest can hand over."""
    archives = pick(st.integers(0, 2))
    bare = pick(st.sets(st.sampled_from(["检查.docx", "现场.jpg", "通知.pdf"])))
    body = pick(st.booleans())
    packed_drafts: list[Draft] = [draft()] if archives and pick(st.booleans()) else []
    bare_drafts = [BARE] if "检查.docx" in bare and pick(st.booleans()) else []
    drafts = packed_drafts + bare_drafts
    if body and not drafts and not archives:
        drafts = [BODY]
    reasons = pick(st.lists(st.sampled_from(OF_ARCHIVES), max_size=3))
    return letter(
        *drafts,
        archives=archives,
        bare_attachments=tuple(sorted(bare)),
        body_is_draft=body,
        cloud_links=("https://cloud.example/1",) if pick(st.booleans()) else (),
        faults=tuple(Fault(reason) for reason in reasons) if archives or bare else (),
    )


@given(letters())
def test_a_letter_passes_only_with_a_draft_in_an_archive(submission: Submission) -> None:
    faults, _ = check_form(submission, REFUSE)
    packed = [piece for piece in submission.drafts if piece.file.startswith("稿件.zip/")]
    danger = ALWAYS_STANDS & set(found(submission.faults))
    assert (not faults) == (bool(packed) and not danger)


@given(letters(), st.sampled_from([REFUSE, WARN]))
def test_every_fault_of_form_refuses(submission: Submission, rules: Provisions) -> None:
    faults, _ = check_form(submission, rules)
    assert all(fault.reason.outcome is Outcome.REFUSED for fault in faults)


@given(letters())
def test_where_the_office_only_warns_nothing_is_refused_as_bare(submission: Submission) -> None:
    assert Reason.BARE_ATTACHMENT not in found(check_form(submission, WARN)[0])


@given(letters(), st.sampled_from([REFUSE, WARN]))
def test_danger_in_a_letter_is_never_lost(submission: Submission, rules: Provisions) -> None:
    faults, _ = check_form(submission, rules)
    assert ALWAYS_STANDS & set(found(submission.faults)) <= set(found(faults))


def test_a_form_beside_a_draft_is_told_and_is_not_called_unreadable() -> None:
    roster = Fault(Reason.MISDIRECTED_FORM, "宣传员名单.xlsx")
    torn = Fault(Reason.UNREADABLE_DRAFT, "二.docx")
    assert check_form(letter(draft(), faults=(roster,)), REFUSE) == ((), (Remark.FORM_BESIDE,))
    assert check_form(letter(draft(), faults=(roster, torn)), REFUSE) == (
        (Fault(Reason.UNREAD_BESIDE, "二.docx"),),
        (Remark.FORM_BESIDE, Remark.SOME_UNREADABLE),
    )


def test_of_many_documents_that_nobody_can_read_five_are_named() -> None:
    unread = tuple(Fault(Reason.UNREADABLE_DRAFT, f"{number}.doc：打不开") for number in range(6))
    faults, _ = check_form(letter(draft(), faults=unread), REFUSE)
    assert faults == (Fault(Reason.UNREAD_BESIDE, "0.doc、1.doc、2.doc、3.doc、4.doc"),)


@pytest.mark.parametrize("reason", [Reason.SECRET_MARK, Reason.COUNT_DIFFERS])
def test_what_stands_against_a_letter_anyway_is_no_file_that_nobody_can_read(
    reason: Reason,
) -> None:
    faults, remarks = check_form(letter(draft(), faults=(Fault(reason, "三篇"),)), REFUSE)
    assert (faults, remarks) == ((Fault(reason, "三篇"),), ())


def test_without_an_archive_only_documents_that_nobody_can_read_are_told_beside_it() -> None:
    faults = (Fault(Reason.UNREADABLE_DRAFT, "稿.doc：打不开"), Fault(Reason.EMPTY_ARCHIVE, "x"))
    told, _ = check_form(unpacked(bare_attachments=("稿.doc",), faults=faults), REFUSE)
    assert found(told) == [Reason.UNREADABLE_DRAFT, Reason.BARE_ATTACHMENT]
