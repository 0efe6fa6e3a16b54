"""
Word documents of the binary format (.doc), which Kingsoft's .wps is, too.

Source:  [MS-DOC]: 2.5 (FIB), 2.8.35 and 2.9.177 (piece table), 2.8.5, 2.8.6, 2.9.33, 2.9.174
         (formatting of characters and paragraphs), 2.8.25 (field characters);
         Word 6.0/95 as far as its texts lie in one run.
Reads:   the main text, then footnotes, endnotes and text boxes. Deletions that are still tracked
         and hidden words are left out, headers and comments too. Then the pictures.
Refuses: locked and damaged documents, Microsoft Works and other programs' files under such a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parsers import binary, mediatypes, ole
from parsers.documents import blips, flow, package, word97_marks
from parsers.documents.word97_marks import Marks
from parsers.types import Damaged, File, Look, Part, Refusal, ResourceBudget, Text
from rulebook.reasons import Reason, Remark

_NAMES = (".doc", ".dot", ".wps", ".wpt")
_WORD_8 = 0xC1
"""The lowest nFib of the format that Word 97 brought."""

_COMPLEX, _ENCRYPTED, _TABLE_1 = 0x0004, 0x0100, 0x0200
_MAIN_COUNTS = 0x4C
_CLX = 0x1A2
_COMPRESSED = 0x40000000
_CODE_PAGES = {0x0804: "gb18030", 0x0404: "big5hkscs", 0x0411: "cp932"}

_ROW_END = "\x1e"
_CELL_END = "\x07"
_PAGE_BREAK = "\x0c"
_MARKS = re.compile("([\r\x07\x1e])")
_FIELD = re.compile("([\x13\x14\x15])")
_KEPT = str.maketrans(
    {
        "\x0b": "\n",
        "\x0c": "\n",
        "\x0d": "\n",
        "\x0e": "\n",
        "\x1e": "-",
        "\x1f": "",
        "\xa0": " ",
        **dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x10\x11\x12\x16\x17\x18\x19\x1a\x1b", ""),
    }
)


def claims(file: File) -> bool:
    """Word's stream, Works, and OLE files of unknown make that bear a text's name."""
    if file.media_type == mediatypes.OLE:
        return file.name.lower().endswith(_NAMES)
    return file.media_type in (mediatypes.DOC, mediatypes.WORKS)


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the text as one part, then the pictures that are embedded in it."""
    if file.media_type != mediatypes.DOC:
        works = file.media_type == mediatypes.WORKS
        told = "是微软 Works 文档，不是 Word 或 WPS 文档" if works else "不是 Word 文档"
        raise Refusal(Reason.UNREADABLE_DRAFT, told)
    streams = _streams(file.data)
    budget.spend_bytes(len(streams.main))
    text, tracked = _text(streams)
    builder = _DocumentBuilder([], [])
    builder.read(text)
    yield Text(
        path=file.path,
        media_type=file.media_type,
        paragraphs=tuple(builder.paragraphs),
        tables=tuple(builder.tables),
        remarks=(Remark.TRACKED_CHANGES,) if tracked else (),
        looks=tuple(builder.looks),
    )
    inline = ole.read(file.data, ("Data",)).values()
    yield from blips.of_streams(file, (*inline, streams.main), budget)


@dataclass(frozen=True, slots=True)
class _Streams:
    """The WordDocument stream, which begins with the FIB, and the table stream that it names."""

    main: bytes
    table: bytes

    def short(self, place: int) -> int:
        return binary.unpack("<H", self.main, place)[0]

    def long(self, place: int) -> int:
        return binary.unpack("<i", self.main, place)[0]


def _streams(data: bytes) -> _Streams:
    main = ole.read(data, ("WordDocument",)).get("WordDocument", b"")
    if len(main) < 0x60 or main[:2] not in (b"\xec\xa5", b"\xdc\xa5"):
        raise Damaged
    (flags,) = binary.unpack("<H", main, 0x0A)
    if flags & _ENCRYPTED:
        raise package.locked()
    name = "1Table" if flags & _TABLE_1 else "0Table"
    return _Streams(main, ole.read(data, (name,)).get(name, b""))


def _text(streams: _Streams) -> tuple[str, bool]:
    """Return the characters of the parts that are read, and whether revisions were met."""
    if streams.short(2) < _WORD_8:
        return _text_of_word_6(streams), False
    marks = word97_marks.read(streams.main, streams.table)
    pieces = _pieces(streams)
    main, notes, headers, macros, comments, endnotes, boxes = (
        max(0, streams.long(_MAIN_COUNTS + 4 * number)) for number in range(7)
    )
    before_endnotes = main + notes + headers + macros + comments
    wanted = (
        (0, main),
        (main, main + notes),
        (before_endnotes, before_endnotes + endnotes),
        (before_endnotes + endnotes, before_endnotes + endnotes + boxes),
    )
    parts = ["".join(_characters(streams.main, pieces, start, end, marks)) for start, end in wanted]
    return "\r".join(parts), marks.tracked


def _text_of_word_6(streams: _Streams) -> str:
    """One run of bytes in the code page of the document's language."""
    if streams.short(0x0A) & _COMPLEX:
        raise Refusal(Reason.UNREADABLE_DRAFT, "Word 95 以前的格式")
    start, end = streams.long(0x18), streams.long(0x1C)
    if not 0 < start <= end <= len(streams.main):
        raise Damaged
    encoding = _CODE_PAGES.get(streams.short(6), "gb18030")
    return streams.main[start:end].decode(encoding, "replace")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters `start`..`end` lie at byte `offset` of the stream, `size` bytes each."""

    start: int
    end: int
    offset: int
    size: int


def _pieces(streams: _Streams) -> list[_Piece]:
    """Return the piece table (2.9.177). Raises Refusal when it does not fit the stream."""
    place, length = streams.long(_CLX), streams.long(_CLX + 4)
    clx = streams.table[place : place + length]
    if place < 0 or length <= 0 or len(clx) < length:
        raise Damaged
    place = 0
    while binary.byte(clx, place) == 1:  # formatting of saved-over pieces, not needed here
        place += 3 + binary.unpack("<H", clx, place + 1)[0]
    if binary.byte(clx, place) != 2:
        raise Damaged
    (size,) = binary.unpack("<L", clx, place + 1)
    plc = clx[place + 5 : place + 5 + size]
    count = (len(plc) - 4) // 12
    if count < 1 or len(plc) < size:
        raise Damaged
    bounds = binary.unpack(f"<{count + 1}l", plc)
    if not 0 <= bounds[-1] - bounds[0] <= len(streams.main):  # pieces that share bytes: a bomb
        raise Damaged
    pieces = []
    for number in range(count):
        (address,) = binary.unpack("<L", plc, 4 * (count + 1) + 8 * number + 2)
        narrow = bool(address & _COMPRESSED)
        offset = address & ~_COMPRESSED & 0x7FFFFFFF
        start, end = bounds[number], bounds[number + 1]
        piece = _Piece(start, end, offset // 2 if narrow else offset, 1 if narrow else 2)
        if start > end or piece.offset + (end - start) * piece.size > len(streams.main):
            raise Damaged
        pieces.append(piece)
    return pieces


def _characters(
    data: bytes, pieces: Sequence[_Piece], start: int, end: int, marks: Marks
) -> Iterator[str]:
    """Yield the text between two character positions, without what is dropped; rows get their own mark."""
    for piece in pieces:
        first, last = max(start, piece.start), min(end, piece.end)
        if first >= last:
            continue
        begin = piece.offset + (first - piece.start) * piece.size
        stop = piece.offset + (last - piece.start) * piece.size
        encoding = "utf-16-le" if piece.size == 2 else "cp1252"
        for run in marks.runs(begin, stop):
            text = data[run.start : run.end].decode(encoding, "replace").replace(_ROW_END, "-")
            if run.row_end:
                text = text.replace(_CELL_END, _ROW_END)
            elif run.in_table:
                text = text.replace("\r", "\n")
            yield text


@dataclass(slots=True)
class _DocumentBuilder:
    """Paragraphs and tables, as the marks within the text tell them."""

    paragraphs: list[str]
    tables: list[flow.Table]
    looks: list[Look] = field(default_factory=list)
    new_page: bool = False

    def read(self, text: str) -> None:
        """Take in the characters of a document."""
        text = _without_fields(text)
        if _CELL_END in text and _ROW_END not in text:  # no formatting left to tell rows by
            text = text.replace(_CELL_END * 2, _CELL_END + _ROW_END)
        rows: list[list[str]] = []
        cells: list[str] = []
        parts = _MARKS.split(text + "\r")
        for part, mark in zip(parts[::2], parts[1::2], strict=False):
            if mark == _CELL_END:
                cells.append(part.translate(_KEPT))
                continue
            if mark == _ROW_END:
                rows.append(cells)
            elif rows:
                if found := flow.table(rows):
                    self.tables.append(found)
                rows = []
            self.paragraphs += flow.row(cells)
            for count, piece in enumerate(part.split(_PAGE_BREAK)):
                self.new_page |= count > 0
                lines = flow.paragraphs(piece.translate(_KEPT))
                if lines and self.new_page:
                    self.looks.append(Look(len(self.paragraphs), page=True))
                    self.new_page = False
                self.paragraphs += lines
            cells = []


def _without_fields(text: str) -> str:
    """Return the results of fields, not their codes; a field that never ends is damage, and is shown."""
    kept: list[str] = []
    in_code: list[bool] = []
    codes: list[str] = []
    hidden = 0
    for part in _FIELD.split(text):
        if part == "\x13":
            in_code.append(True)
            codes.append("")
            hidden += 1
        elif part == "\x14" and in_code:
            hidden -= in_code[-1]
            in_code[-1] = False
        elif part == "\x15" and in_code:
            hidden -= in_code.pop()
            shown = flow.overlaid(codes.pop())
            if shown and not hidden:
                kept.append(shown)
        elif not hidden:
            kept.append(part)
        elif in_code[-1]:
            codes[-1] = part
    return _FIELD.sub("", text) if in_code else "".join(kept)
