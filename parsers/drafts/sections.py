"""
The ways in which one document falls into several drafts: labels, fields, numbers, kinds, by-lines.

A collection must be taken apart; an article with numbered sections must not. What is not plain either
way is a split that is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from parsers.drafts import boilerplate, byline, frame, mastheads, titles
from parsers.drafts import tables as tabled
from parsers.drafts.date_expressions import number
from parsers.drafts.dates import event_date
from parsers.types import Look
from rulebook.model import DayDoubt, EventDate

SHORTEST = 15
"""Characters below which a section is no draft of its own."""

HEADING_MOST = 60

_KIND = (
    r"(?:工作动态|动态信息|舆情信息|舆情专报|网络舆情|舆情|动态|信息|综合性原创文章|综合文章|约稿)"
)
_FIGURE = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_LABELLED = re.compile(
    rf"^[【\[（(〔]?\s*(?:{_KIND}\s*(?:之\s*)?[（(]?\s*(?P<figure>{_FIGURE})\s*[）)]?|(?:第\s*(?P<ordinal>{_FIGURE})\s*[条则篇]|稿件\s*(?P<piece>{_FIGURE}))(?:{_KIND})?)"
    r"\s*[】\])）〕]?(?:\s*$|\s*[：:、.．]\s*|\s+|(?<=[】\])）〕])\s*)(?P<rest>.*)$"
)
_BARE_LABEL = re.compile(rf"^[【\[（(〔]\s*{_KIND}\s*[】\])）〕]\s*(?P<rest>.*)$")
_KIND_ALONE = re.compile(rf"{_KIND}(?:类|部分)?\s*(?:[（(]?{_FIGURE}[条则篇][）)]?)?")
_FIELD = re.compile(
    r"^(?:[【\[]?(?:稿件|信息|舆情)?(?:标\s*题|题\s*目)[】\]]?\s*[：:]\s*)(?P<rest>.+)$"
)
_FORM_TITLE = re.compile(r"(?:信息|稿件|文章|舆情)?(?:标题|题目)\t")
_FORM_TEXT = re.compile(r"(?:信息|稿件|文章|舆情|主要|具体)?(?:内容|正文|全文)\t")
_NUMBERED = (
    re.compile(r"^(?P<figure>[一二三四五六七八九十]{1,3})\s*、\s*(?P<rest>.+)$"),
    re.compile(r"^[（(]\s*(?P<figure>[一二三四五六七八九十]{1,3})\s*[）)]\s*、?(?P<rest>.+)$"),
    re.compile(r"^(?P<figure>\d{1,2})\s*(?:[、．)）]|\.(?=\d{1,2}月|\D))\s*(?P<rest>.+)$"),
    re.compile(r"^[（(]\s*(?P<figure>\d{1,2})\s*[）)]\s*(?P<rest>.+)$"),
)
_COUNT = re.compile(r"([\d一二两三四五六七八九十]{1,3})\s*[条则篇个]")
_ANNOUNCED = re.compile(r"(?:如下|汇总|整理)[^。]{0,10}[：:。]?$|[：:]$")
_REPORT = re.compile(
    r"概况|概述|情况|处置|处理|建议|分析|研判|下一步|做法|成效|问题|措施|要求|背景|意见|经过|原因|打算|评估|反应|走势|特点|经验"
)
"""A heading with one of these belongs to a single report."""

_COLLECTIVE = re.compile(
    r"20\d\d年?|[\d一二两三四五六七八九十]+(?:月份?|日|号|周|期|条|则|篇|个)|第|本周|上周|每周|一周|周|近期|今日|每日|当日|本月|月"
    r"|关于|工作|动态|网络|舆情|舆论|信息|宣传|报送|投稿|稿件|汇总表?|周报|日报|月报|半月报|集锦|汇编|摘要|简报|专报|快报|要情|监测|综述|情况|汇报|报告|清单|的|及|和|与|上报|收集|整理|材料|登记表?|统计表?"
)
_LEFT = re.compile(r"[\s\d（）()【】\[\]〔〕：:·.\-—~～至到、，,_《》“”]+")
EVENT = re.compile(
    r"开展|召开|举办|举行|组织|启动|检查|培训|演练|宣传|网民|网友|反映|投诉|网传|部署|调研|走访|督查|排查"
)


@dataclass(frozen=True, slots=True)
class Section:
    """`label` is the line or bracket that names a kind, `title` "" where the section has none."""

    label: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """How a document falls into drafts. `certain` False: it may, and a person has to look."""

    sections: tuple[Section, ...]
    certain: bool
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitContext:
    """
    What reading a document needs to know of the letter.

    `hint`: the subject, `note`: the covering letter, when this is its only text. `looks`: the lines
    that stand out, by their text.
    """

    file_name: str
    received: date
    unit_names: Sequence[str]
    hint: str = ""
    note: str = ""
    looks: Mapping[str, Look] = field(default_factory=dict)


def split(lines: list[str], reader: SplitContext) -> Split | None:
    """Return the first way of dividing that fits; None for a single draft."""
    if len(lines) < 4 and not any(pattern.match(line) for pattern in _NUMBERED for line in lines):
        return None
    if is_article(lines, reader):
        return None
    for divide in (_by_labels, _by_fields, _by_kinds, _by_numbers, _by_bylines):
        if (parts := divide(lines, reader)) is not None:
            return parts
    return None


def announces_several(lines: Sequence[str], reader: SplitContext) -> bool:
    """Tell whether the heading of a collection promises more than one draft."""
    for line in lines[:2]:
        counted = [number(match[1].replace("两", "二")) for match in _COUNT.finditer(line)]
        if counted and is_collective(line, reader):
            return sum(counted) > 1
    return False


def is_article(lines: Sequence[str], reader: SplitContext) -> bool:
    """综合 and 约稿 have headings of their own: the label decides, unless two such are announced."""
    label = re.compile(r"综合性?(?:原创|文章|稿|类|信息)|原创文章|约稿")
    named = any(label.search(name) for name in (reader.file_name, *lines[:2]))
    return named and not _stated_count(lines[0], reader)


def _by_labels(lines: list[str], reader: SplitContext) -> Split | None:
    """Read "舆情一：…", "【工作动态】… 【舆情信息】…", "第一条 …": each item names its kind or its number."""
    numbered = [
        (position, match)
        for position, line in enumerate(lines)
        if len(line) <= HEADING_MOST and (match := _LABELLED.match(_unitless(line, reader)))
    ]
    figures = [number(next(filter(None, match.groups()[:3]))) for _, match in numbered]
    if not _counts_up(figures):
        numbered = [
            (position, match)
            for position, line in enumerate(lines)
            if len(line) <= HEADING_MOST and (match := _BARE_LABEL.match(_unitless(line, reader)))
        ]
    if len(numbered) < 2 or not is_head(lines[: numbered[0][0]], reader):
        return None
    return cut(lines, [(position, match["rest"]) for position, match in numbered], labels=True)


def _unitless(line: str, reader: SplitContext) -> str:
    """Read "前黄镇工作动态（二）" without the unit it begins with."""
    name = next((name for name in reader.unit_names if line.startswith(name)), "")
    return line[len(name) :].lstrip(" 　—-")


def _by_fields(lines: list[str], reader: SplitContext) -> Split | None:
    """Divide by several lines “标题：…”."""
    fields = [
        (position, match) for position, line in enumerate(lines) if (match := _FIELD.match(line))
    ]
    if len(fields) < 2 or not is_head(lines[: fields[0][0]], reader):
        return None
    return cut(lines, [(position, match["rest"]) for position, match in fields])


def _by_numbers(lines: list[str], reader: SplitContext) -> Split | None:
    """
    Divide by "一、… 二、…".

    They are drafts when nothing but a collective heading stands above them and each has its own day, or
    when their number was announced; else sections of one text.
    """
    for pattern in _NUMBERED:
        numbered = [
            (position, match)
            for position, line in enumerate(lines)
            if (match := pattern.match(line))
        ]
        if not numbered or any(
            other.match(line) for other in _NUMBERED for line in lines[: numbered[0][0]]
        ):
            continue
        items = _outermost(numbered)
        if len(items) < 2:
            continue
        head = lines[: items[0][0]]
        if not is_head(head, reader):
            return None
        parts = cut(lines, [(position, match["rest"]) for position, match in items])
        if parts is None:
            return None
        announced = _stated_count(" ".join(head), reader) == len(items)
        dated = [is_dated(section, reader) for section in parts.sections]
        if announced and all(dated):
            return parts
        if any(_REPORT.search(section.title) for section in parts.sections if section.title):
            return None
        titled = all(section.title for section in parts.sections)
        if announced or (all(dated) and titled):
            return parts
        return replace(parts, certain=False) if sum(dated) > 1 or (titled and any(dated)) else None
    return None


def by_forms(lines: list[str], reader: SplitContext) -> Split | None:
    """Divide several forms below each other, each a table with rows 标题 and 内容."""
    starts = [
        position
        for position, line in enumerate(lines)
        if "\t" in line and _FORM_TITLE.match(re.sub(r"[ 　]", "", line))
    ]
    if len(starts) < 2 or not is_head(lines[: starts[0]], reader):
        return None
    ends = [*starts[1:], len(lines)]
    parts = [tuple(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    if not all(any(_FORM_TEXT.match(line) for line in part) for part in parts):
        return None
    forms = tuple(Section("", "", part) for part in parts)
    return Split(forms, certain=True, head=tuple(lines[: starts[0]]))


def _by_kinds(lines: list[str], reader: SplitContext) -> Split | None:
    """Read "一、工作动态 … 二、舆情信息 （一）… （二）…": groups of drafts under the name of their kind."""
    marks = [
        (position, match["rest"].strip())
        for position, line in enumerate(lines)
        for pattern in _NUMBERED[:2]
        if (match := pattern.match(line)) and _KIND_ALONE.fullmatch(match["rest"].strip())
    ]
    if not marks or not is_head(lines[: marks[0][0]], reader):
        return None
    ends = [*(position for position, _ in marks[1:]), len(lines)]
    parts: list[Section] = []
    certain = True
    for (position, kind), end in zip(marks, ends, strict=True):
        below = lines[position + 1 : end]
        inner = _by_numbers(below, reader) or _by_bylines(below, reader)
        if inner is not None:
            certain = certain and inner.certain
            parts += [replace(section, label=kind) for section in inner.sections]
        elif below:
            titled = len(below) > 1 and titles.may_be_title(below[0])
            parts.append(Section(kind, below[0] if titled else "", tuple(below[titled:])))
    if len(parts) < 2:
        return None
    return Split(tuple(parts), certain=certain, head=tuple(lines[: marks[0][0]]))


def _by_bylines(lines: list[str], reader: SplitContext) -> Split | None:
    """Title, text, by-line, and again title, text, by-line."""
    starts = [
        position
        for position, line in enumerate(lines)
        if is_title(line, reader) and opens(lines[position + 1 :], reader)
    ]
    if not starts or any("。" in line for line in lines[: starts[0]]):
        return None
    ended = {
        position: frame.is_frame(lines[position - 1], reader.unit_names)
        or byline.split_off(lines[position - 1], reader.unit_names)[1] is not None
        for position in starts[1:]
    }
    heard = _is_opinion(reader, lines)
    announced = _stated_count(" ".join(lines[: starts[0]]), reader) == len(starts)
    cuts = [
        position
        for position in starts[1:]
        if ended[position] or heard or announced or EVENT.search(lines[position])
    ]
    if not cuts:
        return None
    parts = cut(lines, [(position, lines[position]) for position in (starts[0], *cuts)])
    if parts is None:
        return None
    announced = _stated_count(" ".join(parts.head), reader) == len(parts.sections)
    certain = announced or all(ended[position] for position in cuts)
    return replace(parts, certain=certain or (heard and _all_heard(parts, reader)))


def _is_opinion(reader: SplitContext, lines: Sequence[str]) -> bool:
    """Whether the letter calls the document 舆情: such pieces are short, and each has a post of its own."""
    return any("舆情" in text for text in (reader.file_name, reader.hint, *lines[:1]))


def _all_heard(parts: Split, reader: SplitContext) -> bool:
    """Whether each section tells of a post on a day."""
    return all(
        event_date(section.title, section.lines, reader.received).posted is not None
        for section in parts.sections
    )


def cut(
    lines: Sequence[str], marks: Sequence[tuple[int, str]], *, labels: bool = False
) -> Split | None:
    """Return the lines between the marks as sections; None when one has too little to be a draft."""
    sections = []
    ends = [*(position for position, _ in marks[1:]), len(lines)]
    for (position, rest), end in zip(marks, ends, strict=True):
        below = tuple(lines[position + 1 : end])
        rest = rest.strip()
        label = lines[position][: len(lines[position]) - len(rest)] if labels else ""
        if not rest and below and titles.may_be_title(below[0]):
            rest, below = below[0], below[1:]
        if not rest or "。" in rest or len(rest) > HEADING_MOST:
            section = Section(label, "", (rest, *below) if rest else below)
        elif not below:
            section = Section(label, "", (rest,))
        else:
            section = Section(label, rest, below)
        if sum(map(len, section.lines)) < SHORTEST:
            return None
        sections.append(section)
    if not 2 <= len(sections) <= tabled.MOST:
        return None
    return Split(tuple(sections), certain=True, head=tuple(lines[: marks[0][0]]))


def _outermost(numbered: Sequence[tuple[int, re.Match[str]]]) -> list[tuple[int, re.Match[str]]]:
    """Return the items that count 1, 2, 3 …; a list inside an item begins again at 1 and is left out."""
    items: list[tuple[int, re.Match[str]]] = []
    for position, match in numbered:
        if number(match["figure"]) == len(items) + 1:
            items.append((position, match))
    return items


def _counts_up(figures: Sequence[int]) -> bool:
    return len(figures) >= 2 and list(figures) == list(range(1, len(figures) + 1))


def is_head(lines: Sequence[str], reader: SplitContext) -> bool:
    """Nothing but the heading of a collection: its name, number, unit, day, an announcement."""
    return all(
        is_collective(line, reader)
        or frame.is_frame(line, reader.unit_names)
        or (len(line) <= 80 and _ANNOUNCED.search(line) is not None)
        for line in lines
    )


def is_collective(line: str, reader: SplitContext) -> bool:
    """Read "牛塘镇4月第二周舆情3条": a heading that names no event."""
    if len(line) > 40 or "。" in line:
        return False
    for name in reader.unit_names:
        line = line.replace(name, "")
    return len(_LEFT.sub("", _COLLECTIVE.sub("", line))) <= 2


def is_title(line: str, reader: SplitContext) -> bool:
    """Tell whether a line may be the title of a draft, neither frame nor caption nor item."""
    return (
        6 <= len(line) <= HEADING_MOST
        and titles.may_be_title(line)
        and not frame.is_frame(line, reader.unit_names)
        and not boilerplate.is_caption(line)
        and not mastheads.is_masthead(line)
        and not any(pattern.match(line) for pattern in _NUMBERED)
    )


def opens(lines: Sequence[str], reader: SplitContext) -> bool:
    """Whether prose with a day at its very head follows, by-lines aside."""
    first = next((line for line in lines if not frame.is_frame(line, reader.unit_names)), "")
    lead = event_date("", [first[:80]], reader.received)
    return "。" in first and lead.day is not None


def is_dated(section: Section, reader: SplitContext) -> bool:
    """Tell whether a section tells of a day of its own, be it 近日 or one that does not exist."""
    prose = [line for line in section.lines if not frame.is_frame(line, reader.unit_names)]
    event: EventDate = event_date(section.title, prose, reader.received)
    return event.day is not None or event.doubt in (DayDoubt.VAGUE, DayDoubt.IMPOSSIBLE)


def _stated_count(head: str, reader: SplitContext) -> int:
    """How many drafts the collection says it has (“舆情3条”), 0 when it does not."""
    for name in (head, reader.file_name, reader.hint):
        counts = [match[1].replace("两", "二") for match in _COUNT.finditer(name)]
        if len(counts) == 1:
            return number(counts[0])
        if counts:
            return sum(map(number, counts))
    return 0
