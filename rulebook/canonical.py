"""A version of the provisions as plain values, and what differs between two, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, time
from enum import Enum
from typing import Any

from rulebook import default_rules
from rulebook.provisions import Provisions

MAX_SHOWN = 60
"""Characters of a value that a difference shows."""

NAMES = {
    "since": "起用日期", "source": "依据", "effective_from": "考核起始日", "zone": "时区",
    "article_characters": "综合文章最少字数", "require_reviewer": "没有审核人时",
    "bare_attachment": "没有打包的附件", "body_draft": "写在正文里的稿件", "unknown_sender": "名单外的发件人",
    "unasked_commission": "对不上任务的约稿", "joint_draft": "几个单位合写的稿件",
    "waive_zero_workday_week": "没有工作日的一周免任务", "near_duplicate": "相似到多少待核",
    "points": "计分", "timeliness": "时限", "labels": "类别用词", "weights": "特征分",
    "kinds": "类别", "groups": "分组", "tiers": "载体类别", "targets": "报送任务", "units": "单位",
    "outlets": "载体", "adoption": "录用", "adoption_kinds": "录用计分的类别",
    "adoption_joins": "录用分与上报分", "several_adoptions": "一稿多录", "weekly_cap": "每周上限",
    "assessment": "考核赋分", "days": "天数", "unit": "单位", "applies_to": "有时限的类别",
    "grace_after_refusal_hours": "退稿后宽限小时", "late_counts_to_target": "逾期的算作已报送",
    "clock_tolerance_minutes": "时间误差分钟", "opinion_day": "舆情从哪天算起",
    "aliases": "别名", "members": "成员", "group": "分组", "successor_of": "接续的单位",
    "tier": "第几类", "count": "篇数", "period": "周期", "limit": "时限", "least": "最少字数",
    "most": "最多字数", "late_points": "逾期的分值", "late_adoption": "逾期稿件的录用计分",
    "late_counts": "逾期的算作完成任务", "short_as": "字数不足时改按", "pictures": "最少图片",
    "pictures_as": "图片不足时改按", "manners": "刊发方式", "periods": "通报期", "clauses": "条款",
    "times": "倍数", "missing_points": "每缺一篇加减分", "full_points": "完成的加分",
    "by_share": "按完成比例折算", "missing": "几项任务都缺时", "floor": "不计负分的时段", "ties": "同分时",
    "persons": "个人积分", "persons_listed": "通报个人前几名", "shares": "合写的比例", "whole_minutes": "精确到分钟",
    "addressees": "主送", "name": "名称", "role": "作用", "measure": "按什么算", "limit_count": "时限的天数或小时",
    "quote": "原文", "clause": "条款", "reasons": "意见的代号", "short": "简称", "title": "表名",
    "places": "是不是地方", "features": "判断用词",
}  # fmt: skip
"""What the keys are called; a key that is not here is named as in config.toml."""

_KINDS = dict(zip(("news", "opinion", "article", "commission"), default_rules.KINDS, strict=True))
"""As [provisions.points] and [provisions.labels] name the kinds of a file that lists none of its own."""


def plain(value: Any) -> Any:
    """Return a value as JSON writes it; what the provisions work out themselves is left out."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.init
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def differences(before: Provisions, after: Provisions) -> list[str]:
    """List what differs between two versions, a line each; empty when nothing does."""
    return list(_different("", plain(before), plain(after)))


def _different(where: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            yield from _different(_joined(where, _name(key)), before.get(key), after.get(key))
        return
    if isinstance(before, list) and isinstance(after, list):
        named_before, named_after = _by_name(before), _by_name(after)
        if named_before is not None and named_after is not None:
            for key in dict.fromkeys([*named_before, *named_after]):
                one = f"{where}“{key}”"
                if key not in named_after:
                    yield f"{one}：删去"
                elif key not in named_before:
                    yield f"{one}：新增"
                else:
                    yield from _different(one, named_before[key], named_after[key])
            return
        gone = [one for one in before if one not in after]
        new = [one for one in after if one not in before]
        if all(isinstance(one, str) for one in (*gone, *new)) and (gone or new):
            parts = [f"删去{'、'.join(gone)}"] if gone else []
            parts += [f"新增{'、'.join(new)}"] if new else []
            yield f"{where}：{_cut('；'.join(parts))}"
            return
    yield f"{where}：{_written(before)} → {_written(after)}"


def _by_name(values: list[Any]) -> dict[str, Any] | None:
    """Arrange items by their name, or what tells targets apart; None when they have none."""
    if not all(isinstance(one, Mapping) for one in values):
        return None
    named: dict[str, Any] = {}
    for one in values:
        key = one.get("name") or " ".join(
            str(one[part]) for part in ("group", "unit", "kind", "period") if one.get(part)
        )
        if not key or key in named:
            return None
        named[key] = one
    return named


def _name(key: str) -> str:
    return _KINDS.get(key) or NAMES.get(key, key)


def _joined(where: str, name: str) -> str:
    return f"{where}的{name}" if where.endswith("”") else f"{where}·{name}" if where else name


def _written(value: Any) -> str:
    if value is None or value in ("", []):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return _cut("、".join(_written(one) for one in value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
