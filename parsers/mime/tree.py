"""
The MIME tree of a letter as a flat run of leaves, read from memory or from the disk.

A reader of its own: of what Chinese mail holds (raw GBK names, "base64 " with a blank, header blocks
that break off) each library reads a part. Nothing here raises but MemoryError; what is damaged is
read as far as it goes and told. Content of a large letter is laid down on the disk piece by piece.

Source: RFC 2045, RFC 2046 5.1 (boundaries), RFC 2046 5.2.1 (message/rfc822).
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from parsers.mime import encodings, filenames, parameters
from parsers.mime.encodings import BrokenEncoding, Encoding
from parsers.mime.headers import Headers, Letter, decode_words, looks_like_mail, read_block
from parsers.mime.parameters import Parametered
from parsers.spool import LARGE, Content, Spool

MAX_LEAVES = 2_000
MAX_DEPTH = 60

STEP = 3_000_000
"""Bytes that are decoded at a time."""

LITTLE = 256_000
"""Bytes of a part that may lie in memory though the letter is a large one."""

MAX_INNER = 64_000_000
"""Bytes of a forwarded letter that is itself encoded, and so read in memory."""

FORWARDED = "转发的邮件"

_WINDOW = 1 << 22
_MESSAGES = ("message/rfc822", "message/global", "message/news", "message/rfc2822")
_BLANKS = b" \t\r\n"
_MIME_FIELDS = re.compile(rb"(?:mime-version|content-type)[ \t]*:", re.IGNORECASE)
_MARK = re.compile(rb"(?m)^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[!-9;-~]+[ \t]*:)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """
    One part with content.

    `inside`: the subject of the forwarded letter that holds it, "" on the letter's own level;
    """

    content_type: str
    charset: str
    name: str
    lossy: bool
    content_id: str
    disposition: str
    data: Content
    inside: str = ""


def leaves(raw: Letter) -> tuple[list[Leaf], bool]:
    """Return all leaves in order, forwarded letters entered, and whether the letter is damaged."""
    reader = _Reader(Spool() if len(raw) > LARGE else None)
    reader.entity(raw, 0, len(raw), "", 0, leading=True)
    return reader.leaves, reader.damaged


@dataclass(slots=True)
class _Reader:
    """What was read of one letter so far. `spool`: where large contents go, None for a small letter."""

    spool: Spool | None
    leaves: list[Leaf] = field(default_factory=list)
    damaged: bool = False

    def entity(
        self,
        raw: Letter,
        start: int,
        end: int,
        inside: str,
        depth: int,
        *,
        leading: bool = False,
        default: str = "text/plain",
    ) -> None:
        """Read headers, a blank line and content that lie between two places."""
        if len(self.leaves) >= MAX_LEAVES:
            return
        if depth > MAX_DEPTH:
            self.damaged = True
            return
        block = read_block(raw, start, end, leading=leading)
        if (
            leading
            and not block.headers.has("content-type")
            and _MIME_FIELDS.match(raw[block.body : block.body + 64])
        ):  # QUIRK: an empty line among the fields; only what says how to read on is taken from there
            block = replace(read_block(raw, block.body, end), damaged=True)
        self.damaged |= block.damaged
        declared = parameters.first(block.headers.all_raw("content-type"), with_slash=True)
        kind = declared.value if "/" in declared.value else default
        if kind.startswith("multipart/"):
            if self._parts(raw, block.body, end, declared, inside, depth):
                return
            if not raw[block.body : min(end, block.body + 4_096)].strip(_BLANKS):
                return
            self.damaged = True
            kind = "text/plain"
        encoding = encodings.of(
            block.headers.all_raw("content-transfer-encoding"),
            raw[block.body : min(end, block.body + 200)],
        )
        self.damaged |= encoding is Encoding.UNKNOWN
        if kind in _MESSAGES and self._letter(raw, block.body, end, encoding, inside, depth):
            return
        data = self._content(raw, block.body, end, encoding)
        leaf = _leaf(block.headers, kind, declared, data, inside)
        if kind == "text/plain" and not leaf.name and isinstance(data, bytes):
            text, files = encodings.uuencoded_in(data)
            leaf = replace(leaf, data=text)
            self.leaves += [
                leaf,
                *(_uuencoded(name, content, inside) for name, content in files[:MAX_LEAVES]),
            ]
        else:
            self.leaves.append(leaf)
        if kind.startswith("text/") and not leaf.name and encodings.is_packed(leaf.data[:16]):
            # no field tells of the file: it is an attachment and no text
            self.leaves[-1] = replace(leaf, content_type="application/octet-stream")
        _forget(raw, start, end)

    def _parts(
        self, raw: Letter, start: int, end: int, declared: Parametered, inside: str, depth: int
    ) -> bool:
        """Read the parts of a multipart; False where there is none."""
        default = "message/rfc822" if declared.value == "multipart/digest" else "text/plain"
        boundary = declared.get("boundary").encode("utf-8", "replace").rstrip(b" \t")
        between = self._between(raw, start, end, boundary) if boundary else iter(())
        if self._each(raw, between, inside, depth, default):
            return True
        if boundary and _find(raw, b"--" + boundary, start, end) >= 0:
            return True  # begun and ended, nothing in it
        guess = _MARK.search(raw[start : min(end, start + 65_536)])
        if guess is None or guess[1] == boundary:
            return False
        self.damaged = True  # the boundary is missing, or another one than is used
        return self._each(raw, self._between(raw, start, end, guess[1]), inside, depth, default)

    def _each(
        self, raw: Letter, parts: Iterator[tuple[int, int]], inside: str, depth: int, default: str
    ) -> bool:
        """Read these parts; False where there is none."""
        number = 0
        for first, last in parts:
            number += 1
            self.entity(raw, first, last, inside, depth + 1, default=default)
        return number > 0

    def _between(
        self, raw: Letter, start: int, end: int, boundary: bytes
    ) -> Iterator[tuple[int, int]]:
        """
        Yield where the parts of a multipart lie. One that was cut off has its last part still.

        QUIRK: where a part begins behind the closing boundary, one boundary serves two levels; the
               parts of both are read as of one.
        """
        mark = b"--" + boundary
        position, first, closed = start, -1, False
        while len(self.leaves) < MAX_LEAVES and (position := _find(raw, mark, position, end)) >= 0:
            behind = position + len(mark)
            line = raw.find(b"\n", behind, min(end, behind + 1_000))
            line = end if line < 0 else line + 1
            rest = raw[behind : min(line, behind + 200)].strip(_BLANKS)
            if rest not in (b"", b"--") or (
                position > start and raw[position - 1 : position] != b"\n"
            ):
                position = behind
                continue
            if first >= 0:
                crlf = raw[position - 2 : position] == b"\r\n"
                yield first, max(first, position - (2 if crlf else 1))
            if rest:
                first, closed = -1, True
            else:
                self.damaged |= closed
                first = line
            position = max(line, position + 1)
        if 0 <= first < end and len(self.leaves) < MAX_LEAVES:
            yield first, end

    def _letter(
        self, raw: Letter, body: int, end: int, encoding: Encoding, inside: str, depth: int
    ) -> bool:
        """Enter a forwarded letter; False for content that is none, whatever its type says."""
        inner, start, last = raw, body, end
        if encoding is not Encoding.IDENTITY and not looks_like_mail(
            raw[body : min(end, body + 4_096)]
        ):
            if end - body > MAX_INNER:
                return False
            inner = self._decoded_in_memory(raw, body, end, encoding)
            start, last = 0, len(inner)
        if not looks_like_mail(inner[start : min(last, start + 65_536)]):
            return False
        subject = read_block(inner, start, last, leading=True).headers.raw("subject")
        named = decode_words(subject[:2_000])[0].strip() or inside or FORWARDED
        self.entity(inner, start, last, filenames.tidy(named) or FORWARDED, depth + 1, leading=True)
        return True

    def _decoded_in_memory(self, raw: Letter, start: int, end: int, encoding: Encoding) -> bytes:
        if isinstance(raw, bytes) and encoding is Encoding.BASE64:
            decoded = encodings.decode_at_once(raw, start, end)
            if decoded is not None:
                return decoded
        try:
            return b"".join(encodings.decode(_steps(raw, start, end), encoding))
        except BrokenEncoding:
            self.damaged = True
            return b"".join(encodings.decode_broken(_steps(raw, start, end)))

    def _content(self, raw: Letter, start: int, end: int, encoding: Encoding) -> Content:
        if self.spool is None or end - start <= LITTLE:
            return self._decoded_in_memory(raw, start, end, encoding)
        try:
            return self.spool.keep(encodings.decode(_steps(raw, start, end), encoding))
        except BrokenEncoding:  # read once more, and what is no letter of its alphabet passed over
            self.damaged = True
            return self.spool.keep(encodings.decode_broken(_steps(raw, start, end)))


def _leaf(headers: Headers, kind: str, declared: Parametered, data: Content, inside: str) -> Leaf:
    disposition = parameters.first(headers.all_raw("content-disposition"))
    name, lossy = filenames.name_of(disposition, declared)
    return Leaf(
        content_type=kind,
        charset=declared.get("charset", "charset*").rpartition("'")[2],
        name=name,
        lossy=lossy,
        content_id=headers.text("content-id").strip("<> "),
        disposition=disposition.value,
        data=data,
        inside=inside,
    )


def _uuencoded(name: bytes, data: bytes, inside: str) -> Leaf:
    return Leaf(
        content_type="application/octet-stream",
        charset="",
        name=filenames.tidy(decode_words(name)[0]),
        lossy=False,
        content_id="",
        disposition="attachment",
        data=data,
        inside=inside,
    )


def _steps(raw: Letter, start: int, end: int) -> Iterator[bytes]:
    for offset in range(start, end, STEP):
        step = raw[offset : min(offset + STEP, end)]
        yield step
        _forget(raw, offset, offset + len(step))


def _find(raw: Letter, mark: bytes, start: int, end: int) -> int:
    """raw.find, which would have all that it passes over in memory at once."""
    if isinstance(raw, bytes):
        return raw.find(mark, start, end)
    for offset in range(start, end, _WINDOW):
        last = min(end, offset + _WINDOW + len(mark) - 1)
        if (position := raw.find(mark, offset, last)) >= 0:
            return position
        _forget(raw, offset, last)
    return -1


def _forget(raw: Letter, start: int, end: int) -> None:
    """Let go of the pages that are read; they are still on the disk."""
    if isinstance(raw, mmap.mmap):
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        last = end // mmap.PAGESIZE * mmap.PAGESIZE
        if last > first:
            raw.madvise(mmap.MADV_DONTNEED, first, last - first)
