"""Drafts sent as pictures of their pages: which files those are, and the text recognised in them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.drafts.picture_matching import natural
from ingest.examination_types import Recognition
from parsers import extraction
from parsers.drafts import document_types
from parsers.drafts.character_count import count
from parsers.pictures import ocr, ocr_layout, page_detection
from parsers.types import Fact, File, Image, Limits, ResourceBudget, Text, UnreadableFile
from rulebook.model import Draft, Fault
from rulebook.reasons import Reason, Remark

MAX_PICTURES_TRIED = 24
"""Pictures of one letter that are tried for being pages; a page comes early in its folder."""

MIN_CHARACTERS = 30
"""A picture with less text on it is a scene with a banner, not a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Paths of files that show text: `pages` of a draft, approval `sheets`."""

    pages: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def wanted(
    facts: Sequence[Fact],
    drafts: Sequence[Draft],
    files: Sequence[File],
    budget: ResourceBudget,
) -> Wanted:
    """
    Return what is worth recognising.

    Pages where a letter has no text at all, and approval sheets where a draft names no reviewer.
    Ordinary photos beside a text are never looked at.
    """
    shown = [fact for fact in facts if _may_show_text(fact)]
    sheets = [fact.path for fact in shown if document_types.names_sheet(fact.path)]
    if drafts:
        unsigned = any(not draft.reviewer for draft in drafts)
        return Wanted(sheets=tuple(sheets) if unsigned else ())
    documents = [fact.path for fact in facts if isinstance(fact, Text) and fact.paragraphs]
    others = [
        fact.path
        for fact in shown
        if fact.path not in sheets and not any(fact.path.startswith(f"{d}/") for d in documents)
    ]
    tried = sorted(others, key=natural)[:MAX_PICTURES_TRIED]
    if not tried:
        return Wanted()
    found = []
    try:
        for file in extraction.find(files, tried, budget):
            budget.check_time()
            if page_detection.is_page(file, budget.limits.pixels):
                found.append(file.path)
    except extraction.STOPPED:
        pass  # what was found until then
    pages = tuple(sorted(found, key=natural))
    return Wanted(pages, tuple(sheets) if pages else ())


def unread(facts: Sequence[Fact], found: Wanted) -> Iterator[Fault]:
    """Yield what stands against a letter whose only text is in pictures, as long as nobody reads them."""
    told = {fact.path for fact in facts if isinstance(fact, UnreadableFile)}
    for path in found.pages:
        if path not in told:
            name = path.rpartition("/")[2]
            yield Fault(Reason.UNREADABLE_DRAFT, f"{name}：是文字的照片或扫描件")


def recognised(
    facts: Sequence[Fact],
    paths: Sequence[str],
    files: Sequence[File],
    limits: Limits,
    passwords: tuple[str, ...],
    bounds: Recognition,
) -> tuple[list[Fact], Wanted]:
    """
    Recognise the texts in these pictures.

    Returns the facts with the texts in place of the pictures that showed them, and the pages that
    were left out when the bounds were reached.

    Pages that lie together and are named alike are one text, under the first one's path. Begins no
    page after `bounds.seconds`. Slow: some 5 s a page. Raises ImportError without the extra.
    """
    read: ocr.Reader | None = None
    ends = time.monotonic() + bounds.seconds
    left = bounds.pages
    found: dict[str, list[list[str]]] = {}
    cut = False
    skipped = []
    try:
        for file in extraction.find(files, paths, ResourceBudget(limits, passwords)):
            for page in page_detection.pages(file, left + 1, limits.pixels):
                if not left or time.monotonic() > ends:
                    cut = True
                    skipped.append(file.path)
                    break
                left -= 1
                read = read or ocr.reader()
                lines = ocr_layout.lines(read(page), page.width, page.height)
                found.setdefault(file.path, []).append(lines)
    except extraction.STOPPED:
        cut = True
    unread = tuple(path for path in skipped if path not in found)
    return _in_place(facts, list(_texts(found, facts, cut))), Wanted(pages=unread)


def _may_show_text(fact: Fact) -> bool:
    match fact:
        case Image():
            return fact.whole and min(fact.width, fact.height) >= page_detection.MIN_EDGE
        case UnreadableFile():
            return fact.scan
        case _:
            return False


def _texts(
    found: dict[str, list[list[str]]], facts: Sequence[Fact], cut: bool
) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """Each text with the paths of its pages."""
    known = {fact.path: fact for fact in facts}
    groups: dict[tuple[str, str], list[str]] = {}
    for path in sorted(found, key=natural):
        groups.setdefault(_belongs_to(path, known[path]), []).append(path)
    for pages in groups.values():
        paragraphs, table = ocr_layout.paragraphs([page for path in pages for page in found[path]])
        if count("\n".join(paragraphs)) < MIN_CHARACTERS:
            continue
        first = known[pages[0]]
        text = Text(
            path=first.path,
            media_type=first.media_type,
            paragraphs=tuple(paragraphs),
            tables=(table,) if table else (),
            remarks=(Remark.SCAN_CUT,) if cut else (),
            size=first.size,
            digest=first.digest,
            scanned=True,
        )
        yield text, tuple(pages)


def _belongs_to(path: str, fact: Fact) -> tuple[str, str]:
    """
    Pages of one text share this: their folder, and their name without its numbers.

    A document of many pages is a text by itself, and so is an approval sheet.
    """
    folder, _, name = path.rpartition("/")
    if isinstance(fact, UnreadableFile) or document_types.names_sheet(path):
        return folder, name
    stem = name.rpartition(".")[0] or name
    return folder, re.sub(r"[\s\d_()（）\-—第页一二三四五六七八九十]+", "", stem)


def _in_place(facts: Sequence[Fact], texts: Sequence[tuple[Text, tuple[str, ...]]]) -> list[Fact]:
    instead = {text.path: text for text, _ in texts}
    page_of = {path: text.path for text, pages in texts for path in pages}
    return [
        instead.get(fact.path)
        or (
            replace(fact, page_of=page_of[fact.path])
            if isinstance(fact, Image) and fact.path in page_of
            else fact
        )
        for fact in facts
    ]
