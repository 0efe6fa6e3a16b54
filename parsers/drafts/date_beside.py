"""
What stands beside a text and names a day, too: captions, fields, the covering note, the file name.

It is asked only where title and body name no day. A pasted web stamp is no evidence at all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from parsers.drafts.date_expressions import VAGUE, Mention, mentions, tidy
from rulebook.model import DayDoubt, EventDate

LONG_AGO_DAYS = 92

_EVENT_FIELD = re.compile(
    r"(?:活动|举办|召开|开展|检查|会议|事件|事发|发生|演练|培训|宣讲|走访|执法)(?:的)?(?:时间|日期)"
)
_EVENT_TIME = re.compile(rf"{_EVENT_FIELD.pattern}|时间")
_BESIDE_TIME = frozenset(
    {"地点", "活动地点", "主持", "主持人", "来源", "平台", "发布平台", "标题", "内容", "主要内容"}
)
_POSTED_FIELD = re.compile(
    r"(?:首次?发[布帖文]?|发[布帖文]|发现|出现|曝光|舆情(?:发生|发布|发现)?|留言|投诉|来电|反映|帖文|网络)(?:的)?(?:时间|日期)"
)
_POSTED_ASIDE = re.compile(
    r"(?:首次?发[布帖文]?|发[帖文]|帖文发布|留言|来电)(?:时间|日期)\s*[：:为]?\s*(?=[\d一二三])"
)
_PUT_UP_ASIDE = re.compile(
    r"(?<=[一-鿿，,。”])[（(]\s*(?:发布|发表|上传)(?:时间|日期)\s*[：:为]?\s*(?=[\d一二三])"
)
_VOICE = re.compile(r"网民|网友|用户|博主|业主|居民|村民")
"""“网民……称（发布时间：……）”: of a post; without a voice it may be a web page's stamp."""

_FIELD = re.compile(r"[（(]?\s*([一-鿿\s]{2,10}?)\s*[：:]\s*(.+)$")
_STAMPED = re.compile("(?:发布|发现|网络)(?:时间|日期)")
"""In a row of a form beside 发布平台 it tells of the post; in a line of its own it is a web page's stamp."""

_DEADLINE = re.compile(r"(?:截至|截止|[以之]?前(?!黄|往|来|去)|起|将|拟)")
_NO_EVENT_NOTE = re.compile(
    r"退|重发|重报|补报|上一?封|上次|上期|约稿|截止|之前|以前|前报|本周|本月"
)
_SPOKEN_DAY = re.compile(r"月.{0,4}[日号]")


@dataclass(frozen=True, slots=True)
class Beside:
    """
    Second evidence.

    `fields`: name and value of a form's rows; `stamped`: the day of a pasted web stamp, from which only
    words such as “昨日” count; `dateline`: of “3月7日讯” cut from the lead.
    """

    captions: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    note: str = ""
    file_name: str = ""
    stamped: date | None = None
    dateline: date | None = None


def completed(event: EventDate, beside: Beside, received: date) -> EventDate:
    """
    Return the event's day, where the text names none taken from what stands beside it.

    A form's field that contradicts the text leaves the day open. A caption or a field settles a
    “近日”; the covering note and the file name do not.
    """
    field = _agreed(_field_days(beside, _event_field(beside), received), received)
    if event.day is not None:
        if field is not None and field.day is not None and field.day != event.day:
            return EventDate(None, f"{event.evidence}……{field.evidence}", DayDoubt.SEVERAL)
        return event
    if event.doubt not in (DayDoubt.NO_DATE, DayDoubt.VAGUE):
        return event
    sources = [field, _agreed(_days_in(beside.captions, received), received)]
    if event.doubt is DayDoubt.NO_DATE:
        sources.append(_agreed(_field_days(beside, _POSTED_FIELD, received), received))
        sources += [_from_file_name(beside, received), _from_note(beside, received)]
    named = [source for source in sources if source is not None]
    if not named:
        return event
    if len({source.day for source in named}) > 1 or named[0].day is None:
        evidence = "……".join(source.evidence for source in named)
        return EventDate(None, evidence, DayDoubt.SEVERAL)
    return named[0]


def posted(beside: Beside, received: date) -> tuple[date, str] | None:
    """Return the day of a form's field “发布时间” beside 发布平台, or of “（……发帖时间：2022-07-28）”."""
    event = _agreed(_field_days(beside, _POSTED_FIELD, received), received)
    return (event.day, event.evidence) if event is not None and event.day is not None else None


def days(beside: Beside, received: date) -> list[date | None]:
    """Every day named beside the text that could be a later one of the event."""
    named = [
        *_days_in(beside.captions, received),
        *_field_days(beside, _event_field(beside), received),
    ]
    return [mention.last for mention, _ in named]


def fields_of(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Name and value of each field in rows of a table and in lines such as “活动时间：3月5日”."""
    pairs: list[tuple[str, str]] = []
    for line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        pairs += [(_bare(key), value) for key, value in itertools.pairwise(cells)]
        for cell in cells:
            match = _FIELD.match(cell) if len(cell) <= 60 else None
            if match and not _STAMPED.fullmatch(_bare(match[1])):
                pairs.append((_bare(match[1]), match[2]))
        put_up = _PUT_UP_ASIDE.search(line) if _VOICE.search(line) else None
        if aside := _POSTED_ASIDE.search(line) or put_up:
            pairs.append(("发帖时间", re.split(r"[，,。；）)]", line[aside.end() :])[0]))
    return tuple(pairs)


def post_fields(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the fields “发布时间：…” of a report on public opinion that is written in such lines."""
    pairs = []
    for line in lines:
        match = _FIELD.match(line) if len(line) <= 60 else None
        if match and _STAMPED.fullmatch(_bare(match[1])):
            pairs.append(("发帖时间", match[2]))
    return tuple(pairs)


def _event_field(beside: Beside) -> re.Pattern[str]:
    """Return what fields tell of the event: a bare 时间 only beside a 地点, else it may be that of writing."""
    named = {name for name, _ in beside.fields}
    return _EVENT_TIME if named & _BESIDE_TIME else _EVENT_FIELD


def _field_days(
    beside: Beside, names: re.Pattern[str], received: date
) -> list[tuple[Mention, str]]:
    named: list[tuple[Mention, str]] = []
    for name, value in beside.fields:
        if names.fullmatch(name):
            text = tidy(value)
            named += [
                (mention, f"{name}：{value}")
                for mention in mentions(text, received, None)
                if mention.start < 4
            ][:1]
    return named


def _days_in(texts: Sequence[str], received: date) -> list[tuple[Mention, str]]:
    named = []
    for line in texts:
        text = tidy(line)
        for mention in mentions(text, received, None):
            if mention.relative or _DEADLINE.match(text[mention.end :]):
                continue
            named.append((mention, line))
    return named


def _from_file_name(beside: Beside, received: date) -> EventDate | None:
    """Return a day spelt out in the name of a file; bare digits may be the day it was typed."""
    stem = PurePosixPath(beside.file_name).stem
    if _SPOKEN_DAY.search(stem) is None:
        return None
    return _agreed(_days_in([stem], received), received)


def _from_note(beside: Beside, received: date) -> EventDate | None:
    """Return the day that a covering note tells of what was done: “9月19日下午开展入户检查的动态”."""
    for sentence in re.split(r"[。！；\n]", beside.note):
        if _NO_EVENT_NOTE.search(sentence) or VAGUE.search(sentence):
            continue
        text = tidy(sentence)
        named = []
        for mention in mentions(text, received, None):
            after = text[mention.end :]
            if not mention.relative and re.match(
                r"(?:上午|下午|晚上?|当[天日])?[^，。]{0,14}(?:开展|召开|举行|举办|组织|检查|演练|培训|发生|活动|的)",
                after,
            ):
                named.append((mention, sentence.strip()))
        if named:
            return _agreed(named, received)
    return None


def _agreed(named: Sequence[tuple[Mention, str]], received: date) -> EventDate | None:
    """Return the one day that all of them name, open where they disagree, None where there is none."""
    known = [
        (mention.last, text)
        for mention, text in named
        if mention.last is not None
        and mention.last <= received
        and (received - mention.last).days <= LONG_AGO_DAYS
    ]
    if not known:
        return None
    if len({day for day, _ in known}) > 1:
        return EventDate(None, known[0][1], DayDoubt.SEVERAL)
    return EventDate(known[0][0], known[0][1])


def _bare(cell: str) -> str:
    return re.sub(r"[\s：:]", "", cell)
