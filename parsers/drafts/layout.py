"""
What the look of a document says of how many drafts it holds: headings, centred titles, pages, lists.

Words tell more than looks, so looks only add: they divide where each part plainly is a draft of its own,
and where there may be more drafts than the words told, a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from parsers.drafts import byline, frame, sections, titles
from parsers.drafts.sections import EVENT, Section, Split, SplitContext
from parsers.types import Look

PROSE = 25
"""Characters of a paragraph below a title that make it the title of a draft."""

FRAME_LINES = 6
"""Lines of a by-line, a unit and a day between a title and its text."""

_BULLET = re.compile(r"^[^\w“《【]+")
_RUN_IN = re.compile(r"^[^，,。；\d]{6,30}[。：:]\s*(?:20\d\d年)?\d{1,2}月\d{1,2}日")
"""“湖塘镇开展防汛演练。4月13日，……”: a title run into its text."""

_Mark = Callable[[Look], bool]
_STRONG: tuple[_Mark, ...] = (
    lambda look: look.page,
    lambda look: look.level == 1,
    lambda look: look.level == 2,
    lambda look: look.level >= 3,
    lambda look: look.centred,
)
_WEAK: tuple[_Mark, ...] = (lambda look: look.bold,)
"""Headings within one draft are bold, too."""


def by_text(paragraphs: Sequence[str], looks: Sequence[Look]) -> Mapping[str, Look]:
    """Return the looks by the text of their lines."""
    return {
        paragraphs[look.paragraph].strip(): look
        for look in looks
        if look.paragraph < len(paragraphs)
    }


def split(lines: list[str], reader: SplitContext) -> Split | None:
    """
    Return how a document falls into drafts by its words and its looks; None for a single draft.

    Where looks find more drafts than words do, the split is not certain.
    """
    by_words = sections.split(lines, reader)
    by_looks = _by_looks(lines, reader)
    if by_words is None:
        return by_looks or _second_title(lines, reader)
    if by_looks is None:
        return by_words
    more = len(by_looks.sections) - len(by_words.sections)
    if more == 0 and by_looks.certain:
        return by_looks
    return replace(by_words, certain=by_words.certain and more <= 0)


def _by_looks(lines: list[str], reader: SplitContext) -> Split | None:
    if not reader.looks:
        return None
    if (items := _items(lines, reader)) is not None:
        return items
    title = _first_title(lines, reader)
    if title is None:
        return None
    article = sections.is_article(lines, reader)
    for mark in _STRONG if article else (*_STRONG, *_WEAK):
        starts = _starts(lines, reader, title, mark)
        if len(starts) < 2:
            continue
        parts = sections.cut(lines, [(start, lines[start]) for start in starts])
        if parts is None:
            continue
        dated = [sections.is_dated(section, reader) for section in parts.sections]
        if article:
            return replace(parts, certain=False)
        weak = mark in _WEAK
        named = all(EVENT.search(section.title) for section in parts.sections)
        if all(dated) and (named or not weak):
            return parts
        if not weak or sum(dated) > 1:
            return replace(parts, certain=False)
    return None


def _first_title(lines: Sequence[str], reader: SplitContext) -> int | None:
    """Return the position of the document's first title, None where prose comes before any."""
    for position, line in enumerate(lines[: titles.HEAD_LINES]):
        if sections.is_title(line, reader) and not sections.is_collective(line, reader):
            return position
        if "。" in line:
            return None
    return None


def _starts(lines: Sequence[str], reader: SplitContext, title: int, mark: _Mark) -> list[int]:
    """
    Return where titles of the first one's look stand with prose below, the first one's included.

    Two lines of one title are one. A page begins with any title.
    """
    pages = mark is _STRONG[0]
    first = reader.looks.get(lines[title])
    if not pages and (first is None or not mark(first)):
        return []
    marked = [
        position
        for position, line in enumerate(lines)
        if position >= title
        and (look := reader.looks.get(line)) is not None
        and mark(look)
        and not line.startswith("附")
        and sections.is_title(line, reader)
    ]
    if pages and title not in marked:
        marked.insert(0, title)
    starts: list[int] = []
    for position, end in zip(marked, [*marked[1:], len(lines)], strict=True):
        above = starts[-1] if starts else None
        if above is not None and not any("。" in line for line in lines[above:position]):
            continue  # the second line of a title
        if any("。" in line and len(line) >= PROSE for line in lines[position:end]) or (
            end < len(lines) and above is None
        ):
            starts.append(position)
    return starts


def _items(lines: Sequence[str], reader: SplitContext) -> Split | None:
    """Read an automatic list below the heading of a collection: Word keeps its numbers to itself."""
    found = [
        (position, look.item)
        for position, line in enumerate(lines)
        if (look := reader.looks.get(line)) is not None and look.item
    ]
    if not found:
        return None
    of_list = [position for position, item in found if item == found[0][1]]
    if len(of_list) < 2 or not sections.is_head(lines[: of_list[0]], reader):
        return None
    if not of_list[0]:
        return None  # no heading tells what the list is of
    ends = [*of_list[1:], len(lines)]
    parts = []
    for start, end in zip(of_list, ends, strict=True):
        line, below = lines[start], tuple(lines[start + 1 : end])
        titled = sections.is_title(line, reader) and bool(below)
        parts.append(Section("", line if titled else "", below if titled else (line, *below)))
    if any(sum(map(len, part.lines)) < sections.SHORTEST for part in parts):
        return None
    certain = all(sections.is_dated(part, reader) for part in parts)
    return Split(tuple(parts), certain=certain, head=tuple(lines[: of_list[0]]))


def _second_title(lines: list[str], reader: SplitContext) -> Split | None:
    """
    Ask a person about a text in whose midst something of another draft stands, though nothing marks it.

    It is a title that begins with a unit's name, a by-line with text behind it, titles run into their
    texts, or paragraphs with a day at the head of each below the heading of a collection.
    """
    if sections.is_article(lines, reader):
        return None
    title = _first_title(lines, reader)
    run_in = [position for position, line in enumerate(lines) if _RUN_IN.match(line)]
    if len(run_in) > 1:
        return _in_doubt(lines, run_in[0], run_in[1])
    head = 0 if title is None else title
    said = (n for n, line in enumerate(lines) if n > head and "。" in line)
    last = max(
        (n for n, line in enumerate(lines) if "。" in line and len(line) >= PROSE), default=0
    )
    for position in range(max(head + 2, next(said, last) + 1), last):
        if _ends_a_draft(lines[position], reader) or (
            title is not None and _is_unmarked_title(lines, position, reader)
        ):
            return _in_doubt(lines, head, position)
    if lines and title is None and sections.is_collective(lines[0], reader):
        texts = [
            n for n, line in enumerate(lines) if n and not frame.is_frame(line, reader.unit_names)
        ]
        if len(texts) > 1 and all(sections.opens([lines[n]], reader) for n in texts):
            return _in_doubt(lines, texts[0], texts[1])
    return None


def _in_doubt(lines: Sequence[str], first: int, second: int) -> Split:
    halves = (
        Section("", "", tuple(lines[first:second])),
        Section("", "", tuple(lines[second:])),
    )
    return Split(halves, certain=False, head=tuple(lines[:first]))


def _is_unmarked_title(lines: Sequence[str], position: int, reader: SplitContext) -> bool:
    """Tell whether a line is a title with a unit at its head and prose below."""
    line = _BULLET.sub("", lines[position])
    if "\t" in line or not sections.is_title(line, reader):
        return False
    near = lines[position + 1 : position + 1 + FRAME_LINES]
    below = next((one for one in near if not frame.is_frame(one, reader.unit_names)), "")
    named = any(len(name) > 2 and line.startswith(name) for name in reader.unit_names)
    return named and "。" in below and len(below) >= PROSE


def _ends_a_draft(line: str, reader: SplitContext) -> bool:
    """Tell whether a line is a by-line with an author."""
    if "\t" in line:
        return False
    signature = byline.read_line(line, reader.unit_names)
    return signature is not None and bool(signature.author)
