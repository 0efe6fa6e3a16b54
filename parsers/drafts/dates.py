"""
The day an event took place, read from a draft with the sentence that says so.

A wrong day costs somebody a point, an open one costs the office a look: in doubt the day stays open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parsers.drafts.date_expressions import LUNAR, VAGUE, Mention, mentions, tidy
from rulebook.model import DayDoubt, EventDate

LEAD_SENTENCES = 3
"""News tells its day at once: a day found in these sentences outweighs later ones."""

CONTEXT = 80
"""Characters around a day that are looked at: a text without a full stop must not cost the square."""

FURTHEST = 20_000
"""Characters of a text in which days are looked for: 25 drafts' worth, and more than anybody's lead."""

LONG_AGO_DAYS = 92
"""News older than a quarter is background, or last year's figure written by habit in January."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?[”’」』）)]*")
_DAY_FIELD = re.compile(r"(?:时\s?间|日\s?期)\s?[：:\t]")
"""Of a table's rows only “发布时间 | 3月5日” tells when it was; the others list this and that."""

_TITLES = re.compile(r"《[^《》]{0,80}》|〔\d{4}〕\d+号|\[\d{4}\]\d+号")
_SPEECH = re.compile(r"“[^“”]*”|\"[^\"\n]*\"")
"""What is quoted is said by somebody at some time: “今天这一课很及时”."""

_BEFORE = re.compile(
    r"(?:截至|截止|截止到|截至到|自从?|从|始于|将于|将在|拟于|拟在|计划于|计划在|决定于?|定于|预计于?|预计在|原定于?|将|拟|到|待|每年|每年的|历年|不迟于|不晚于"
    r"|(?:此前|早前|先前|之前)[，,]?(?:于|在)?|早在|去年同期的?|(?:期限|时限|截止日期|截止时间|时间节点)(?:为|是|：)?|成立于|建于|出生于|生于|下周|明年)\s*$"
)
_AFTER = re.compile(
    r"^(?:以来|(?:下班|中午|上午|下午|晚上?|\d{1,2}[时点])*(?:之|以)?前(?!往|来|去|期|后|夕|沿|线|方|台)|以前|起|开始|至今|以后|之后|后(?=[，,])|施行|实施的|生效|到期|截止|截稿"
    r"|零时起|0时起"
    r"|[，,]?[^，,。；]{0,15}曾(?:经|因|就|对|被|在|于|向|多次|组织|召开|发生)"
    r"|[一-鿿□]{0,14}(?:到来|来临|即将到来)?(?:之际|前夕)"
    r"|[，,]?(?:(?!召开|举行|举办|部署)[^，,。；]){0,15}将(?:会|要|于|在)?(?:召开|举行|举办|开展|组织|启动|进行|对|实施|陆续|正式|全面|集中|迎来))"
)
_COMMEMORATED = re.compile(
    r"^(?:[是为系](?:第\s*\d+\s*个|我国|全国|世界|国际|第[一二三四五六七八九十]+个|法定|一年一度)|（[^）]{0,12}节）是)"
)
_THAT_DAY = re.compile(r"(?:^|[，,。])(?:就在|在)?(?:当[天日]|这一?天)")
"""“5月12日是防灾减灾日。当天上午，……”: the day that is named is the event's after all."""

_PAUSE = re.compile(r"[上下中]午|凌晨|清晨|早上|晚|傍晚|[，,]")
_PLANNED = re.compile(r"决定|要求|明确|计划|拟|将|力争|务必|必须|确保|部署|安排|通知")
"""A day to come that stands behind one of these is a plan."""

_CAUSE = re.compile(
    r"(?:针对|根据|按照|依据|依照|贯彻|落实|吸取|汲取|传达|学习|鉴于|由于|因|继|围绕|对照|结合)[^，,。；：:]{0,12}$"
)
_NO_EVENT = re.compile(
    r"^[^，,。；]{0,30}?(?:(?:发生|印发|下发|发布|出台|公布|颁布|下达|施行|实施|通过|批准|修订)的|精神|事故教训)"
)
"""What moved somebody to act, and when that was: not what the draft reports."""

_ATTRIBUTE = re.compile(
    r"^(?:的|(?:召开的|印发的|下发的|发布的|出台的|开展的|举行的|发生的|公布的)|(?:印发|下发|发布|公布|颁布|出台|修订|通过|批准|实施|文件|通知精神|会议精神|会议要求)"
    r"|(?:会议|通知|讲话|批示|事故)(?:精神|要求|部署|的|教训|发生))"
)
_TOLD_ON = re.compile(
    r"^[^，,。；]{0,24}(?:获悉|了解到|得知|《[^》]{1,12}》报道)|^□{2,14}(?:报道|刊发|消息)"
)
"""When somebody heard of it: not when it took place."""

_DATELINE = re.compile(r"^(?:讯|电(?!话|视|力|动|商|子|工|器|气|梯)|消息)")
"""“3月6日讯”: the day the report was written."""

_POSTED = re.compile(
    r"发帖|发布|发文|反映|投诉|留言|爆料|曝光|吐槽|质疑|来电|举报|网传|流传|热议|上传|咨询|求助|(?<![职名])称"
)
_ANSWERED = re.compile(
    r"回应|回复|答复|处置|处理|核实|核查|调查|整改|约谈|到场|现场|清理|修复|修补|查处|责令|赶赴|辟谣|联系|督促|恢复|更换|安装|整治"
)
"""Of a piece on what people say, the day they said it counts, not the day it was answered."""

_CLAUSE_START = re.compile(r"(?:^|[，,。；;：:（(“”、\s—])(?:.{0,8}?(?:于|在))?\s*(?:20\d\d年)?$")
_SUBJECT_THEN_ON = re.compile(r"[一-鿿]{2,20}(?:于|在)\s*$")
_BACKGROUND = re.compile(
    r"多发|频发|高发|易发|气温|天气|晴好|干燥|火险|降温|降雨|降雪|寒潮|高温|梅雨|疫情|形势|临近|即将"
)
"""“近期，气温回升……” sets the scene: the event comes after it."""

_SEASON = re.compile(r"^[^，,]{0,10}(?:期间|假期|节前|节后|当[天日])[，,]")
_OLD_DAY = r"(?:农历|阴历|旧历|正月|腊月|大年|除夕)"
_LUNAR_BESIDE = re.compile(
    rf"[，,\s]?{_OLD_DAY}|[（(][^（）()]{{0,8}}{_OLD_DAY}|（?[一-鿿]{{0,8}}[（(]{_OLD_DAY}"
)
_LUNAR_BEFORE = re.compile(rf"{_OLD_DAY}[^，,。（(]{{0,8}}[（(]$")
_PERIOD = re.compile(r"今年以来|去年以来|以来|截至目前|截止目前")


@dataclass(frozen=True, slots=True)
class _Candidate:
    mention: Mention
    sentence: str
    place: int
    strong: bool
    paused: bool


def event_date(
    title: str, body: Sequence[str], received: date, written: date | None = None
) -> EventDate:
    """
    The last day of the event that a draft reports.

    Source:  四.1; rulebook "Timeliness".
    Units:   `received` and `written` (the day the draft bears at its end) are office days.
    Returns: a day with the sentence it was read from, or a doubt: no date, only “近日”, a day that
             does not exist, a lunar day, or several days of which none is surely the event's.
    """
    sentences = _sentences(body)
    written = written or _dateline(sentences, received)
    in_text = _read(sentences, received, written)
    in_title = _read(_sentences([title]), received, written)
    if in_text.day is None:
        open_ = in_text.doubt is DayDoubt.NO_DATE
        return in_title if open_ and in_title.doubt is not DayDoubt.NO_DATE else in_text
    both = f"{title}……{in_text.evidence}"
    if in_title.day is not None and in_title.day != in_text.day:
        return EventDate(None, both, DayDoubt.SEVERAL)
    if written is not None and written < in_text.day <= received:
        return EventDate(None, f"{in_text.evidence}……{written}", DayDoubt.SEVERAL)
    return in_text


def _dateline(sentences: Sequence[_Sentence], received: date) -> date | None:
    """The day of “本网3月6日讯” at the head of a report: words such as “昨日” count from it."""
    for sentence in sentences[:1]:
        for mention in mentions(sentence.masked, received, None):
            if mention.start < 24 and _DATELINE.match(sentence.masked[mention.end :]):
                return mention.last
    return None


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`masked` is as long as `text`; in it, titles of laws and quoted speech are blotted out."""

    text: str
    masked: str


def _sentences(paragraphs: Sequence[str]) -> list[_Sentence]:
    """The sentences that say something of their own, tidied."""
    found = []
    left = FURTHEST
    for paragraph in paragraphs:
        if left <= 0:
            break
        if "\t" in paragraph and "。" not in paragraph and not _DAY_FIELD.search(paragraph):
            continue
        text = tidy(paragraph[:left])
        left -= len(paragraph)
        masked = text
        for pattern in (_TITLES, _SPEECH):
            masked = pattern.sub(lambda match: "□" * len(match[0]), masked)
        for match in _SENTENCE.finditer(text):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            end = start + len(match[0].strip())
            if masked[start:end].strip("□ "):
                found.append(_Sentence(text[start:end], masked[start:end]))
    return found


def _read(sentences: Sequence[_Sentence], received: date, written: date | None) -> EventDate:
    candidates = [
        candidate
        for place in range(len(sentences))
        for candidate in _candidates(place, sentences, received, written)
    ]
    lead = [candidate for candidate in candidates if candidate.place < LEAD_SENTENCES]
    firm = _recent([candidate for candidate in lead if candidate.strong], received)
    hazy = _first(VAGUE, sentences[:2])
    lunar = _first(LUNAR, sentences[:LEAD_SENTENCES])
    named = firm or lead
    if hazy is None and not named:
        hazy = _first(_SEASON, sentences[:2])
    if hazy is not None and (
        not named or (hazy < named[0].place and not _BACKGROUND.search(sentences[hazy].masked))
    ):
        return EventDate(None, sentences[hazy].text, DayDoubt.VAGUE)
    if lunar is not None and (not named or (lunar == named[0].place and not _explains(named[0]))):
        return EventDate(None, sentences[lunar].text, DayDoubt.LUNAR)
    if firm:
        return _lead_day(firm, candidates, received)
    # days in mid-sentence, or further down, are good enough only while they do not disagree
    rest = [*lead, *(candidate for candidate in candidates if candidate.strong)] or candidates
    rest = _recent(rest, received)
    if not rest:
        period = _first(_PERIOD, sentences)
        evidence = "" if period is None else sentences[period].text
        return EventDate(None, evidence, DayDoubt.NO_DATE)
    if len({candidate.mention.last for candidate in rest}) > 1:
        return EventDate(None, rest[0].sentence, DayDoubt.SEVERAL)
    return _settled(rest[0], received)


def _lead_day(
    firm: Sequence[_Candidate], candidates: Sequence[_Candidate], received: date
) -> EventDate:
    """The day that the first dated sentence of the lead gives, unless another disputes it."""
    chosen = [candidate for candidate in firm if candidate.place == firm[0].place]
    if any(candidate.mention.last is None for candidate in chosen):
        return _settled(next(one for one in chosen if one.mention.last is None), received)
    last = max(chosen, key=lambda candidate: candidate.mention.last or date.min)
    first = min(chosen, key=lambda candidate: candidate.mention.last or date.min)
    assert last.mention.last is not None
    if _apart(first, last) > 7:
        return EventDate(None, chosen[0].sentence, DayDoubt.SEVERAL)
    for other in candidates:
        day = other.mention.last
        if day is None or not _counts_later(other):
            continue
        further = other.place > last.place and last.mention.last < day <= received
        if further and _POSTED.search(last.sentence) and _ANSWERED.search(other.sentence):
            continue
        if further or day <= received < last.mention.last:
            return EventDate(None, f"{last.sentence}……{other.sentence}", DayDoubt.SEVERAL)
    return _settled(last, received)


def _counts_later(candidate: _Candidate) -> bool:
    """Whether a day behind the first may be a further stage of the story, not a mere word."""
    if candidate.mention.relative:
        return candidate.strong and candidate.paused
    return candidate.strong or candidate.place < LEAD_SENTENCES


def _candidates(
    place: int, sentences: Sequence[_Sentence], received: date, written: date | None
) -> list[_Candidate]:
    """The days of a sentence that may be an event's: no term, no plan, nothing that led up to it."""
    sentence = sentences[place]
    following = sentences[place + 1].masked if place + 1 < len(sentences) else ""
    found = []
    for mention in mentions(sentence.masked, received, written):
        before = sentence.masked[max(0, mention.start - CONTEXT) : mention.start]
        after = sentence.masked[mention.end : mention.end + CONTEXT]
        spans = mention.first != mention.last and re.search(r"(?:从|自)$", before)
        if (_BEFORE.search(before) and not spans) or _AFTER.match(after) or _is_lunar(before):
            continue
        if _COMMEMORATED.match(after) and not _THAT_DAY.search(after + following):
            continue
        if _CAUSE.search(before) or _NO_EVENT.match(after):
            continue
        if _TOLD_ON.match(after) or _DATELINE.match(after):
            continue
        to_come = mention.last is not None and mention.last > received
        if to_come and _PLANNED.search(before):
            continue
        at_start = spans or _CLAUSE_START.search(before) or _SUBJECT_THEN_ON.search(before)
        strong = bool(at_start) and not _ATTRIBUTE.match(after)
        paused = _PAUSE.match(after) is not None
        if mention.relative and re.match(r"[的才]", after):
            continue  # "今天的安全": a way of speaking
        found.append(_Candidate(mention, sentence.text, place, strong, paused))
    return found


def _is_lunar(before: str) -> bool:
    return re.search(r"(?:农历|阴历|旧历)[^，,。（(]{0,4}$", before) is not None


def _explains(candidate: _Candidate) -> bool:
    """“3月5日（农历二月初三）”, “2月21日，农历二月二”, “正月十五（2月5日）”: the one explains the other."""
    mention, sentence = candidate.mention, candidate.sentence
    return not mention.relative and (
        _LUNAR_BESIDE.match(sentence[mention.end :]) is not None
        or _LUNAR_BEFORE.search(sentence[: mention.start]) is not None
    )


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


def _settled(candidate: _Candidate, received: date) -> EventDate:
    if candidate.mention.last is None:
        return EventDate(None, candidate.sentence, DayDoubt.IMPOSSIBLE)
    if _long_ago(candidate.mention.last, received):
        return EventDate(None, candidate.sentence, DayDoubt.LONG_AGO)
    return EventDate(candidate.mention.last, candidate.sentence)


def _apart(first: _Candidate, last: _Candidate) -> int:
    if first.mention.last is None or last.mention.last is None:
        return 0
    return (last.mention.last - first.mention.last).days


def _first(pattern: re.Pattern[str], sentences: Sequence[_Sentence]) -> int | None:
    """The place of the first sentence in which a pattern is found."""
    places = (place for place, one in enumerate(sentences) if pattern.search(one.masked))
    return next(places, None)
