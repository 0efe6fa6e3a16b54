"""
The day an event took place, read from a draft with the sentence that says so.

A wrong day costs somebody a point, an open one costs the office a look: in doubt the day stays open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from parsers.drafts import date_beside, durations
from parsers.drafts.date_beside import Beside
from parsers.drafts.date_context import (
    DATELINE,
    LINE,
    Candidate,
    Role,
    Sentence,
    candidates,
    sentences,
)
from parsers.drafts.date_expressions import LUNAR, VAGUE, mentions
from rulebook.model import DayDoubt, EventDate

LEAD_SENTENCES = 3
"""News tells its day at once: a day found in these sentences outweighs later ones."""

LONG_AGO_DAYS = 92
"""News older than a quarter is background, or last year's figure written by habit in January."""

MOST_DAYS = 7
"""Days between the first and the last that one event may lie apart."""

SECOND_LOOK_DAYS = 3
"""Days after a check within which the second look at the same defects ends the one story."""

_BACKGROUND = re.compile(
    r"多发|频发|高发|易发|气温|天气|晴好|干燥|火险|降温|降雨|降雪|寒潮|高温|梅雨|疫情|形势|临近|即将"
)
"""“近期，气温回升……” sets the scene: the event comes after it."""

_ELSEWHERE = "外地|多地|各地|外省|国内|全国|省内外?|一些地方|周边|某地|[一-鿿]{2,6}[省市]"
_OCCASION = re.compile(
    rf"(?:{VAGUE.pattern})(?:[^。；]{{0,20}}?(?:出台|印发|制定|下发|收到|接到|接群众|获悉|部署|通过|启动|成立|组建|推出)"
    rf"|[^，。；]{{0,2}}[，,]?(?:{_ELSEWHERE})[^。；]{{0,12}}(?:发生|突发|接连|相继))"
)
"""“日前，前黄镇出台……制度。4月13日，首堂……”: what led to the deed whose day follows."""

_OPENS = re.compile(r"启动|开始|开幕|拉开|开班|开赛|打响|展开")
_ENDS = re.compile(r"(?:全部|圆满|顺利|正式)?(?:结束|完成|收官|闭幕|落幕|结业|落下帷幕|告一段落)")

_SEASON = re.compile(r"^[^，,]{0,10}(?:期间|假期|节前|节后|当[天日])[，,]")

_OLD_DAY = r"(?:农历|阴历|旧历|正月|腊月|大年|除夕)"

_LUNAR_BESIDE = re.compile(
    rf"[，,\s]?{_OLD_DAY}|[（(][^（）()]{{0,8}}{_OLD_DAY}|（?[一-鿿]{{0,8}}[（(]{_OLD_DAY}"
)

_LUNAR_BEFORE = re.compile(rf"{_OLD_DAY}[^，,。（(]{{0,8}}[（(]$")

_PERIOD = re.compile(r"今年以来|去年以来|以来|截至目前|截止目前")


def event_date(
    title: str,
    body: Sequence[str],
    received: date,
    written: date | None = None,
    beside: Beside | None = None,
) -> EventDate:
    """
    Return the last day of the event that a draft reports.

    Source:  四.1; rulebook "Timeliness".
    Units:   `received` and `written` (the day the draft bears at its end) are office days.
    Returns: a day with the sentence it was read from, or a doubt: no date, only “近日”, a day that
             does not exist, a lunar day, or several days of which none is surely the event's.
             `beside` is asked for a day only where title and body have none.
    """
    beside = beside or Beside()
    rows = [line for line in body if "\t" in line or "时间" in line or "日期" in line]
    beside = replace(beside, fields=(*beside.fields, *date_beside.fields_of(rows)))
    in_body = sentences(body)
    dateline = beside.dateline or _dateline(in_body, received)
    base = written or dateline or beside.stamped
    days = candidates(in_body, received, base)
    in_text = _with_days_in_a_row(_read(in_body, days, received), in_body, days, received)
    in_the_title = sentences([title])
    title_days = candidates(in_the_title, received, base)
    in_title = _read(in_the_title, title_days, received)
    event = _weighed(title, in_text, in_title, received, written or dateline)
    event = date_beside.completed(event, beside, received)
    posted = date_beside.posted(beside, received) or _posted(days, in_body, received)
    return replace(
        event,
        posted=posted[0] if posted else None,
        posted_evidence=posted[1] if posted else "",
        handled=posted is None and _only_answers(days),
        latest=_latest(
            event.day or (posted[0] if posted else None),
            [*title_days, *days],
            [*in_the_title, *in_body],
            beside,
            received,
        ),
        not_after=dateline if dateline is not None and dateline <= received else None,
    )


def _weighed(
    title: str, in_text: EventDate, in_title: EventDate, received: date, written: date | None
) -> EventDate:
    """Return what title and body say together."""
    if in_text.day is None:
        open_ = in_text.doubt in (DayDoubt.NO_DATE, DayDoubt.SUPERIOR)
        return in_title if open_ and in_title.doubt is not DayDoubt.NO_DATE else in_text
    if in_title.day is not None and in_title.day != in_text.day:
        return EventDate(None, f"{title[:18]}……{in_text.evidence}", DayDoubt.SEVERAL)
    if written is not None and written < in_text.day <= received:
        return EventDate(None, f"{in_text.evidence}……{written}", DayDoubt.SEVERAL)
    return in_text


def _dateline(in_body: Sequence[Sentence], received: date) -> date | None:
    """Return the day of “本网3月6日讯” at the head of a report: words such as “昨日” count from it."""
    for sentence in in_body[:1]:
        for mention in mentions(sentence.masked, received, None):
            if mention.start < 24 and DATELINE.match(sentence.masked[mention.end :]):
                return mention.last
    return None


def _read(
    all_sentences: Sequence[Sentence], days: Sequence[Candidate], received: date
) -> EventDate:
    events = [day for day in days if day.role is Role.EVENT]
    lead = [day for day in events if day.position < LEAD_SENTENCES]
    firm = _recent([day for day in lead if day.strong], received)
    hazy = _first(VAGUE, all_sentences[:2])
    lunar = _lunar(all_sentences[:LEAD_SENTENCES], days)
    named = firm or lead
    if hazy is None and not named:
        hazy = _first(_SEASON, all_sentences[:2])
    if hazy is not None and (
        not named
        or (
            hazy < named[0].position
            and not _BACKGROUND.search(all_sentences[hazy].masked)
            and not (firm and firm[0].is_deed and _OCCASION.search(all_sentences[hazy].masked))
        )
    ):
        return EventDate(None, all_sentences[hazy].text, DayDoubt.VAGUE)
    if lunar is not None and (
        not named or (lunar == named[0].position and not _explains(named[0]))
    ):
        return EventDate(None, all_sentences[lunar].text, DayDoubt.LUNAR)
    if firm:
        return _lead_day(firm, events, received)
    # days in mid-sentence, or further down, are good enough only while they do not disagree
    rest = [*lead, *(day for day in events if day.strong)] or events
    rest = _recent(rest, received)
    if not rest:
        return _without_event(all_sentences, days)
    if len({day.mention.last for day in rest}) > 1:
        return _last_of(rest, received)
    return _settled(rest[0], received)


def _without_event(all_sentences: Sequence[Sentence], days: Sequence[Candidate]) -> EventDate:
    """No day of an event: a superior's day, or none at all."""
    for day in days:
        if day.role is Role.SUPERIOR:
            return EventDate(None, day.quotation(), DayDoubt.SUPERIOR)
    period = _first(_PERIOD, all_sentences)
    evidence = "" if period is None else all_sentences[period].text
    return EventDate(None, evidence, DayDoubt.NO_DATE)


def _with_days_in_a_row(
    event: EventDate,
    all_sentences: Sequence[Sentence],
    days: Sequence[Candidate],
    received: date,
) -> EventDate:
    """“7月21日起，……连续三天……巡查”: the event ends on the third day, unless another day is told."""
    for start in days:
        if start.role is not Role.SINCE or start.mention.last is None:
            continue
        near = [
            one
            for one in all_sentences[start.position : start.position + 2]
            if one.paragraph == all_sentences[start.position].paragraph
        ]
        length = max((durations.in_a_row(one.masked) for one in near), default=0)
        length = length or durations.set_for(all_sentences[start.position].masked)
        end = start.mention.last + timedelta(days=length - 1)
        if length < 2 or end > received:
            continue
        evidence = "".join(one.text for one in near)
        if event.day is not None and event.day != end:
            return EventDate(None, f"{event.evidence}……{evidence}", DayDoubt.SEVERAL)
        if event.doubt in (None, DayDoubt.NO_DATE):
            return EventDate(end, evidence)
    return event


def _lead_day(firm: Sequence[Candidate], events: Sequence[Candidate], received: date) -> EventDate:
    """Return the day that the first dated sentence of the lead gives, or a further deed after it."""
    chosen = [day for day in firm if day.position == firm[0].position]
    if any(day.mention.last is None for day in chosen):
        return _settled(next(day for day in chosen if day.mention.last is None), received)
    last = max(chosen, key=lambda day: day.mention.last or date.min)
    first = min(chosen, key=lambda day: day.mention.last or date.min)
    fire_then_meeting = first.is_accident and _apart(first, last) > 0 and not last.by_next_day
    if _apart(first, last) > MOST_DAYS or fire_then_meeting:
        return EventDate(None, _both(first, last), DayDoubt.SEVERAL)
    unlike: date | None = None
    for other in events:
        day, end = other.mention.last, last.mention.last
        if day is None or end is None or other is last:
            continue
        further = _follows(other, last) and end < day <= received
        if further and not _counts_later(other):
            continue
        goes_on = other.strong and other.mention.first == last.mention.last  # "14日……14日至15日"
        if (
            further
            and (goes_on or _is_last_deed(other, last))
            and _apart(first, other) <= MOST_DAYS
        ):
            if not (
                goes_on
                or other.is_alike
                or other.by_next_day
                or other.is_second_look
                or other.goes_on_until
                or other.in_small_hours
            ):
                unlike = unlike or end
            last = other
        elif further or (day <= received < end and _counts_later(other)):
            return EventDate(None, _both(last, other), DayDoubt.SEVERAL)
    if _OPENS.search(first.clause) and _ENDS.search(last.clause):
        unlike = None  # begun on the one day, ended on the other: one event
    return replace(_settled(last, received), earliest=unlike)


def _is_last_deed(other: Candidate, last: Candidate) -> bool:
    """Whether a further day is that of the last deed: what is only looked at again days later is not."""
    if other.goes_on_until or (other.in_small_hours and other.strong and _apart(last, other) == 1):
        return True
    if last.is_accident and not other.by_next_day:
        return False  # a fire, and the meeting held about it: two events
    if other.is_second_look and _apart(last, other) <= SECOND_LOOK_DAYS:
        return other.strong
    return other.strong and other.is_deed and not (other.is_stage and _apart(last, other) > 1)


def _last_of(rest: Sequence[Candidate], received: date) -> EventDate:
    """Return the last of several deeds, each with its day; a doubt where not each is plainly a deed."""
    days = [day.mention.last for day in rest if day.mention.last is not None]
    last = max(rest, key=lambda day: day.mention.last or date.min)
    plain = len(days) == len(rest) and all(day.strong and day.is_deed for day in rest)
    if plain and max(days) <= received and (max(days) - min(days)).days <= MOST_DAYS:
        return _settled(last, received)
    return EventDate(None, _both(rest[0], last), DayDoubt.SEVERAL)


def _follows(other: Candidate, last: Candidate) -> bool:
    return (other.position, other.mention.start) > (last.position, last.mention.start)


def _counts_later(candidate: Candidate) -> bool:
    """Whether a day behind the first may be a further stage of the story, not a mere word."""
    if candidate.mention.relative:
        return candidate.strong and candidate.paused
    return candidate.strong or candidate.position < LEAD_SENTENCES


def _posted(
    days: Sequence[Candidate], all_sentences: Sequence[Sentence], received: date
) -> tuple[date, str] | None:
    """Return the first day on which somebody said something in public, unless “近日” stands before it."""
    hazy = _first(VAGUE, all_sentences[:2])
    for day in days:
        first = day.mention.first
        if day.role is not Role.EVENT or first is None or not day.posts:
            continue
        if hazy is not None and hazy < day.position:
            return None
        if first <= received and not _long_ago(first, received):
            return first, day.quotation()
    return None


def _only_answers(days: Sequence[Candidate]) -> bool:
    events = [day for day in days if day.role is Role.EVENT]
    return bool(events) and all(day.answers for day in events)


def _latest(
    first: date | None,
    days: Sequence[Candidate],
    all_sentences: Sequence[Sentence],
    beside: Beside,
    received: date,
) -> date | None:
    """Return the latest day up to the receipt that anything in the piece could mean."""
    if first is None or first > received:
        return None
    named = [day.mention.last for day in days] + date_beside.days(beside, received)
    known = [day for day in named if day is not None and first <= day <= received]
    begun = [day.mention.first for day in days if day.mention.last == first]
    start = min(filter(None, begun), default=first)
    overnight = start == first and any(
        durations.is_evening(day.clause) for day in days if day.mention.last == first
    )
    dated = {day.sentence for day in days if day.mention.last == first}
    texts = [
        one.masked
        for one in all_sentences
        if not (
            one.text in dated and durations.closes(one.masked) and not durations.opens(one.masked)
        )
    ]
    return max(
        first,
        *known,
        durations.latest(start, texts, received, ended=start < first, overnight=overnight),
    )


def _lunar(all_sentences: Sequence[Sentence], days: Sequence[Candidate]) -> int | None:
    """Return the position of the first sentence with a day of the old calendar that could not be reckoned."""
    for position, sentence in enumerate(all_sentences):
        text = sentence.masked
        for day in days:
            if day.position == position:
                start, end = day.mention.start, day.mention.end
                text = text[:start] + "□" * (end - start) + text[end:]
        if LUNAR.search(text):
            return position
    return None


def _explains(candidate: Candidate) -> bool:
    """“3月5日（农历二月初三）”, “2月21日，农历二月二”, “正月十五（2月5日）”: the one explains the other."""
    mention, sentence = candidate.mention, candidate.sentence
    return not mention.relative and (
        _LUNAR_BESIDE.match(sentence[mention.end :]) is not None
        or _LUNAR_BEFORE.search(sentence[: mention.start]) is not None
    )


def _recent(days: list[Candidate], received: date) -> list[Candidate]:
    """Without days of long ago, which are background, as long as there are others."""
    recent = [
        day for day in days if day.mention.last is None or not _long_ago(day.mention.last, received)
    ]
    return recent or days


def _long_ago(day: date, received: date) -> bool:
    return (received - day).days > LONG_AGO_DAYS


def _settled(candidate: Candidate, received: date) -> EventDate:
    if candidate.mention.last is None:
        return EventDate(None, candidate.quotation(), DayDoubt.IMPOSSIBLE)
    if _long_ago(candidate.mention.last, received):
        return EventDate(None, candidate.quotation(), DayDoubt.LONG_AGO)
    return EventDate(candidate.mention.last, candidate.quotation())


def _both(one: Candidate, other: Candidate) -> str:
    """Return two days as they are written, each with its clause, so that a line shows both."""
    if one is other or one.sentence == other.sentence:
        return one.quotation()
    half = (LINE - 2) // 2
    return f"{one.quotation(half)}……{other.quotation(half)}"


def _apart(first: Candidate, last: Candidate) -> int:
    if first.mention.last is None or last.mention.last is None:
        return 0
    return (last.mention.last - first.mention.last).days


def _first(pattern: re.Pattern[str], all_sentences: Sequence[Sentence]) -> int | None:
    """Return the position of the first sentence in which a pattern is found."""
    positions = (n for n, one in enumerate(all_sentences) if pattern.search(one.masked))
    return next(positions, None)
