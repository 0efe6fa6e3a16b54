"""What goes into a parser and what comes out: files in, facts out, an allowance for both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from parsers import cpu_clock
from parsers.spool import Content
from rulebook.model import FileRole
from rulebook.reasons import Reason, Remark


class Limit(StrEnum):
    """The bound that was hit, as it is told to people."""

    BYTES = "解压后的总大小"
    ENTRIES = "文件个数"
    DEPTH = "压缩包嵌套层数"
    SECONDS = "处理时间"
    PIXELS = "图片像素"
    RATIO = "压缩比"
    CHARACTERS = "文字总量"
    DRAFTS = "稿件篇数"
    XML = "文稿内部数据（XML）的大小"
    RTF = "RTF文稿的大小"
    PAGE_BYTES = "网页文稿的大小"
    PAGE = "网页文稿的字符数"

    @property
    def clause(self) -> str:
        """The clause in which a sender reads it."""
        return f"超过上限：{self.value}"


class LimitHit(Exception):
    """A letter asked for more than its allowance; `limit` names the bound."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.value)
        self.limit = limit


class Stalled(Exception):
    """Something neither ends nor uses any CPU: this machine's trouble or a bug, no sender's."""


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds for one whole letter.

    Bytes that come out, entries, nesting, seconds of CPU, characters of all its texts, drafts; `pixels`,
    up to which a picture is ever decoded; and of one document: the bytes of each XML part, of RTF
    without its pictures, of a web page, and the characters of a page.
    """

    bytes: int = 300_000_000
    entries: int = 2_000
    depth: int = 4
    seconds: float = 60.0
    pixels: int = 100_000_000
    ratio: int = 200
    characters: int = 500_000
    drafts: int = 200
    xml_bytes: int = 16_000_000
    rtf_bytes: int = 4_000_000
    page_bytes: int = 20_000_000
    page_characters: int = 4_000_000


MAX_CHARACTER_BYTES = 4
"""Bytes of a character in the widest of charsets (UTF-32; GB18030 at times)."""

MIN_LINE_CHARACTERS = 20
"""Characters that a line of text counts as at least: a short one costs as much to read."""


@dataclass(slots=True)
class ResourceBudget:
    """
    What is left of the limits for one letter. Counted on what really comes out, never on headers.

    Each `spend_*` raises LimitHit once the bound is passed.
    """

    limits: Limits
    passwords: tuple[str, ...] = ()
    bytes_out: int = 0
    entries_out: int = 0
    characters_out: int = 0
    started: float = field(default_factory=cpu_clock.used)

    def spend_bytes(self, count: int) -> None:
        """Count `count` more bytes of real output; checks the clock as well."""
        self.bytes_out += count
        if self.bytes_out > self.limits.bytes:
            raise LimitHit(Limit.BYTES)
        self.check_time()

    def spend_entry(self) -> None:
        """Count one more entry of an archive, whatever it is."""
        self.entries_out += 1
        if self.entries_out > self.limits.entries:
            raise LimitHit(Limit.ENTRIES)

    def check_entries(self, announced: int) -> None:
        """Refuse early an archive whose directory announces more entries than are left."""
        if self.entries_out + announced > self.limits.entries:
            raise LimitHit(Limit.ENTRIES)

    def spend_text(self, lines: Iterable[str]) -> None:
        """
        Count the lines of one more text that will be judged.

        Raises TextTooLong for one that goes beyond the limit; the texts behind it may fit.
        """
        more = sum(max(MIN_LINE_CHARACTERS, len(line)) for line in lines)
        if self.characters_out + more > self.limits.characters:
            raise TextTooLong
        self.characters_out += more

    def check_text(self, size: int) -> None:
        """Refuse early a text whose `size` in bytes no charset makes short enough. Raises TextTooLong."""
        if size > MAX_CHARACTER_BYTES * self.limits.characters:
            raise TextTooLong

    def check_characters(self, count: int) -> None:
        """Stop reading a text that is longer by now than any may be. Raises TextTooLong."""
        if count > self.limits.characters:
            raise TextTooLong

    def check_depth(self, depth: int) -> None:
        """`depth`: how many containers lie around a file."""
        if depth > self.limits.depth:
            raise LimitHit(Limit.DEPTH)

    def check_time(self) -> None:
        """Refuse to go on past the letter's seconds of CPU."""
        if self.seconds_left() <= 0:
            raise LimitHit(Limit.SECONDS)

    def seconds_left(self) -> float:
        """Seconds of CPU until this letter's time is up."""
        return self.limits.seconds - (cpu_clock.used() - self.started)


@dataclass(frozen=True, slots=True)
class File:
    """
    A file in hand.

    `path` runs through its containers ("稿件.zip/图片/1.jpg"); `depth` counts the containers around
    it; `media_type` is what the content shows, never what was declared. The `content` of a large
    attachment lies on the disk.
    """

    path: str
    content: Content
    media_type: str = ""
    depth: int = 0

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]

    @property
    def data(self) -> bytes:
        """All bytes, in memory."""
        return self.content[:]

    def child(self, name: str, data: bytes) -> File:
        """Return a file found inside this one. `name` may hold folders; it is a name, never a place on disk."""
        return File(path=f"{self.path}/{name}", content=data, depth=self.depth + 1)


@dataclass(frozen=True, slots=True)
class Look:
    """
    How a paragraph stands out from the others, so that titles are known by their layout.

    `paragraph`: its number from 0 on; `level` of a heading, 0 for none; `page`: it is the first of a
    page by the author's own break; `item`: the list that it is an item of, "" for none.
    """

    paragraph: int
    level: int = 0
    centred: bool = False
    bold: bool = False
    page: bool = False
    item: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """
    The text of a document.

    `paragraphs` in reading order; the cells of a table's row are joined by a tab. `tables` holds
    the rows of each table for telling forms from drafts. `scanned`: it was recognised in pictures
    of pages, so that any character may be wrong. `borders`: numbers of the paragraphs at which a
    page begins with a large heading, and with it another draft. `looks`: the paragraphs that stand
    out.
    """

    path: str
    media_type: str
    paragraphs: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    remarks: tuple[Remark, ...] = ()
    size: int = 0
    digest: str = ""
    scanned: bool = False
    borders: tuple[int, ...] = ()
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """
    A picture: `width` × `height` in pixels; `taken_at` from EXIF, without a zone.

    `huge`: it has more pixels than are ever decoded. `page_of`: the path of the text that was
    recognised in it and the pages that go with it.
    """

    path: str
    media_type: str
    width: int
    height: int
    taken_at: datetime | None = None
    whole: bool = True
    huge: bool = False
    embedded: bool = False
    size: int = 0
    digest: str = ""
    page_of: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """
    An archive that could be opened; `entries` counts its members, junk left out.

    `digest` is empty: its members are named by theirs, and the letter that it came in by its own.
    """

    path: str
    media_type: str
    entries: int
    remarks: tuple[Remark, ...] = ()
    size: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """
    A file that is neither text nor picture.

    `role`: OTHER, JUNK, MEDIA for film and sound, or UNREAD for a spreadsheet or slides that cannot
    be opened; `seconds`: how long film and sound last, where their headers tell.
    """

    path: str
    media_type: str
    role: FileRole = FileRole.OTHER
    size: int = 0
    digest: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """
    A file that could not be read, and why; `detail` is a short Chinese clause or empty.

    `scan`: it holds pictures of pages and no text.
    """

    path: str
    media_type: str
    reason: Reason
    detail: str = ""
    size: int = 0
    digest: str = ""
    scan: bool = False


Fact = Text | Image | Container | Other | UnreadableFile
Part = File | Fact


class Refusal(Exception):
    """A parser's way to say why a file cannot be read. read() turns it into UnreadableFile."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.name} {detail}".strip())
        self.reason = reason
        self.detail = detail


class Damaged(Refusal):
    """
    The bytes contradict the format that they claim to have.

    An archive's reader gives DAMAGED_ARCHIVE as the reason, with no more words or with a member's.
    """

    def __init__(
        self, reason: Reason = Reason.UNREADABLE_DRAFT, detail: str = "文件已损坏"
    ) -> None:
        super().__init__(reason, detail)


class TextTooLong(Refusal):
    """A text longer than a letter's texts may be: reading it would take all of the letter's time."""

    def __init__(self, limit: Limit = Limit.CHARACTERS) -> None:
        super().__init__(Reason.UNREADABLE_DRAFT, limit.clause)


class ScannedDocument(Refusal):
    """A document that holds pictures of pages and no text."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.UNREADABLE_DRAFT, detail)


class Parser(Protocol):
    """
    One format, one module.

    `claims` looks at the media type (and content where it must), `parse` yields the facts it found
    and the files that lie inside.

    `parse` raises Refusal (Damaged is one) and LimitHit. What a library raises on hostile bytes is
    named in an `ERRORS` tuple and turned into Damaged where that library is called. Whatever else
    escapes is a bug of ours: it costs the letter a try and its sender nothing.
    """

    def claims(self, file: File) -> bool:
        """Return whether a file is of this format."""
        ...

    def parse(self, file: File, budget: ResourceBudget) -> Iterator[Part]:
        """Yield what is in a file. Raises Refusal and LimitHit."""
        ...
