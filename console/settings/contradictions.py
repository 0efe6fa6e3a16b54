"""What no single value of `[[provisions]]` shows: names that nothing bears, figures that cannot be."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rulebook.clauses import TOPICS
from rulebook.periods import Span
from rulebook.provisions import Provisions
from rulebook.reasons import Reason
from rulebook.units import names_of


def contradictions(provisions: Provisions, here: str) -> Iterator[str]:
    """Yield each fault of a version of the provisions in Chinese. `here`: its place in the file."""
    try:
        ZoneInfo(provisions.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"{here}.zone “{provisions.zone}”不是时区名，例如 Asia/Shanghai。"
    if not provisions.units:
        yield f"{here}.units 是空的，请写上单位。"
    owners: dict[str, str] = {}
    for unit in provisions.units:
        for name in names_of(unit):
            if name in owners:
                yield f"{here}.units：“{name}”同时属于“{owners[name]}”和“{unit.name}”，请去掉一处。"
            owners[name] = unit.name
    if provisions.timeliness.days < 0 or provisions.article_characters < 0:
        yield f"{here} 的天数和字数不能是负数。"
    if not 0.7 <= provisions.near_duplicate <= 1:
        yield f"{here}.near_duplicate 应在 0.7 到 1 之间，例如 0.85。"
    if provisions.points.weekly_cap < 0:
        yield f"{here}.points.weekly_cap 不能是负数；0 为不限。"
    ranked = provisions.points.assessment
    if any(one < two for one, two in itertools.pairwise(ranked)):
        yield f"{here}.points.assessment 应从高到低，第一名在前。"
    for number, shares in enumerate(provisions.points.shares, 2):
        if len(shares) != number or any(share <= 0 for share in shares):
            yield (
                f"{here}.points.shares 的第 {number - 1} 项应为 {number} 个正数"
                f"（{number} 人合写的比例），如 {'[3, 2]' if number == 2 else '[5, 3, 2]'}。"
            )
    if not provisions.tiers and len(provisions.points.adoption) != 5:
        yield f"{here}.points.adoption 应有五个数（一类至五类）；类别不止五个的，请写 [[provisions.tiers]]。"
    for outlet in provisions.outlets:
        if provisions.tier(outlet.tier) is None:
            most = len(provisions.tier_rules)
            yield f"{here}.outlets：“{outlet.name}”的 tier 应为 1 至 {most}。"
    yield from _names(provisions, here)


def _names(provisions: Provisions, here: str) -> Iterator[str]:
    """Yield kinds and groups that something names and nothing lists, and names given twice."""
    kinds: list[str] = [rule.name for rule in provisions.kind_rules]
    groups: list[str] = [rule.name for rule in provisions.group_rules]
    units = [unit.name for unit in provisions.units]
    for what, names in (("kinds", kinds), ("groups", groups)):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{here}.{what}：“{name}”写了两次，请去掉一处。"
    for unit in provisions.units:
        if unit.group not in groups:
            yield _unknown(f"{here}.units：“{unit.name}”的 group", unit.group, groups)
    for rule in provisions.kinds:
        for key in ("short_as", "pictures_as"):
            other = getattr(rule, key)
            if other and other not in kinds:
                yield _unknown(f"{here}.kinds：“{rule.name}”的 {key}", other, kinds)
    if any(one.last < one.first for one in provisions.periods):
        yield f"{here}.periods 的 last 不能早于 first。"
    for target in provisions.targets:
        if target.period is Span.OWN and not provisions.periods:
            yield f"{here}.targets 的 period 是 own，请在 [[provisions.periods]] 里写明各个通报期。"
        if target.missing_points > 0:
            yield f"{here}.targets 的 missing_points 是每缺一篇加减的分，应为 0 或负数，如 -1。"
        if target.kind and target.kind not in kinds:
            yield _unknown(f"{here}.targets 的 kind", target.kind, kinds)
        if target.unit and target.unit not in units:
            yield _unknown(f"{here}.targets 的 unit", target.unit, units)
        if not target.unit and target.group not in groups:
            yield _unknown(f"{here}.targets 的 group", target.group, groups)
    for kind in provisions.timeliness.applies_to if not provisions.kinds else ():
        if kind not in kinds:
            yield _unknown(f"{here}.timeliness.applies_to", kind, kinds)
    codes = sorted({reason.name for reason in Reason} | TOPICS.keys())
    for clause in provisions.clauses:
        for code in clause.reasons:
            if code not in codes:
                near = difflib.get_close_matches(code, codes, 1, 0.5)
                hint = f"是否想写 {near[0]}？" if near else "可用的代号见网页“规则”。"
                yield f"{here}.clauses：“{clause.clause}”的 reasons 里没有 {code} 这个代号，{hint}"
    for tier in provisions.tiers:
        for one in tier.kinds:
            if one.kind not in kinds:
                yield _unknown(f"{here}.tiers：“{tier.name}”的 kinds", one.kind, kinds)


def _unknown(where: str, written: str, known: Sequence[str]) -> str:
    value = f'"{written}"'
    return f"{where} 的值 {value} 不对，应为 {'、'.join(known)}。"
