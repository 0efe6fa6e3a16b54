"""The days that a Chinese sentence names, in order, on the calendar."""

from __future__ import annotations

import re
import unicodedata
from bisect import insort
from collections.abc import Iterator
from datetime import date
from operator import attrgetter

from parsers.drafts import festivals
from parsers.drafts.day_forms import (
    BETWEEN,
    FORMS,
    HOUR,
    RELATIVE,
    ImpossibleDay,
    Mention,
    NoDay,
    nearest,
    number,
)

__all__ = ["LUNAR", "VAGUE", "Mention", "mentions", "nearest", "number", "tidy"]

_NUMERALS_WITH_BLANKS = re.compile(
    r"(?<=[\d一二三四五六七八九十〇零年月日号至到\-—、])[ \t　]"
    r"(?!\d{1,2}[:：]\d\d)(?=[\d一二三四五六七八九十年月日号至到\-—、])"
)
_WIDE = re.compile("[０-９／．－～]+")
_BEFORE_UNIT = re.compile(
    r"(?<=\d)[ \t　]+(?=[年月日号])|(?<=[年月])[ \t　]+(?=[\d一二三四五六七八九十])"
)
_QUOTED_DAY = re.compile(
    r"[“\"‘'](\d{1,2}[·.．•‧]\d{1,2}|三八|五一|五四|六一|七一|八一|十一|一一九|119)[”\"’']"
    r"(?=[一-鿿]{0,16}(?:日|节))"
)
"""““三八”妇女节”: such quotation marks quote nobody."""

LUNAR = re.compile(
    r"农历|阴历|旧历|正月(?:初|十|廿|二十)|腊月|冬月(?:初|十|廿)|大年(?:初|三十)|(?<![一二三四五六七八九十\d])初[一二三四五六七八九十](?![中级次步期始心])"
    r"|除夕(?:当[天日]|之?夜|[，,])"
)
VAGUE = re.compile(
    r"近日|(?:上周|本周|这周)(?![一二三四五六日天边])|(?:^|[，,])(?:上?周末|上个月)|(?<![\d一二三四五六七八九十])日前|连日来|连日|近期|最近|前不久|不久前|这几天|近几天|近来|近段时间|近一段时间|连续多日|多日来"
    r"|(?<!正)月(?:初(?![一二三四五六七八九十])|[底末](?!之?前|以前)|中旬|上旬|下旬)"
)

_ASIDE = re.compile(r"[\s（(，,、]{0,2}|是")
_ALSO = re.compile(rf"{HOUR}(?:和|及|以及|与)")
_FROM_TO = re.compile(rf"{HOUR}[）)]?{BETWEEN}")


def tidy(sentence: str) -> str:
    """Full-width figures made plain, blanks inside dates removed ("3 月 ５ 日" → "3月5日")."""
    plain = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), sentence)
    plain = _QUOTED_DAY.sub(r"\1", plain)
    return _BEFORE_UNIT.sub("", _NUMERALS_WITH_BLANKS.sub("", plain)).strip()


_START = attrgetter("start")


def mentions(
    sentence: str, received: date, written: date | None, previous: Mention | None = None
) -> Iterator[Mention]:
    """
    Every day named in a tidied sentence, in order.

    Args:
        sentence: as `tidy` leaves it.
        received: the office day of receipt.
        written:  the day the draft itself bears; relative words count from it, else from `received`.
        previous: the last day named before this sentence; 次日 counts from it.
    """
    characters = frozenset(sentence)
    base = written or received
    taken = bytearray(len(sentence))
    days: list[Mention] = []
    if previous is not None:
        days.append(Mention(previous.first, previous.last, -1, -1))
    for mention in festivals.mentions(sentence, received):
        taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        days.append(mention)
    days.sort(key=_START)
    for pattern, marks, read, by_word in FORMS:
        if marks.isdisjoint(characters):
            continue
        for match in pattern.finditer(sentence):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            try:
                first, last = read(match, received, base, days)
            except NoDay:
                continue
            except (ImpossibleDay, ValueError, OverflowError):
                insort(days, Mention(None, None, match.start(), match.end()), key=_START)
            else:
                insort(days, Mention(first, last, match.start(), match.end(), by_word), key=_START)
    yield from _explained([mention for mention in days if mention.start >= 0], sentence)


def _explained(days: list[Mention], sentence: str) -> Iterator[Mention]:
    """
    Join what explains itself: “3月5日（周六）”, “昨日（3月5日）” is one day.

    A weekday that the date does not fall on leaves no day at all. Two days with 至 between them are one
    span.
    """
    kept: list[Mention] = []
    for mention in days:
        if (
            kept
            and _ALSO.fullmatch(sentence[kept[-1].end : mention.start])
            and _in_order(kept[-1], mention)
        ):
            kept[-1] = _span(kept[-1], mention)
            continue
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
            and RELATIVE.fullmatch(sentence[word.start : word.end]) is None
            and date_.first is not None
            and date_.last is not None
            and (named - date_.first.weekday()) % 7 > (date_.last - date_.first).days
        )
        day = (None, None) if wrong else (date_.first, date_.last)
        closed = sentence[mention.end : mention.end + 1] in ("）", ")")
        kept[-1] = Mention(*day, kept[-1].start, mention.end + closed)
    yield from kept


def _in_order(first: Mention, second: Mention) -> bool:
    """Tell whether two days follow each other."""
    return first.last is not None and second.first is not None and first.last < second.first


def _span(start: Mention, end: Mention) -> Mention:
    """Read "2022-3-5（周六）至3月6日": two days in different dress are the ends of one span."""
    ends = start.first, end.last
    if ends[0] is None or ends[1] is None or ends[1] < ends[0]:
        ends = None, None
    return Mention(*ends, start.start, end.end)
