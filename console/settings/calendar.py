"""[holidays] becomes the office's calendar."""

from __future__ import annotations

from pathlib import Path

from console.holidays import Calendar
from console.settings.errors import ConfigError
from console.settings.holiday_notice import read_notices
from console.settings.sections import HolidaySettings
from ledger.os_errors import describe
from parsers.charsets import decode

STATUTORY_DAYS = 11
"""Holidays of a year by law (since 2025: 13): so many days off in a list are a whole year's."""


def calendar(path: Path, written: HolidaySettings) -> Calendar:
    """Join the days of [holidays] with those of the notice. Raises ConfigError."""
    off, worked = set(written.off), set(written.worked)
    both = sorted(off & worked)
    if both:
        raise ConfigError(
            f"{path}：holidays 里 {both[0]} 既在 off 里，又在 worked 里，请去掉一处。"
        )
    announced = {
        year
        for year in {day.year for day in off}
        if sum(day.year == year for day in off) >= STATUTORY_DAYS
    }
    if written.file:
        source = path.resolve().parent / written.file
        try:
            text = decode(source.read_bytes())
        except OSError as error:
            raise ConfigError(
                f"{path}：打不开 holidays.file 指的 {source}：{describe(error)}。请检查文件名。"
            ) from error
        plans = read_notices(text or "")
        if not plans:
            raise ConfigError(
                f"{path}：{source} 里没有“国务院办公厅关于××××年部分节假日安排的通知”，"
                "请把通知全文（连同标题）原样粘贴进去。"
            )
        faults = [
            f"{path}：{source}，{plan.year}年，{fault}。请对照原文核对。"
            for plan in plans
            for fault in plan.faults
        ]
        if faults:
            raise ConfigError("\n".join(faults))
        for plan in plans:  # what the office writes itself wins
            off |= plan.off - set(written.worked)
            worked |= plan.worked - set(written.off)
            announced.add(plan.year)
    return Calendar(frozenset(off), frozenset(worked), frozenset(announced))
