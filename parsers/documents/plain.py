"""
Plain text in any charset that Chinese computers write.

Source:  WHATWG Encoding; see charsets.py for the order of trials. Markdown, which nothing but its
         name tells from text, loses its marks.
Refuses: what no charset makes sense of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers import charsets, mediatypes
from parsers.documents import flow
from parsers.types import File, Part, Refusal, ResourceBudget, Text
from rulebook.reasons import Reason

_MARKDOWN = (".md", ".markdown")
_MARKS = (
    (re.compile(r"(?m)^(?:```|~~~).*$"), ""),
    (re.compile(r"(?m)^[ \t]{0,3}(?:-{3,}|\*{3,}|_{3,}|={3,})[ \t]*$"), ""),
    (re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$"), r"\1"),
    (re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?)+"), ""),
    (re.compile(r"(?m)^([ \t]*)[-*+][ \t]+"), r"\1"),
    (re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\*\*([^*\n]{1,2000})\*\*"), r"\1"),
    (re.compile(r"(?<![*\w])\*([^*\n]{1,2000})\*(?![*\w])"), r"\1"),
)
"""CommonMark 0.31: fences, breaks and underlines, headings, quotes, items, pictures, links, emphasis."""


def claims(file: File) -> bool:
    """Text without any markup."""
    return file.media_type == mediatypes.TEXT


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Each line that is not empty is a paragraph."""
    budget.spend_bytes(len(file.data))
    budget.check_text(len(file.data))
    text = charsets.decode(file.data)
    if text is None:
        raise Refusal(Reason.UNREADABLE_DRAFT, "不是文字文件")
    if file.name.lower().endswith(_MARKDOWN):
        text = _without_marks(text)
    yield Text(file.path, file.media_type, tuple(flow.paragraphs(text)))


def _without_marks(text: str) -> str:
    """Markdown as it is read: headings, emphasis, links and pictures without their signs."""
    for pattern, kept in _MARKS:
        text = pattern.sub(kept, text)
    return text
