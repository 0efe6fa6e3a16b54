"""A sheet of adoptions (标题, 单位, 媒体, 日期, 链接) as offices have it: read where it is plain, asked where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from console.spreadsheets.adoption_days import day_of
from console.spreadsheets.reading import Sheet, SheetError, read_sheet
from parsers import tables
from parsers.tables import TableReader
from rulebook.unit_history import NoSuchUnit, UnitHistory

COLUMNS = {
    "标题": "title",
    "单位": "unit",
    "媒体": "outlet",
    "日期": "day",
    "链接": "url",
    **dict.fromkeys(
        ("稿件标题", "录用标题", "稿件名称", "稿件", "文章标题", "信息标题", "题目", "篇名"),
        "title",
    ),
    **dict.fromkeys(("报送单位", "供稿单位", "来稿单位", "上报单位"), "unit"),
    **dict.fromkeys(
        (
            "载体",
            "录用载体",
            "载体名称",
            "刊发媒体",
            "录用媒体",
            "刊登媒体",
            "发布媒体",
            "媒体名称",
        ),
        "outlet",
    ),
    **dict.fromkeys(("发布平台", "平台", "刊物"), "outlet"),
    **dict.fromkeys(
        (
            "刊发日期",
            "录用日期",
            "发布日期",
            "刊登日期",
            "刊发时间",
            "录用时间",
            "发布时间",
            "刊登时间",
        ),
        "day",
    ),
    **dict.fromkeys(("网址", "链接地址", "网址链接"), "url"),
    **dict.fromkeys(("级别", "类别", "载体类别", "录用级别"), "tier"),
}
PRINTED_BY = {**COLUMNS, "录用单位": "outlet"}
"""Beside a 报送单位 the 录用单位 is who printed it; alone it may be either."""

_SUMS = re.compile(r"(?:合\s*计|小\s*计|总\s*计|累\s*计|共\s*计)?\s*\d*\s*[篇条件]?")
_TIER = re.compile(r"[一二三四五六1-6]类?")
_DOCUMENTS = (".doc", ".docx", ".wps", ".odt", ".rtf")
_APART = re.compile(r"[、,，;；\s]+")

Tier = Callable[[str, date], str | None]
"""(outlet, day) -> its tier by the list of that day (一类); None for one that is not on it."""


@dataclass(frozen=True, slots=True)
class Reported:
    """One row of the sheet; `unit` is a scoring unit."""

    title: str
    unit: str
    outlet: str
    day: date
    url: str


@dataclass(frozen=True, slots=True)
class AdoptionSheet:
    """The rows, each with its number in the file; `notes`: what had to be assumed, in sentences."""

    rows: tuple[tuple[int, Reported], ...]
    notes: tuple[str, ...] = ()


def read_adoptions(
    path: Path,
    history: UnitHistory,
    today: date,
    reader: TableReader = tables.read,
    tier: Tier = lambda *_: None,
) -> AdoptionSheet:
    """
    Read the rows; units are those of the row's day.

    Raises: SheetError with every row that a person has to settle; then nothing is to be imported.
    """
    sheet = _sheet(path, reader)
    rows: list[tuple[int, Reported]] = []
    notes: list[str] = []
    faults: list[str] = []
    above = ""
    for number, values in sheet.rows:
        if _is_heading_or_sum(values):
            continue
        if not values["unit"] and path.suffix.lower() in _DOCUMENTS and above:
            values = {
                **values,
                "unit": above,
            }  # merged cells of a Word table are empty but the first
        above = values["unit"]
        fault, noted, found = _row(values, sheet.above, history, today, tier)
        faults += [f"第{number}行：{fault}"] * bool(fault)
        notes += [f"第{number}行：{one}" for one in noted]
        rows += [(number, one) for one in found]
    if faults:
        raise SheetError(f"{path.name} 未导入，请改正后重试：\n  " + "\n  ".join(faults))
    return AdoptionSheet(tuple(rows), tuple(notes))


def _sheet(path: Path, reader: TableReader) -> Sheet:
    needed = ["title", "unit", "outlet", "day"]
    try:
        return read_sheet(path, COLUMNS, needed, reader)
    except SheetError as plain:
        try:
            return read_sheet(path, PRINTED_BY, needed, reader)
        except SheetError:
            tiers = {f"{one}类": one for one in "一二三四五"}
            try:
                wide = read_sheet(
                    path, {**COLUMNS, **tiers}, ["title", "unit", "day", "一", "二"], reader
                )
            except SheetError:
                raise plain from None
            raise SheetError(
                f"{path.name} 未导入：表里的 {len(wide.rows)} 行按类别分列（一类、二类……），看不准媒体是哪一家。"
                "请改成每行一条，写明媒体的全名；类别由程序按载体名单确定。"
            ) from None


def _is_heading_or_sum(values: Mapping[str, str]) -> bool:
    """Whether a row is a month or a title across all columns, or a sum."""
    told = {one for one in values.values() if one}
    if len(told) == 1 and values["title"] in told and values["unit"] == values["title"]:
        return True
    first = values["title"] or values["unit"]
    return (not values["outlet"] and not values["day"] and _SUMS.fullmatch(first) is not None) or (
        re.match(r"(?:合|小|总|累|共)\s*计", values["unit"]) is not None
    )


def _row(
    values: Mapping[str, str], above: str, history: UnitHistory, today: date, tier: Tier
) -> tuple[str, list[str], list[Reported]]:
    """Return what a person has to settle, what was assumed, and what the row reports."""
    title = re.sub(r"\s*\n\s*", "", values["title"])
    url = values.get("url", "")
    if found := re.search(r"\s*(https?://\S+)\s*$", title):
        title, url = title[: found.start()].rstrip(), url or found[1]
    if not title or not values["outlet"]:
        return "标题或媒体是空的", [], []
    day, told = day_of(values["day"], above, today)
    if day is None:
        return told, [], []
    notes = [told] if told else []
    if not values["unit"]:
        return f"没有写单位（标题是《{title}》）", [], []
    try:
        unit = history.named(values["unit"], day)
    except NoSuchUnit as error:
        return str(error).rstrip("。"), [], []
    printed = list(_outlets(values["outlet"], url, day, tier))
    if len(printed) > 1:
        notes.append(f"“{values['outlet']}”是{len(printed)}家媒体，各登记一条")
    for outlet, _ in printed:
        listed, written = tier(outlet, day), values.get("tier", "")
        if listed and _TIER.fullmatch(written) and not _same_tier(written, listed):
            return f"表里把“{outlet}”写作{written}，载体名单里是{listed}，请核对", [], []
    if url and not _link(url):
        notes.append(f"链接一栏写的是“{url[:30]}”，不是网址，没有登记链接")
    rows = [Reported(title, unit.name, outlet, day, _link(one)) for outlet, one in printed]
    return "", notes, rows


def _link(written: str) -> str:
    """Return the first address in a cell as browsers want it, "" where there is none."""
    found = re.search(r"(?:https?://|www\.)[^\s/]\S*", written, re.IGNORECASE)
    if found is None:
        return ""
    return found[0] if "://" in found[0] else f"http://{found[0]}"


def _same_tier(written: str, listed: str) -> bool:
    number = written.rstrip("类")
    return listed.startswith("一二三四五六"[int(number) - 1] if number.isdigit() else number)


def _outlets(written: str, url: str, day: date, tier: Tier) -> Iterator[tuple[str, str]]:
    """Take several outlets of one cell apart, where each stands in the list; each with its address."""
    parts = [one for one in _APART.split(written) if one]
    if len(parts) < 2 or tier(written, day) or not all(tier(one, day) for one in parts):
        yield written, url
        return
    addresses = url.split()
    for number, one in enumerate(parts):
        yield one, addresses[number] if len(addresses) == len(parts) else url
