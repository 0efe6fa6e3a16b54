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

from ingest.message.charsets import decode

Letter = bytes | mmap.mmap
"""A raw letter, in memory or still on the disk."""

MOST_BYTES = 1_000_000
"""A longer header block is nobody's letter; what is beyond is not read."""

_MAILBOX_MOST = 8_000
"""Bytes in which the first mailbox of a field is looked for."""

NEAR_BEGINNING = 65_536
"""Bytes within which a letter shows that it is one; relays may put much before its own fields."""

_KNOWN = re.compile(
    rb"(?im)^[>\xef\xbb\xbf]*(?:from|to|cc|subject|date|sender|reply-to|message-id|received|return-path|"
    rb"delivered-to|mime-version|content-(?:type|transfer-encoding|disposition)|"
    rb"(?:x|arc|dkim|list|resent|auto|authentication)-[!-9;-~]+)[ \t]*:"
)
_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t]|\r(?!\n))*)")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_WORD = re.compile(rb"=\?([!-<>@-~]+?)(?:\*[A-Za-z\-]*)?\?([bBqQ])\?([^?]*)\?=")
_ADDRESS = re.compile(rb"(?<![^\s<>()\[\],;:\"@])[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+")
_ANGLE = re.compile(rb"<\s*([^<>\s@]+@[^<>\s]+)\s*>")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in their order: lower-case name, value unfolded but not decoded."""

    fields: tuple[tuple[str, bytes], ...]

    def raw(self, name: str) -> bytes:
        """The first such field's bytes, empty when there is none."""
        return next((value for field, value in self.fields if field == name.lower()), b"")

    def text(self, name: str) -> str:
        """The first such field, decoded."""
        return decode_words(self.raw(name))[0].strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every such field, the topmost first."""
        return tuple(
            decode_words(value)[0].strip() for field, value in self.fields if field == name.lower()
        )

    def has(self, name: str) -> bool:
        """Whether there is such a field."""
        return any(field == name.lower() for field, _ in self.fields)


def looks_like_mail(raw: bytes) -> bool:
    """
    Whether a file may be a letter at all: near its beginning stands a field that letters have.

    Wide on purpose: what stands before it, its order and what is missing do not matter.
    """
    return _KNOWN.search(raw[:NEAR_BEGINNING]) is not None


def read_headers(raw: Letter) -> Headers:
    """The fields of a raw letter's header block; whatever is no field is passed over."""
    head = raw[:MOST_BYTES]
    end = _END.search(head)
    block = head[: end.start()] if end else head
    return Headers(
        tuple(
            (match[1].decode("ascii").lower(), _FOLD.sub(b"", match[2]).strip())
            for match in _FIELD.finditer(block)
        )
    )


def decode_words(value: bytes) -> tuple[str, bool]:
    """A field's text with its encoded words, and whether something was lost."""
    parts: list[str] = []
    lost = False
    position = 0
    pending, charset = b"", ""
    for match in _WORD.finditer(value):
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
    return _clean("".join([*parts, text])), lost | worse


def sender(headers: Headers) -> tuple[str, str]:
    """(name, address in lower case) of the From field, else Sender; empty where there is none."""
    for field in ("from", "sender"):
        value = headers.raw(field)
        if value:
            name, address = address_of(value)
            if address:
                return name, address
    return address_of(headers.raw("from"))


def address_of(value: bytes) -> tuple[str, str]:
    """The first mailbox of an address field (RFC 5322 3.4), tolerant of raw 8-bit names."""
    value = value[:_MAILBOX_MOST]
    angle = _ANGLE.search(value)
    if angle is not None:
        name = decode_words(value[: angle.start()].replace(b'\\"', b'"').replace(b'"', b""))[0]
        return name.strip(" ,'\t"), decode(angle[1])[0].lower()
    bare = _ADDRESS.search(value)
    if bare is None:
        return decode_words(value)[0].strip(), ""
    comment = re.search(rb"\(([^)]*)\)", value)
    name = decode_words(comment[1])[0].strip() if comment else ""
    return name, decode(bare[0])[0].lower()


def message_ids(text: str) -> tuple[str, ...]:
    """Message-IDs in a References or In-Reply-To field, each once."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(text)))


def moment(text: str) -> datetime | None:
    """A date-time of RFC 5322 3.3, aware; None when it is none."""
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


def _clean(text: str) -> str:
    """Control characters have no place in a line that people read."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)
