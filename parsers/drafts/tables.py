"""A table in which each row is a draft: 序号 | 标题 | 内容 | 处置情况 | 时间."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from parsers.drafts import text
from parsers.drafts.dates import event_date
from parsers.drafts.text import TextFacts
from rulebook.model import DayDoubt

SHORTEST = 15
"""Characters below which a cell is no draft: its heading says what it holds."""

MOST = 60
"""Drafts that one document can hold."""


def drafts(
    tables: Sequence[Sequence[Sequence[str]]],
    whole: TextFacts,
    received: date,
    unit_names: Sequence[str],
) -> tuple[TextFacts, ...]:
    """
    The drafts of the first table that has a heading row with 内容 or 正文 and a draft in each row
    below, none where there is no such table. `whole` is what the document says of itself; the others
    are as in `text.describe`.
    """
    for table in tables:
        heads = [[re.sub(r"\s", "", cell) for cell in row] for row in table[:3]]
        for place, cells in enumerate(heads):
            content = _column(
                cells, r"(?:主要|信息|舆情|稿件|具体|基本)?(?:内容|正文|情况)(?:摘要|概要)?"
            )
            if content is None or len(cells) < 3:
                continue
            rows = [row for row in table[place + 1 :] if len(row) == len(cells)]
            rows = [row for row in rows if len(row[content].strip()) >= SHORTEST]
            if len(rows) < 2 or len(rows) > MOST:
                continue
            return tuple(
                _row(row, cells, content, whole, received, unit_names, part)
                for part, row in enumerate(rows, 1)
            )
    return ()


def _row(
    row: Sequence[str],
    cells: Sequence[str],
    content: int,
    whole: TextFacts,
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
    if facts.event_date.doubt is DayDoubt.NO_DATE and day is not None:
        facts = replace(facts, event_date=event_date("", [f"时间：{row[day]}"], received))
    return replace(
        facts,
        label_line=whole.label_line or whole.title,
        author=facts.author or whole.author,
        reviewer=facts.reviewer or whole.reviewer,
        named_unit=facts.named_unit or whole.named_unit,
        part=part,
    )


def _column(cells: Sequence[str], pattern: str) -> int | None:
    return next((n for n, cell in enumerate(cells) if re.fullmatch(pattern, cell)), None)
