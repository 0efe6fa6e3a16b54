"""A sheet of adoptions (标题, 单位, 媒体, 日期, 链接) as .xlsx or .csv."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from console.spreadsheets.reading import SheetError, read_sheet
from rulebook.unit_history import NoSuchUnit, UnitHistory

COLUMNS = {
    "标题": "title",
    "单位": "unit",
    "媒体": "outlet",
    "日期": "day",
    "链接": "url",
    "稿件标题": "title",
    "录用标题": "title",
    "报送单位": "unit",
    "载体": "outlet",
    "录用载体": "outlet",
    "刊发日期": "day",
    "录用日期": "day",
    "网址": "url",
}
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?"
)


@dataclass(frozen=True, slots=True)
class Reported:
    """One row of the sheet; `unit` is a scoring unit."""

    title: str
    unit: str
    outlet: str
    day: date
    url: str


def read_adoptions(path: Path, history: UnitHistory, today: date) -> list[tuple[int, Reported]]:
    """
    Read the rows, each with its number in the file; units are those of the row's day.

    Raises: SheetError with every faulty row named; then nothing is to be imported.
    """
    sheet = read_sheet(path, COLUMNS, ["title", "unit", "outlet", "day"])
    rows, faults = [], []
    for number, values in sheet.rows:
        day = _day(values["day"])
        unit, fault = None, ""
        if day is not None:
            try:
                unit = history.named(values["unit"], day)
            except NoSuchUnit as error:
                fault = str(error).rstrip("。")
        if not values["title"] or not values["outlet"]:
            faults.append(f"第{number}行：标题或媒体是空的")
        elif day is None:
            faults.append(f"第{number}行：“{values['day']}”不是日期，请写成 2022-03-05 的样子")
        elif day > today:
            faults.append(f"第{number}行：刊发日期 {day} 还没有到（今天是 {today}）")
        elif unit is None:
            faults.append(f"第{number}行：{fault}")
        else:
            rows.append(
                (
                    number,
                    Reported(
                        values["title"], unit.name, values["outlet"], day, values.get("url", "")
                    ),
                )
            )
    if faults:
        raise SheetError(f"{path.name} 未导入，请改正后重试：\n  " + "\n  ".join(faults))
    return rows


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
