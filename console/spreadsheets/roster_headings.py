"""Where the columns of a roster are: headings as offices write them, in one row or two, once or twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.spreadsheets.roster_cells import plain

WITHIN = 15
"""Rows among which the headings must stand: titles and notes may be above them."""

_ROLE = r"(?:宣传员|通讯员|信息员|联络员|联系人|报送人|报送人员|撰稿人|经办人)"
_KNOWN = (
    ("ignored", r"序号|编号|序列|No\.?"),
    ("old", r".*(?:旧|原|曾用).*"),
    ("mail", r".*(?:邮箱|邮件|e-?mail|信箱|邮址|电邮).*"),
    ("name", rf".{{0,6}}{_ROLE}|(?:.{{0,6}}{_ROLE}|人员)?(?:姓名|名字)"),
    (
        "name",
        rf"(?:.{{0,6}}{_ROLE}|姓名)(?:姓名)?(?:及|和|与|、|/|\+).*(?:电话|手机|联系方式|号码)",
    ),
    ("phone", r".*(?:手机|电话|联系方式|号码|联系办法).*"),
    ("post", r"职务|职位|岗位|职称|现任职务|职务.*"),
    ("note", r"备注|说明|附注"),
    ("unit", r".*(?:单位|部门|科室|大队|板块|街道|镇区|所属).*"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """
    The columns of one table. `fields`: the columns of a field, in order; `first`: where rows begin.

    `unknown`: headings that mean nothing to us; what stands below them is not kept.
    """

    fields: Mapping[str, tuple[int, ...]]
    first: int
    unknown: tuple[str, ...]


def field_of(heading: str) -> str:
    """Return the field that a heading names, empty for none."""
    bare = re.sub(r"\s+", "", plain(heading))
    bare = re.sub(r"[*※:]", "", bare)
    outside = re.sub(r"\([^)]*\)", "", bare)
    for text in (outside, bare):
        for field, pattern in _KNOWN:
            if text and len(text) <= 14 and re.fullmatch(pattern, text, re.IGNORECASE):
                return field
    return ""


def layouts(rows: Sequence[Sequence[str]]) -> list[Layout]:
    """Find the tables that stand side by side under one row of headings; none: there are none."""
    for number, row in enumerate(rows[:WITHIN]):
        named = [field_of(cell) for cell in row]
        filled = {cell for cell in row if cell}
        headed = {cell for cell in filled if field_of(cell)}
        if "name" not in named or len(headed) < 2 or 2 * len(headed) <= len(filled):
            continue  # in a form of one person every other cell is a value
        headings = list(row)
        first = number + 1
        if first < len(rows) and _continues(rows[first], row):
            headings = [
                below if field_of(below) else above
                for above, below in zip(row, [*rows[first], *[""] * len(row)], strict=False)
            ]
            first += 1
        return [_layout(headings, first, group) for group in _groups(headings)]
    return []


def near_headings(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]] | None:
    """Return the row, counted from 1, that comes nearest to headings, and its cells; None: there is none."""
    best: tuple[int, int, tuple[str, ...]] | None = None
    for number, row in enumerate(rows[:WITHIN], 1):
        cells = tuple(dict.fromkeys(re.sub(r"\s+", "", cell) for cell in row if cell.strip()))
        known = sum(1 for cell in cells if field_of(cell))
        if known >= 2 and (best is None or known > best[0]):
            best = (known, number, cells)
    return None if best is None else best[1:]


def _continues(below: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a second row of headings stands below: 手机 and 邮箱 under 联系方式."""
    filled = [cell for cell in below if cell and cell not in above]
    return bool(filled) and all(field_of(cell) for cell in filled)


def _groups(headings: Sequence[str]) -> list[range]:
    """Part columns where the headings begin again: lists printed in two halves."""
    starts = [0]
    seen: set[str] = set()
    for column, heading in enumerate(headings):
        field = field_of(heading)
        if field in ("ignored", "unit", "name") and field in seen and "name" in seen:
            repeats = headings[column] in headings[starts[-1] : column]
            if repeats:
                starts.append(column)
                seen = set()
        seen.add(field)
    ends = [*starts[1:], len(headings)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def _layout(headings: Sequence[str], first: int, columns: range) -> Layout:
    fields: dict[str, tuple[int, ...]] = {}
    unknown = []
    for column in columns:
        field = field_of(headings[column])
        if field and field != "ignored":
            fields[field] = (*fields.get(field, ()), column)
        elif headings[column] and not field:
            unknown.append(re.sub(r"\s+", "", headings[column]))
    fields.pop("old", None)
    return Layout(fields, first, tuple(dict.fromkeys(unknown)))
