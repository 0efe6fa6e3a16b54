"""
PDF documents with text in them.

Source:  ISO 32000-1; read by PDFium.
Reads:   the text of each page, printed lines joined to paragraphs, page numbers and the lines
         that all pages have at their head or foot left out.
Refuses: scanned, locked and damaged documents, fonts without a map to characters, endless ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pypdfium2
import pypdfium2.raw

from parsers import charsets, mediatypes, subprocess_task
from parsers.documents import package, pdf_gaps, pdf_looks, pdf_pictures
from parsers.types import (
    Damaged,
    File,
    Limit,
    LimitHit,
    Look,
    Part,
    Refusal,
    ResourceBudget,
    ScannedDocument,
    Text,
)
from rulebook.reasons import Reason

MAX_PAGES = 300
SECONDS = 30.0
"""Until a document is given up; 300 full pages take one or two."""
_PAGE_NUMBER = re.compile(
    r"^[\s\-—–－_·]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4})?[\s\-—–－_·]*$"
)
_PAGE_LABEL = re.compile(
    r"^\s*(?:第\s*\d{1,4}\s*页\s*[，,、/]?\s*(?:共\s*\d{1,4}\s*页)?|[-—–－]\s*\d{1,4}\s*[-—–－])\s*$"
)
"""Numbers of pages that say so; bare ones are looked for at the ends of a page alone."""

_SCANNER = re.compile(r"扫描全能王|CamScanner|夸克扫描王|由.{0,8}扫描.{0,6}创建|创建")
_HYPHENS = str.maketrans("", "", "\x02\ufffe\xad")
_APART = re.compile(
    r"(?<=[\u4e00-\u9fff，。、；：（）]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u4e00-\u9fff])"
)
"""PDFium puts blanks where hanzi and digits have different fonts; nobody types them."""

_BULLET = re.compile("^[\ue000-\uf8ff][ \u3000]*")
"""Symbols that a font of its own puts before the items of a list."""

_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")


def claims(file: File) -> bool:
    """By the signature alone."""
    return file.media_type == mediatypes.PDF


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """
    Yield the text of all pages as one, then the pictures on them.

    PDFium works apart: drawings within drawings never end.
    """
    data = file.data
    until = budget.seconds_left() - SECONDS
    rows = subprocess_task.rows_of(lambda: _rows(data, budget), min(SECONDS, budget.seconds_left()))
    budget.check_time()
    if rows is None:
        late = budget.seconds_left() <= until
        raise Refusal(Reason.UNREADABLE_DRAFT, Limit.SECONDS.clause if late else "文件已损坏")
    (kind, *details), paragraphs = rows
    if kind == "limit":
        raise LimitHit(Limit[details[0]])
    if kind == "scan":
        raise ScannedDocument(details[0])
    if kind == "refusal":
        raise Refusal(Reason[details[0]], details[1])
    budget.spend_bytes(int(details[0]))
    looks = tuple(_look(*map(int, row.split())) for row in details[1:])
    yield Text(file.path, file.media_type, tuple(paragraphs), looks=looks)
    for number, (ending, picture) in enumerate(pdf_pictures.of(data, budget), 1):
        budget.spend_entry()
        budget.spend_bytes(len(picture))
        yield file.child(f"image{number}.{ending}", picture)


def _rows(data: bytes, budget: ResourceBudget) -> list[list[str]]:
    """Return what was read, or why it was not, in rows of words."""
    before = budget.bytes_out
    try:
        paragraphs, looks = _read(data, budget)
    except LimitHit as hit:
        return [["limit", hit.limit.name], []]
    except ScannedDocument as scan:
        return [["scan", scan.detail], []]
    except Refusal as refusal:
        return [["refusal", refusal.reason.name, refusal.detail], []]
    rows = [
        f"{look.paragraph} {look.level} {look.centred:d} {look.bold:d} {look.page:d}"
        for look in looks
    ]
    return [["text", str(budget.bytes_out - before), *rows], paragraphs]


def _look(paragraph: int, level: int, centred: int, bold: int, page: int) -> Look:
    return Look(paragraph, level, bool(centred), bool(bold), bool(page))


def _read(data: bytes, budget: ResourceBudget) -> tuple[list[str], list[Look]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise package.locked() from error
        raise Damaged from error
    try:
        return _paragraphs(document, budget)
    except pypdfium2.PdfiumError as error:
        raise Damaged from error
    finally:
        document.close()


def _paragraphs(
    document: pypdfium2.PdfDocument, budget: ResourceBudget
) -> tuple[list[str], list[Look]]:
    if len(document) > MAX_PAGES:
        raise Refusal(Reason.UNREADABLE_DRAFT, f"超过{MAX_PAGES}页")
    printed: list[list[pdf_looks.Printed]] = []
    pictures = False
    characters = 0
    for page in document:
        try:
            found = _lines(page, budget)
            pictures = pictures or (not found and _has_picture(page))
        finally:
            page.close()
        if found:
            printed.append(found)
            characters += sum(len(line) for line, _ in found)
            budget.check_characters(characters)
    pages = _without_margins(printed)
    text = "".join(line for page_lines in pages for line, _ in page_lines)
    if not text:
        if pictures:
            raise ScannedDocument("是扫描件，没有文字")
        raise Refusal(Reason.UNREADABLE_DRAFT, "没有文字")
    if len(_PRIVATE.findall(text)) * 4 > len(text) or not charsets.is_readable(text):
        raise Refusal(Reason.UNREADABLE_DRAFT, "字体特殊，文字无法提取")
    paragraphs, looks = pdf_looks.paragraphs(pages)
    return [_APART.sub("", paragraph) for paragraph in paragraphs], looks


def _without_margins(pages: list[list[pdf_looks.Printed]]) -> list[list[pdf_looks.Printed]]:
    """Return the pages without a first or last line that all of them have in common."""
    for place in (0, -1):
        if len(pages) > 1 and len({page[place][0].strip() if page else "" for page in pages}) == 1:
            pages = [page[1:] if place == 0 else page[:-1] for page in pages]
    return pages


def _words(page: pypdfium2.PdfPage) -> tuple[str, Mapping[str, pdf_looks.Line]]:
    """Return the text of a page and how its lines look. A turned page is read as it was written."""
    words = page.get_textpage()
    try:
        if page.get_rotation() and abs(pypdfium2.raw.FPDFText_GetCharAngle(words, 0)) < 0.1:
            page.set_rotation(0)
            words.close()
            words = page.get_textpage()
        text = str(words.get_text_range())
        text = pdf_gaps.without_gaps(words) if pdf_gaps.is_set_apart(text) else text
        return text, pdf_looks.measured(words, page)
    finally:
        words.close()


def _lines(page: pypdfium2.PdfPage, budget: ResourceBudget) -> list[pdf_looks.Printed]:
    """Return the lines of a page. What scanning programs print on every page is no text."""
    budget.check_time()
    text, measures = _words(page)
    text = text.translate(_HYPHENS)
    budget.spend_bytes(len(text))
    lines = [
        _BULLET.sub("", line)
        for line in text.splitlines()
        if line.strip() and not _PAGE_LABEL.match(line)
    ]
    while lines and _PAGE_NUMBER.match(lines[-1]):
        lines.pop()
    while lines and _PAGE_NUMBER.match(lines[0]):
        lines.pop(0)
    if len(lines) <= 2 and not _SCANNER.sub("", "".join(lines)).strip():
        return []
    return [(line, measures.get(pdf_looks.key(line))) for line in lines]


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    wanted = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    return any(True for _ in page.get_objects(filter=wanted, max_depth=3))
