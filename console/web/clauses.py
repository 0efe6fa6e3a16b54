"""The clause that each reason rests on, by the reason's code."""

from __future__ import annotations

from rulebook.reasons import Reason

_BY_CLAUSE = {
    "五.4": (
        Reason.BODY_DRAFT, Reason.BARE_ATTACHMENT, Reason.CLOUD_ATTACHMENT, Reason.NO_ATTACHMENT,
        Reason.LOCKED_ARCHIVE, Reason.DAMAGED_ARCHIVE, Reason.SPLIT_ARCHIVE,
        Reason.UNSUPPORTED_ARCHIVE, Reason.UNSAFE_ARCHIVE, Reason.EMPTY_ARCHIVE, Reason.NO_TEXT,
        Reason.UNREADABLE_DRAFT, Reason.LOCKED_DRAFT, Reason.TOO_LARGE, Reason.MISDIRECTED_FORM,
    ),
    "四.1": (
        Reason.LATE, Reason.DATE_UNCERTAIN, Reason.DATE_IN_FUTURE, Reason.KIND_UNCERTAIN,
        Reason.SEVERAL_DRAFTS,
    ),
    "三.1、三.2": (Reason.TOO_SHORT, Reason.DUPLICATE, Reason.RESENT),
    "一.3": (Reason.UNKNOWN_SENDER,),
    "二": (Reason.NO_REVIEWER,),
}  # fmt: skip
CLAUSES = {reason.name: clause for clause, reasons in _BY_CLAUSE.items() for reason in reasons}
