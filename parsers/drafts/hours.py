"""
The last hour that a draft tells of its event's day, for limits that are counted in hours.

“3月5日9时至10时30分” ended at 10:30. Where only the beginning is told, that is the last hour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

from parsers.drafts.date_expressions import mentions, tidy

_CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|晚|夜间|当晚|当日|当天)?"
    r"(?<![\d.:：])(?P<hour>[01]?\d|2[0-4])(?:[时点](?!间|代|候|期|段)(?:(?P<minute>[0-5]?\d)分|(?P<half>半))?|[:：](?P<digits>[0-5]\d)(?!\d))"
)
_AFTERNOON = ("下午", "午后", "傍晚", "晚上", "晚", "夜间", "当晚")
_PLANNED = re.compile(r"(?:计划|预计|拟|将|截止|截至|前|每[天日]|原定|要求|通知)[^，,。；]{0,8}$")
_RANGE = re.compile(r"(?:至|到|—+|-|~|～)\s*$")
FURTHEST = 20_000
"""Characters of a text in which hours are looked for."""

_NOON = 12
_MIDNIGHT = 24


def last_hour(lines: Sequence[str], day: date, received: date) -> time | None:
    """
    Return the latest hour told of an event's day; None when none is told.

    An hour belongs to the day named last before it. What is planned, and what stands before a day
    is named, is not counted unless the text names no day at all.
    """
    if not any(_CLOCK.search(line) for line in lines):
        return None
    hours: list[time] = []
    current: date | None = None
    read = 0
    for line in lines:
        read += len(line)
        if read > FURTHEST:
            break
        sentence = tidy(line)
        named = [one for one in mentions(sentence, received, None) if one.last is not None]
        part = ""
        end_of_last = -1
        for clock in _CLOCK.finditer(sentence):
            for mention in named:
                if mention.start < clock.end():
                    current = mention.last
            joined = _RANGE.search(sentence[max(0, end_of_last) : clock.start()])
            part = clock["part"] or (part if joined and end_of_last >= 0 else "")
            end_of_last = clock.end()
            hour = _hour(clock, part)
            if hour is None or _PLANNED.search(sentence[: clock.start()]):
                continue
            if current in (None, day):
                hours.append(hour)
        if named:
            current = named[-1].last
    return max(hours, default=None)


def _hour(clock: re.Match[str], part: str) -> time | None:
    """Return the time that the words mean; 24时 is the day's end, which needs no hour."""
    hour = int(clock["hour"])
    minute = 30 if clock["half"] else int(clock["minute"] or clock["digits"] or 0)
    if part in _AFTERNOON and hour < _NOON:
        hour += _NOON
    return None if hour >= _MIDNIGHT else time(hour, minute)
