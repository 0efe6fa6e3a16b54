"""
One document, several drafts: told apart by their own headings, labels, by-lines and days.

Points are given for each draft (四.1 “每条1分”), so a collection must be taken apart; an article with
numbered sections must not. What is not plain either way is left whole and marked for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.drafts import byline, document_types, frame, layout, sections, text
from parsers.drafts import tables as tabled
from parsers.drafts.sections import Split, SplitContext
from parsers.drafts.text import TextFacts
from rulebook.model import Form

__all__ = ["SplitContext", "describe_each"]


def describe_each(
    paragraphs: Sequence[str],
    tables: Sequence[Sequence[Sequence[str]]],
    reader: SplitContext,
) -> tuple[TextFacts, ...]:
    """
    Return what a document says of each draft in it: one, or several in order with `part` from 1 on.

    A document that may hold several is returned as one with `maybe_several` set.
    """
    paragraphs = text.without_gaps(paragraphs)
    document = text.describe(
        paragraphs,
        tables,
        file_name=reader.file_name,
        received=reader.received,
        unit_names=reader.unit_names,
        note=reader.note,
    )
    if document.form not in (None, Form.LISTING) or document.secret_mark is not None:
        return (document,)
    if rows := tabled.drafts(tables, document, reader.received, reader.unit_names):
        return rows
    if document.form is not None:
        return (document,)
    raw = [
        line for paragraph in paragraphs for part in paragraph.split("\n") if (line := part.strip())
    ]
    if (forms := sections.by_forms(raw, reader)) is not None:
        return _described(forms, reader)
    lines = [
        line
        for paragraph in document_types.draft_under_sheet(list(paragraphs), reader.unit_names)
        for part in paragraph.split("\n")
        if (line := part.strip())
    ]
    split = layout.split(lines, reader)
    if split is None:
        several = sections.announces_several(lines, reader) or tabled.may_hold_several(
            tables, reader.received
        )
        return (replace(document, maybe_several=True) if several else document,)
    if not split.certain:  # a paper is no draft, let alone several
        return (replace(document, maybe_several=not document.paper),)
    return _described(split, reader)


def _described(split: Split, reader: SplitContext) -> tuple[TextFacts, ...]:
    """Every section as a draft; by-lines and the day at either end of the document are everybody's."""
    units = reader.unit_names
    head = [line for line in split.head if frame.is_frame(line, units)]
    last = list(split.sections[-1].lines)
    tail: list[str] = []
    while len(last) > 1 and frame.is_frame(last[-1], units):
        tail.insert(0, last.pop())
    own = [_has_byline(section.lines, units) for section in split.sections[:-1]]
    common = [*head, *(() if any(own) else tail)]
    collective = next((line for line in split.head if sections.is_collective(line, reader)), "")
    drafts = []
    for part, section in enumerate(split.sections, 1):
        body = list(section.lines)
        is_last = part == len(split.sections)
        body += [line for line in (head if is_last else common) if line not in body]
        facts = text.describe(
            [f"标题：{section.title}", *body] if section.title else body,
            (),
            file_name="",
            received=reader.received,
            unit_names=units,
        )
        drafts.append(
            replace(facts, label_line=section.label or facts.label_line or collective, part=part)
        )
    return tuple(drafts)


def _has_byline(lines: Sequence[str], units: Sequence[str]) -> bool:
    return bool(lines) and byline.read_line(lines[-1], units) is not None
