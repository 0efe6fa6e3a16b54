"""Any day, in any written form, at any receipt within range: the same day or an open one, never another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.drafts.dates import event_date

Figure = Callable[[int], str]

ONES = "〇一二三四五六七八九"


def chinese(value: int) -> str:
    """12 as 十二, 28 as 二十八."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{ONES[tens]}十"
    return head + (ONES[ones] if ones else "")


FIGURES: dict[str, Figure] = {
    "plain": str,
    "padded": lambda value: f"{value:02}",
    "wide": lambda value: str(value).translate({48 + n: 0xFF10 + n for n in range(10)}),
    "Chinese": chinese,
}
YEARS: dict[str, Figure] = {
    "none": lambda year: "",
    "plain": lambda year: f"{year}年",
    "wide": lambda year: f"{year}年".translate({48 + n: 0xFF10 + n for n in range(10)}),
    "Chinese": lambda year: "".join(ONES[int(one)] for one in str(year)) + "年",
    "with 零": lambda year: "".join(ONES[int(one)] for one in str(year)).replace("〇", "零") + "年",
}
WEEKDAYS = "一二三四五六日"
BEHIND = [
    "，", "上午，", "下午", "晚，", "当天，", "上午9时30分，", "凌晨2点许，", " ", "", "9:30，",
]  # fmt: skip
PLACES = [
    "{}湖塘镇开展检查。",
    "湖塘镇于{}开展检查。",
    "湖塘镇应急管理局于{}组织人员开展检查。",
    "为吸取教训，{}湖塘镇开展检查。",
    "本报讯 {}湖塘镇开展检查。",
    "（通讯员 钱一鸣）{}湖塘镇开展检查。",
    "时间：{}湖塘镇开展检查。",
    "“安全第一！”{}湖塘镇开展检查。",
]

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
ages = st.integers(0, 90)


@st.composite
def written(draw: st.DrawFn) -> tuple[date, str, date]:
    """A day, how somebody writes it, and the day on which it is read."""
    day = draw(days)
    mark = draw(st.sampled_from(["日", "号"]))
    blank = draw(st.sampled_from(["", "", " "]))
    figure = FIGURES[draw(st.sampled_from(sorted(FIGURES)))]
    year = YEARS[draw(st.sampled_from(sorted(YEARS)))](day.year)
    said = f"{year}{blank}{figure(day.month)}{blank}月{blank}{figure(day.day)}{blank}{mark}"
    if draw(st.integers(0, 5)) == 0:
        joint = draw(st.sampled_from("-./"))
        said = draw(st.sampled_from(["{0}{3}{1}{3}{2}", "{0}{3}{1:02}{3}{2:02}"])).format(
            day.year, day.month, day.day, joint
        )
    weekday = WEEKDAYS[day.weekday()]
    said += draw(st.sampled_from(["", "", f"（星期{weekday}）", f"（周{weekday}）"]))
    return day, said, day + timedelta(days=draw(ages))


@given(written(), st.sampled_from(PLACES), st.sampled_from(BEHIND))
def test_a_day_is_read_back_or_left_open(
    told: tuple[date, str, date], place: str, behind: str
) -> None:
    day, said, received = told
    found = event_date("", [place.format(said + behind)], received)
    assert found.day in (day, None)


@given(written(), st.sampled_from(PLACES[:5]))
def test_a_day_followed_by_a_pause_is_read_back(told: tuple[date, str, date], place: str) -> None:
    day, said, received = told
    assert event_date("", [place.format(f"{said}，")], received).day == day


@given(written(), st.integers(1, 20), st.sampled_from(["至", "到", "—", "-", "~", "～"]))
def test_of_several_days_the_last_is_read_back(
    told: tuple[date, str, date], length: int, joint: str
) -> None:
    day, said, received = told
    last = day + timedelta(days=length)
    end = f"{last.month}月{last.day}日"
    received = max(received, last)
    found = event_date("", [f"{said}{joint}{end}，湖塘镇开展检查。"], received)
    assert found.day in (last, None)


@given(
    written(),
    st.sampled_from(
        [
            "截至{}，",
            "将于{}",
            "自{}以来，",
            "《{}印发的通知》要求，",
            "针对{}发生的事故，",
            "{}前，",
        ]
    ),
)
def test_a_day_that_is_no_event_is_left_open(told: tuple[date, str, date], frame: str) -> None:
    _, said, received = told
    assert event_date("", [f"{frame.format(said)}湖塘镇开展检查。"], received).day is None


@given(
    days,
    st.integers(0, 6),
    st.sampled_from(["本周", "这周", "上周", "本星期", "上星期", "周", "星期"]),
)
def test_a_weekday_is_counted_from_the_day_of_receipt(
    received: date, index: int, word: str
) -> None:
    monday = received - timedelta(days=received.weekday())
    day = monday + timedelta(days=index - (7 if word.startswith("上") else 0))
    if (
        len(word.removesuffix("期").removesuffix("星")) < 2
        and word in ("周", "星期")
        and day > received
    ):
        day -= timedelta(days=7)
    found = event_date("", [f"{word}{WEEKDAYS[index]}上午，湖塘镇开展检查。"], received)
    assert found.day in (day, None)


@given(
    days,
    st.integers(0, 30),
    st.sampled_from([("昨日", 1), ("昨天", 1), ("前天", 2), ("今天", 0), ("今晨", 0), ("昨晚", 1)]),
)
def test_yesterday_is_counted_from_the_day_the_draft_bears(
    bears: date, age: int, word: tuple[str, int]
) -> None:
    text, back = word
    found = event_date("", [f"{text}，湖塘镇开展检查。"], bears + timedelta(days=age), bears)
    assert found.day == bears - timedelta(days=back)


@given(st.integers(1, 12), st.integers(29, 40), days)
def test_a_day_that_does_not_exist_is_left_open(month: int, day: int, received: date) -> None:
    try:
        date(received.year, month, day)
    except ValueError:
        said = f"{received.year}年{month}月{day}日"
        assert event_date("", [f"{said}，湖塘镇开展检查。"], received).day is None


@pytest.mark.parametrize(
    "text",
    [
        "电话13803050306，湖塘镇开展检查。", "编号20220305，湖塘镇开展检查。", "增长3.5%，湖塘镇开展检查。",
        "第3.5条要求，湖塘镇开展检查。", "PM2.5超标，湖塘镇开展检查。", "共3月，湖塘镇开展检查。",
        "5号楼居民反映，湖塘镇开展检查。", "3月份，湖塘镇开展检查。", "苏安办〔2022〕3号文件下发，湖塘镇开展检查。",
    ],
)  # fmt: skip
def test_figures_that_are_no_days_date_nothing(text: str) -> None:
    assert event_date("", [text], date(2022, 3, 8)).day is None
