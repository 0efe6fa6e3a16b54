"""The journal told as a story, a sentence a line, for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.journal import PROGRAM, JournalLine
from ledger.labels import ACTS_IN_SENTENCES, LETTER_KINDS, ROLES
from ledger.states import Act, DeliveryState, LetterKind
from notifier.mail.page import moment
from rulebook.labels import OUTCOMES_IN_LETTERS, TIMELY_IN_SENTENCES
from rulebook.model import Timely
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
    "officers": "清除{}名卸任宣传员的姓名和电话",
    "draft": "对应第{}号稿件",
    "role": "角色{}",
    "account": "账号{}",
    "what": "{}",
    "rows": "{}行",
    "outbox": "第{}号发信",
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


def story(line: JournalLine, zone: str, position: int | None = None) -> str:
    """When, who, what, and why, in one sentence; of a letter just its draft number `position`."""
    entry = line.entry
    why = f"——{entry.why}" if entry.why else ""
    act = describe_act(entry.act, entry.facts, position)
    return f"{moment(entry.at, zone)}　{actor_name(entry.who)}　{act}{why}"


def first_verdict(draft: Mapping[str, Any]) -> str:
    """How the program judged a draft when its letter was entered."""
    event_date = f"事件日期{draft['happened']}" if draft.get("happened") else "事件日期未定"
    return "，".join(
        (
            draft.get("unit") or "单位待定",
            draft.get("kind") or "类别待定",
            event_date,
            TIMELY_IN_SENTENCES[Timely(draft["timely"])],
            f"{OUTCOMES_IN_LETTERS[Outcome(draft['outcome'])]}，{draft['points']}分",
        )
    )


def describe_delivery(
    kind: LetterKind, state: DeliveryState, sent: datetime | None, zone: str
) -> str:
    """Say what became of an answer of ours."""
    name = LETTER_KINDS[kind]
    if state is DeliveryState.SENT and sent is not None:
        return f"{name}已发出（{moment(sent, zone)}）"
    if state is DeliveryState.UNCERTAIN:
        return f"{name}发过两次，都没有收到答复，不知是否送达"
    return f"{name}{'发不出去，已放弃' if state is DeliveryState.GIVEN_UP else '待发'}"


def actor_name(who: str) -> str:
    """Who did it, as people say it."""
    return "程序" if who == PROGRAM else who


def describe_act(act: Act, facts: Mapping[str, Any], position: int | None = None) -> str:
    """Say what was done."""
    details = "，".join(_details(act, facts, position))
    return f"{ACTS_IN_SENTENCES[act]}：{details}" if details else ACTS_IN_SENTENCES[act]


def _details(act: Act, facts: Mapping[str, Any], position: int | None) -> list[str]:
    parts = []
    if act is Act.ENTERED:
        parts = [f"整封邮件判为“{OUTCOMES_IN_LETTERS[Outcome(facts['outcome'])]}”"]
        drafts = facts.get("drafts", ())
        if position is not None and 0 < position <= len(drafts):
            parts.append(f"本篇：{first_verdict(drafts[position - 1])}")
        for number, draft in enumerate(drafts, 1):
            if position not in (None, number):
                continue
            if duplicate := draft.get("twin"):
                letter, earlier, percent = duplicate
                parts.append(f"第{number}篇与第{letter}号来信第{earlier}篇相似{percent}%")
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
            told = "、".join(map(str, value)) if isinstance(value, list) else value
            parts.append(VALUES[name].format(told))
    return parts
