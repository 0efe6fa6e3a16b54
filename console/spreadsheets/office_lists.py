"""Sheets that list an office's units, or its outlets: any table with those headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import InvalidOperation
from pathlib import Path

from console.spreadsheets.errors import SheetError
from console.spreadsheets.reading import read_sheet
from console.spreadsheets.roster_cells import plain
from rulebook.amounts import Amount, amount

_NAMES = {
    "别名": "aliases",
    "简称": "aliases",
    "又名": "aliases",
    "其他叫法": "aliases",
    "别称": "aliases",
}
_UNITS = {
    "单位": "name", "单位名称": "name", "报送单位": "name", "名称": "name", "部门": "name", "学校": "name",
    "分组": "group", "组别": "group", "类别": "group", "类型": "group", **_NAMES,
}  # fmt: skip
_OUTLETS = {
    "载体": "name", "载体名称": "name", "媒体": "name", "媒体名称": "name", "采用载体": "name", "名称": "name",
    "类别": "tier", "级别": "tier", "等级": "tier", "档次": "tier",
    "分值": "points", "分数": "points", "计分": "points", "加分": "points", "得分": "points", **_NAMES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit; `group` is that of the row above where its cell is empty."""

    name: str
    group: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedOutlet:
    """An outlet; tier and points are those of the row above where their cells are empty."""

    name: str
    tier: str
    points: Amount
    aliases: tuple[str, ...] = ()


def read_units(path: Path) -> list[ListedUnit]:
    """Read a sheet of units (单位、分组、别名). Raises SheetError."""
    units: dict[str, ListedUnit] = {}
    group = ""
    for line, row in read_sheet(path, _UNITS, ("name",)).rows:
        name = _bare(row.get("name", ""))
        group = _bare(row.get("group", "")) or group
        if not name:
            continue
        if name in units:
            raise SheetError(f"{path.name} 第{line}行：单位“{name}”写了两次，请去掉一处。")
        units[name] = ListedUnit(name, group or "各单位", _aliases(row.get("aliases", "")))
    if not units:
        raise SheetError(f"{path.name} 里没有单位。")
    return list(units.values())


def read_outlets(path: Path) -> list[ListedOutlet]:
    """Read a sheet of outlets (载体、级别、分值、别名). Raises SheetError."""
    outlets: list[ListedOutlet] = []
    tier, points = "", ""
    worth: dict[str, Amount] = {}
    for line, row in read_sheet(path, _OUTLETS, ("name", "tier", "points")).rows:
        name = _bare(row.get("name", ""))
        if _bare(row.get("tier", "")):  # a new tier has points of its own
            tier, points = _bare(row["tier"]), ""
        points = plain(row.get("points", "")).removesuffix("分") or points
        if not name:
            continue
        try:
            figure = worth.get(tier) if not points else amount(points)
        except InvalidOperation:
            figure = None
        if not tier or figure is None:
            raise SheetError(
                f"{path.name} 第{line}行：“{name}”没有写级别，或分值“{points}”不是数字。"
            )
        if worth.setdefault(tier, figure) != figure:
            raise SheetError(
                f"{path.name} 第{line}行：同是“{tier}”，分值有 {worth[tier]} 和 {figure} 两种；"
                "分值不同的请写成两个级别。"
            )
        outlets.append(ListedOutlet(name, tier, figure, _aliases(row.get("aliases", ""))))
    return outlets


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", plain(text))


def _aliases(text: str) -> tuple[str, ...]:
    parts = (_bare(part) for part in re.split(r"[、,，;；/\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
