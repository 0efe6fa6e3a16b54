"""
config.toml from the nine answers: the shipped file with its comments, this office's rules in it.

What another office's regulation says (its units, outlets, targets, kinds, clauses) is taken out; what
holds for every office stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import tomlkit

from console.settings.errors import ConfigError
from console.settings.tables import Item, put_items, put_values
from console.setup.answers import Address, Answers, DraftForm, KindAnswer
from console.spreadsheets.office_lists import ListedUnit
from rulebook.amounts import plain
from rulebook.kind_entries import LimitUnit
from rulebook.kind_rules import Role
from rulebook.periods import Span
from rulebook.switches import Measure

SHIPPED = Path(__file__).resolve().parents[2] / "config.toml"
_CLAUSE = re.compile(r"(?m)(#\s*)[一二三四五](?:\.\d)?(?:、[一二三四五]\.\d)*：")
_OF_DEFAULT_KINDS = {
    "points": ("news", "opinion", "article", "commission", "adoption", "adoption_kinds"),
    "timeliness": ("days", "unit", "applies_to"),
    "labels": (
        *("news", "opinion", "article", "commission"),
        *("opinion_features", "news_features"),
    ),
}
"""Keys that serve a file which lists no kinds of its own."""
_PLACES = ("镇", "乡", "街道", "街道办", "村", "社区", "开发区", "园区")
_KINDS = """
类别。role 是程序怎样看待它：report 事件报道／opinion 舆情／article 综合文章／commission 约稿；
points 每条几分；labels 标明这一类的字样；features 没有标注时据以判断的用词；limit 为 none 不限时／days 自然日／
workdays 工作日／hours 小时，limit_count 是几天或几小时（0 天为当天），limit_until 是最后一天几点截止；
least、most 最少、最多字数，0 为不限。
"""
_GROUPS = "分组。每组一张统计表，单独排名；places = true 表示这一组是地方，别的单位的稿件会写到它"
_TIERS = "载体的类别，第一个是第 1 类；points 是采用一篇的分值"
_UNITS = "单位。name 是统计表里的名称；aliases 是别的叫法（长的先认）"
_OUTLETS = "采用载体。tier 是第几类；没有列出的载体由人工定类"
_CLAUSES = """
程序的意见依据本单位规定的哪一条，可以写在这里（不写的不引用），例如：
[[provisions.clauses]]
reasons = ["LATE"]
clause = "第五条"
quote = "原文"
"""


def shipped() -> str:
    """Return the shipped file. Raises ConfigError."""
    try:
        return SHIPPED.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"需要随程序提供的 {SHIPPED.name}，请在项目目录里运行。") from error


def drafted(answers: Answers, today: date, base: str = "") -> str:
    """
    Write a config.toml.

    Args: `today`: the rules begin with its year. `base`: the office's file of an earlier time, of which
          everything stays that was not asked for; empty: the shipped one.
    """
    document: Any = tomlkit.parse(base or _of_no_office(shipped()))
    _front(document, answers)
    provisions = document["provisions"][-1]
    if not base:
        words = {"officer": "信息员", "keeper": answers.name, "work": "信息报送"}
        put_values(document["words"], words)
        start = date(today.year, 1, 1)
        put_values(
            provisions,
            {"since": start, "source": f"{answers.name}的报送规定", "effective_from": start},
        )
    _rules(provisions, answers, tomlkit.parse(shipped()), fresh=not base)
    return re.sub(r"\n{3,}", "\n\n", tomlkit.dumps(document))


def _of_no_office(text: str) -> str:
    """Take out of the shipped file what is its own office's."""
    text = _CLAUSE.sub(r"\1", text)
    text = re.sub(
        r"(?m)^(\[provisions\.timeliness\]).*", r"\1  # 时限（各类的时限写在类别里）", text
    )
    text = re.sub(r"(?m)^# 报送任务。(?:.*\n#)*.*\n\n(?=\[\[provisions\.targets)", "", text)
    document: Any = tomlkit.parse(text)
    (provisions,) = document["provisions"]
    for name in ("units", "outlets", "targets", "article_characters"):
        del provisions[name]
    for table, keys in _OF_DEFAULT_KINDS.items():
        for key in keys:
            provisions[table].pop(key, None)
    return tomlkit.dumps(document)


def _front(document: Any, answers: Answers) -> None:
    mail = answers.address
    if answers.name is not None:
        office = {"name": answers.name, "display_name": f"{answers.name}收稿"}
        put_values(document["office"], office)
    if answers.contact is not None:
        put_values(document["office"], {"contact": answers.contact})
    if mail is not None:
        put_values(
            document["mailbox"],
            {
                "url": _mailbox(mail),
                "own_addresses": [mail.address],
                "support_email": "" if mail.maildir else mail.address,
            },
        )
        put_values(document["relay"], {"url": _relay(mail), "sender": mail.address})
    if answers.addressees is not None:
        put_values(document["notice"], {"addressees": answers.addressees})


def _mailbox(mail: Address) -> str:
    return f"maildir:{mail.maildir}" if mail.maildir else f"imaps://{mail.address}@{mail.imap}:993"


def _relay(mail: Address) -> str:
    if mail.maildir:
        return f"maildir:{mail.maildir.rstrip('/')}-sent"
    return f"smtps://{mail.address}@{mail.smtp}:465"


def _rules(provisions: Any, answers: Answers, source: Any, *, fresh: bool) -> None:
    if answers.form is not None:
        packed = answers.form is DraftForm.PACKED
        put_values(
            provisions,
            {
                "bare_attachment": "refuse" if packed else "accept",
                "body_draft": "accept" if answers.form is DraftForm.ANY else "refuse",
            },
        )
    if answers.kinds is not None:
        _kinds(provisions, answers.kinds, source["provisions"][0]["labels"])
    if answers.units is not None:
        groups = list(dict.fromkeys(unit.group for unit in answers.units))
        grouped = [{"name": one, "places": _is_place(one, answers.units)} for one in groups]
        _section(provisions, "groups", grouped, _GROUPS)
    tiers = [one["name"] for one in provisions.get("tiers", ())]
    if answers.outlets is not None:
        worth = {one.tier: one.points for one in answers.outlets}
        if set(worth) != set(tiers):  # else they stay in the order that they have
            tiers = sorted(worth, key=lambda name: -worth[name])
        rows = [{"name": name, "points": plain(worth[name])} for name in tiers]
        _section(provisions, "tiers", rows or [{"name": "采用", "points": 0}], _TIERS)
    if fresh:
        _comment(provisions, _CLAUSES)
    if answers.targets is not None:
        targets = [
            {"group": one.group, "kind": one.kind, "count": one.count, "period": one.period.value}
            | ({"measure": one.measure.value} if one.measure is not Measure.REPORTED else {})
            for one in answers.targets
        ]
        _section(provisions, "targets", targets, "报送任务。period 为 " + "、".join(Span))
    if answers.units is not None:
        units = [
            {"name": one.name, "group": one.group, "aliases": list(one.aliases)}
            for one in answers.units
        ]
        _section(provisions, "units", units, _UNITS)
    if answers.outlets is not None:
        outlets = [
            {"name": one.name, "tier": tiers.index(one.tier) + 1, "aliases": list(one.aliases)}
            for one in answers.outlets
        ]
        _section(provisions, "outlets", outlets, _OUTLETS)


def _kinds(provisions: Any, kinds: Sequence[KindAnswer], labels: Any) -> None:
    features = {
        Role.REPORT: labels["news_features"].unwrap(),
        Role.OPINION: labels["opinion_features"].unwrap(),
    }
    known = {one["name"] for one in provisions.get("kinds", ())}
    entries = [_kind(one, features, new=one.name not in known) for one in kinds]
    _section(provisions, "kinds", entries, _KINDS)


def _kind(kind: KindAnswer, features: dict[Role, list[str]], *, new: bool) -> dict[str, Any]:
    limit: dict[str, Any] = {"limit": kind.limit.value}
    if kind.limit is not LimitUnit.NONE:
        limit["limit_count"] = kind.limit_count
        limit["limit_until"] = None if kind.limit_until == time() else kind.limit_until
    entry = {
        "name": kind.name,
        "role": kind.role.value,
        "points": plain(kind.points),
        **limit,
        "least": kind.least,
        "most": kind.most,
    }
    if new and kind.role in features:
        entry["features"] = features[kind.role]
    return entry


def _is_place(group: str, units: Sequence[ListedUnit]) -> bool:
    members = [unit.name for unit in units if unit.group == group]
    return sum(name.endswith(_PLACES) for name in members) * 2 > len(members)


def _section(provisions: Any, name: str, items: Sequence[Item], comment: str) -> None:
    if items and name not in provisions:
        _comment(provisions, comment)
    put_items(provisions, name, items, _identity)


def _identity(item: Item) -> Any:
    return item.get("name") or tuple(item.get(key) for key in ("group", "unit", "kind", "period"))


def _comment(provisions: Any, text: str) -> None:
    """Add a comment behind everything that the version holds by now."""
    last = provisions
    while True:
        keys = [key for key in last if isinstance(last[key], dict | list) and last[key]]
        nested = [last[key] for key in keys if hasattr(last[key], "unwrap")]
        tables = [one for one in nested if type(one).__name__ in ("AoT", "Table")]
        if not tables:
            break
        last = tables[-1][-1] if type(tables[-1]).__name__ == "AoT" else tables[-1]
    last.add(tomlkit.nl())
    for line in text.strip().splitlines():
        last.add(tomlkit.comment(line))
