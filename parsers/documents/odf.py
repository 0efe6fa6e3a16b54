"""
OpenDocument texts (.odt), as LibreOffice and WPS write them.

Source:  OASIS ODF 1.3, part 3: 5 (paragraphs, lists, notes), 5.5 (change tracking), 9 (tables).
Reads:   the body, notes after it; tracked deletions are kept apart by the format and left out.
Refuses: locked and damaged documents, bombs. Tables and slides (.ods, .odp) are not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers import mediatypes
from parsers.documents import blips, flow, package, xml
from parsers.documents.xml import Element, attribute, local
from parsers.types import Damaged, File, Look, Part, ResourceBudget, Text
from rulebook.reasons import Remark

_MAX_REPEAT = 100
"""Cells and blanks may be repeated by a number; a bomb's number is a large one."""

_SKIPPED = frozenset(
    {"tracked-changes", "annotation", "ruby-text", "note-citation", "forms", "desc"}
)
_TITLE = frozenset({"title"})


def claims(file: File) -> bool:
    """Texts, templates and master documents."""
    return file.media_type.startswith(mediatypes.ODT)


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the text, then the pictures that are embedded in it."""
    is_flat = file.media_type == mediatypes.FLAT_ODT
    opened = None if is_flat else package.opened(file, budget)
    manifest = "META-INF/manifest.xml"
    if opened and opened.has(manifest) and b"encryption-data" in opened.read(manifest):
        raise package.locked()
    root = opened.xml("content.xml") if opened else xml.parse(file.data, budget.limits)
    body = next((e for e in root.iter("{*}text") if _is_office(e)), None)
    if body is None:
        raise Damaged
    hidden = _hidden_styles(root)
    if (
        opened
        and opened.has("styles.xml")
        and b'display="none"' in (styles := opened.read("styles.xml"))
    ):
        hidden |= _hidden_styles(xml.parse(styles, opened.limits))
    builder = _DocumentBuilder(hidden)
    builder.blocks(body)
    builder.paragraphs += builder.notes
    yield Text(
        path=file.path,
        media_type=file.media_type,
        paragraphs=tuple(builder.paragraphs),
        tables=tuple(builder.tables),
        remarks=(Remark.TRACKED_CHANGES,) if builder.tracked else (),
        looks=tuple(builder.looks),
    )
    if opened:
        yield from opened.pictures("pictures/")
    else:
        yield from blips.of_xml(file, budget)


def _hidden_styles(root: Element) -> frozenset[str]:
    """Return the names of styles whose text is not shown (text:display, ODF 1.3 part 3, 20.343)."""
    return frozenset(
        attribute(style, "name")
        for style in root.iter("{*}style")
        if any(attribute(said, "display") == "none" for said in style.iter("{*}text-properties"))
    )


def _is_office(element: Element) -> bool:
    return "office" in str(element.tag).partition("}")[0]


@dataclass(slots=True)
class _DocumentBuilder:
    """What has been read so far. `hidden`: styles whose text is not shown."""

    hidden: frozenset[str]
    paragraphs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[flow.Table] = field(default_factory=list)
    tracked: bool = False
    looks: list[Look] = field(default_factory=list)

    def blocks(self, parent: Element) -> None:
        """Paragraphs, headings and tables under an element, however deep lists put them."""
        for child in parent:
            name = local(child)
            if name in ("p", "h"):
                self._paragraph(child)
            elif name == "table":
                self._table(child)
            elif name == "tracked-changes":
                self.tracked |= any(local(change) == "changed-region" for change in child)
            elif name not in _SKIPPED:
                self.blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        if attribute(paragraph, "style-name") in self.hidden:
            return
        pieces: list[str] = []
        boxes: list[Element] = []
        self._inline(paragraph, pieces, boxes)
        for line in flow.paragraphs("".join(pieces)):
            if local(paragraph) == "h":
                level = _number(paragraph, "outline-level")
                self.looks.append(Look(len(self.paragraphs), level))
            self.paragraphs.append(line)
        for box in boxes:
            self.blocks(box)

    def _inline(self, parent: Element, pieces: list[str], boxes: list[Element]) -> None:
        pieces.append(parent.text or "")
        for child in parent:
            name = local(child)
            if name == "span" and attribute(child, "style-name") in self.hidden:
                pass
            elif name == "s":
                pieces.append(" " * _number(child, "c"))
            elif name == "tab":
                pieces.append("\t")
            elif name == "line-break":
                pieces.append("\n")
            elif name == "text-box":
                boxes.append(child)
            elif name == "note":
                inner = _DocumentBuilder(self.hidden)
                inner.blocks(child)
                self.notes += inner.paragraphs
            elif name in ("frame", "a", "g", "custom-shape"):
                self._drawing(child, pieces, boxes)
            elif name not in _SKIPPED and name not in _TITLE:
                self._inline(child, pieces, boxes)
            pieces.append(child.tail or "")

    def _drawing(self, shape: Element, pieces: list[str], boxes: list[Element]) -> None:
        """Shapes hold paragraphs; a link ("a") in a text holds plain words."""
        if any(local(child) in ("p", "list") for child in shape):
            boxes.append(shape)
        elif local(shape) == "a":
            self._inline(shape, pieces, boxes)
        else:
            for child in shape:
                if local(child) == "text-box":
                    boxes.append(child)
                elif local(child) not in _SKIPPED | _TITLE:
                    self._drawing(child, pieces, boxes)

    def _table(self, table: Element) -> None:
        rows: list[list[str]] = []
        for row in table.iter("{*}table-row"):
            if next((e for e in row.iterancestors("{*}table")), None) is not table:
                continue
            cells: list[str] = []
            for cell in row:
                if local(cell) in ("table-cell", "covered-table-cell"):
                    repeat = _number(cell, "number-columns-repeated")
                    cells += [self._cell(cell)] * repeat
            rows.append(cells)
            self.paragraphs += flow.row(cells)
        if found := flow.table(rows):
            self.tables.append(found)

    def _cell(self, cell: Element) -> str:
        inner = _DocumentBuilder(self.hidden)
        inner.blocks(cell)
        self.tables += inner.tables
        self.notes += inner.notes
        return "\n".join(inner.paragraphs)


def _number(element: Element, name: str) -> int:
    """Return a count in an attribute, 1 where it is missing or no number."""
    value = attribute(element, name)
    return max(1, min(int(value), _MAX_REPEAT)) if value.isdecimal() and len(value) < 9 else 1
