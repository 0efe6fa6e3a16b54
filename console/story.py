"""The journal told as a story, a sentence a line, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.journal import PROGRAM, Line
from ledger.tables_decided import Act
from notifier.page import look_of, moment
from rulebook.points import TIERS
from rulebook.reasons import Outcome

YES_NO = {
    "original": ("认定不是重复稿", "认定是重复稿"),
    "accepted": ("确认收稿", "不予收录"),
    "voided": ("积分作废（五.3）", "恢复积分"),
    "withdrawn": ("撤销", "恢复"),
    "closed": ("结束", "重新打开"),
    "lifted": ("解除", "恢复"),
}
VALUES = {
    "kind": "类别定为{}",
    "happened": "事件日期定为{}",
    "unit": "单位定为{}",
    "outlet": "载体“{}”",
    "day": "日期{}",
    "topic": "题目“{}”",
    "due": "截止{}",
    "year": "{}年度",
    "points": "{}分",
    "approved_by": "批准人{}",
    "period": "{}",
    "letters": "清除{}封邮件的原件和全文",
    "personal": "清除{}封邮件的姓名和地址",
    "draft": "对应第{}号稿件",
    "role": "角色{}",
    "account": "账号{}",
    "what": "{}",
    "rows": "{}行",
}
TITLES = {
    Act.ENTERED: "程序登记",
    Act.RULED: "人工核定",
    Act.CLAIMED: "认领",
    Act.RETRIED: "重新处理",
    Act.ADOPTED: "登记录用",
    Act.ADOPTION_CHANGED: "改动录用",
    Act.COMMISSIONED: "约稿",
    Act.COMMISSION_CHANGED: "改动约稿",
    Act.BONUS: "附加分",
    Act.SANCTION: "取消附加分",
    Act.PUBLISHED: "发布通报",
    Act.ROSTER: "宣传员名单",
    Act.PURGED: "到期清除",
    Act.ACCOUNT: "账号",
    Act.EXPORTED: "导出",
}
CHANGES = {
    "added": "新增",
    "updated": "更新",
    "ended": "任期结束",
    "password": "设置密码",
    "role": "改角色",
    "disabled": "停用",
    "enabled": "启用",
    "revoked": "收回",
}
ROLES = {"viewer": "查阅", "editor": "经办", "admin": "管理"}


def story(line: Line, zone: str) -> str:
    """When, who, what, and why, in one sentence."""
    entry = line.entry
    why = f"——{entry.why}" if entry.why else ""
    return f"{moment(entry.at, zone)}　{whom(entry.who)}　{deed(entry.act, entry.facts)}{why}"


def whom(who: str) -> str:
    """Who did it, as people say it."""
    return "程序" if who == PROGRAM else who


def deed(act: Act, facts: Mapping[str, Any]) -> str:
    """What was done."""
    told = "，".join(_told(act, facts))
    return f"{TITLES[act]}：{told}" if told else TITLES[act]


def _told(act: Act, facts: Mapping[str, Any]) -> list[str]:
    parts = []
    if act is Act.ENTERED:
        parts = [f"整封邮件判为“{look_of(Outcome(facts['outcome'])).word}”"]
        for place, draft in enumerate(facts.get("drafts", ()), 1):
            if twin := draft.get("twin"):
                letter, position, percent = twin
                parts.append(f"第{place}篇与第{letter}号来信第{position}篇相似{percent}%")
        return parts
    if "change" in facts:
        what = facts.get("user") or facts.get("token") or ""
        if "officer" in facts:
            what = f"{facts.get('unit', '')}第{facts['officer']}号"
        role = f"，{ROLES[facts['role']]}" if facts.get("role") in ROLES else ""
        return [f"{what}{CHANGES.get(facts['change'], facts['change'])}{role}"]
    for name, value in facts.items():
        if name in YES_NO:
            parts.append(YES_NO[name][0 if value else 1])
        elif name == "tier":
            parts.append(f"{TIERS[value - 1]}" if value else "类别待定")
        elif name == "commission" and act in (Act.RULED, Act.CLAIMED):
            parts.append(f"对应第{value}号约稿" if value else "不对应约稿")
        elif name in VALUES and value not in (None, ""):
            parts.append(VALUES[name].format(value))
    return parts
