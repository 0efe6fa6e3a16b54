"""
The lists of a version of the provisions as lines that people edit, and back.

One item a line, its columns between “｜”, so that a range of a spreadsheet can be pasted (tabs serve,
too). What a line does not show stays as the file has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any

from rulebook.citations import clauses_of, quotes_of
from rulebook.kind_entries import KindEntry, LimitUnit
from rulebook.labels import KIND_ROLES, LIMIT_UNITS, MEASURES, SPANS
from rulebook.provisions import Provisions

Item = Mapping[str, Any]
MARK = " ｜ "


class BadLine(ValueError):
    """A line that cannot be read; the text names it and says how it is written."""


class Section(StrEnum):
    """The lists that can be edited, by their names in the file."""

    KINDS = "kinds"
    TIERS = "tiers"
    TARGETS = "targets"
    UNITS = "units"
    OUTLETS = "outlets"
    CLAUSES = "clauses"


@dataclass(frozen=True, slots=True)
class Columns:
    """A list's heading, its columns as they are called, and how items become lines and back."""

    title: str
    names: tuple[str, ...]
    show: Callable[[Provisions], list[tuple[str, ...]]]
    read: Callable[[Provisions, Sequence[str]], Item]


LIMIT = re.compile(
    r"(?:(?P<count>\d{1,4})\s*个?\s*(?P<unit>天|日|工作日|小时)|当天|当日)"
    r"(?:\s*(?P<hour>\d{1,2}):(?P<minute>\d\d))?"
)
HOW_LIMITS = "时限请写 2天、3个工作日、24小时、当天、1个工作日 17:30 或 不限。"
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def shown(provisions: Provisions) -> dict[Section, str]:
    """Write every list as lines."""
    return {
        section: "\n".join(MARK.join(cells).rstrip(" ｜") for cells in columns.show(provisions))
        for section, columns in SECTIONS.items()
    }


def items(provisions: Provisions, section: Section, text: str) -> list[Item]:
    """
    Read the lines of a list into what the file holds.

    Args: `provisions`: the version that is edited: it says what outlets' tiers are called.
    Raises: BadLine.
    """
    columns = SECTIONS[section]
    found: list[Item] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in re.split(r"[|｜\t]", line)]
        if not any(cells):
            continue
        most = len(columns.names)
        if len(cells) > most and any(cells[most:]):
            raise BadLine(
                f"{columns.title}第{number}行的列太多，应为：{'｜'.join(columns.names)}。"
            )
        try:
            found.append(columns.read(provisions, (cells + [""] * most)[:most]))
        except BadLine as error:
            raise BadLine(f"{columns.title}第{number}行“{line.strip()[:40]}”：{error}") from None
    return found


def _kind_rows(provisions: Provisions) -> list[tuple[str, ...]]:
    if provisions.kinds:
        return [
            (
                one.name, _plain(one.points), _plain(one.late_points), _limit_of(one),
                _plain(one.least), _plain(one.most), KIND_ROLES[one.role],
            )
            for one in provisions.kinds
        ]  # fmt: skip
    return [
        (
            rule.name, _plain(float(rule.points)), "0", rule.limit.told if rule.limit else "不限",
            _plain(rule.least), "0", KIND_ROLES[rule.role],
        )
        for rule in provisions.kind_rules
    ]  # fmt: skip


def _kind(_: Provisions, cells: Sequence[str]) -> Item:
    name, points, late, limit, least, most, role = cells
    unit, count, until = limit_of(limit)
    entry: dict[str, Any] = {
        "name": _needed(name, "名称"),
        "role": _of(KIND_ROLES, role or "动态", "作用").value,
        "points": _figure(points, "分值"),
        "limit": unit.value,
        "limit_count": count if unit is not LimitUnit.NONE else None,
        "limit_until": until,
        "late_points": _figure(late or "0", "逾期分值"),
        "least": _whole(least or "0", "最少字数"),
        "most": _whole(most or "0", "最多字数"),
    }
    return entry


def _target_rows(provisions: Provisions) -> list[tuple[str, ...]]:
    return [
        (
            one.unit or one.group, one.kind, str(one.count), SPANS[one.period], MEASURES[one.measure],
            _plain(one.missing_points), _plain(one.full_points),
        )
        for one in provisions.targets
    ]  # fmt: skip


def _target(provisions: Provisions, cells: Sequence[str]) -> Item:
    whom, kind, count, period, measure, missing, full = cells
    of_unit = next((one for one in provisions.units if one.name == whom), None)
    return {
        "group": of_unit.group if of_unit else _needed(whom, "分组或单位"),
        "unit": of_unit.name if of_unit else None,
        "kind": kind,
        "count": _whole(count, "数量"),
        "period": _of(SPANS, period.removeprefix("每"), "周期").value,
        "measure": _of(MEASURES, measure or "报送", "按什么算").value,
        "missing_points": _figure(missing or "0", "每缺一篇"),
        "full_points": _figure(full or "0", "完成加分"),
    }


def _unit(_: Provisions, cells: Sequence[str]) -> Item:
    name, group, members, aliases, before = cells
    return {
        "name": _needed(name, "名称"),
        "group": _needed(group, "分组"),
        "members": _names(members) or None,
        "aliases": _names(aliases) or None,
        "successor_of": _names(before) or None,
    }


def _outlet_rows(provisions: Provisions) -> list[tuple[str, ...]]:
    return [
        (one.name, provisions.tier_name(one.tier), "、".join(one.aliases))
        for one in provisions.outlets
    ]


def _outlet(provisions: Provisions, cells: Sequence[str]) -> Item:
    name, tier, aliases = cells
    known = [one.name for one in provisions.tier_rules]
    if tier not in known:
        raise BadLine(f"类别应为 {'、'.join(known)}。")
    return {
        "name": _needed(name, "名称"),
        "tier": known.index(tier) + 1,
        "aliases": _names(aliases) or None,
    }


def _clause_rows(provisions: Provisions) -> list[tuple[str, ...]]:
    """Write the clauses that are cited, those of a file that lists none, too."""
    quotes = quotes_of(provisions)
    if provisions.clauses:
        return [(one.clause, "、".join(one.reasons), one.quote) for one in provisions.clauses]
    rows: dict[tuple[str, str], list[str]] = {}
    for code, clause in clauses_of(provisions).items():
        rows.setdefault((clause, quotes.get(code, "")), []).append(code)
    return [(clause, "、".join(codes), quote) for (clause, quote), codes in rows.items()]


def _clause(_: Provisions, cells: Sequence[str]) -> Item:
    clause, reasons, quote = cells
    return {
        "reasons": _names(_needed(reasons, "代号")),
        "clause": _needed(clause, "条款"),
        "quote": quote or None,
    }


SECTIONS = {
    Section.KINDS: Columns(
        "类别、分值和时限",
        ("名称", "每条分值", "逾期分值", "时限", "最少字数", "最多字数", "作用"),
        _kind_rows,
        _kind,
    ),
    Section.TIERS: Columns(
        "载体类别",
        ("名称", "录用分值"),
        lambda rules: [(one.name, _plain(float(one.points))) for one in rules.tier_rules],
        lambda _, cells: {
            "name": _needed(cells[0], "名称"),
            "points": _figure(cells[1], "录用分值"),
        },
    ),
    Section.TARGETS: Columns(
        "报送任务",
        ("分组或单位", "类别", "数量", "周期", "按什么算", "每缺一篇", "完成加分"),
        _target_rows,
        _target,
    ),
    Section.UNITS: Columns(
        "单位",
        ("名称", "分组", "成员", "别名", "接续的单位"),
        lambda rules: [
            (
                one.name, one.group, "、".join(one.members), "、".join(one.aliases),
                "、".join(one.successor_of),
            )
            for one in rules.units
        ],
        _unit,
    ),
    Section.OUTLETS: Columns("载体", ("名称", "类别", "别名"), _outlet_rows, _outlet),
    Section.CLAUSES: Columns(
        "条款",
        ("条款", "意见的代号", "原文"),
        _clause_rows,
        _clause,
    ),
}  # fmt: skip


def _limit_of(entry: KindEntry) -> str:
    if entry.limit is LimitUnit.NONE:
        return "不限"
    until = f" {entry.limit_until:%H:%M}" if entry.limit_until != time() else ""
    if not entry.limit_count and entry.limit is not LimitUnit.HOURS:
        return f"当天{until}"
    return f"{entry.limit_count}{LIMIT_UNITS[entry.limit]}{until}"


def limit_of(written: str) -> tuple[LimitUnit, int, time | None]:
    """Read a limit: its unit, how many, until which hour of the last day. Raises BadLine."""
    text = unicodedata.normalize("NFKC", written)
    if text in ("", "不限", "无"):
        return LimitUnit.NONE, 0, None
    found = LIMIT.fullmatch(text)
    if found is None:
        raise BadLine(HOW_LIMITS)
    units = {"天": LimitUnit.DAYS, "日": LimitUnit.DAYS, "工作日": LimitUnit.WORKDAYS}
    unit = units.get(found["unit"] or "天", LimitUnit.HOURS)
    if found["hour"] is None:
        return unit, int(found["count"] or 0), None
    try:
        until = time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise BadLine(HOW_LIMITS) from None
    if unit is LimitUnit.HOURS or until == time():
        raise BadLine(HOW_LIMITS)
    return unit, int(found["count"] or 0), until


def _needed(text: str, called: str) -> str:
    if not text:
        raise BadLine(f"{called}是空的。")
    return text


def _figure(written: str, called: str) -> int | float:
    text = unicodedata.normalize("NFKC", written).removesuffix("分")
    if not _NUMBER.fullmatch(text) or len(text) > 12:
        raise BadLine(f"{called}“{written[:20]}”不是数字。")
    value = float(text)
    return int(value) if value.is_integer() else value


def _whole(written: str, called: str) -> int:
    value = _figure(written, called)
    if not isinstance(value, int) or value < 0:
        raise BadLine(f"{called}应为不小于 0 的整数。")
    return value


def _of(known: Mapping[Any, str], written: str, called: str) -> Any:
    for value, name in known.items():
        if written == name:
            return value
    raise BadLine(f"{called}应为 {'、'.join(known.values())}。")


def _names(written: str) -> list[str]:
    return [name.strip() for name in re.split(r"[、,，;；]", written) if name.strip()]


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
