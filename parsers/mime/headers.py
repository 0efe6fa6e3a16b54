"""
The header block of a letter (RFC 5322), its encoded words (RFC 2047) and its dates.

QUIRK: RFC 2047 5(3) forbids splitting a character between two words; Chinese mailers do it, so the
bytes of adjacent words of one charset are joined before they are decoded. Raw 8-bit headers, which
RFC 5322 forbids, are read as UTF-8, else GB18030.
"""

from __future__ import annotations

import base64
import binascii
import mmap
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from parsers.mime.charsets import decode

Letter = bytes | mmap.mmap
"""A raw letter, in memory or still on the disk."""

MOST_BYTES = 1_000_000
"""A longer header block is nobody's letter; what is beyond is not read."""

NEAR_BEGINNING = 65_536
"""Bytes within which a letter shows that it is one; relays may put much before its own fields."""

_MISNAMED = re.compile(rb"[A-Za-z][A-Za-z0-9 _-]{0,60}:")
"""A field whose name is none ("Fr om: …"): the lines that go on with it are no part of the field before."""

_KNOWN = re.compile(
    rb"(?im)^[>\xef\xbb\xbf]*(?:from|to|cc|subject|date|sender|reply-to|message-id|received|return-path|"
    rb"delivered-to|mime-version|content-(?:type|transfer-encoding|disposition)|"
    rb"(?:x|arc|dkim|list|resent|auto|authentication)-[!-9;-~]+)[ \t]*:"
)
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*")
_END = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"[^\n]*\n?")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_WINDOW = 32_768
"""Bytes in which the end of a header block is looked for first."""

ENCODED_WORD = re.compile(rb"=\?([!-<>@-~]+?)(?:\*[A-Za-z\-]*)?\?([bBqQ])\?([^?]*)\?=")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in their order: lower-case name, value unfolded but not decoded."""

    fields: tuple[tuple[str, bytes], ...]

    def raw(self, name: str) -> bytes:
        """Return the first such field's bytes, empty when there is none."""
        return next((value for field, value in self.fields if field == name.lower()), b"")

    def text(self, name: str) -> str:
        """Return the first such field, decoded."""
        return decode_words(self.raw(name))[0].strip()

    def all_raw(self, name: str) -> tuple[bytes, ...]:
        """Return every such field's bytes, the topmost first."""
        return tuple(value for field, value in self.fields if field == name.lower())

    def has(self, name: str) -> bool:
        """Whether there is such a field."""
        return any(field == name.lower() for field, _ in self.fields)


def looks_like_mail(raw: bytes) -> bool:
    """
    Whether a file may be a letter at all: near its beginning stands a field that letters have.

    Wide on purpose: what stands before it, its order and what is missing do not matter.
    """
    return _KNOWN.search(raw[:NEAR_BEGINNING]) is not None


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields before a body. `body`: where that begins; `damaged`: a line among them is no field."""

    headers: Headers
    body: int
    damaged: bool = False


def read_headers(raw: Letter) -> Headers:
    """Return the fields of a raw letter's header block; whatever is no field is passed over."""
    return read_block(raw, 0, len(raw), leading=True).headers


def read_block(raw: Letter, start: int, end: int, *, leading: bool = False) -> HeaderBlock:
    """
    Read the header block that begins at `start`; it ends with the first empty line.

    Args:
        raw: a letter, or what a part of it lies in.
        start: where the block begins.
        end: where the part ends.
        leading: a byte order mark and empty lines may stand before the first field.

    QUIRK: a line that is no field (RFC 5322 2.2 forbids it) is passed over where fields of letters
           follow before the empty line; where none does, the body begins with it.
    """
    if leading:
        start += _LEADING.match(raw[start : min(end, start + _WINDOW)]).end()  # type: ignore[union-attr]
    if raw[start : start + 2] == b"\r\n" or raw[start : start + 1] == b"\n":
        return HeaderBlock(Headers(()), start + 1 + (raw[start : start + 1] == b"\r"))
    for size in (_WINDOW, MOST_BYTES):
        head = raw[start : min(end, start + size)]
        blank = _END.search(head)
        if blank is not None or start + size >= end:
            break
    block = head[: blank.start()] if blank else head
    behind = start + (blank.end() if blank else len(head))
    fields: list[tuple[str, list[bytes]]] = []
    damaged = misnamed = False
    position, last_known = 0, -1
    while position < len(block):
        line = _LINE.match(block, position)[0]  # type: ignore[index]
        text = line.rstrip(b"\r\n")
        field = _FIELD.match(text)
        if line[:1] in b" \t" and fields:
            if not misnamed:
                fields[-1][1].append(text)
            position += len(line)
            continue
        misnamed = field is None and _MISNAMED.match(text) is not None
        if field:
            fields.append((field[1].decode("ascii").lower(), [field[2]]))
        elif not text.startswith((b"From ", b">From ")):
            damaged = True
            if last_known < 0:
                last_known = max((m.start() for m in _KNOWN.finditer(block, position)), default=0)
            if last_known < position and fields:
                behind = start + position
                break
        position += len(line)
    named = tuple((name, b"".join(parts).strip()) for name, parts in fields)
    return HeaderBlock(Headers(named), behind, damaged)


def decode_words(value: bytes) -> tuple[str, bool]:
    """Decode a field with its encoded words, and tell whether something was lost."""
    parts: list[str] = []
    lost = False
    position = 0
    pending, charset = b"", ""
    for match in ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        label = match[1].decode("ascii").lower()
        if pending and (between.strip() or label != charset):
            text, worse = decode(pending, charset)
            parts.append(text)
            lost |= worse
            pending = b""
        if between.strip() or (position == 0 and between):
            text, worse = decode(between)
            parts.append(text)
            lost |= worse
        pending += _content(match[2], match[3])
        charset = label
        position = match.end()
    if pending:
        text, worse = decode(pending, charset)
        parts.append(text)
        lost |= worse
    text, worse = decode(value[position:])
    return clean_line("".join([*parts, text])), lost | worse


def message_ids(text: str) -> tuple[str, ...]:
    """Message-IDs in a References or In-Reply-To field, each once."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(text)))


def moment(text: str) -> datetime | None:
    """Read a date-time of RFC 5322 3.3, aware; None when it is none."""
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    try:
        parsed.astimezone(UTC)
    except OverflowError:
        return None
    return parsed


def _content(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(content, header=True)
    try:
        stripped = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
        return base64.b64decode(stripped + b"=" * (-len(stripped) % 4))
    except binascii.Error:
        return content


def clean_line(text: str) -> str:
    """Return a line that people read: each run of control characters is a blank."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)
