"""
The Chinese words of the ledger's enumerations, one mapping for each, as people read them.

Those of the regulation's enumerations stand in `rulebook/labels.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.states import (
    Act,
    Deed,
    DeliveryState,
    LetterKind,
    LetterState,
    ProposalState,
    Role,
    TokenScope,
    WaitReason,
)

BY_MAIL = "邮件"
"""来稿方式 of what nobody entered by hand."""

LETTER_STATES: Mapping[LetterState, str] = {
    LetterState.COLLECTED: "待审核",
    LetterState.EXAMINED: "回执待发",
    LetterState.SETTLED: "已办结",
    LetterState.SET_ASIDE: "已搁置",
}
DELIVERY_STATES: Mapping[DeliveryState, str] = {
    DeliveryState.OWED: "待发",
    DeliveryState.SENT: "已发出",
    DeliveryState.UNCERTAIN: "结果不明",
    DeliveryState.GIVEN_UP: "无法送达",
}
WAIT_REASONS: Mapping[WaitReason, str] = {
    WaitReason.NEXT: "即将发出",
    WaitReason.LATER: "同一件事答复过多，稍后再发",
    WaitReason.GRACE: "还可以撤销，到时发出",
    WaitReason.RELAY: "发信服务器暂时不收",
    WaitReason.ADDRESS_CEILING: "同一地址一天的回执已够数",
    WaitReason.STRANGERS_CEILING: "名单外一天的答复已够数",
}
LETTER_KINDS: Mapping[LetterKind, str] = {
    LetterKind.RECEIPT: "回执",
    LetterKind.CORRECTION: "更正回执",
    LetterKind.REMINDER: "催报",
    LetterKind.COMMISSION: "约稿通知",
    LetterKind.NOTICE: "通报",
    LetterKind.DIGEST: "日报",
    LetterKind.ACKNOWLEDGMENT: "收悉回复",
    LetterKind.RECOGNISING: "识别告知",
    LetterKind.CARD: "报送情况",
    LetterKind.ADOPTION: "录用核实",
    LetterKind.ANSWER: "回信",
    LetterKind.FORWARD: "转交",
    LetterKind.QUESTION: "补充询问",
    LetterKind.CHECK: "通报核对",
}
"""Kinds of letters of ours (`outbox.kind`)."""

DEEDS: Mapping[Deed, str] = {
    Deed.READ: "已阅",
    Deed.FORWARDED: "已转交",
    Deed.ANSWERED: "已回信",
}
PROPOSAL_STATES: Mapping[ProposalState, str] = {
    ProposalState.OPEN: "待核实",
    ProposalState.CONFIRMED: "已登记",
    ProposalState.REJECTED: "未予登记",
}

ROLES: Mapping[Role, str] = {Role.VIEWER: "查阅", Role.EDITOR: "经办", Role.ADMIN: "管理"}

TOKEN_SCOPES: Mapping[TokenScope, str] = {
    TokenScope.READ: "读取稿件、来信、积分",
    TokenScope.METRICS: "只读取运行指标",
}

ACTS: Mapping[Act, str] = {
    Act.ENTERED: "审核登记",
    Act.RULED: "人工核定",
    Act.CLAIMED: "认领",
    Act.RETRIED: "重新处理",
    Act.OWED_AGAIN: "重发邮件",
    Act.ADOPTED: "登记录用",
    Act.ADOPTION_CHANGED: "更改录用",
    Act.COMMISSIONED: "布置约稿",
    Act.COMMISSION_CHANGED: "更改约稿",
    Act.BONUS: "附加分",
    Act.SANCTION: "取消附加分",
    Act.PUBLISHED: "发布通报",
    Act.ROSTER: "名单变动",
    Act.PURGED: "到期清除",
    Act.BASELINE: "日志起点",
    Act.ACCOUNT: "账号",
    Act.EXPORTED: "导出",
    Act.STATED: "报送人说明",
    Act.PURPOSE: "改定来信用途",
    Act.PROPOSED: "录用报送",
    Act.HANDLED: "来信处理",
    Act.RULES: "登记规定",
    Act.HAND_LINE: "加减分",
    Act.SHARED: "合写",
    Act.ASKED: "请报送人补充",
    Act.ASSIGNED: "分派",
    Act.NOTED: "备注",
    Act.CHECKED: "请单位核对",
    Act.ACCESS: "登录",
    Act.AMENDED: "更正稿件",
    Act.DRAWN: "登记稿件",
    Act.PRINTED: "刊发稿",
    Act.REMINDED: "通知和催报",
    Act.BACKED_UP: "备份",
    Act.COMMISSION_READ: "约稿回信",
    Act.OWED: "登记发信",
}
ACTS_IN_SENTENCES: Mapping[Act, str] = {
    **ACTS,
    Act.ENTERED: "程序登记",
    Act.ADOPTION_CHANGED: "改动录用",
    Act.COMMISSIONED: "约稿",
    Act.COMMISSION_CHANGED: "改动约稿",
    Act.ROSTER: "报送人员名单",
}
"""Before what was done, in the journal told as a story."""
