"""
The Chinese words of the regulation's enumerations, one mapping for each, as people read them.

Those of the ledger's own enumerations (acts, roles, states) stand in `ledger/labels.py`. Where one
place wants another word, the variant stands under the mapping and names only what differs.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulebook.conversation import Purpose
from rulebook.kind_entries import LimitUnit
from rulebook.kind_rules import DayUnit, Role
from rulebook.model import FileRole, Outcome, Timely
from rulebook.periods import Span
from rulebook.provisions import (
    AdoptionKinds,
    AdoptionSum,
    BareRule,
    BodyRule,
    ReviewerRule,
    StrangerRule,
    UnaskedRule,
)
from rulebook.reasons import Reason
from rulebook.switches import Measure

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ACCEPTED: "已收稿",
    Outcome.HELD: "待核定",
    Outcome.REFUSED: "已退稿",
    Outcome.IGNORED: "不处理",
}
OUTCOMES_IN_LETTERS: Mapping[Outcome, str] = {**OUTCOMES, Outcome.IGNORED: "不作投稿"}
"""In what senders get and in sentences about a draft."""

HEADLINES: Mapping[Outcome, str] = {
    **OUTCOMES,
    Outcome.HELD: "已收到，待核定",
    Outcome.IGNORED: "不作为投稿处理",
}
"""The first line of a receipt."""

TIMELY: Mapping[Timely, str] = {
    Timely.ON_TIME: "按时",
    Timely.LATE: "逾期",
    Timely.UNDETERMINED: "待定",
    Timely.NOT_APPLICABLE: "不限时",
}
TIMELY_IN_SENTENCES: Mapping[Timely, str] = {**TIMELY, Timely.UNDETERMINED: "时限未定"}
"""Where no heading says what it is that is undetermined."""

PURPOSES: Mapping[Purpose, str] = {
    Purpose.SUBMISSION: "投稿",
    Purpose.RESUBMISSION: "重报",
    Purpose.STATEMENT: "说明",
    Purpose.THANKS: "致谢",
    Purpose.WITHDRAWAL: "撤稿",
    Purpose.ADOPTION_REPORT: "录用报送",
    Purpose.INQUIRY: "询问",
    Purpose.FORM: "报表",
    Purpose.OTHER: "其他来信",
    Purpose.AUTOMATIC: "系统邮件",
}
"""What a letter is for."""

SPANS: Mapping[Span, str] = {
    Span.WEEK: "周",
    Span.MONTH: "月",
    Span.QUARTER: "季度",
    Span.HALF: "半年",
    Span.YEAR: "年度",
    Span.OWN: "通报期",
}

# the switches of the regulation, as the page of the rules shows them
DAY_UNITS: Mapping[DayUnit, str] = {
    DayUnit.CALENDAR: "个自然日",
    DayUnit.WORKDAYS: "个工作日",
    DayUnit.HOURS48: " × 24 小时",
}
ADOPTION_KINDS: Mapping[AdoptionKinds, str] = {
    AdoptionKinds.ARTICLE: AdoptionKinds.ARTICLE.value,
    AdoptionKinds.ARTICLE_AND_COMMISSION: AdoptionKinds.ARTICLE_AND_COMMISSION.value,
    AdoptionKinds.ALL: "全部类别",
}
ADOPTION_SUMS: Mapping[AdoptionSum, str] = {
    AdoptionSum.HIGHEST: "取最高的一次",
    AdoptionSum.SUM_TIERS: "每一类计一次",
    AdoptionSum.SUM_ALL: "全部累加",
}
BARE_RULES: Mapping[BareRule, str] = {
    BareRule.REFUSE: "退稿",
    BareRule.WARN: "提醒",
    BareRule.ACCEPT: "照收",
}
BODY_RULES: Mapping[BodyRule, str] = {BodyRule.REFUSE: "退稿", BodyRule.ACCEPT: "照收"}
REVIEWER_RULES: Mapping[ReviewerRule, str] = {
    ReviewerRule.OFF: "不管",
    ReviewerRule.WARN: "提醒",
    ReviewerRule.REFUSE: "退稿",
    ReviewerRule.SHEET: "须附审核表",
}
STRANGER_RULES: Mapping[StrangerRule, str] = {
    StrangerRule.HOLD: "等人认领",
    StrangerRule.ACCEPT: "照收",
}
UNASKED_RULES: Mapping[UnaskedRule, str] = {
    UnaskedRule.HOLD: "待核定",
    UnaskedRule.ACCEPT: "照收",
}

GONE: Mapping[Reason, str] = {
    Reason.WITHDRAWN: "已撤稿",
    Reason.SUPERSEDED: "已替换",
    Reason.JOINED: "已并入",
    Reason.NOT_SUBMISSION: "不作投稿",
}
"""Of a draft that no longer counts, in place of its outcome's word."""

FILE_ROLES: Mapping[FileRole, str] = {
    FileRole.DRAFT: "文字稿",
    FileRole.IMAGE: "图片",
    FileRole.SCAN: "文稿照片",
    FileRole.MEDIA: "音视频",
    FileRole.ARCHIVE: "压缩包",
    FileRole.NOTE: "说明",
    FileRole.FORM: "报表",
    FileRole.APPROVAL: "审签单",
    FileRole.LISTING: "清单",
    FileRole.OTHER: "其他",
    FileRole.JUNK: "系统文件",
    FileRole.UNREAD: "未能读取",
}
"""What part a file plays in its letter (`FileFact.role`)."""

KIND_ROLES: Mapping[Role, str] = {
    Role.REPORT: "动态",
    Role.OPINION: "舆情",
    Role.ARTICLE: "文章",
    Role.COMMISSION: "约稿",
}

MEASURES: Mapping[Measure, str] = {
    Measure.REPORTED: "报送",
    Measure.ADOPTED: "录用",
    Measure.POINTS: "得分",
}

LIMIT_UNITS: Mapping[LimitUnit, str] = {
    LimitUnit.DAYS: "天",
    LimitUnit.WORKDAYS: "个工作日",
    LimitUnit.HOURS: "小时",
}
