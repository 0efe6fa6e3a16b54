"""
The State Council's notice of a year's holidays (部分节假日安排的通知), pasted as it is, becomes days.

Each sentence is checked against itself: 共N天 against the days, 周六 against the calendar. What does
not fit is a fault that names it; then nothing of the notice is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_TITLE = re.compile(r"关于(\d{4})年[^。:]{0,12}?节假日(?:放假)?安排的?\s*通\s*知")
_ITEM = re.compile(r"(?:^|\n)[ \t]*[一二三四五六七八九十]+、([^:\n]{2,20}):([^\n]*)")
_DAY = (
    r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日"
    r"(?:\((?P<{0}note>[^)]*)\))?"
)
_OFF = re.compile(_DAY.format("first") + "(?:(?:至|-|—|~)" + _DAY.format("last") + ")?放假")
_WORKED = re.compile(
    r"((?:(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:\([^)]*\))?[、,和]?)+)(?:均|照常|正常)?(?:上班|补班)"
)
_ONE = re.compile(_DAY.format(""))
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_NAMES = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""The holidays that the notice of a whole year names."""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What one notice says. `faults`: sentences for people; with any, the days are not to be used."""

    year: int
    off: frozenset[date]
    worked: frozenset[date]
    faults: tuple[str, ...]


def read_notices(text: str) -> tuple[YearPlan, ...]:
    """Read every notice in a text; several years may stand one after another. Empty: there is none."""
    plain = re.sub(r"[ \t\r]+", "", unicodedata.normalize("NFKC", text))
    titles: list[re.Match[str]] = []
    for title in _TITLE.finditer(plain):
        if not titles or title[1] != titles[-1][1]:  # a web page says it in its heading, too
            titles.append(title)
    if not titles:
        return ()
    ends = [*(title.start() for title in titles[1:]), len(plain)]
    return tuple(
        _plan(int(title[1]), plain[title.end() : end])
        for title, end in zip(titles, ends, strict=True)
    )


def _plan(year: int, text: str) -> YearPlan:
    off: set[date] = set()
    worked: set[date] = set()
    faults: list[str] = []
    names = ""
    for item in _ITEM.finditer(text):
        name, sentences = item[1], item[2]
        names += name
        days: set[date] = set()
        try:
            for match in _OFF.finditer(sentences):
                days |= set(_span(match, year))
                faults += _weekday_faults(name, match, year, ("first", "last"))
            extra: set[date] = set()
            for several in _WORKED.finditer(sentences):
                for match in _ONE.finditer(several[1]):
                    extra.add(_date(match, "", year, None))
                    faults += _weekday_faults(name, match, year, ("",))
        except ValueError:
            faults.append(f"{name}：有的日期不存在")
            continue
        if not days:
            faults.append(f"{name}：没有看懂哪几天放假")
        count = _COUNT.search(sentences)
        if days and count and int(count[1]) != len(days):
            faults.append(f"{name}：写明的日期有{len(days)}天，后面却说“{count[0]}”")
        off |= days
        worked |= extra
    for day in sorted(off & worked):
        faults.append(f"{day} 既写了放假，又写了上班")
    missing = [one for one in _NAMES if one not in names]
    if missing:
        faults.append(f"没有找到{'、'.join(missing)}的安排")
    return YearPlan(year, frozenset(off), frozenset(worked), tuple(faults))


def _span(match: re.Match[str], year: int) -> Iterator[date]:
    first = _date(match, "first", year, None)
    last = _date(match, "last", first.year, first) if match["lastday"] else first
    if not first <= last < first + timedelta(days=15):
        raise ValueError
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _date(match: re.Match[str], prefix: str, year: int, after: date | None) -> date:
    """Take the month from the day before it where only the day is written (2月5日至13日)."""
    month = match[f"{prefix}month"]
    if month is None and after is None:
        raise ValueError
    written = match[f"{prefix}year"]
    return date(
        int(written) if written else year,
        int(month) if month else after.month if after else 0,
        int(match[f"{prefix}day"]),
    )


def _weekday_faults(
    name: str, match: re.Match[str], year: int, prefixes: tuple[str, ...]
) -> Iterator[str]:
    first: date | None = None
    for prefix in prefixes:
        if match[f"{prefix}day"] is None:
            continue
        day = _date(match, prefix, first.year if first else year, first)
        first = first or day
        told = _WEEKDAY.search(match[f"{prefix}note"] or "")
        if told and "一二三四五六日".index(told[1].replace("天", "日")) != day.weekday():
            right = "一二三四五六日"[day.weekday()]
            yield f"{name}：{day} 是周{right}，通知里写的是“{told[0]}”"
