"""
Rich Text Format, under whatever name it comes (Word saves it as .doc, too).

Source:  Microsoft, "Rich Text Format Specification" 1.9.1.
Reads:   the body, then footnotes and endnotes; text boxes after the paragraph that anchors them;
         insertions as text, deletions not at all. Headers, footers, comments, hidden text and the
         numbers of lists are left out. Then the pictures.
Refuses: endless documents.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from parsers import charsets, mediatypes
from parsers.documents import blips, flow
from parsers.documents.rtf_words import (
    CHARACTERS,
    CHARSETS,
    OPENED,
    SKIPPED,
    code_page,
)
from parsers.types import Damaged, File, Limit, Look, Part, ResourceBudget, Text, TextTooLong
from rulebook.reasons import Remark

MAX_DEPTH = 1_000

_PICTURE = re.compile(rb"[0-9A-Fa-f\r\n]{512,}")
_BINARY = re.compile(rb"\\bin(\d{1,9}) ?")
_TOKEN = re.compile(
    r"((?:\\'[0-9A-Fa-f]{2})+)"  # 1: bytes of the code page
    r"|\\([A-Za-z]{1,32})(-?\d{1,10})? ?"  # 2, 3: control word and its number
    r"|\\([^A-Za-z])"  # 4: control symbol
    r"|([{}])"  # 5
    r"|([^\\{}\r\n]+)"  # 6: text
)


def claims(file: File) -> bool:
    """By the signature alone."""
    return file.media_type == mediatypes.RTF


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the text, then the pictures; the bytes of pictures are cut out first, they are most of such a file."""
    budget.spend_bytes(len(file.data))
    source = _PICTURE.sub(b"", _without_binary(file.data))
    if len(source) > budget.limits.rtf_bytes:
        raise TextTooLong(Limit.RTF)
    markup = charsets.decode(source)
    if markup is None:
        markup = source.decode("cp1252", "replace")
    reader = _Reader(chinese="\\fcharset134" in markup or "\\ansicpg" not in markup)
    for number, match in enumerate(_TOKEN.finditer(markup)):
        if number % 65_536 == 0:
            budget.check_time()
        reader.take(match)
    builder = reader.finish()
    yield Text(
        path=file.path,
        media_type=file.media_type,
        paragraphs=tuple(builder.paragraphs + reader.notes),
        tables=tuple(builder.tables),
        remarks=(Remark.TRACKED_CHANGES,) if reader.tracked else (),
        looks=tuple(builder.looks),
    )
    yield from blips.of_rich_text(file, budget)


def _without_binary(data: bytes) -> bytes:
    r"""Return the markup without the raw bytes behind each \binN, which may hold braces."""
    kept: list[bytes] = []
    offset = 0
    for match in _BINARY.finditer(data):
        if match.start() >= offset:
            kept.append(data[offset : match.start()])
            offset = match.end() + int(match[1])
    return b"".join([*kept, data[offset:]]) if kept else data


@dataclass(slots=True)
class _DocumentBuilder:
    """One run of paragraphs: the body, a note, a text box."""

    paragraphs: list[str] = field(default_factory=list)
    tables: list[flow.Table] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    new_page: bool = False

    def paragraph(self, in_table: bool) -> None:
        """End a paragraph; one within a cell is a line of it."""
        if in_table:
            self.line.append("\n")
            return
        if self.cells:  # of a row that never ended
            self.row()
        self.close_table()
        lines = flow.paragraphs("".join(self.line))
        if lines and self.new_page:
            self.looks.append(Look(len(self.paragraphs), page=True))
            self.new_page = False
        self.paragraphs += lines + self.boxes
        self.line, self.boxes = [], []

    def cell(self) -> None:
        self.cells.append("".join(self.line))
        self.line = []

    def row(self) -> None:
        self.paragraphs += flow.row(self.cells) + self.boxes
        self.rows.append(self.cells)
        self.cells, self.boxes = [], []

    def close_table(self) -> None:
        if found := flow.table(self.rows):
            self.tables.append(found)
        self.rows = []

    def finish(self) -> _DocumentBuilder:
        if self.cells or (self.line and self.rows):
            self.cell()
            self.row()
        self.paragraph(in_table=False)
        return self


@dataclass(frozen=True, slots=True)
class _State:
    r"""What a group inherits and its end restores. `wide`: characters that stand for one \u."""

    builder: _DocumentBuilder
    skipped: bool = False
    deleted: bool = False
    hidden: bool = False
    in_table: bool = False
    font: int = 0
    wide: int = 1
    fonts: bool = False
    note: bool = False
    code: bool = False


@dataclass(slots=True)
class _Reader:
    """The reader's place in the document. `chinese`: bytes are GBK where no font says otherwise."""

    chinese: bool
    page: str = "cp1252"
    tracked: bool = False
    notes: list[str] = field(default_factory=list)
    charsets: dict[int, str] = field(default_factory=dict)
    state: _State = field(default_factory=lambda: _State(_DocumentBuilder()))
    stack: list[_State] = field(default_factory=list)
    narrow: bytearray = field(default_factory=bytearray)
    high: int = 0
    """The first half of a character beyond U+FFFF."""
    passing: int = 0
    """Characters to pass over: what a \\u is followed by for readers that do not know it."""
    starred: bool = False

    def take(self, token: re.Match[str]) -> None:
        """Take in the next token."""
        kind = token.lastindex
        if kind == 1:
            self._bytes(bytes.fromhex(token[1].replace("\\'", "")))
        elif kind == 6:
            self._text(token[6])
        elif kind == 5:
            self._brace(token[5])
        elif kind == 4:
            self._symbol(token[4])
        else:
            number = token[3]
            self._word(token[2], int(number) if number else None)

    def finish(self) -> _DocumentBuilder:
        """Return the body, once all is read. Groups that were left open are closed."""
        self._flush()
        while self.stack:
            self._close()
        return self.state.builder.finish()

    # -- characters --

    def _seen(self) -> bool:
        state = self.state
        return not (state.skipped or state.deleted or state.hidden)

    def _bytes(self, data: bytes) -> None:
        if self.passing:
            gone = min(self.passing, len(data))
            self.passing -= gone
            data = data[gone:]
        if self._seen():
            self.narrow += data

    def _text(self, text: str) -> None:
        if self.passing:
            gone = min(self.passing, len(text))
            self.passing -= gone
            text = text[gone:]
        if not text or not self._seen():
            return
        if self.narrow and text[0].isascii() and self._ends_in_half():
            self.narrow += text[0].encode("ascii")  # its second half is a plain letter
            text = text[1:]
        self._flush()
        self.state.builder.line.append(text)

    def _ends_in_half(self) -> bool:
        decoder = codecs.getincrementaldecoder(self._encoding())("replace")
        decoder.decode(bytes(self.narrow))
        return bool(decoder.getstate()[0])

    def _flush(self) -> None:
        """Decode the bytes that have gathered."""
        if self.narrow:
            data = bytes(self.narrow)
            self.narrow.clear()
            try:
                text = data.decode(self._encoding())
            except UnicodeDecodeError:
                text = data.decode(self.page, "replace")
            self.state.builder.line.append(text)

    def _encoding(self) -> str:
        """Return the font's charset, where it is not a mere Western one; in Chinese papers GBK before that."""
        found = self.charsets.get(self.state.font, self.page)
        return "gb18030" if found == "cp1252" and self.chinese else found

    def _unicode(self, number: int) -> None:
        code = number & 0xFFFF
        self._flush()
        self.passing = self.state.wide
        if not self._seen():
            return
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((self.high - 0xD800) << 10) + code - 0xDC00 if self.high else 0xFFFD
        self.high = 0
        self.state.builder.line.append(chr(code))

    # -- structure --

    def _brace(self, brace: str) -> None:
        self._flush()
        self.passing = 0
        self.starred = False
        if brace == "{":
            if len(self.stack) >= MAX_DEPTH:
                raise Damaged
            self.stack.append(self.state)
        elif self.stack:
            self._close()

    def _close(self) -> None:
        inner, outer = self.state, self.stack.pop()
        self.state = outer
        if inner.builder is not outer.builder:
            told = inner.builder.finish()
            if inner.code:
                if not outer.code and self._seen():
                    outer.builder.line.append(flow.overlaid(" ".join(told.paragraphs)))
                return
            outer.builder.tables += told.tables
            if inner.note:
                self.notes += told.paragraphs
            else:
                outer.builder.boxes += told.paragraphs

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self.starred = True
        elif symbol in "\r\n":
            self._end_paragraph()
        else:
            self._text({"~": " ", "_": "-", "-": ""}.get(symbol, symbol))

    def _word(self, word: str, number: int | None) -> None:
        state = self.state
        starred, self.starred = self.starred, False
        if word == "u":
            self._unicode(number or 0)
            return
        if self.narrow:
            self._flush()
        self.passing = 0
        if word in SKIPPED or (starred and word not in OPENED and word != "fldinst"):
            self.state = replace(state, skipped=True, fonts=word == "fonttbl")
        elif word == "fldinst":
            self.state = replace(state, builder=_DocumentBuilder(), code=True)
        elif word == "ud":  # the Unicode half of \\upr, whose other half is passed over
            self.state = replace(state, skipped=len(self.stack) > 1 and self.stack[-2].skipped)
        elif word == "f":
            self.state = replace(state, font=number or 0)
        elif word == "fcharset" and state.fonts:
            self.charsets[state.font] = CHARSETS.get(number or 0, self.page)
        elif state.skipped:
            return
        elif word in CHARACTERS:
            if self._seen():
                state.builder.line.append(CHARACTERS[word])
        elif word in ("par", "sect", "page", "column"):
            self._end_paragraph()
            self.state.builder.new_page |= word == "page"
        elif word in ("footnote", "shptxt", "dptxbxtext"):
            self._open(word)
        else:
            self._format(word, number)

    def _open(self, word: str) -> None:
        self.state = replace(
            self.state,
            builder=_DocumentBuilder(),
            in_table=False,
            note=self.state.note or word == "footnote",
        )

    def _end_paragraph(self) -> None:
        self._flush()
        if self._seen():  # of a deleted paragraph, or a deleted mark, the text goes on
            self.state.builder.paragraph(self.state.in_table)

    def _format(self, word: str, number: int | None) -> None:
        state, on = self.state, number != 0
        if word in ("deleted", "revised"):
            self.tracked |= on
            if word == "deleted":
                self.state = replace(state, deleted=on)
        elif word == "v":
            self.state = replace(state, hidden=on)
        elif word == "plain":
            self.state = replace(state, hidden=False, deleted=False)
        elif word == "pard":
            self.state = replace(state, in_table=False)
        elif word == "intbl":
            self.state = replace(state, in_table=True)
        elif word in ("cell", "nestcell"):
            state.builder.cell()
        elif word in ("row", "nestrow"):
            state.builder.row()
        elif word == "uc":
            self.state = replace(state, wide=min(max(number or 0, 0), 8))
        elif word == "ansicpg":
            self.page = code_page(number or 0)
