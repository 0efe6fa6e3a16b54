"""The ways in which Chinese texts write a day, found in a sentence and put on the calendar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
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
_AND = r"(?:、|和|及|，(?=\d{1,2}[日号]))"
_HOUR = r"(?:凌晨|清晨|早上?|上午|中午|下午|傍晚|晚上?|夜间?|深夜)?(?:\d{1,2}(?:[时点](?:\d{1,2}分|半|许|整)?|:\d\d))?"
_BETWEEN = rf"{_HOUR}(?:[（(][^（）()]{{1,6}}[）)])?{_HOUR}起?{_TO}"
"""What stands between the two ends of a span: “5日晚至6日”, “5日（周六）至6日”, “5日20时到6日”."""

_DATE = re.compile(
    rf"(?:(?P<year>{_YEAR})年|(?P<era>今年|去年|本年度?|同年))?"
    rf"(?P<month>{_ANY_DAY})月(?:份)?(?P<day>{_ANY_DAY})(?P<end>日|号|(?={_TO}{_ANY_DAY}[日号])|(?=(?:、{_ANY_DAY})+[日号]))"
    rf"(?P<more>(?:{_AND}(?:{_ANY_DAY}月)?{_ANY_DAY}[日号]?)*)"
    rf"(?:{_BETWEEN}(?:(?P<next>次日|翌日|第二天)|(?:(?P<to_year>{_YEAR})年)?(?:(?P<to_month>{_ANY_DAY})月)?"
    rf"(?P<to_day>{_ANY_DAY})[日号](?P<after>(?:{_AND}(?:{_ANY_DAY}月)?{_ANY_DAY}[日号])*)))?"
)
_SLASHED = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})日?"
    rf"(?:{_TO}(?:(?:(?P<to_year>20\d\d)(?P=mark))?(?P<to_month>\d{{1,2}})(?P=mark))?(?P<to_day>\d{{1,2}})日?)?"
    r"(?![\d\-/]|\.\d)"
)
_POINTED = re.compile(
    r"(?:(?<=^)|(?<=[，,。；;：:（(“\s、]))(?P<month>1[0-2]|0?[1-9])\.(?P<day>[0-3]?\d)[日号]"
    rf"(?:{_TO}(?:(?P<to_month>1[0-2]|0?[1-9])\.)?(?P<to_day>\d{{1,2}})[日号])?"
)
_OF_MONTH = re.compile(
    rf"(?P<which>本月|当月|上月|上个月|这个月)(?P<day>{_ANY_DAY})[日号]"
    rf"(?:{_TO}(?P<to_day>{_ANY_DAY})[日号])?"
)
_DAY_ALONE = re.compile(
    rf"(?:(?<=^)|(?<=[，,。；;：:（(“\s、]))(?P<day>\d{{1,2}}|三十一?|二?十[一二三四五六七八九]?)[日号]"
    rf"(?:{_TO}(?P<to_day>\d{{1,2}})[日号])?(?=[，,）)]|上午|下午|凌晨|清晨|早|晚|中午|傍晚|当天)"
)
_WEEKDAY = re.compile(
    r"(?<![每下])(?:(?P<which>本周|这周|上周|本星期|上星期|上个星期)(?P<day>[一二三四五六日天])(?![期年月个])"
    r"|(?:周|星期|礼拜)(?P<plain>[一二三四五六日天])(?=$|[，,。、；\s（()）至到起上下中早晚凌傍清夜]))"
)
_RELATIVE = re.compile(
    r"(?P<word>昨[晚夜](?:到|至)?今[晨早]|大前天|昨天|昨日|昨晚|昨夜|前天|前日(?=[，,上下晚凌])|今天|今日|今晨|今晚|今早)"
    r"(?!头条|武进|常州|说法|关注|视点|中国|江苏|要闻)"
)
_NUMERALS_WITH_BLANKS = re.compile(
    r"(?<=[\d一二三四五六七八九十〇零年月日号至到\-—、])[ \t　]"
    r"(?!\d{1,2}[:：]\d\d)(?=[\d一二三四五六七八九十年月日号至到\-—、])"
)
_WIDE = re.compile("[０-９／．－～]+")
_BEFORE_UNIT = re.compile(
    r"(?<=\d)[ \t　]+(?=[年月日号])|(?<=[年月])[ \t　]+(?=[\d一二三四五六七八九十])"
)
LUNAR = re.compile(
    r"农历|阴历|旧历|正月(?:初|十|廿|二十)|腊月|冬月(?:初|十|廿)|大年(?:初|三十)|(?<![一二三四五六七八九十\d])初[一二三四五六七八九十](?![中级次步期始心])"
    r"|除夕(?:当[天日]|之?夜|[，,])"
)
VAGUE = re.compile(
    r"近日|(?:上周|本周|这周)(?![一二三四五六日天边])|(?:^|[，,])(?:上?周末|上个月)|(?<![\d一二三四五六七八九十])日前|连日来|连日|近期|最近|前不久|不久前|这几天|近几天|近来|近段时间|近一段时间|连续多日|多日来"
    r"|(?<!正)月(?:初(?![一二三四五六七八九十])|底|末|中旬|上旬|下旬)"
)


_ASIDE = re.compile(r"[\s（(，,、]{0,2}")
_FROM_TO = re.compile(rf"{_HOUR}[）)]?{_BETWEEN}")


# Every way to name a day has one of its marks; most sentences have none, and are not searched.
_OF_DATE = frozenset("月")
_OF_SLASHED = frozenset("-./")
_OF_POINTED = frozenset(".")
_OF_DAY = frozenset("日号")
_OF_WEEKDAY = frozenset("周期拜")
_OF_RELATIVE = frozenset("昨前今")


class ImpossibleDay(Exception):
    """A day that no calendar holds, such as 2月30日."""


@dataclass(frozen=True, slots=True)
class Mention:
    """
    A day named in a sentence. `first`..`last`: the span of days, equal for one day; both None for a
    day that does not exist. `start`, `end`: offsets in the tidied sentence. `relative`: a weekday or
    a word such as “昨日”, which is also said without meaning the day (“今天才知道”).
    """

    first: date | None
    last: date | None
    start: int
    end: int
    relative: bool = False


def tidy(sentence: str) -> str:
    """Full-width figures made plain, blanks inside dates removed ("3 月 ５ 日" → "3月5日")."""
    plain = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), sentence)
    return _BEFORE_UNIT.sub("", _NUMERALS_WITH_BLANKS.sub("", plain)).strip()


def number(text: str) -> int:
    """ "十二", "廿三", "二〇二二" or "12" as a number."""
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


def mentions(sentence: str, received: date, written: date | None) -> Iterator[Mention]:
    """
    Every day named in a tidied sentence, in order. `written` is the day the draft itself bears;
    relative words count from it, else from `received` (office days).
    """
    characters = frozenset(sentence)
    base = written or received
    taken = bytearray(len(sentence))
    found: list[Mention] = []
    for pattern, marks, place in (
        (_DATE, _OF_DATE, _full),
        (_SLASHED, _OF_SLASHED, _slashed),
        (_POINTED, _OF_POINTED, _pointed),
        (_OF_MONTH, _OF_DATE, _of_month),
        (_DAY_ALONE, _OF_DAY, _alone),
        (_WEEKDAY, _OF_WEEKDAY, _weekday),
        (_RELATIVE, _OF_RELATIVE, _relative),
    ):
        if marks.isdisjoint(characters):
            continue
        for match in pattern.finditer(sentence):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            try:
                first, last = place(match, received, base, found)
            except (ImpossibleDay, ValueError, OverflowError):
                found.append(Mention(None, None, match.start(), match.end()))
            else:
                words = place in (_weekday, _relative)
                found.append(Mention(first, last, match.start(), match.end(), words))
    yield from _explained(sorted(found, key=lambda mention: mention.start), sentence)


def _explained(found: list[Mention], sentence: str) -> Iterator[Mention]:
    """
    “3月5日（周六）”, “昨日（3月5日）”: a word beside a date explains it and is no second day. A weekday
    that the date does not fall on leaves no day at all. Two days with 至 between them are one span.
    """
    kept: list[Mention] = []
    for mention in found:
        if kept and _FROM_TO.fullmatch(sentence[kept[-1].end : mention.start]):
            kept[-1] = _span(kept[-1], mention)
            continue
        if not kept or not _ASIDE.fullmatch(sentence[kept[-1].end : mention.start]):
            kept.append(mention)
            continue
        date_, word = (kept[-1], mention) if mention.relative else (mention, kept[-1])
        if date_.relative or not word.relative:
            kept.append(mention)
            continue
        weekday = re.search("[一二三四五六日天]$", sentence[word.start : word.end])
        named = "一二三四五六日".find(weekday[0].replace("天", "日")) if weekday else -1
        wrong = (
            weekday is not None
            and _RELATIVE.fullmatch(sentence[word.start : word.end]) is None
            and date_.last is not None
            and date_.last.weekday() != named
        )
        day = (None, None) if wrong else (date_.first, date_.last)
        closed = sentence[mention.end : mention.end + 1] in ("）", ")")
        kept[-1] = Mention(*day, kept[-1].start, mention.end + closed)
    yield from kept


def _span(start: Mention, end: Mention) -> Mention:
    """ "2022-3-5（周六）至3月6日": two days in different dress are the ends of one span."""
    ends = start.first, end.last
    if ends[0] is None or ends[1] is None or ends[1] < ends[0]:
        ends = None, None
    return Mention(*ends, start.start, end.end)


def nearest(month: int, day: int, received: date) -> date:
    """The year in which a day without one lies nearest to the receipt. Raises ImpossibleDay."""
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
    """ "2022", "二〇二二" or "22" as a year."""
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
    """The last of further days: “、6日、4月2日”."""
    for part in re.finditer(rf"(?:({_ANY_DAY})月)?({_ANY_DAY})", more or ""):
        last = _next(last, number(part[1]) if part[1] else None, number(part[2]), None)
    return last


def _next(after: date, month: int | None, day: int, year: int | None) -> date:
    """The end of a span: the month may turn over, and with it the year."""
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
    """ "3.5日": without 日 it may be a figure or the version of a file."""
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
    """A day without its month: the month named just before it, else the one nearest to the receipt."""
    day = number(match["day"])
    before = [mention.last for mention in earlier if mention.start < match.start() and mention.last]
    if before:
        first = _day(before[-1].year, before[-1].month, day)
        if first < before[-1]:  # "截至2月28日……，6日": the month has turned
            turned = (before[-1].replace(day=1) + timedelta(days=32)).replace(day=1)
            first = _day(turned.year, turned.month, day)
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
    to_day = match["to_day"]
    return first, _next(first, None, number(to_day), None) if to_day else first


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
