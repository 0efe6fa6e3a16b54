"""A table in which each row is a draft: 序号 | 标题 | 内容 | 处置情况 | 时间."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from parsers.drafts import byline, text
from parsers.drafts.byline import Byline
from parsers.drafts.dates import event_date
from parsers.drafts.text import TextFacts
from rulebook.model import DayDoubt

SHORTEST = 15
"""Characters below which a cell is no draft: its heading says what it holds."""

SENTENCE = 30
"""Characters of a cell that hold a sentence of a report, whatever its column is called."""

_CONTENT = (
    r"(?:主要|信息|舆情|稿件|具体|基本|事件|帖文|反映|网民反映|工作)?"
    r"(?:内容|正文|情况|问题|诉求|描述|经过)(?:摘要|概要|简述)?"
)
_HEADING = re.compile(
    r".{0,4}(?:序号|编号|时间|日期|标题|题目|主题|名称|来源|平台|渠道|类别|类型|单位|属地|板块|内容|摘要|概要"
    r"|情况|处置|办理|备注|链接|热度|点击量|浏览量|联系人|责任人|报送人|作者|撰稿人?|供稿人?|拟稿人?|审核人?|审签人?|签发人?|分管领导)"
)
_ROLE = re.compile(
    r"(?P<author>作者|撰稿|供稿|拟稿|投稿|报送|填报|执笔|通讯员|信息员|宣传员)"
    r"|(?P<reviewer>审核|审签|签发|审稿|核稿|审定|审批|分管领导)(?:人员?|领导)?(?:审[核签]|签字|签名|意见)?"
)
_NO_PERSON = re.compile("时间|日期|电话|字数|情况|内容|标题|数$|单位$|部门$")
_AGREED = re.compile("[（(]?(?:已审[核阅]?|拟?同意|通过|已阅)(?:报送|上报|发布)?[）)]?[。，,]?")

MOST = 60
"""Drafts that one document can hold."""


def drafts(
    tables: Sequence[Sequence[Sequence[str]]],
    document: TextFacts,
    received: date,
    unit_names: Sequence[str],
) -> tuple[TextFacts, ...]:
    """
    Return the drafts of the first table that has a draft in each row, none where there is none.

    Such a table has a heading row with 内容 or 正文, or with other usual names above a column of
    sentences. `document` is what the document says of itself; the others are as in `text.describe`.
    """
    for table in tables:
        heads = [[re.sub(r"\s", "", cell) for cell in row] for row in table[:3]]
        for position, cells in enumerate(heads):
            content = _content_column(cells, table[position + 1 :])
            if content is None or len(cells) < 2:
                continue
            rows = [row for row in table[position + 1 :] if len(row) == len(cells)]
            rows = [row for row in rows if len(row[content].strip()) >= SHORTEST]
            if len(rows) < 2 or len(rows) > MOST:
                continue
            return tuple(
                _row(row, cells, content, document, received, unit_names, part)
                for part, row in enumerate(rows, 1)
            )
    return ()


def may_hold_several(tables: Sequence[Sequence[Sequence[str]]], received: date) -> bool:
    """Tell whether two rows of a table hold a dated sentence each, whatever its columns are called."""
    for table in tables:
        dated = 0
        for row in table[: MOST + 1]:
            longest = max(row, key=len, default="")
            if len(longest) >= SENTENCE and "。" in longest:
                dated += event_date("", [longest], received).day is not None
        if dated > 1:
            return True
    return False


def _content_column(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column that holds the texts: by its heading, else the one with a sentence in each row."""
    by_name = _column(cells, _CONTENT)
    if by_name is not None and len(cells) > 2:
        return by_name
    known = sum(_HEADING.fullmatch(cell) is not None for cell in cells)
    if known < 2:
        return None
    for number in range(len(cells)):
        texts = [row[number] for row in rows if len(row) == len(cells) and any(map(str.strip, row))]
        if len(texts) > 1 and all("。" in text and len(text) >= SENTENCE for text in texts):
            return number
    return None


def _row(
    row: Sequence[str],
    cells: Sequence[str],
    content: int,
    document: TextFacts,
    received: date,
    unit_names: Sequence[str],
    part: int,
) -> TextFacts:
    title = _column(cells, r".{0,4}(?:标题|题目|主题|名称)")
    handled = _column(cells, r".{0,4}(?:处置|处理|办理|回应).{0,4}")
    day = _column(cells, r".{0,4}(?:时间|日期)")
    body = [line for line in row[content].split("\n") if line.strip()]
    if handled is not None and row[handled].strip():
        body += [line for line in row[handled].split("\n") if line.strip()]
    named = row[title].strip() if title is not None else ""
    facts = text.describe(
        [f"标题：{named}", *body] if named else body,
        (),
        file_name="",
        received=received,
        unit_names=unit_names,
    )
    if day is not None:
        cell = re.sub(r"^\s*(\d{1,2})\.(\d{1,2})\s*$", r"\1月\2日", row[day])
        column = event_date("", [f"事发时间：{cell}"], received)
        event = facts.event_date
        event = column if event.doubt is DayDoubt.NO_DATE else event
        if event.posted is None:
            event = replace(event, posted=column.day, posted_evidence=column.evidence)
        facts = replace(facts, event_date=event)
    people = _people(row, cells, unit_names)
    return replace(
        facts,
        label_line=document.label_line or document.title,
        author=facts.author or people.author or document.author,
        reviewer=facts.reviewer or people.reviewer or document.reviewer,
        named_unit=facts.named_unit or document.named_unit,
        part=part,
    )


def _people(row: Sequence[str], cells: Sequence[str], unit_names: Sequence[str]) -> Byline:
    """Return who wrote and who reviewed a row's draft, from the columns that are called so."""
    found = Byline()
    for cell, heading in zip(row, cells, strict=True):
        roles = list(_ROLE.finditer(heading))
        if not roles or not cell.strip() or len(heading) > 12 or _NO_PERSON.search(heading):
            continue
        names = re.sub(r"\s*\n\s*", "、", _AGREED.sub(" ", cell).strip())
        parts = [part for part in re.split(r"[\s、/／（）()，,]+", names) if part]
        values = parts if len(roles) == len(parts) > 1 else [names] * (len(roles) == 1)
        for role, value in zip(roles, values, strict=False):
            named = "撰稿" if role["author"] else "审核"
            found = found.above(byline.read_line(f"{named}：{value}", unit_names) or Byline())
    return found


def _column(cells: Sequence[str], pattern: str) -> int | None:
    return next((n for n, cell in enumerate(cells) if re.fullmatch(pattern, cell)), None)
