"""Drafts sent as pictures of their pages: which files those are, and the text recognised in them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.drafts.notes import is_note
from ingest.drafts.picture_matching import natural
from ingest.examination_types import Recognition
from parsers import extraction
from parsers.drafts import document_types
from parsers.drafts.character_count import count
from parsers.pictures import ocr, ocr_layout, page_detection, page_light, page_texts
from parsers.pictures.ocr_layout import Line
from parsers.types import Fact, File, Image, Limits, ResourceBudget, Text, UnreadableFile
from rulebook.model import Draft, Fault
from rulebook.reasons import Reason, Remark

MAX_PICTURES_TRIED = 60
"""Pictures of one letter that are tried for being pages, those called like drafts first."""

MAX_LOOKED_CLOSER = 24
"""Pictures that are looked at in whatever light and size of print, which takes ten times as long."""

MAX_SHEETS_TRIED = 4
"""Pictures beside an unsigned draft that are looked at for being its approval sheet, upright ones first …"""

MAX_SHEETS = 2
"""… and so many of them that show print are recognised."""

MAX_TOLD = 5
"""Pictures without print that a refusal names."""

FULL_PAGE = 2_800_000
"""Pixels of a page of A4 as it is read; a strip of a screenshot counts for less."""

SCREEN = 1.75
"""So many times as high as wide, a picture is of a telephone's screen, not of paper."""

_PHOTO = re.compile(
    r"照片|现场|配图|插图|图片|^(?:img|dsc|pic|photo|mmexport|微信图片)", re.IGNORECASE
)
_DRAFT = re.compile(r"稿|扫描|信息|报送|动态|简报|专报|第?\d+页|scan|page", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")

MIN_CHARACTERS = 30
"""A picture with less text on it is a scene with a banner, not a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Paths of files that show text: `pages` of a draft, approval `sheets`.

    `tried`: where no page was found, the pictures that were looked at, each with what it shows.
    """

    pages: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    tried: tuple[tuple[str, str], ...] = ()


def wanted(
    facts: Sequence[Fact],
    drafts: Sequence[Draft],
    files: Sequence[File],
    budget: ResourceBudget,
) -> Wanted:
    """
    Return what is worth recognising.

    Pages where a letter has no text, a short note aside, and approval sheets where a draft names no
    reviewer: those called so, else a few pictures of print. Other photos beside a text are never
    recognised.
    """
    shown = [fact for fact in facts if _may_show_text(fact)]
    sheets = [fact.path for fact in shown if document_types.names_sheet(fact.path)]
    if any(not is_note(f"{draft.title}\n{draft.text}") for draft in drafts):
        unsigned = any(not draft.reviewer for draft in drafts)
        if not unsigned:
            return Wanted()
        return Wanted(sheets=tuple(sheets) or _like_sheets(shown, files, budget))
    documents = [
        fact.path
        for fact in facts
        if isinstance(fact, Text) and fact.paragraphs and not is_note("\n".join(fact.paragraphs))
    ]
    others = [
        fact.path
        for fact in shown
        if fact.path not in sheets and not any(fact.path.startswith(f"{d}/") for d in documents)
    ]
    tried = tuple(sorted(others, key=candidate_order)[:MAX_PICTURES_TRIED])
    if not tried:
        return Wanted()
    pages, looked_at = _looked_for(tried, files, budget)
    return Wanted(pages, tuple(sheets) if pages else (), () if pages else looked_at)


def _like_sheets(
    shown: Sequence[Fact], files: Sequence[File], budget: ResourceBudget
) -> tuple[str, ...]:
    """Return pictures that show print, a telephone's screens aside: a sheet is photographed like a page."""
    lying = {
        fact.path: fact.height < fact.width
        for fact in shown
        if isinstance(fact, Image) and not fact.embedded and not _is_screen(fact)
    }
    ordered = sorted(lying, key=lambda path: (lying[path], candidate_order(path)))
    tried = ordered[:MAX_SHEETS_TRIED]
    found = []
    try:
        for file in extraction.find(files, tried, budget):
            budget.check_time()
            seen = page_detection.look(file, budget.limits.pixels, thorough=False)
            if seen is page_detection.Look.PAGE:
                found.append(file.path)
    except extraction.STOPPED:
        pass  # what was found until then
    return tuple(found[:MAX_SHEETS])


def _looked_for(
    tried: Sequence[str], files: Sequence[File], budget: ResourceBudget
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """
    Return the files that show pages, and what all others show.

    A closer look is taken at what is called like a page that was found, or at the first files where
    none was.
    """
    found: dict[str, page_detection.Look] = {}

    def look(paths: Sequence[str], *, thorough: bool) -> None:
        for file in extraction.find(files, paths, budget):
            budget.check_time()
            pixels = budget.limits.pixels
            found[file.path] = page_detection.look(file, pixels, thorough=thorough)

    try:
        look(tried, thorough=False)
        called = {_numberless(path) for path in _pages(found)}
        left = [path for path in tried if path not in _pages(found)]
        closer = [path for path in left if not called or _numberless(path) in called]
        look(closer[:MAX_LOOKED_CLOSER], thorough=True)
    except extraction.STOPPED:
        pass  # what was found until then
    pages = _pages(found)
    others = tuple((path, found[path].value) for path in tried if path in found)
    return tuple(sorted(pages, key=candidate_order)), others


def _pages(found: Mapping[str, page_detection.Look]) -> list[str]:
    return [path for path, seen in found.items() if seen is page_detection.Look.PAGE]


def candidate_order(path: str) -> tuple[int, object]:
    """
    Return a key that sorts what may be pages: scanned PDFs, files called like drafts, pages, then photos.

    A photo's name says nothing of it: IMG_0001.jpg would come before every name in hanzi.
    """
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    if name.lower().endswith((".pdf", ".tif", ".tiff")):
        rank = 0
    elif _PHOTO.search(stem):
        rank = 3
    elif _DRAFT.search(stem):
        rank = 1
    else:
        rank = 2 if len(_HAN.findall(stem)) >= 4 else 3
    return rank, natural(path)


def unread(facts: Sequence[Fact], found: Wanted) -> Iterator[Fault]:
    """Yield what stands against a letter whose only text is in pictures, as long as nobody reads them."""
    told = {fact.path for fact in facts if isinstance(fact, UnreadableFile)}
    for path in found.pages:
        if path not in told:
            name = path.rpartition("/")[2]
            yield Fault(Reason.UNREADABLE_DRAFT, f"{name}：是文字的照片或扫描件")
    if told:
        return  # a document that cannot be read says enough
    for path, why in found.tried[:MAX_TOLD]:
        yield Fault(Reason.NO_TEXT, f"{path.rpartition('/')[2]}：{why}")
    if len(found.tried) > MAX_TOLD:
        yield Fault(Reason.NO_TEXT, f"共看了{len(found.tried)}张图片")


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
    left = float(bounds.pages)
    found: dict[str, list[list[Line]]] = {}
    cut = False
    skipped = []
    try:
        for file in extraction.find(files, paths, ResourceBudget(limits, passwords)):
            for page in page_detection.pages(file, int(left) + 7, limits.pixels):
                if left <= 0 or time.monotonic() > ends:
                    cut = True
                    skipped.append(file.path)
                    break
                left -= min(1.0, max(0.5, page.width * page.height / FULL_PAGE))
                read = read or ocr.reader()
                words = read(page_light.evened(page))
                lines = ocr_layout.page_lines(words, page.width, page.height)
                found.setdefault(file.path, []).append(lines)
    except extraction.STOPPED:
        cut = True
    unread = tuple(path for path in skipped if path not in found)
    texts = list(_texts(found, facts, cut))
    little = () if texts else tuple((path, _said_little(found[path])) for path in found)
    return _in_place(facts, texts, unread), Wanted(pages=unread, tried=little)


def _may_show_text(fact: Fact) -> bool:
    match fact:
        case Image():
            return fact.whole and min(fact.width, fact.height) >= page_detection.MIN_EDGE
        case UnreadableFile():
            return fact.scan
        case _:
            return False


def _texts(
    found: dict[str, list[list[Line]]], facts: Sequence[Fact], cut: bool
) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """Each text with the paths of its pages."""
    known = {fact.path: fact for fact in facts}
    written = any(
        isinstance(fact, Text) and not is_note("\n".join(fact.paragraphs)) for fact in facts
    )
    groups: dict[tuple[str, str], list[str]] = {}
    for path in sorted(found, key=natural):
        own = ("", path) if written else _belongs_to(path, known[path])
        groups.setdefault(own, []).append(path)
    paper = any(not folder.endswith("//screen") for folder, _ in groups)
    for (folder, _), pages in groups.items():
        if paper and folder.endswith("//screen"):
            continue  # a screenshot beside pages is a picture of the draft
        said = page_texts.text_of([page for path in pages for page in found[path]])
        if count("\n".join(said.paragraphs)) < MIN_CHARACTERS:
            continue
        first = known[pages[0]]
        if written and not _is_sheet(first.path, said):
            continue  # a screenshot, a notice board: a picture of the draft
        text = Text(
            path=first.path,
            media_type=first.media_type,
            paragraphs=said.paragraphs,
            tables=(said.table,) if said.table else (),
            remarks=_remarks(said, cut=cut),
            size=first.size,
            digest=first.digest,
            scanned=True,
            borders=said.borders,
        )
        yield text, tuple(pages)


def _is_sheet(path: str, said: page_texts.PagesText) -> bool:
    """Whether a picture beside a written draft shows its approval sheet, by its name or by its words."""
    return document_types.names_sheet(path) or document_types.reads_like_sheet(said.paragraphs)


def _remarks(said: page_texts.PagesText, *, cut: bool) -> tuple[Remark, ...]:
    text = "".join(said.paragraphs)
    doubtful = ocr_layout.DOUBTFUL in text or ocr_layout.LOST in text
    return (
        *((Remark.SCAN_CUT,) if cut else ()),
        *((Remark.DOUBTFUL_WORDS,) if doubtful else ()),
    )


def _belongs_to(path: str, fact: Fact) -> tuple[str, str]:
    """
    Pages of one text share this: their folder, and their name without its numbers.

    A document of many pages is a text by itself, and so is an approval sheet. Long screenshots do
    not go together with pages of paper.
    """
    folder, _, name = path.rpartition("/")
    if isinstance(fact, UnreadableFile) or document_types.names_sheet(path):
        return folder, name
    if isinstance(fact, Image) and _is_screen(fact):
        folder = f"{folder}//screen"
    return folder, _numberless(name)


def _is_screen(fact: Image) -> bool:
    return max(fact.width, fact.height) > SCREEN * min(fact.width, fact.height)


def _numberless(path: str) -> str:
    """Return a file's name without its numbers: pages of one draft share it."""
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return re.sub(r"[\s\d_()（）\-—第页一二三四五六七八九十]+", "", stem)


def _said_little(pages: Sequence[Sequence[Line]]) -> str:
    characters = count("\n".join(line.text for page in pages for line in page))
    return f"只识别出{characters}字" if characters else "没有识别出文字"


def _in_place(
    facts: Sequence[Fact], texts: Sequence[tuple[Text, tuple[str, ...]]], unread: Sequence[str]
) -> list[Fact]:
    """Put the texts in the places of their first pages; pages behind the limit are pages, too."""
    instead = {text.path: text for text, _ in texts}
    page_of = {path: text.path for text, pages in texts for path in pages}
    if texts:
        page_of |= dict.fromkeys(unread, texts[-1][0].path)
    return [
        instead.get(fact.path)
        or (
            replace(fact, page_of=page_of[fact.path])
            if isinstance(fact, Image) and fact.path in page_of
            else fact
        )
        for fact in facts
    ]
