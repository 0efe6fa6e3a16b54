"""
Word documents in Office Open XML (.docx and its variants), and Office files locked by a password.

Source:  ECMA-376-1 (WordprocessingML, transitional and strict), ECMA-376-2 (packages),
         ECMA-376-3 (mc:AlternateContent), [MS-OFFCRYPTO] 2.3.4 (locked files).
Reads:   the body, then footnotes, endnotes; text boxes after the paragraph that anchors them;
         insertions as text, deletions not at all. Headers, footers, comments, hidden text and the
         numbers of lists are left out.
Refuses: locked and damaged documents, bombs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from parsers import mediatypes
from parsers.documents import blips, flow, package, page, word_looks, xml
from parsers.documents.package import Package
from parsers.documents.word_looks import Style
from parsers.documents.xml import Element, attribute, local
from parsers.types import File, Limits, Look, Part, ResourceBudget, Text
from rulebook.reasons import Remark

_DELETED = frozenset({"del", "moveFrom"})
_INSERTED = frozenset({"ins", "moveTo"})
_SKIPPED = frozenset({"Fallback", "pPr", "rPr", "instrText", "delText", "rt", "sdtPr", "sectPr"})
_CHARACTERS = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
_PAGE_BREAK = "\f"
_NOTES = frozenset({"footnote", "endnote"})
_BINARY = re.compile(rb"<w:binData\b[^<>]{0,200}>[^<]*<")
_BLOCKS = frozenset({"p", "tbl"})
_DRAWING = frozenset({"drawing", "pict", "object", "AlternateContent"})

USUAL_STYLES = 200_000
"""Bytes of styles above which what they say is not remembered."""


def claims(file: File) -> bool:
    """Word's own zip packages, and whatever Office has locked."""
    return file.media_type in (
        mediatypes.DOCX,
        mediatypes.FLAT_OPC,
        mediatypes.WORD_XML,
        mediatypes.LOCKED_OFFICE,
    )


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the text, then the pictures that are embedded in it."""
    if file.media_type == mediatypes.LOCKED_OFFICE:
        raise package.locked()
    if file.media_type == mediatypes.WORD_XML:
        yield _of_2003(file, budget)
        yield from blips.of_xml(file, budget)
        return
    opened = package.opened(file, budget)
    main = opened.main_part()
    content = opened.read(main)
    related = tuple((kind, part) for _, kind, part in opened.relations(main))
    builder = _DocumentBuilder(_hidden_styles(opened, related))
    if b"pStyle" in content:
        builder.styles = _styles(opened, related)
    if b"altChunk" in content:
        builder.chunks = _chunks(opened, main, budget)
    builder.blocks(xml.parse(content, opened.limits))
    for kind in ("footnote", "endnote"):
        if f"{kind}Reference".encode() in content:
            for part in _of_type(related, f"/{kind}s"):
                builder.notes(opened.xml(part), kind)
    yield Text(
        path=file.path,
        media_type=file.media_type,
        paragraphs=tuple(builder.paragraphs),
        tables=tuple(builder.tables),
        remarks=(Remark.TRACKED_CHANGES,) if builder.tracked else (),
        looks=tuple(builder.looks),
    )
    yield from opened.pictures(f"{posixpath.dirname(main)}/media/".lstrip("/").lower())


def _of_2003(file: File, budget: ResourceBudget) -> Text:
    """
    Read the one XML file in which Word 2003 saves a document, as the office's older programs do.

    Source: Office 2003 XML Reference Schemas; its elements bear the names that OOXML took over.
    """
    budget.spend_bytes(len(file.data))
    data = file.data
    if len(data) > budget.limits.xml_bytes:
        data = _BINARY.sub(b"<", data)
    root = xml.parse(data, budget.limits)
    styles = next((element for element in root if local(element) == "styles"), None)
    builder = _DocumentBuilder(
        frozenset(
            attribute(style, "styleId")
            for style in (() if styles is None else styles)
            if _is_hidden(style)
        )
        - {""}
    )
    builder.styles = {} if styles is None else word_looks.styles_of(styles)
    for body in root:
        if local(body) == "body":
            builder.blocks(body)
    return Text(
        path=file.path,
        media_type=file.media_type,
        paragraphs=tuple(builder.paragraphs),
        tables=tuple(builder.tables),
        remarks=(Remark.TRACKED_CHANGES,) if builder.tracked else (),
        looks=tuple(builder.looks),
    )


def _chunks(opened: Package, main: str, budget: ResourceBudget) -> dict[str, page.Page]:
    """
    Read the foreign parts that a document shows in its midst (w:altChunk), by their relation's name.

    Source: ECMA-376-1 17.17.2.1. Web pages, web archives, plain texts and Word documents are read;
    what else Word would import is left out, and a document without other text is told to be empty.
    """
    folder, name = posixpath.split(main)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    chunks = {}
    for relation in opened.xml(relations) if opened.has(relations) else ():
        if not attribute(relation, "Type").endswith("/aFChunk"):
            continue
        target = posixpath.normpath(posixpath.join("/", folder, attribute(relation, "Target")))
        if opened.has(target.lstrip("/")):
            chunk = File(target, opened.read(target.lstrip("/")))
            chunks[attribute(relation, "Id")] = _chunk(chunk, budget)
    return chunks


def _chunk(file: File, budget: ResourceBudget) -> page.Page:
    kind = mediatypes.sniff(file)
    if kind == mediatypes.DOCX:
        inner = package.opened(file, budget)
        builder = _DocumentBuilder(frozenset())
        builder.blocks(inner.xml(inner.main_part()))
        return page.Page(
            tuple(builder.paragraphs), tuple(builder.tables), builder.tracked, tuple(builder.looks)
        )
    if kind == mediatypes.HTML:
        return page.read_page(page.decoded(file.data), budget)
    if kind == mediatypes.MHT:
        return page.read_page(page.in_archive(file.data), budget)
    if kind == mediatypes.TEXT:
        return page.Page(tuple(flow.paragraphs(page.decoded(file.data))), (), False)
    return page.Page((), (), False)


def _of_type(related: Iterable[tuple[str, str]], ending: str) -> Iterator[str]:
    return (part for kind, part in related if kind.endswith(ending))


def _hidden_styles(opened: Package, related: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the identifiers of styles that say w:vanish."""
    hidden: frozenset[str] = frozenset()
    for part in _of_type(related, "/styles"):
        content = opened.read(part)
        if b"vanish" in content:
            hidden |= (_hidden_of if len(content) < USUAL_STYLES else _read_hidden)(
                content, opened.limits
            )
    return hidden


def _read_hidden(content: bytes, limits: Limits) -> frozenset[str]:
    styles = (element for element in xml.parse(content, limits) if local(element) == "style")
    hidden = {attribute(style, "styleId") for style in styles if _is_hidden(style)}
    return frozenset(hidden - {""})


_hidden_of = lru_cache(maxsize=16)(_read_hidden)
"""Documents of one template have the same styles."""


def _styles(opened: Package, related: Iterable[tuple[str, str]]) -> dict[str, Style]:
    """Return the styles that make paragraphs stand out."""
    styles: dict[str, Style] = {}
    for part in _of_type(related, "/styles"):
        styles |= word_looks.read_styles(opened.read(part), opened.limits)
    return styles


@dataclass(slots=True)
class _DocumentBuilder:
    """What has been read so far. `hidden`: styles whose text is not shown."""

    hidden: frozenset[str]
    paragraphs: list[str] = field(default_factory=list)
    tables: list[flow.Table] = field(default_factory=list)
    tracked: bool = False
    code: str = ""
    """Of the field that is open."""

    unfinished: str = ""
    """Text of a paragraph whose end mark is deleted: it goes on in the next one."""

    chunks: dict[str, page.Page] = field(default_factory=dict)
    """Foreign parts that stand in the text, by the name of their relation."""

    styles: dict[str, Style] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    new_page: bool = False
    """A break of pages was met, and nothing has been written behind it."""

    def notes(self, root: Element, kind: str) -> None:
        """Read the notes proper: separators carry a type."""
        for note in root:
            if local(note) == kind and attribute(note, "type") in ("", "normal"):
                self.blocks(note)

    def blocks(self, parent: Element) -> None:
        """Paragraphs and tables under an element, however deep wrappers put them."""
        for child in parent:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name in _DELETED or self._is_aside(child, name):
                self.tracked |= name in _DELETED
            elif name == "altChunk":
                self._chunk(attribute(child, "id"))
            elif name not in _SKIPPED:
                self.blocks(child)
        if self.unfinished and local(parent) in ("body", "tc", "txbxContent", "footnote"):
            self.paragraphs += flow.paragraphs(self.unfinished)
            self.unfinished = ""

    def _is_aside(self, element: Element, name: str) -> bool:
        """Return whether Word 2003 marks an element as deleted or as a comment, or it is a note."""
        if name != "annotation":
            return name in _NOTES
        kind = attribute(element, "type")
        self.tracked |= kind in ("Word.Deletion", "Word.Insertion")
        return kind in ("Word.Deletion", "Word.Comment")

    def _chunk(self, relation: str) -> None:
        found = self.chunks.get(relation)
        if found is not None:
            first = len(self.paragraphs)
            self.looks += [replace(look, paragraph=first + look.paragraph) for look in found.looks]
            self.paragraphs += found.paragraphs
            self.tables += found.tables
            self.tracked |= found.tracked

    def _paragraph(self, paragraph: Element) -> None:
        pieces: list[str] = []
        boxes: list[Element] = []
        self._inline(paragraph, pieces, boxes)
        text = self.unfinished + "".join(pieces)
        self.unfinished = ""
        if self._mark_is_deleted(paragraph):
            self.unfinished = text
        elif text:
            self._lines(paragraph, text)
        self.new_page |= word_looks.ends_page(paragraph)
        for box in boxes:
            self.blocks(box)

    def _lines(self, paragraph: Element, text: str) -> None:
        """Add the lines of a paragraph, and how they stand out."""
        for count, part in enumerate(text.split(_PAGE_BREAK)):
            self.new_page |= count > 0
            lines = flow.paragraphs(part)
            for line in lines:
                number = len(self.paragraphs)
                look = word_looks.look_of(paragraph, number, line, self.styles, page=self.new_page)
                if look is not None:
                    self.looks.append(look)
                self.paragraphs.append(line)
                self.new_page = False

    def _inline(self, parent: Element, pieces: list[str], boxes: list[Element]) -> None:
        for child in parent:
            name = local(child)
            if name == "r":
                if not _is_hidden(child, self.hidden):
                    self._inline(child, pieces, boxes)
            elif name == "t":
                pieces.append(child.text or "")
            elif name == "br" and attribute(child, "type") == "page":
                pieces.append(_PAGE_BREAK)
            elif name in _CHARACTERS:
                pieces.append(_CHARACTERS[name])
            elif name == "txbxContent":
                boxes.append(child)
            elif name in _DELETED or self._is_aside(child, name):
                self.tracked |= name in _DELETED
            elif name == "instrText":
                self.code += child.text or ""
            elif name == "fldChar":
                if attribute(child, "fldCharType") == "end":
                    pieces.append(flow.overlaid(self.code))
                if attribute(child, "fldCharType") != "separate":
                    self.code = ""
            elif name not in _SKIPPED:
                if name in _INSERTED:
                    self.tracked = True
                self._inline(child, pieces, boxes)

    def _mark_is_deleted(self, paragraph: Element) -> bool:
        for mark in _properties(paragraph, "pPr", "rPr"):
            if local(mark) in _DELETED | _INSERTED:
                self.tracked = True
            if local(mark) in _DELETED:
                return True
        return False

    def _table(self, table: Element) -> None:
        rows: list[list[str]] = []
        for row in _within(table, "tr", {"sdt", "sdtContent", "customXml"}):
            if any(local(mark) == "del" for mark in _properties(row, "trPr")):
                self.tracked = True
                continue
            cells = [
                self._cell(cell) for cell in _within(row, "tc", {"sdt", "sdtContent", "customXml"})
            ]
            rows.append(cells)
            self.paragraphs += flow.row(cells)
        if found := flow.table(rows):
            self.tables.append(found)

    def _cell(self, cell: Element) -> str:
        """Return the text of a cell. Tables inside a cell are kept as tables, too."""
        inner = _DocumentBuilder(self.hidden)
        inner.blocks(cell)
        self.tracked |= inner.tracked
        self.tables += inner.tables
        return "\n".join(inner.paragraphs)


def _within(parent: Element, name: str, wrappers: set[str]) -> Iterator[Element]:
    for child in parent:
        found = local(child)
        if found == name:
            yield child
        elif found in wrappers:
            yield from _within(child, name, wrappers)


def _properties(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children of element/names[0]/names[1]/…; properties come first in their element."""
    for name in names:
        inner = next((child for child in element if local(child) == name), None)
        if inner is None:
            return
        element = inner
    yield from element


def _is_hidden(run: Element, styles: frozenset[str] = frozenset()) -> bool:
    """Whether a run, or a style, is marked as hidden, by itself or by one of these styles."""
    hidden = False
    for mark in _properties(run, "rPr"):
        if local(mark) == "vanish":  # a run's own word goes before that of its style
            return attribute(mark, "val") not in ("0", "false", "off")
        hidden |= local(mark) == "rStyle" and attribute(mark, "val") in styles
    return hidden
