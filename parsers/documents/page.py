"""
The visible text of a web page, and the page in a web archive (MHTML). Shared by whoever meets one.

Source: WHATWG HTML (parsed by libxml2), RFC 2557 (multipart/related).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from parsers import charsets, mediatypes
from parsers.documents import flow, xml
from parsers.documents.xml import Element, attribute, local
from parsers.mime import tree
from parsers.types import Damaged, Limit, Look, Refusal, ResourceBudget, TextTooLong
from rulebook.reasons import Reason

_EMBEDDED = re.compile(r"data:[a-z]+/[^\"')>\s]{200,}")
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)
_UNSEEN = frozenset(
    {
        *("script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg"),
        *("select", "textarea"),
    }
)
_BREAKS = frozenset(
    {
        *(
            "p",
            "div",
            "br",
            "hr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "pre",
            "blockquote",
            "center",
        ),
        *("ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "tr", "form", "fieldset", "body"),
        *("section", "article", "header", "footer", "main", "nav", "aside", "address", "figure"),
        "figcaption",
    }
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_NOTE_MARKS = re.compile(r"\b(?:sd(?:foot|end)note(?:anc|sym)|Mso(?:Foot|End)noteReference)\b")
_BLANKS = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Page:
    """The visible text of a page. `tracked`: it has marks of a revision."""

    paragraphs: tuple[str, ...]
    tables: tuple[flow.Table, ...]
    tracked: bool
    looks: tuple[Look, ...] = ()


def read_page(page: str, budget: ResourceBudget) -> Page:
    """
    Read the visible text of a page that is decoded already, whatever charset it names.

    Raises: TextTooLong; Refusal(UNREADABLE_DRAFT) for what lxml cannot read.
    """
    page = _EMBEDDED.sub("", page)
    if len(page) > budget.limits.page_characters:
        raise TextTooLong(Limit.PAGE)
    budget.check_time()
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    builder = _DocumentBuilder()
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except xml.ERRORS as error:
        raise Damaged from error
    if root is not None:
        builder.walk(root, budget)
    return Page(
        tuple(builder.paragraphs), tuple(builder.tables), builder.tracked, tuple(builder.looks)
    )


def decoded(data: bytes, declared: str = "") -> str:
    """Decode a page: by the charset that was declared for it, else by the one that it names."""
    meta = _META.search(data[:4096])
    label = declared or (meta[1].decode("ascii") if meta else "")
    text = charsets.decode_as(data, label) if label else charsets.decode(data)
    if text is None:
        raise Refusal(Reason.UNREADABLE_DRAFT, "不是文字文件")
    return text


def in_archive(data: bytes) -> str:
    """Find the first page of a web archive, or its first plain text. Raises Damaged without any."""
    parts, _ = tree.leaves(data)
    for media_type in (mediatypes.HTML, mediatypes.TEXT):
        for part in parts:
            if part.content_type == media_type:
                text = decoded(part.data[:], part.charset)
                return text if media_type == mediatypes.HTML else f"<pre>{_escaped(text)}</pre>"
    raise Damaged


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _is_margin(element: Element, name: str) -> bool:
    """Return whether an element stands around the text: the headers and footers of LibreOffice, the marks of notes."""
    if name == "div":
        return element.get("title") in ("header", "footer")
    return name in ("a", "span", "sup") and bool(_NOTE_MARKS.search(attribute(element, "class")))


@dataclass(slots=True)
class _Grid:
    """A table that is being read: its rows, and the lines of the cell at hand."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _DocumentBuilder:
    """What has been read so far. Walked by events: pages nest deeper than Python's stack."""

    paragraphs: list[str] = field(default_factory=list)
    tables: list[flow.Table] = field(default_factory=list)
    tracked: bool = False
    line: list[str] = field(default_factory=list)
    open_tables: list[_Grid] = field(default_factory=list)
    preformatted: int = 0
    heading: int = 0
    """The level of the heading that is open."""

    looks: list[Look] = field(default_factory=list)

    def walk(self, root: Element, budget: ResourceBudget) -> None:
        """Read a whole page."""
        events = etree.iterwalk(root, events=("start", "end"))
        skipped: Element | None = None
        for number, (event, element) in enumerate(events):
            if number % 65_536 == 0:
                budget.check_time()
            name = local(element)
            if event == "start":
                if self._is_unseen(element, name):
                    events.skip_subtree()
                    skipped = element
                else:
                    self._start(element, name)
            else:
                if element is not skipped:
                    self._end(name)
                if element is not root:
                    self._text(element.tail)
        while self.open_tables:
            self._end("table")
        self._break()

    def _is_unseen(self, element: Element, name: str) -> bool:
        if name == "del":
            self.tracked = True
        hidden = "hidden" in element.attrib or _HIDDEN.search(attribute(element, "style"))
        return name in _UNSEEN or name == "del" or bool(hidden) or _is_margin(element, name)

    def _start(self, element: Element, name: str) -> None:
        if name in _BREAKS:
            self._break()
        self.tracked |= name == "ins"
        self.preformatted += name == "pre"
        if name in _HEADINGS:
            self.heading = int(name[1])
        if name == "table":
            self.open_tables.append(_Grid())
        elif name == "tr" and self.open_tables:
            self.open_tables[-1].rows.append([])
        elif name in ("td", "th"):
            self._break()
        self._text(element.text)

    def _end(self, name: str) -> None:
        if name in _BREAKS:
            self._break()
        if name in _HEADINGS:
            self.heading = 0
        if name == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif name in ("td", "th") and self.open_tables:
            self._break()
            grid = self.open_tables[-1]
            grid.rows = grid.rows or [[]]
            grid.rows[-1].append("\n".join(grid.lines))
            grid.lines = []
        elif name == "table" and self.open_tables:
            self._close_table()

    def _close_table(self) -> None:
        grid = self.open_tables.pop()
        lines = [line for row in grid.rows for line in flow.row(row)] + grid.lines
        (self.open_tables[-1].lines if self.open_tables else self.paragraphs).extend(lines)
        if found := flow.table(grid.rows):
            self.tables.append(found)

    def _text(self, text: str | None) -> None:
        if text:
            self.line.append(text if self.preformatted else _BLANKS.sub(" ", text))

    def _break(self) -> None:
        lines = flow.paragraphs("".join(self.line))
        self.line.clear()
        if self.heading and not self.open_tables:
            first = len(self.paragraphs)
            self.looks += [Look(first + count, self.heading) for count in range(len(lines))]
        (self.open_tables[-1].lines if self.open_tables else self.paragraphs).extend(lines)
