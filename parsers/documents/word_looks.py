"""
How a paragraph of a Word document stands out: heading, centred, bold, first of a page, item of a list.

Source:  ECMA-376-1 17.3.1 (paragraph properties), 17.3.2 (run properties), 17.7 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from parsers.documents import xml
from parsers.documents.xml import Element, attribute, local
from parsers.types import Limits, Look

USUAL_STYLES = 200_000
"""Bytes of styles above which what they say is not remembered."""

LONGEST = 80
"""Characters of a line that may be a title; only items of a list are longer."""

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|标题|文章标题|公文标题", re.IGNORECASE)
_MAX_PARENTS = 10
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says of its paragraphs; `level` 0: no heading."""

    level: int = 0
    centred: bool = False
    bold: bool = False
    page: bool = False
    item: str = ""


PLAIN = Style()


def styles_of(root: Element) -> dict[str, Style]:
    """Return the styles that make a paragraph stand out, what they inherit included."""
    elements = {
        attribute(element, "styleId"): element
        for element in root
        if local(element) == "style" and attribute(element, "type") in ("paragraph", "")
    }
    styles = {}
    for name in elements:
        style, here = PLAIN, name
        for _ in range(_MAX_PARENTS):
            element = elements.get(here)
            if element is None:
                break
            style = _above(style, _said(element))
            here = next((attribute(e, "val") for e in element if local(e) == "basedOn"), "")
        if style != PLAIN:
            styles[name] = style
    return styles


def read_styles(content: bytes, limits: Limits) -> dict[str, Style]:
    """Return the styles of a part; documents of one template have the same part."""
    return (_read_again if len(content) < USUAL_STYLES else _read)(content, limits)


def _read(content: bytes, limits: Limits) -> dict[str, Style]:
    return styles_of(xml.parse(content, limits))


_read_again = lru_cache(maxsize=16)(_read)


def look_of(
    paragraph: Element, number: int, text: str, styles: Mapping[str, Style], *, page: bool
) -> Look | None:
    """
    Return how the paragraph with this number stands out, None for one like all others.

    Args: `page`: a break stands before it.
    """
    own = _properties(paragraph)
    named = next((attribute(mark, "val") for mark in own if local(mark) == "pStyle"), "")
    style = _above(_of_properties(own), styles.get(named, PLAIN))
    item = "" if style.level else style.item
    page = page or style.page
    if len(text) > LONGEST or "。" in text:
        return Look(number, page=page, item=item) if item else None
    bold = style.bold or _all_bold(paragraph)
    if not (style.level or style.centred or bold or page or item):
        return None
    return Look(number, style.level, style.centred, bold, page, item)


def ends_page(paragraph: Element) -> bool:
    """Tell whether a section ends with this paragraph and the next one begins on a page of its own."""
    for mark in _properties(paragraph):
        if local(mark) == "sectPr":
            kind = next((attribute(one, "val") for one in mark if local(one) == "type"), "nextPage")
            return kind != "continuous"
    return False


def _properties(element: Element) -> list[Element]:
    return [mark for inner in element if local(inner) == "pPr" for mark in inner]


def _said(style: Element) -> Style:
    """Return what a style says by itself: its name, its paragraphs, its runs."""
    name = next((attribute(e, "val") for e in style if local(e) == "name"), "")
    heading = _HEADING.fullmatch(name.strip())
    level = int(heading[1]) if heading else int(_TITLE.fullmatch(name.strip()) is not None)
    said = _of_properties(_properties(style))
    bold = any(_is_bold(inner) for inner in style if local(inner) == "rPr")
    return Style(level or said.level, said.centred, bold, said.page, said.item)


def _of_properties(marks: list[Element]) -> Style:
    level, centred, page, item = 0, False, False, ""
    for mark in marks:
        name, value = local(mark), attribute(mark, "val")
        if name == "outlineLvl" and value.isdecimal() and int(value[:2]) < 9:
            level = int(value[:2]) + 1
        elif name == "jc":
            centred = value == "center"
        elif name == "pageBreakBefore":
            page = value not in _OFF
        elif name == "numPr":
            values = {local(one): attribute(one, "val") for one in mark}
            number = values.get("numId", "0")
            item = f"{number}.{values.get('ilvl', '0')}" if number != "0" else ""
    return Style(level, centred, page=page, item=item)


def _above(own: Style, inherited: Style) -> Style:
    return Style(
        own.level or inherited.level,
        own.centred or inherited.centred,
        own.bold or inherited.bold,
        own.page or inherited.page,
        own.item or inherited.item,
    )


def _all_bold(paragraph: Element) -> bool:
    """Tell whether every run with text is bold by its own word."""
    runs = [run for run in _runs(paragraph) if any(local(e) == "t" and e.text for e in run)]
    return bool(runs) and all(
        any(local(inner) == "rPr" and _is_bold(inner) for inner in run) for run in runs
    )


def _runs(paragraph: Element) -> Iterator[Element]:
    return paragraph.iter("{*}r")


def _is_bold(properties: Element) -> bool:
    return any(local(mark) == "b" and attribute(mark, "val") not in _OFF for mark in properties)
