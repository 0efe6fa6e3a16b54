"""
Where the pictures of a .docx stand among its paragraphs.

Source:  ECMA-376-1 17.3.3 (w:drawing, w:pict), 20.2 (a:blip); ECMA-376-3 (mc:AlternateContent).
Reads:   the body, text boxes after the paragraph that anchors them. A picture that is linked and not
         embedded, or deleted, is left out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from parsers import mediatypes
from parsers.documents import package
from parsers.documents.xml import Element, attribute, local
from parsers.types import File, ResourceBudget

_SKIPPED = frozenset(
    {"Fallback", "del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sectPr"}
)
_BLIPS = {"blip": "embed", "imagedata": "id"}
"""DrawingML's and VML's element for a picture, and the attribute that names its part."""

PICTURE, TEXT = "picture", "text"


def claims(file: File) -> bool:
    """Word's own zip packages."""
    return file.media_type == mediatypes.DOCX


def flow(file: File, budget: ResourceBudget) -> Iterator[tuple[str, str]]:
    """
    Yield (TEXT, a paragraph) and (PICTURE, the path of a picture inside the document) as they follow.

    Raises: what `package.opened` does, for a document that is damaged or locked.
    """
    opened = package.opened(file, budget)
    main = opened.main_part()
    media = f"{posixpath.dirname(main)}/media/".lstrip("/").lower()
    names = opened.named(media)
    parts = {
        number: f"{file.path}/{names[part.lower()]}"
        for number, _, part in opened.relations(main)
        if part.lower() in names
    }
    yield from _below(opened.xml(main), parts)


def _below(parent: Element, parts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for child in parent:
        name = local(child)
        if name == "p":
            yield from _paragraph(child, parts)
        elif name not in _SKIPPED:
            yield from _below(child, parts)


def _paragraph(paragraph: Element, parts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    text, boxes = "", list[Element]()
    for what, value in _inline(paragraph, parts, boxes):
        if what == TEXT:
            text += value
            continue
        if text.strip():
            yield TEXT, text.strip()
        text = ""
        yield what, value
    if text.strip():
        yield TEXT, text.strip()
    for box in boxes:
        yield from _below(box, parts)


def _inline(
    parent: Element, parts: Mapping[str, str], boxes: list[Element]
) -> Iterator[tuple[str, str]]:
    for child in parent:
        name = local(child)
        if name == "t":
            yield TEXT, child.text or ""
        elif name in ("tab", "br"):
            yield TEXT, " "
        elif name == "txbxContent":
            boxes.append(child)
        elif name in _BLIPS:
            path = parts.get(attribute(child, _BLIPS[name]))
            if path is not None:
                yield PICTURE, path
        elif name not in _SKIPPED:
            yield from _inline(child, parts, boxes)
