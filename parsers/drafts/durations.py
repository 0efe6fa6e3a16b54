"""Words of duration and of later days: what could make an event end later than the day written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from parsers.drafts.day_forms import number

_FIGURE = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_DURATION = re.compile(
    rf"(?:为期|历时|连续|持续|一连|接连|时长|共计?用?)[了约近]{{0,2}}(?P<days>{_FIGURE})[个多余]?(?P<unit>天|日|周|星期)(?!内)"
    rf"|(?P<course>{_FIGURE})[天日](?:的|时间|制)?(?:[一-鿿]{{0,6}}(?:培训|集训|学习班|竞赛|演练|活动))"
    rf"|(?P<took>{_FIGURE})天(?:时间)?(?:里|下来|来|中)"
)
_LATER = re.compile(
    rf"隔[天日]|(?:几|数|多|{_FIGURE})(?:天|日)(?:之|以)?后|(?:随|此)后(?:几|数|的)|多日|连日|接连几天|近日|(?<![\d一二三四五六七八九十])日前|近期"
    r"|(?:^|[，,。；])会(?:议)?(?:结束)?后[，,]|会后"
    r"|(?:持续[到至]|延续至|一直持续)(?![到至]?\s*(?:[次翌]日|当[天日晚]|第二天|\d{1,2}[月日号时点]))|(?:^|[，,。；])(?:本周|这周|周末|上周)(?![一二三四五六日])|至今|一周后"
)
_CLOSED = re.compile(r"结业|闭幕|落幕|落下帷幕|收官")
_OPENED = re.compile(r"开班|开幕|启动|拉开|开营|开赛|开课|开始")
_EVENING = re.compile(r"^.{0,6}(?:晚|夜|傍晚)|^\D{0,6}(?:1[89]|2[0-4])\s*(?:时|点|[:：]\d)")
_SMALL_HOURS = re.compile(
    r"(?<!\d[日号])(?<![当此]日)(?:凌晨|拂晓|黎明|破晓|天亮|天明|东方(?:既白|泛白|发白)|鱼肚白|通宵|彻夜|整夜|整晚|一夜|连夜|零时|0时|清晨)"
)
"""“7月5日22时……凌晨2时”: the small hours are those of the next day, though nobody names it."""

_NEXT_DAY = re.compile(r"[次翌](?:日|晨)|第二天|\d[日号](?:凌晨|清晨|早)")
_OPENED_LONG = re.compile(r"连续|一连|接连")


def closes(text: str) -> bool:
    """Tell whether a sentence tells of the end of a course or a contest."""
    return _CLOSED.search(text) is not None


def opens(text: str) -> bool:
    """Tell whether a sentence tells of the beginning of one."""
    return _OPENED.search(text) is not None


def is_evening(clause: str) -> bool:
    """Tell whether the words after a day make it an evening."""
    return _EVENING.search(clause) is not None


def days_of(text: str) -> int:
    """Return the longest duration that a text tells, in whole days; 0 without one."""
    longest = 0
    for match in _DURATION.finditer(text):
        figure = number((match["days"] or match["course"] or match["took"]).replace("两", "二"))
        longest = max(longest, figure * (7 if match["unit"] in ("周", "星期") else 1))
    return longest


def in_a_row(text: str) -> int:
    """Return the days of a deed done “连续三天”, 0 where none is told so."""
    for match in _DURATION.finditer(text):
        if match["days"] and match["unit"] in ("天", "日") and _OPENED_LONG.match(match[0]):
            return number(match["days"].replace("两", "二"))
    return 0


def set_for(text: str) -> int:
    """Return the days of a deed that is “为期三天”, 0 where none is told so."""
    for match in _DURATION.finditer(text):
        if match["days"] and match["unit"] in ("天", "日") and match[0].startswith("为期"):
            return number(match["days"].replace("两", "二"))
    return 0


def latest(
    day: date, texts: Iterable[str], received: date, *, ended: bool = False, overnight: bool = False
) -> date:
    """
    Return the latest day up to the receipt to which words of duration could stretch an event.

    Args:
        day:      the last day written.
        texts:    the sentences in which such words are looked for.
        received: the office day of receipt.
        ended:    the day written is the end of a span already, so that a word of closing adds nothing.
        overnight: it is told as an evening: the small hours that follow are those of the next day.
    """
    end = day
    for text in texts:
        if overnight and _SMALL_HOURS.search(text) and not _NEXT_DAY.search(text):
            end = max(end, day + timedelta(days=1))
        if _LATER.search(text) or (not ended and _CLOSED.search(text)):
            return received
        if length := days_of(text):
            end = max(end, day + timedelta(days=length - 1))
    return min(end, received) if day <= received else day
