"""The journal told as a story, a sentence a line, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ledger.journal import PROGRAM, JournalLine
from ledger.labels import ACTS_IN_SENTENCES, DEEDS, LETTER_KINDS, PROPOSAL_STATES, ROLES
from ledger.states import Act, DeliveryState, LetterKind
from notifier.mail.page import moment
from rulebook.labels import OUTCOMES_IN_LETTERS, PURPOSES, TIMELY_IN_SENTENCES
from rulebook.model import Timely
from rulebook.reasons import Outcome

YES_NO = {
    "original": ("认定不是重复稿", "认定是重复稿"),
    "accepted": ("确认收稿", "不予收录"),
    "voided": ("积分作废", "恢复积分"),
    "withdrawn": ("撤销", "恢复"),
    "closed": ("结束", "重新打开"),
    "lifted": ("解除", "恢复"),
    "superseded": ("由更正稿替换", "不再由更正稿替换，恢复计入"),
    "replaces": ("替换原稿", "认定是另一篇稿件"),
    "submission": ("认定是投稿", "认定不是投稿"),
    "joined": ("不再单独计入", "恢复单独计入"),
    "reopened": ("退回待核", "不再退回待核"),
    "settled": ("已阅", "重新待处理"),
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
    "ratio": "比例{}",
    "period": "{}",
    "letters": "清除{}封邮件的原件和全文",
    "personal": "清除{}封邮件的姓名和地址",
    "officers": "清除{}名卸任报送人员的姓名和电话",
    "draft": "对应第{}号稿件",
    "role": "角色{}",
    "account": "账号{}",
    "what": "{}",
    "rows": "{}行",
    "outbox": "第{}号发信",
    "statement": "第{}号",
    "proposal": "第{}号",
    "to": "致{}",
    "assignee": "交给{}",
    "undoes": "撤销第{}条记录的核定",
    "question": "第{}问",
    "printed": "第{}号",
    "recipients": "{}封邮件",
    "answer": "第{}号来信已答复",
    "copy": "{}",
    "held": "原件{}个",
    "found": "里面有{}封来信",
}
FIELDS = {
    "title": "标题",
    "author": "撰稿",
    "reviewer": "审核",
    "origin": "供稿单位",
    "text": "正文",
}
OF_PROPOSALS = {"adoption": "登记为第{}号录用", "title": "标题“{}”", "url": "网址{}"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "purpose": {purpose.value: f"定为“{word}”" for purpose, word in PURPOSES.items()},
    "before": {purpose.value: f"原为“{word}”" for purpose, word in PURPOSES.items()}
    | {"": "原未定"},
    "asks": {purpose.value: word for purpose, word in PURPOSES.items()},
    "deed": {deed.value: word for deed, word in DEEDS.items()},
    "backup": {"made": "已做好", "tried": "试恢复成功", "failed": "没有成功"},
    "state": {state.value: word for state, word in PROPOSAL_STATES.items()},
}
CHANGES = {
    "added": "新增",
    "updated": "更新",
    "ended": "任期结束",
    "password": "设置密码",
    "invited": "发给设置密码的链接",
    "rehashed": "密码的保存方式更新",
    "role": "改角色",
    "disabled": "停用",
    "enabled": "启用",
    "revoked": "收回",
    "second_factor_on": "启用动态口令",
    "second_factor_off": "停用动态口令",
    "recovery_codes": "换发恢复码",
    "recovery_code_used": "用恢复码登录",
    "login": "登录",
    "logout": "退出",
    "everywhere": "结束全部登录",
    "session_ended": "结束一处登录",
    "failed": "登录失败，密码不对",
    "failed_code": "登录失败，动态口令不对",
    "locked": "试错太多，暂停登录",
    "api": "读取数据接口（当天第一次）",
}


TierName = Callable[[int], str]
"""Gives the name of a tier by its number."""


def numbered_tier(tier: int) -> str:
    """Name a tier by its number alone."""
    numerals = "一二三四五六七八九十"
    return f"{numerals[tier - 1]}类" if tier <= len(numerals) else f"第{tier}类"


def story(
    line: JournalLine,
    zone: str,
    position: int | None = None,
    tier_name: TierName = numbered_tier,
    said: Callable[[str], str] = str,
) -> str:
    """
    When, who, what, and why, in one sentence; of a letter just its draft number `position`.

    `said`: puts what is ours of it into an office's words.
    """
    entry = line.entry
    why = f"——{entry.why}" if entry.why else ""
    act = said(describe_act(entry.act, entry.facts, position, tier_name))
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


def describe_act(
    act: Act,
    facts: Mapping[str, Any],
    position: int | None = None,
    tier_name: TierName = numbered_tier,
) -> str:
    """Say what was done."""
    details = "，".join(_details(act, facts, position, tier_name))
    return f"{ACTS_IN_SENTENCES[act]}：{details}" if details else ACTS_IN_SENTENCES[act]


def _details(
    act: Act, facts: Mapping[str, Any], position: int | None, tier_name: TierName
) -> list[str]:
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
    if act is Act.AMENDED:
        named = "、".join(FIELDS.get(name, name) for name in facts.get("fields", ()))
        title = f"标题现为“{facts['title'][:60]}”" if "title" in facts.get("fields", ()) else ""
        taken_back = f"撤销第{facts['undoes']}条记录的更正" if "undoes" in facts else f"更正{named}"
        return [one for one in (taken_back, title) if one]
    if act is Act.OWED:
        given_way = f"收回尚未发出的{len(facts['withdrawn'])}封" if "withdrawn" in facts else ""
        return [given_way or f"{len(facts['owed'])}封"]
    if act is Act.DRAWN:
        cut = f"从第{facts['of']}号稿件分出" if facts["of"] else "从来信补登"
        return [f"{cut}，列为来信的第{facts['position']}篇，{first_verdict(facts['draft'])}"]
    if "change" in facts:
        what = facts.get("user") or facts.get("token") or ""
        if "officer" in facts:
            what = f"{facts.get('unit', '')}第{facts['officer']}号"
        if act is Act.ACCESS:
            what = what or "不存在的账号"
            host = f"，来自 {facts['host']}" if facts.get("host") else ""
            return [f"{what}{CHANGES.get(facts['change'], facts['change'])}{host}"]
        role = f"，{ROLES[facts['role']]}" if facts.get("role") in ROLES else ""
        return [f"{what}{CHANGES.get(facts['change'], facts['change'])}{role}"]
    for name, value in facts.items():
        if name == "withdrawn" and act is Act.RULED:
            parts.append("撤稿" if value else "恢复稿件")
        elif name in WORDS:
            parts.append(WORDS[name].get(value, "重新待处理"))
        elif name in YES_NO:
            parts.append(YES_NO[name][0 if value else 1])
        elif name == "files":
            parts.append(f"附件{len(value)}个")
        elif name == "tier":
            parts.append(tier_name(value) if value else "类别待定")
        elif name == "commission" and act in (Act.RULED, Act.CLAIMED):
            parts.append(f"对应第{value}号约稿" if value else "不对应约稿")
        elif name == "commission" and act is Act.REMINDED:
            parts.append(f"第{value}号约稿")
        elif name == "units" and act in (Act.REMINDED, Act.COMMISSION_CHANGED, Act.SHARED):
            parts.append("、".join(value) or "由本单位独有")
        elif act is Act.PROPOSED and name in OF_PROPOSALS:
            parts.append(OF_PROPOSALS[name].format(value))
        elif name in VALUES and value not in (None, ""):
            told = "、".join(map(str, value)) if isinstance(value, list) else value
            parts.append(VALUES[name].format(told))
    return parts
