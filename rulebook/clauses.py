"""The clause that each reason rests on, and the regulation's own words for it, by the reason's code."""

from __future__ import annotations

from rulebook.reasons import Reason

_BY_CLAUSE = {
    "五.4": (
        Reason.BODY_DRAFT, Reason.BARE_ATTACHMENT, Reason.CLOUD_ATTACHMENT, Reason.NO_ATTACHMENT,
        Reason.LOCKED_ARCHIVE, Reason.DAMAGED_ARCHIVE, Reason.SPLIT_ARCHIVE,
        Reason.UNSUPPORTED_ARCHIVE, Reason.UNSAFE_ARCHIVE, Reason.EMPTY_ARCHIVE, Reason.NO_TEXT,
        Reason.UNREADABLE_DRAFT, Reason.UNREAD_BESIDE, Reason.LOCKED_DRAFT, Reason.TOO_LARGE, Reason.MISDIRECTED_FORM,
    ),
    "四.1": (
        Reason.LATE, Reason.DATE_UNCERTAIN, Reason.DATE_IN_FUTURE, Reason.KIND_UNCERTAIN,
        Reason.OTHER_UNIT,
    ),
    "三.1、三.2": (
        Reason.TOO_SHORT, Reason.TOO_LONG,
    ),
    "三.3": (Reason.NO_COMMISSION,),
    "一.3": (Reason.UNKNOWN_SENDER, Reason.SEVERAL_SENDERS, Reason.NO_SENDER, Reason.LOOKALIKE_SENDER),
    "二": (Reason.NO_REVIEWER,),
}  # fmt: skip
CLAUSES = {reason.name: clause for clause, reasons in _BY_CLAUSE.items() for reason in reasons}
"""By a reason's code the clause of the regulation that it rests on."""

WITHOUT_CLAUSE = frozenset(
    {
        # safety and secrecy, beside the regulation
        Reason.INFECTED, Reason.SECRET_MARK, Reason.UNVERIFIED_SENDER,
        # the limits of our own reading, and a person's word
        Reason.SCANNED_DRAFT, Reason.TRIPPED_US, Reason.DECLINED, Reason.REOPENED,
        Reason.DRAWN_BY_HAND, Reason.JOINED,
        # what the regulation does not speak of: how files are cut, and the same text once more
        Reason.SEVERAL_DRAFTS, Reason.COUNT_DIFFERS, Reason.DUPLICATE, Reason.RESENT, Reason.REPEATED,
        # machine mail, which is no submission at all
        Reason.AUTOMATIC, Reason.OWN_LETTER,
        # what was none, what the sender took back or put another draft in place of
        Reason.NOT_SUBMISSION, Reason.WITHDRAWN, Reason.SUPERSEDED, Reason.REPLACES_DRAFT,
    }
)  # fmt: skip
"""Reasons that rest on no clause of the regulation. A new reason stands here or in a clause."""

TOPICS = {
    "POINTS": "四.1", "ADOPTED": "四.2", "VOID": "五.3", "CAP": "四.1", "TARGETS": "三.1、三.2", "BONUS": "五.2",
    "SANCTION": "五.3", "NOTICE": "五.1", "FORM": "五.4", "COMMISSIONS": "三.3", "ROSTER": "一.2", "HANDOVER": "一.3",
}  # fmt: skip
"""What is cited besides reasons: points, adoptions, targets and what the pages are about."""

_QUOTES = {
    "五.4": "所有稿件文字、图片需打包成压缩文件，以附件形式发送至邮箱，不得将稿件作为邮件正文",
    "四.1": "信息报送要注重时效性，特别是上级督查、会议等信息，要在规定时间2天内报送，否则不计分",
    "三.1、三.2": "至少报送1篇800字综合性原创文章",
    "三.3": "按要求完成有关约稿任务",
    "一.3": "因分工调整另外推荐其他人选的，新老宣传员之间要做好交接",
    "二": "经各部门负责人、各分管领导审核后上报",
}
_OF_KINDS = "工作动态和舆情信息每条1分，综合性原创文章或约稿每条2分"
QUOTES = {
    **{name: _QUOTES[clause] for name, clause in CLAUSES.items()},
    **dict.fromkeys(
        (
            Reason.KIND_UNCERTAIN.name,
            Reason.OTHER_UNIT.name,
        ),
        _OF_KINDS,
    ),
}
"""The regulation's own words behind each reason, by the reason's code."""
