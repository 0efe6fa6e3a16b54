"""Days as sheets of adoptions have them: in full, without a year, as Excel's numbers; never guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_FULL = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_TOGETHER = re.compile(r"(20\d{2})([01]\d)([0-3]\d)")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})日")
_SERIAL = re.compile(r"[45]\d{4}")
_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's count, as all days after February 1900 see it."""


def day_of(written: str, above: str, today: date) -> tuple[date | None, str]:
    """
    Read a day; the second value says what had to be assumed, or why there is none.

    Args:
        written: what stands in the cell.
        above: the sheet's title and name, which may tell the year.
        today: the office's present day.

    """
    text = unicodedata.normalize("NFKC", written).strip()
    note = ""
    try:
        if found := _FULL.fullmatch(text) or _TOGETHER.fullmatch(text):
            day = date(*(int(part) for part in found.groups()))
        elif found := _WITHOUT_YEAR.fullmatch(text):
            year = _year(above, int(found[1]))
            if year is None:
                return None, f"“{written}”没有写年份，请写成 2022-03-05 的样子"
            day = date(year, int(found[1]), int(found[2]))
            note = f"“{written}”按表的标题算作 {day}"
        elif _SERIAL.fullmatch(text):
            day = _EPOCH + timedelta(days=int(text))
            note = f"“{written}”是 Excel 的日期序号，算作 {day}"
        elif not text:
            return None, "没有写日期"
        else:
            return None, f"“{written}”不是日期，请写成 2022-03-05 的样子"
    except ValueError:
        return None, f"“{written}”：没有这一天，请核对"
    if day > today:
        return None, f"刊发日期 {day} 还没有到（今天是 {today}）"
    return day, note


def _year(above: str, month: int) -> int | None:
    """Find the year of a month in a title such as 2021年12月—2022年1月; None where it is not plain."""
    pairs = re.findall(r"(20\d{2})年(?:(\d{1,2})月)?", unicodedata.normalize("NFKC", above))
    named = {int(year) for year, told in pairs if told and int(told) == month}
    if len(named) == 1:
        return named.pop()
    years = {int(year) for year, _ in pairs}
    return years.pop() if len(years) == 1 else None
