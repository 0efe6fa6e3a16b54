"""config.toml with a version of the provisions edited: in place, or as a new one from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import tomlkit

from console.settings.rewriting import versions_of, with_copy_of_version
from console.settings.rule_text import BadLine, Item, Section, items, shown
from console.settings.tables import put_items, put_values
from rulebook.kind_entries import LimitUnit, TierEntry
from rulebook.kind_rules import DayUnit
from rulebook.provisions import Provisions


@dataclass(frozen=True, slots=True)
class RulesEdit:
    """
    What the page hands in: the version that was looked at, and what it shall say from `since` on.

    `lists`: the lines of each list; one that is absent stays. `addressees`: 主送, empty as [notice] says.
    """

    base: date
    since: date
    source: str
    addressees: str
    lists: Mapping[Section, str]


def edited(text: str, edit: RulesEdit, provisions: Sequence[Provisions]) -> str:
    """
    Return the file's text with the edit in it, comments kept.

    Args: `provisions`: all versions of the file.
    Raises: BadLine: a line, or the day, cannot be used.
    """
    numbers = [one["since"] for one in tomlkit.parse(text).unwrap()["provisions"]]
    if edit.base not in numbers or len(versions_of(text)) != len(numbers):
        raise BadLine("设置文件里找不到这一段规定，可能刚刚被改过。请重新打开这一页。")
    number = numbers.index(edit.base)
    base = next(one for one in provisions if one.since == edit.base)
    if edit.since != edit.base:
        if edit.since in numbers:
            raise BadLine(f"已经有 {edit.since} 起的一段规定，请打开那一段修改。")
        if edit.since < edit.base:
            raise BadLine(f"起用日期不能早于这一段规定的 {edit.base}。")
        text = with_copy_of_version(text, number)
        number = len(numbers)
    document: Any = tomlkit.parse(text)
    table = document["provisions"][number]
    put_values(table, {"since": edit.since, "source": edit.source or base.source})
    if edit.addressees or table.get("addressees"):
        put_values(table, {"addressees": edit.addressees})
    before = shown(base)
    for section, lines in edit.lists.items():
        if lines.split() == before[section].split():
            continue  # what the file leaves to the default stays out of it
        _put(table, base, section, items(_with_new_tiers(base, edit), section, lines))
    return tomlkit.dumps(document)


def _with_new_tiers(base: Provisions, edit: RulesEdit) -> Provisions:
    """Return the version with the tiers of the edit, after which its outlets are named."""
    if not base.tiers or Section.TIERS not in edit.lists:
        return base
    listed = items(base, Section.TIERS, edit.lists[Section.TIERS])
    return replace(base, tiers=tuple(TierEntry(one["name"], one["points"]) for one in listed))


def _put(table: Any, base: Provisions, section: Section, wanted: list[Item]) -> None:
    if section is Section.KINDS and not base.kinds:
        _put_default_kinds(table, base, wanted)
        return
    if section is Section.TIERS and not base.tiers:
        if [one["name"] for one in wanted] != [one.name for one in base.tier_rules]:
            raise BadLine(
                "这份规定没有自己的载体类别，名称和多少不能改；请在设置文件里写 [[provisions.tiers]]。"
            )
        put_values(_sub(table, "points"), {"adoption": [one["points"] for one in wanted]})
        return
    put_items(table, section.value, [_as_there(table, section, one) for one in wanted], _identity)


def _as_there(table: Any, section: Section, item: Item) -> Item:
    """Leave out what is the default and was not written: the file stays as short as it was."""
    defaults = {
        "limit_count": None, "limit_until": None, "late_points": 0, "least": 0, "most": 0, "missing_points": 0,
        "full_points": 0, "measure": "reported", "role": "report", "limit": "none", "unit": None,
    }  # fmt: skip
    there: Any = next(
        (one for one in table.get(section.value, ()) if _identity(one) == _identity(item)), {}
    )
    written = there.unwrap() if hasattr(there, "unwrap") else there
    kept: dict[str, Any] = {}
    for key, value in item.items():
        if value is None and written.get(key) in ("", [], None):
            continue  # an empty value that is written stays written
        if key in defaults and value == defaults[key] and key not in written:
            continue
        kept[key] = value
    return kept


def _put_default_kinds(table: Any, base: Provisions, wanted: list[Item]) -> None:
    """Write the kinds of a file that lists none: their points, and the one limit that they share."""
    names = [rule.name for rule in base.kind_rules]
    if [one["name"] for one in wanted] != names:
        raise BadLine(
            "这份规定没有自己的类别，名称和多少不能改；请在设置文件里写 [[provisions.kinds]]。"
        )
    keys = ("news", "opinion", "article", "commission")
    points = {key: one["points"] for key, one in zip(keys, wanted, strict=True)}
    there = _sub(table, "points")
    defaults = base.points
    put_values(
        there, {key: value for key, value in points.items() if getattr(defaults, key) != value}
    )
    limited = [one for one in wanted if one["limit"] != LimitUnit.NONE.value]
    if len({(one["limit"], one["limit_count"]) for one in limited}) > 1:
        raise BadLine("这份规定各类的时限只能相同；不同的请在设置文件里写 [[provisions.kinds]]。")
    if any(one["late_points"] or one["most"] for one in wanted):
        raise BadLine("逾期分值、最多字数要在设置文件里写 [[provisions.kinds]] 才能用。")
    time_limit: dict[str, Any] = {}
    if tuple(one["name"] for one in limited) != base.timeliness.applies_to:
        time_limit["applies_to"] = [one["name"] for one in limited]
    if limited:
        unit = {
            LimitUnit.DAYS.value: DayUnit.CALENDAR,
            LimitUnit.WORKDAYS.value: DayUnit.WORKDAYS,
            LimitUnit.HOURS.value: DayUnit.HOURS48,
        }[limited[0]["limit"]]
        count = limited[0]["limit_count"]
        if unit is DayUnit.HOURS48 and count % 24:
            raise BadLine(
                "这份规定按小时算的时限应为 24 的倍数；别的请在设置文件里写 [[provisions.kinds]]。"
            )
        days = count // 24 if unit is DayUnit.HOURS48 else count
        if days != base.timeliness.days:
            time_limit["days"] = days
        if unit is not base.timeliness.unit:
            time_limit["unit"] = unit.value
    if time_limit:
        put_values(_sub(table, "timeliness"), time_limit)
    least = next((one["least"] for one in wanted if one["role"] == "article"), 0)
    if least != base.article_characters:
        put_values(table, {"article_characters": least})


def _sub(table: Any, name: str) -> Any:
    if name not in table:
        table[name] = tomlkit.table()
    return table[name]


def _identity(item: Item) -> Any:
    if "reasons" in item:
        return item.get("clause")
    return item.get("name") or (
        item.get("group"),
        item.get("unit") or "",
        item.get("kind") or "",
        item.get("period"),
        item.get("measure") or "reported",
    )
