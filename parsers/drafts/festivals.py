"""
Days that go by a name: 清明节当天, 除夕, 正月十五, “6·16”安全宣传咨询日当天.

The lunar days and solar terms are reckoned by `borax`. A name alone (国庆假期, 清明前后, 节日期间) is
several days or none: only a name with 当天, a time of day or a comma behind it is a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import chinese_calendar
from borax.calendars.lunardate import InvalidLunarDateError, LunarDate, TermUtils

from parsers.drafts.day_forms import Mention, number

_FIXED = {
    "元旦": (1, 1), "妇女节": (3, 8), "三八节": (3, 8), "女神节": (3, 8), "植树节": (3, 12),
    "消费者权益日": (3, 15), "国家安全教育日": (4, 15), "世界地球日": (4, 22), "世界读书日": (4, 23),
    "劳动节": (5, 1), "五一节": (5, 1), "五一": (5, 1), "青年节": (5, 4), "五四": (5, 4),
    "防灾减灾日": (5, 12), "护士节": (5, 12), "儿童节": (6, 1), "六一": (6, 1), "环境日": (6, 5),
    "安全宣传咨询日": (6, 16), "安全咨询日": (6, 16), "建党节": (7, 1), "七一": (7, 1), "建军节": (8, 1),
    "八一": (8, 1), "教师节": (9, 10), "国庆节": (10, 1), "国庆": (10, 1), "国际减灾日": (10, 13),
    "减轻自然灾害日": (10, 13), "记者节": (11, 8), "消防日": (11, 9), "消防宣传日": (11, 9),
    "双十一": (11, 11), "交通安全日": (12, 2), "宪法日": (12, 4), "公祭日": (12, 13), "平安夜": (12, 24),
    "圣诞节": (12, 25),
}  # fmt: skip
_LUNAR = {
    "春节": (1, 1), "元宵节": (1, 15), "元宵": (1, 15), "龙抬头": (2, 2), "端午节": (5, 5), "端午": (5, 5),
    "七夕节": (7, 7), "七夕": (7, 7), "中元节": (7, 15), "中秋节": (8, 15), "中秋": (8, 15),
    "重阳节": (9, 9), "重阳": (9, 9), "腊八节": (12, 8), "腊八": (12, 8),
}  # fmt: skip
_TERMS = (
    "立春|雨水|惊蛰|春分|清明|谷雨|立夏|小满|芒种|夏至|小暑|大暑"
    "|立秋|处暑|白露|秋分|寒露|霜降|立冬|小雪|大雪|冬至|小寒|大寒"
)
_NEW_YEARS_EVE = r"除夕|大年三十|年三十"
_SUNDAYS = {"母亲节": (5, 2), "父亲节": (6, 3)}
_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_LUNAR_DAY = r"初[一二三四五六七八九十]|[二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]|三十"

_HOUR = r"(?:一早|一大早|清晨|凌晨|早上|早晨|上午|中午|下午|傍晚|晚上?|夜晚|夜里|夜间|深夜|夜)"
_ON = rf"(?:(?:的)?(?:当[天日晚夜]|这一?天|那[一]?天|之夜|{_HOUR}))"
_ALONE = r"(?=[，,])"
_NAMES = "|".join(sorted([*_FIXED, *_LUNAR, *_SUNDAYS], key=len, reverse=True))
_NAMED = re.compile(
    rf"(?:(?P<eve>{_NEW_YEARS_EVE})|(?P<name>{_NAMES})|(?P<term>{_TERMS})节?"
    r"|(?P<month>1[0-2]|0?[1-9])[·.．•‧](?P<day>[0-3]?\d)[一-鿿]{0,14}?[日节]"
    rf"|(?:大年|正月)(?P<first>初[一二三四五六七八九十])"
    rf"|(?P<lunar>正|冬|腊|(?:农历|阴历|旧历)(?:正|冬|腊|[二三四五六七八九]|十[一二]?))月(?P<lunar_day>{_LUNAR_DAY}|[一二三四五六七八九]))"
    rf"(?P<on>{_ON}|{_ALONE}|(?=[（(]))"
)
_HOLIDAY = re.compile(
    r"(?P<name>元旦|清明|五一|端午|中秋|国庆)节?(?:小长)?假期?(?:的|这)?(?P<days>[三四五七八3-8])天"
)
_CLAUSE = re.compile(r"(?:^|[，,。；;：:（(\s])[^，,。；;：:]{0,14}$")
_NO_DAY = re.compile(r"[是为迎过]|临近|即将|距|还有|欢度|庆祝|[和与及、]$|每年|往年|去年")
_ALONE_IS_A_DAY = re.compile(r"[节日夕夜一]$|三十$|初.$|十.?$|廿.$|[一二三四五六七八九]$")
_MARKS = frozenset("节日夕夜旦庆五六七八十宵秋午阳月年·." + _TERMS.replace("|", ""))


def mentions(sentence: str, received: date) -> Iterator[Mention]:
    """Return the days that a tidied sentence calls by name, each in the year that brings it nearest to the receipt."""
    if _MARKS.isdisjoint(sentence):
        return
    if "假期" in sentence:
        yield from _holidays(sentence, received)
    for match in _NAMED.finditer(sentence):
        before = sentence[max(0, match.start() - 24) : match.start()]
        name = sentence[match.start() : match.start("on")]
        if not match["on"]:
            clause = _CLAUSE.search(before)
            if clause is None or not _ALONE_IS_A_DAY.search(name) or match["name"] == "五一":
                continue
            if _NO_DAY.search(before):
                continue
        elif re.search(r"(?:每年|往年|历年|去年)[^，,。]{0,6}$", before):
            continue
        day = _nearest(_reckon(match), received)
        if day is not None:
            yield Mention(day, day, match.start(), match.end())


def _holidays(sentence: str, received: date) -> Iterator[Mention]:
    """“端午假期三天”: the days off around a festival, where there are just so many of them."""
    for match in _HOLIDAY.finditer(sentence):
        day = _nearest(_festival(match["name"]), received)
        if day is None:
            continue
        first = last = day
        while _is_off(first - timedelta(days=1)):
            first -= timedelta(days=1)
        while _is_off(last + timedelta(days=1)):
            last += timedelta(days=1)
        if (last - first).days + 1 == number(match["days"]):
            yield Mention(first, last, match.start(), match.end())


def _festival(name: str) -> Callable[[int], date | None]:
    """Return what gives the day of a festival in a year."""
    if name in _TERMS.split("|"):
        return lambda year: _term(year, name)
    if name in _LUNAR:
        return lambda year: _lunar(year, *_LUNAR[name])
    return lambda year: _solar(year, *_FIXED[name])


def _is_off(day: date) -> bool:
    """Whether nobody works; a year that the package does not know has no days off."""
    try:
        return not chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False


def _nearest(of_year: Callable[[int], date | None], received: date) -> date | None:
    days = [of_year(year) for year in (received.year - 1, received.year, received.year + 1)]
    return min(filter(None, days), key=lambda day: abs((day - received).days), default=None)


def _reckon(match: re.Match[str]) -> Callable[[int], date | None]:
    """Return what gives the named day of a year, None where that year has none."""
    if match["eve"]:
        return lambda year: _less_one(_lunar(year, 1, 1))
    if match["term"]:
        return _festival(match["term"])
    if match["month"]:
        month, day = int(match["month"]), int(match["day"])
        return lambda year: _solar(year, month, day)
    if match["first"]:
        day = number(match["first"][1:])
        return lambda year: _lunar(year, 1, day)
    if match["lunar"]:
        name = re.sub("农历|阴历|旧历", "", match["lunar"])
        month = _MONTHS.get(name) or number(name)
        day = number(match["lunar_day"].removeprefix("初"))
        return lambda year: _lunar(year, month, day)
    name = match["name"]
    if name in _SUNDAYS:
        return lambda year: _sunday(year, *_SUNDAYS[name])
    return _festival(name)


def _lunar(year: int, month: int, day: int) -> date | None:
    """Return a day of the lunar year that begins in `year` (1900..2100)."""
    try:
        solar: date = LunarDate(year, month, day).to_solar_date()
    except (InvalidLunarDateError, ValueError):
        return None
    return solar


def _term(year: int, name: str) -> date:
    start: date = TermUtils.day_start_from_term(year, name)
    return start


def _solar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _less_one(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=1)


def _sunday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1))
