"""Holidays that the office enters itself: the State Council's notice as it is, or single days."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from console.holidays import Calendar
from console.settings.holiday_notice import YearPlan, read_notices
from console.settings.loading import ConfigError, load
from parsers.charsets import decode
from tests.console.settings.test_loading import config

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "office" / "holidays"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


def plans(name: str) -> tuple[YearPlan, ...]:
    return read_notices(decode((SAMPLES / name).read_bytes()) or "")


@pytest.mark.parametrize("name", ["notice-2027.txt", "notice-2027-web-gbk.txt"])
def test_each_day_of_the_notice_is_read(name: str) -> None:
    (plan,) = plans(name)
    assert plan.faults == ()
    assert plan.year == EXPECTED[name]["year"]
    assert sorted(map(str, plan.off)) == EXPECTED[name]["days_off"]
    assert sorted(map(str, plan.worked)) == EXPECTED[name]["makeup_workdays"]


def test_what_contradicts_itself_is_named() -> None:
    (plan,) = plans("notice-2027-wrong.txt")
    told = "\n".join(plan.faults)
    assert len(plan.faults) == 3
    assert "共8天" in told
    assert "2027-05-08 是周六" in told
    assert "2027-10-05" in told


def test_a_mention_of_a_holiday_is_no_notice() -> None:
    assert plans("not-a-notice.txt") == ()


OLDER = """国务院办公厅关于2023年部分节假日安排的通知
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
"""


def test_older_notices_read_as_the_calendar_has_them() -> None:
    (plan,) = read_notices(OLDER)
    assert plan.faults == ()
    official, entered = Calendar(), Calendar(plan.off, plan.worked, frozenset({plan.year}))
    year = [date.fromordinal(number) for number in range(738521, 738521 + 365)]
    assert {day.year for day in year} == {2023}
    assert [day for day in year if official.is_workday(day) != entered.is_workday(day)] == []


def test_the_office_may_name_the_notices_file(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "notice-2027-web-gbk.txt", tmp_path / "holidays.txt")
    changes = (
        ('\nfile = ""', '\nfile = "holidays.txt"'),
        ("off = []  ", "off = [2027-06-10]  "),
    )
    calendar = load(config(tmp_path, *changes), {}).calendar
    for day, what in EXPECTED["notice-2027.txt"]["checks"].items():
        if day != "2027-06-10":
            assert calendar.is_workday(date.fromisoformat(day)) == ("off" not in what), day
    assert not calendar.is_workday(date(2027, 6, 10))
    assert calendar.last_year_known(date(2026, 10, 1)) == 2027


@pytest.mark.parametrize(
    ("name", "told"),
    [("notice-2027-wrong.txt", "共8天"), ("not-a-notice.txt", "通知全文"), ("absent", "打不开")],
)
def test_a_file_that_cannot_be_believed_stops_the_program(
    tmp_path: Path, name: str, told: str
) -> None:
    if (SAMPLES / name).exists():
        shutil.copy(SAMPLES / name, tmp_path / "absent")
    with pytest.raises(ConfigError, match=told):
        load(config(tmp_path, ('\nfile = ""', '\nfile = "absent"')), {})


def test_the_calendar_ends_with_its_last_year() -> None:
    last = Calendar().last_year_known(date(2022, 1, 1))
    assert Calendar().known(date(last, 12, 31))
    assert not Calendar().known(date(last + 1, 1, 1))
    assert Calendar().last_year_known(date(last + 1, 1, 1)) == last
