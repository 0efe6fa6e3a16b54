"""The forms in which Chinese texts write a day, and what day of the calendar each one means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "O": 0,
}
_ANY_DAY = r"(?:\d{1,2}|三十[一二]?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = r"(?:\d{4}|(?<!\d)\d\d|[一二〇零○O]{1,2}[〇零○O一二三四五六七八九]{2,3})"
_TO = r"(?:至|到|-|—+|–|~|～|−)"
_AND = r"(?:、|和|以及|及|与|，(?=\d{1,2}[日号]))"
HOUR = r"(?:凌晨|清晨|早上?|上午|中午|下午|傍晚|晚上?|夜间?|深夜)?(?:\d{1,2}(?:[时点](?:\d{1,2}分|半|许|整)?|:\d\d))?"
BETWEEN = rf"{HOUR}(?:[（(][^（）()]{{1,6}}[）)])?{HOUR}起?{_TO}"
"""What stands between the two ends of a span: “5日晚至6日”, “5日（周六）至6日”, “5日20时到6日”."""

_DATE = re.compile(
    rf"(?:(?P<year>{_YEAR})年|(?P<era>今年|去年|本年度?|同年))?"
    rf"(?P<month>{_ANY_DAY})月(?:份)?(?P<day>{_ANY_DAY})(?P<end>日|号|(?={_TO}{_ANY_DAY}[日号])|(?=(?:、{_ANY_DAY})+[日号]))"
    rf"(?P<more>(?:{_AND}(?:{_ANY_DAY}月)?{_ANY_DAY}[日号]?)*)"
    rf"(?:{BETWEEN}(?:(?P<next>次日|翌日|第二天)|(?:(?P<to_year>{_YEAR})年)?(?:(?P<to_month>{_ANY_DAY})月)?"
    rf"(?P<to_day>{_ANY_DAY})[日号](?P<after>(?:{_AND}(?:{_ANY_DAY}月)?{_ANY_DAY}[日号])*)))?"
)
_SLASHED = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})日?"
    rf"(?:{_TO}(?:(?:(?P<to_year>20\d\d)(?P=mark))?(?P<to_month>\d{{1,2}})(?P=mark))?(?P<to_day>\d{{1,2}})日?)?"
    r"(?![\d\-/]|\.\d)"
)
_CLAUSE = r"(?:(?<=^)|(?<=[，,。；;：:（(“\s、]))"
_POINTED = re.compile(
    rf"{_CLAUSE}(?P<month>1[0-2]|0?[1-9])\.(?P<day>[0-3]?\d)(?:[日号]|(?=[上下]午|凌晨|晚|当[天日]|\s\d{{1,2}}[:：]\d\d))"
    rf"(?:{_TO}(?:(?P<to_month>1[0-2]|0?[1-9])\.)?(?P<to_day>\d{{1,2}})[日号])?"
)
_POINTED_SPAN = re.compile(
    rf"{_CLAUSE}(?P<month>1[0-2]|0?[1-9])\.(?P<day>[0-3]?\d){_TO}(?P<to_month>1[0-2]|0?[1-9])\.(?P<to_day>[0-3]?\d)"
    r"(?=$|[日号，,]|期间|[上下]午)"
)
_POINTED_FIRST = re.compile(
    r"^(?P<month>1[0-2]|[1-9])\.(?P<day>[0-3]?\d)(?P<to_month>)(?P<to_day>)(?=[，,][一-鿿])"
)
"""“3.8，前黄镇……” at the head of a sentence: elsewhere it is a figure."""

_DASHED = re.compile(
    rf"{_CLAUSE}(?P<month>1[0-2]|0[1-9])-(?P<day>[0-3]\d)(?P<to_month>)(?P<to_day>)(?=[，,。；\s]|[上下]午|凌晨|晚|$)"
)
"""“07-17 19:05”: both figures have two digits."""

_BROKEN = re.compile(
    rf"{_CLAUSE}(?P<month>1[0-2]|0?[1-9])/(?P<day>[0-3]?\d)(?:{_TO}(?:(?P<to_month>1[0-2]|0?[1-9])/)?(?P<to_day>[0-3]?\d))?"
    r"(?=[，,]|[上下]午|凌晨|晚|\s?\d{1,2}[:：]\d\d)"
)
"""“9/7，家长……”: elsewhere in a sentence it is a fraction."""

_OF_MONTH = re.compile(
    rf"(?P<which>本月|当月|上月|上个月|这个月)(?P<day>{_ANY_DAY})[日号]"
    rf"(?:{_TO}(?P<to_day>{_ANY_DAY})[日号])?"
)
_NO_SPAN_OF_TIME = r"(?!以?内|之?前|之?后|起|以来|来|间|游|程|常|均|共|累计|为|制|期|报|子)"
_MORE_DAYS = rf"(?P<more>(?:{_AND}\d{{1,2}}[日号])*)"
_TO_DAY = rf"(?:{BETWEEN}(?:(?P<next>次日|翌日|第二天)|(?P<to_day>\d{{1,2}})[日号]))?"
_DAY_ALONE = re.compile(
    rf"{_CLAUSE}(?:(?P<day>\d{{1,2}})(?:日|号(?=[，,、）)至到—\-]|[上下]午|凌晨|清晨|早|晚|中午|傍晚|当天|\d{{1,2}}[时点:：])){_MORE_DAYS}{_TO_DAY}{_NO_SPAN_OF_TIME}"
    r"|(?P<written>三十一?|二?十[一二三四五六七八九]?)[日号](?=[，,）)]|上午|下午|凌晨|清晨|早|晚|中午|傍晚|当天))"
)
_DAY_WITHIN = re.compile(
    r"(?:(?<=[一-鿿—”])(?<![第每满近约达共历长续连期用个时限隔前后作过花仅需超足月年来去至到零一二三四五六七八九十百千\d.])"
    r"|(?<=[到至])(?=\d{1,2}日))"
    rf"(?P<day>\d{{1,2}})(?:日|号(?=[上下]午|晚|凌晨)){_MORE_DAYS}{_TO_DAY}{_NO_SPAN_OF_TIME}"
)
"""“培训班6日结业”, “我镇于25日上午召开”: a day in mid-clause, its month told elsewhere."""

_NEXT_DAY = re.compile(r"次日|翌日|次晨|翌晨|第二天(?!地)")
_FIRST_DAY = re.compile(r"首日|第一天|首天|头一天|开班当[天日]")
_WEEKDAY = re.compile(
    r"(?<![每下])(?:(?P<which>本周|这周|上周|本星期|上星期|上个星期)(?P<day>[一二三四五六日天])(?![期年月个])"
    r"|(?:周|星期|礼拜)(?P<plain>[一二三四五六日天])(?=$|[，,。、；\s（()）至到起上下中早晚凌傍清夜]))"
)
RELATIVE = re.compile(
    r"(?P<word>昨[晚夜](?:到|至)?今[晨早]|大前天|昨天|昨日|昨晚|昨夜|前天|前日(?=[，,上下晚凌])|今天|今日|今晨|今晚|今早)"
    r"(?!头条|武进|常州|说法|关注|视点|中国|江苏|要闻)"
)


class ImpossibleDay(Exception):
    """A day that no calendar holds, such as 2月30日."""


class NoDay(Exception):
    """A word that names a day only beside another, such as 次日, and stands alone."""


@dataclass(frozen=True, slots=True)
class Mention:
    """
    A day named in a sentence.

    `first`..`last`: the span of days, equal for one day; both None for a day that does not exist.
    `start`, `end`: offsets in the tidied sentence. `relative`: a weekday or a word such as “昨日”, which
    is also said without meaning the day (“今天才知道”).
    """

    first: date | None
    last: date | None
    start: int
    end: int
    relative: bool = False


def number(text: str) -> int:
    """Read "十二", "廿三", "二〇二二" or "12" as a number."""
    if text.isdigit():
        return int(text)
    text = text.replace("廿", "二十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    value = 0
    for character in text:
        value = value * 10 + _DIGITS[character]
    return value


def nearest(month: int, day: int, received: date) -> date:
    """Return the year in which a day without one lies nearest to the receipt. Raises ImpossibleDay."""
    proxy = min(day, 28)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise ImpossibleDay(f"{month}月{day}日")
    year = min(
        (received.year - 1, received.year, received.year + 1),
        key=lambda year: abs((date(year, month, proxy) - received).days),
    )
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ImpossibleDay(f"{year}年{month}月{day}日") from error


def _year(text: str) -> int:
    """Read "2022", "二〇二二" or "22" as a year."""
    year = number(text)
    return year + 2000 if year < 100 else year


def _full(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    month, day = number(match["month"]), number(match["day"])
    if match["year"]:
        first = _day(_year(match["year"]), month, day)
    elif match["era"] == "去年":
        first = _day(base.year - 1, month, day)
    elif match["era"] in ("今年", "本年", "本年度"):
        first = _day(base.year, month, day)
    else:
        first = nearest(month, day, received)
    last = _further(first, match["more"])
    if match["next"]:
        last += timedelta(days=1)
    if match["to_day"]:
        last = _next(
            last,
            number(match["to_month"]) if match["to_month"] else None,
            number(match["to_day"]),
            _year(match["to_year"]) if match["to_year"] else None,
        )
    return first, _further(last, match["after"])


def _further(last: date, more: str | None) -> date:
    """Return the last of further days: “、6日、4月2日”."""
    for part in re.finditer(rf"(?:({_ANY_DAY})月)?({_ANY_DAY})", more or ""):
        last = _next(last, number(part[1]) if part[1] else None, number(part[2]), None)
    return last


def _next(after: date, month: int | None, day: int, year: int | None) -> date:
    """Return the end of a span: the month may turn over, and with it the year."""
    last = _day(year or after.year, month or after.month, day)
    if last < after and year is None and month is not None:
        last = _day(after.year + 1, month, day)
    if last < after:
        raise ImpossibleDay(f"{after}-{last}")
    return last


def _slashed(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    first = _day(int(match["year"]), int(match["month"]), int(match["day"]))
    if not match["to_day"]:
        return first, first
    month = int(match["to_month"]) if match["to_month"] else None
    year = int(match["to_year"]) if match["to_year"] else None
    return first, _next(first, month, int(match["to_day"]), year)


def _pointed(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    """Read "3.5日": without 日 it may be a figure or the version of a file."""
    first = nearest(int(match["month"]), int(match["day"]), received)
    if not match["to_day"]:
        return first, first
    month = int(match["to_month"]) if match["to_month"] else None
    return first, _next(first, month, int(match["to_day"]), None)


def _of_month(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    month = base.replace(day=1)
    if match["which"].startswith("上"):
        month = (month - timedelta(days=1)).replace(day=1)
    first = _day(month.year, month.month, number(match["day"]))
    to_day = match["to_day"]
    return first, _next(first, None, number(to_day), None) if to_day else first


def _alone(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    """Return a day without its month: the month named just before it, else the one nearest to the receipt."""
    groups = match.groupdict()
    day = number(groups["day"] or groups["written"])
    before = [mention.last for mention in earlier if mention.start < match.start() and mention.last]
    if before:
        first = _day(before[-1].year, before[-1].month, day)
        if first < before[-1]:  # "截至2月28日……，6日": the month has turned
            turned = (before[-1].replace(day=1) + timedelta(days=32)).replace(day=1)
            later = _day(turned.year, turned.month, day)
            first = later if later <= base else first
    else:
        if not 1 <= day <= 31:
            raise ImpossibleDay(f"{day}日")
        candidates = []
        for months in (-2, -1, 0, 1):
            index = base.year * 12 + base.month - 1 + months
            try:
                candidates.append(date(index // 12, index % 12 + 1, day))
            except ValueError:
                continue
        first = min(candidates, key=lambda candidate: abs((candidate - base).days))
    last = _further(first, groups.get("more"))
    if groups.get("next"):
        last += timedelta(days=1)
    if groups.get("to_day"):
        last = _next(last, None, number(groups["to_day"]), None)
    return first, last


def _next_day(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    """Return the day after the one named before it. Raises NoDay where none is."""
    word = match[0]
    for mention in reversed(earlier):
        if mention.start < match.start() and mention.first and mention.last:
            within = word == "第二天" or _FIRST_DAY.search(match.string, 0, match.start())
            after = mention.first if within else mention.last
            return after + timedelta(days=1), after + timedelta(days=1)
    raise NoDay(word)


def _weekday(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    index = "一二三四五六日".index((match["day"] or match["plain"]).replace("天", "日"))
    monday = base - timedelta(days=base.weekday())
    which = match["which"] or ""
    day = monday + timedelta(days=index)
    if which.startswith("上"):
        day -= timedelta(days=7)
    elif not which.startswith(("本", "这")) and day > base:
        day -= timedelta(days=7)  # "周三" without more is the last one past
    return day, day


def _relative(
    match: re.Match[str], received: date, base: date, earlier: list[Mention]
) -> tuple[date, date]:
    back = {"昨": 1, "前": 2, "今": 0, "大": 3}
    word = match["word"]
    first = base - timedelta(days=back[word[0]])
    return first, base if word.endswith(("今晨", "今早")) else first


Reader = Callable[[re.Match[str], date, date, list[Mention]], tuple[date, date]]

FORMS: tuple[tuple[re.Pattern[str], frozenset[str], Reader, bool], ...] = (
    (_DATE, frozenset("月"), _full, False),
    (_SLASHED, frozenset("-./"), _slashed, False),
    (_POINTED, frozenset("."), _pointed, False),
    (_POINTED_SPAN, frozenset("."), _pointed, False),
    (_POINTED_FIRST, frozenset("."), _pointed, False),
    (_DASHED, frozenset("-"), _pointed, False),
    (_BROKEN, frozenset("/"), _pointed, False),
    (_OF_MONTH, frozenset("月"), _of_month, False),
    (_DAY_ALONE, frozenset("日号"), _alone, False),
    (_DAY_WITHIN, frozenset("日号"), _alone, False),
    (_WEEKDAY, frozenset("周期拜"), _weekday, True),
    (RELATIVE, frozenset("昨前今"), _relative, True),
    (_NEXT_DAY, frozenset("次翌第"), _next_day, False),
)
"""
Each form with the marks of which it has one at least (most sentences have none, and are not searched),
what reads it, and whether it is a word that counts from another day.
"""
