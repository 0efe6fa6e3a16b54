"""五.4: the form of a letter. Everything packed, attached, with a text in it; no draft in the body."""

from __future__ import annotations

import re

from rulebook import kinds
from rulebook.model import Draft, Fault, FileRole, Submission
from rulebook.provisions import BareRule, BodyRule, Provisions
from rulebook.reasons import Reason, Remark

ALWAYS_STANDS = frozenset(
    {
        *(Reason.INFECTED, Reason.SECRET_MARK, Reason.UNSAFE_ARCHIVE, Reason.TOO_LARGE),
        *(Reason.SEVERAL_SENDERS, Reason.NO_SENDER, Reason.LOOKALIKE_SENDER),
    }
)
"""Faults that refuse or hold a letter even when the drafts in it could be read."""

TABLES_AND_SLIDES = (
    *(".xls", ".xlsx", ".xlsm", ".xlsb", ".xlt", ".xltx", ".xltm", ".et", ".ett", ".ods", ".ots"),
    *(".ppt", ".pptx", ".pptm", ".pps", ".ppsx", ".ppsm", ".pot", ".potx", ".dps", ".dpt", ".odp"),
)
"""How the names of spreadsheets and slides end: no 文字稿, whether they can be opened or not."""

_UNREAD = (Reason.UNREADABLE_DRAFT, Reason.LOCKED_DRAFT)
_SHEET = re.compile(r"审签|审核|审批|签发|签批|送审|发稿单|登记表")


def check_form(
    submission: Submission, provisions: Provisions
) -> tuple[tuple[Fault, ...], tuple[Remark, ...]]:
    """
    Check that a letter keeps the form that the regulation asks for.

    Source:  五.4 "所有稿件文字、图片需打包成压缩文件，以附件形式发送…不得将稿件作为邮件正文"
    Returns: faults that refuse the letter, and remarks that do not. A file that could not be read
             beside drafts that could is a remark only, spreadsheets and slides among them; so is a
             bare file beside a packed draft. A number of drafts that differs from the one told
             holds a letter that is packed.
    """
    grave = tuple(fault for fault in submission.faults if fault.reason in ALWAYS_STANDS)
    counted = tuple(fault for fault in submission.faults if fault.reason is Reason.COUNT_DIFFERS)
    others = tuple(
        fault
        for fault in submission.faults
        if fault.reason not in ALWAYS_STANDS and fault not in counted
    )
    archive = submission.archives > 0
    bare, body = _rules_of(submission, provisions)
    warn = bare is not BareRule.REFUSE
    in_body = submission.body_is_draft and body is BodyRule.ACCEPT
    loose = sum(_is_bare(draft, submission.bare_attachments) for draft in submission.drafts)
    packed = archive and len(submission.drafts) > loose
    tell = submission.bare_attachments and bare is not BareRule.ACCEPT
    remarks = (Remark.BARE_ATTACHMENT,) if tell else ()
    if packed or (warn and loose) or (in_body and not loose):
        forms = [fault for fault in others if fault.reason is Reason.MISDIRECTED_FORM]
        if forms:
            remarks = (*remarks, Remark.FORM_BESIDE)
        if len(forms) < len(others) or any(f.role is FileRole.UNREAD for f in submission.files):
            remarks = (*remarks, Remark.SOME_UNREADABLE)
        return (*grave, *_unread_beside(submission, others), *counted), remarks
    stands_for_archive = warn and submission.bare_attachments and not submission.body_is_draft
    if (archive and not loose) or stands_for_archive:
        return _without_text((*grave, *others)), remarks
    unread = [fault for fault in others if fault.reason in _UNREAD]
    faults = [*grave, *(others if archive else unread)]
    if submission.body_is_draft and not archive:
        faults.append(Fault(Reason.BODY_DRAFT))
    if submission.bare_attachments and not warn:
        names = "、".join(submission.bare_attachments[:5])
        misdirected = [fault for fault in others if fault.reason is Reason.MISDIRECTED_FORM]
        if misdirected and not submission.drafts:
            faults += misdirected
        else:
            faults.append(Fault(Reason.BARE_ATTACHMENT, names))
    if submission.cloud_links and not archive:
        faults.append(Fault(Reason.CLOUD_ATTACHMENT))
    return tuple(dict.fromkeys(faults)) or (Fault(Reason.NO_ATTACHMENT),), ()


def _rules_of(submission: Submission, provisions: Provisions) -> tuple[BareRule, BodyRule]:
    """Return the strictest rules of the kinds that a letter brings; the general ones of none of its own."""
    bare, body = provisions.bare_attachment, provisions.body_draft
    if not any(rule.bare or rule.body for rule in provisions.kind_rules):
        return bare, body
    rules = [
        provisions.rule_of(kinds.decide(draft, submission.subject, provisions).kind)
        for draft in submission.drafts
    ]
    bares = {(rule and rule.bare) or bare for rule in rules}
    bodies = {(rule and rule.body) or body for rule in rules}
    return (
        next((one for one in BareRule if one in bares), bare),
        next((one for one in BodyRule if one in bodies), body),
    )


def _unread_beside(submission: Submission, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """
    Hold a letter for a document that could not be read and may have been a draft of its own.

    It was none where a draft bears its name (a .doc beside its .docx), and where its name says that
    it is an approval sheet, a spreadsheet or slides; a scan beside a text is an approval sheet, too.
    """
    read = {_stem(draft.file) for draft in submission.drafts}
    names = []
    for fault in faults:
        if fault.reason not in _UNREAD:
            continue
        name, _, why = fault.detail.partition("：")
        is_sheet = _SHEET.search(name) is not None or "扫描" in why
        no_text = is_sheet or name.lower().endswith(TABLES_AND_SLIDES)
        if name and not no_text and _stem(name) not in read:
            names.append(name)
    return (Fault(Reason.UNREAD_BESIDE, "、".join(names[:5])),) if names else ()


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return (name.rpartition(".")[0] or name).strip().lower()


def _is_bare(draft: Draft, bare_attachments: tuple[str, ...]) -> bool:
    """Tell whether a draft was attached outside an archive, or was inside such a file."""
    return any(draft.file == name or draft.file.startswith(f"{name}/") for name in bare_attachments)


def _without_text(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Explain files without a draft in them by the faults met on the way, else by NO_TEXT."""
    return tuple(dict.fromkeys(faults)) or (Fault(Reason.NO_TEXT),)
