"""
The day an event took place, read from a draft with the sentence that says so.

A wrong day costs somebody a point, an open one costs the office a look: in doubt the day stays open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parsers.calendar_words import LUNAR, VAGUE, Mention, mentions, tidy
from rulebook.terms import DayDoubt, Happened

LEAD_SENTENCES = 3
"""News tells its day at once: a day found in these sentences outweighs later ones."""

LONG_AGO_DAYS = 92
"""News older than a quarter is background, or last year's figure written by habit in January."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?[”’」』）)]*")
_TITLES = re.compile(r"《[^《》]{0,80}》|〔\d{4}〕\d+号|\[\d{4}\]\d+号")
_BEFORE = re.compile(
    r"(?:截至|截止|截止到|截至到|自从?|从|始于|将于|将在|拟于|拟在|计划于|计划在|定于|预计于?|预计在|原定于?|将|拟|到|待|每年|每年的|历年|不迟于|不晚于"
    r"|成立于|建于|出生于|生于|下周|明年)\s*$"
)
_AFTER = re.compile(
    r"^(?:以来|之?前(?!往|来|去|期|后|夕|沿|线|方|台)|以前|起|开始|至今|以后|之后|后(?=[，,])|施行|实施的|生效|到期|截止|截稿"
    r"|[是为系](?:第\s*\d+\s*个|我国|全国|世界|国际|第[一二三四五六七八九十]+个|法定|一年一度)|（[^）]{0,12}节）是|零时起|0时起)"
)
_ATTRIBUTE = re.compile(
    r"^(?:的|(?:召开的|印发的|下发的|发布的|出台的|开展的|举行的|发生的|公布的)|(?:印发|下发|发布|公布|颁布|出台|修订|通过|批准|实施|文件|通知精神|会议精神|会议要求)"
    r"|(?:会议|通知|讲话|批示|事故)(?:精神|要求|部署|的|教训|发生))"
)
_CLAUSE_START = re.compile(r"(?:^|[，,。；;：:（(“”、\s—])(?:.{0,8}?(?:于|在))?\s*(?:20\d\d年)?$")
_SUBJECT_THEN_ON = re.compile(r"[一-鿿]{2,20}(?:于|在)\s*$")
_PERIOD = re.compile(r"今年以来|去年以来|以来|截至目前|截止目前")


@dataclass(frozen=True, slots=True)
class _Candidate:
    mention: Mention
    sentence: str
    place: int
    strong: bool


def happened(
    title: str, body: Sequence[str], received: date, written: date | None = None
) -> Happened:
    """
    The last day of the event that a draft reports.

    Source:  四.1; rulebook "Timeliness".
    Units:   `received` and `written` (the day the draft bears at its end) are office days.
    Returns: a day with the sentence it was read from, or a doubt: no date, only “近日”, a day that
             does not exist, a lunar day, or several days of which none is surely the event's.
    """
    sentences = [tidy(found) for part in body for found in _SENTENCE.findall(part)]
    sentences = [sentence for sentence in sentences if sentence]
    in_text = _read(sentences, received, written)
    if in_text.day is not None or in_text.doubt is not DayDoubt.NO_DATE:
        return in_text
    in_title = _read([tidy(title)] if title else [], received, written)
    if in_title.day is not None or in_title.doubt is not DayDoubt.NO_DATE:
        return in_title
    return in_text


def _read(sentences: Sequence[str], received: date, written: date | None) -> Happened:
    candidates = [
        candidate
        for place, sentence in enumerate(sentences)
        for candidate in _candidates(place, sentence, received, written)
    ]
    lead = [candidate for candidate in candidates if candidate.place < LEAD_SENTENCES]
    strong = [candidate for candidate in lead if candidate.strong] or lead
    hazy = _first(VAGUE, sentences[:2])
    lunar = _first(LUNAR, sentences[:LEAD_SENTENCES])
    strong = _recent(strong, received)
    if not strong:
        if hazy:
            return Happened(None, hazy, DayDoubt.VAGUE)
        if lunar:
            return Happened(None, lunar, DayDoubt.LUNAR)
        strong = [candidate for candidate in candidates if candidate.strong] or candidates
        strong = _recent(strong, received)
        if not strong:
            return Happened(None, _first(_PERIOD, sentences), DayDoubt.NO_DATE)
        if len({candidate.mention.last for candidate in strong}) > 1:
            return Happened(None, strong[0].sentence, DayDoubt.SEVERAL)
        return _settled(strong[0], received)
    chosen = [candidate for candidate in strong if candidate.place == strong[0].place]
    if lunar and lunar == chosen[0].sentence and not _explains(chosen[0]):
        return Happened(None, lunar, DayDoubt.LUNAR)
    if hazy and sentences.index(hazy) < chosen[0].place:
        return Happened(None, hazy, DayDoubt.VAGUE)
    if any(candidate.mention.last is None for candidate in chosen):
        return _settled(next(one for one in chosen if one.mention.last is None), received)
    last = max(chosen, key=lambda candidate: candidate.mention.last or date.min)
    first = min(chosen, key=lambda candidate: candidate.mention.last or date.min)
    if _apart(first, last) > 7:
        return Happened(None, chosen[0].sentence, DayDoubt.SEVERAL)
    assert last.mention.last is not None
    later = [
        candidate
        for candidate in candidates
        if candidate.strong
        and candidate.place > last.place
        and candidate.mention.last is not None
        and last.mention.last < candidate.mention.last <= received
    ]
    if later:
        evidence = f"{last.sentence}……{later[0].sentence}"
        return Happened(None, evidence, DayDoubt.SEVERAL)
    return _settled(last, received)


def _candidates(
    place: int, sentence: str, received: date, written: date | None
) -> list[_Candidate]:
    """The days of a sentence that may be an event's: not in a title of a law, no term, no plan."""
    masked = _TITLES.sub(lambda match: "□" * len(match[0]), sentence)
    found = []
    for mention in mentions(masked, received, written):
        before, after = masked[: mention.start], masked[mention.end :]
        if _BEFORE.search(before) or _AFTER.match(after) or _is_lunar(before):
            continue
        at_start = _CLAUSE_START.search(before) or _SUBJECT_THEN_ON.search(before)
        strong = at_start is not None and not _ATTRIBUTE.match(after)
        found.append(_Candidate(mention, sentence, place, strong))
    return found


def _is_lunar(before: str) -> bool:
    return re.search(r"(?:农历|阴历|旧历)[^，,。]{0,4}$", before) is not None


def _explains(candidate: _Candidate) -> bool:
    """“3月5日（农历二月初三）”: the lunar day only explains the other."""
    return re.search(r"[（(]\s*(?:农历|阴历|正月|腊月|除夕)", candidate.sentence) is not None


def _recent(candidates: list[_Candidate], received: date) -> list[_Candidate]:
    """Without days of long ago, which are background, as long as there are others."""
    recent = [
        candidate
        for candidate in candidates
        if candidate.mention.last is None or not _long_ago(candidate.mention.last, received)
    ]
    return recent or candidates


def _long_ago(day: date, received: date) -> bool:
    return (received - day).days > LONG_AGO_DAYS


def _settled(candidate: _Candidate, received: date) -> Happened:
    if candidate.mention.last is None:
        return Happened(None, candidate.sentence, DayDoubt.IMPOSSIBLE)
    if _long_ago(candidate.mention.last, received):
        return Happened(None, candidate.sentence, DayDoubt.LONG_AGO)
    return Happened(candidate.mention.last, candidate.sentence)


def _apart(first: _Candidate, last: _Candidate) -> int:
    if first.mention.last is None or last.mention.last is None:
        return 0
    return (last.mention.last - first.mention.last).days


def _first(pattern: re.Pattern[str], sentences: Sequence[str]) -> str:
    return next((sentence for sentence in sentences if pattern.search(sentence)), "")
