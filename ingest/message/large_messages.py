"""
Letters of many megabytes, read part by part: the MIME reader takes no more than 100 MiB at once, and
a letter, its parts and what is packed in them must not lie in memory all at the same time.

Source:  RFC 2046 5.1.1 (boundaries), RFC 2045 6.7 and 6.8 (encodings).
"""

from __future__ import annotations

import binascii
import email
import email.policy
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from fast_mail_parser import ParseError, parse_email_tree

from ingest.message import mime_tree
from ingest.message.headers import MOST_BYTES, Letter, decode_words
from ingest.message.mime_tree import Leaf
from parsers.spool import LARGE, Content, Spool

PIECE = 8_000_000
"""Bytes of a part that the MIME reader is given whole."""

_STEP = 3_000_000
"""Bytes that are decoded at a time."""

LITTLE = 256_000
"""Bytes of a part that may lie in memory though the letter is a large one."""

_CODED = 3
"""Bytes in which quoted-printable writes one (RFC 2045 6.7)."""

_BLANKS = b" \t\r\n"
_FOREIGN = bytes(
    byte for byte in range(256) if not ((byte < 128 and chr(byte).isalnum()) or byte in b"+/")
)


@contextmanager
def opened(path: Path) -> Iterator[Letter]:
    """A letter's bytes; a large one stays on the disk, and its pages are not kept."""
    with path.open("rb", buffering=0) as file:
        if path.stat().st_size > LARGE:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                yield mapped
            # hardly ever read again: its pages are better used for other letters
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        else:
            yield file.readall()


def leaves(raw: Letter) -> tuple[list[Leaf], bool]:
    """The same as tree.leaves: all leaves in order, and whether the letter is damaged."""
    if len(raw) <= LARGE and not _has_many_parts(raw[:]):
        return mime_tree.leaves(raw[:])
    found: list[Leaf] = []
    damaged = False
    spool = Spool()
    for some, hurt in _entity(raw, 0, len(raw), "", 0, spool):
        found += (_aside(leaf, spool) for leaf in some)
        damaged |= hurt
    return found, damaged


def _has_many_parts(raw: bytes) -> bool:
    """Whether it may have more parts than are ever read: the MIME reader would keep all of them."""
    most = 4 * mime_tree.MOST_LEAVES
    return mime_tree.more_than(2 * most, b"-", raw) and raw.count(b"\n--") > most


def _aside(leaf: Leaf, spool: Spool) -> Leaf:
    """The leaf, its content on the disk where it is more than a little: the next may be as large."""
    if isinstance(leaf.data, bytes) and len(leaf.data) > LITTLE:
        return replace(leaf, data=spool.keep([leaf.data]))
    return leaf


def _entity(
    raw: Letter, start: int, end: int, inside: str, depth: int, spool: Spool
) -> Iterator[tuple[list[Leaf], bool]]:
    """The leaves of what lies between two places: headers, a blank line, content."""
    body = _body(raw, start, end)
    head = mime_tree.with_short_fields(raw[start:body])
    declared = email.message_from_bytes(head, policy=email.policy.compat32)
    boundary = declared.get_boundary()
    kind = declared.get_content_type()
    coding = str(declared.get("Content-Transfer-Encoding", "")).strip().lower()
    small = end - start <= PIECE and not _has_many_parts(raw[start:end])
    if small or depth > mime_tree.DEEPEST:
        yield mime_tree.leaves(raw[start:end], inside, depth)
    elif kind.startswith("multipart/") and boundary:
        for first, last in _parts(raw, body, end, boundary.encode("utf-8", "surrogateescape")):
            yield from _entity(raw, first, last, inside, depth + 1, spool)
    elif kind == "message/rfc822" and coding in ("", "7bit", "8bit", "binary"):
        inner = email.message_from_bytes(raw[body : _body(raw, body, end)])
        subject = str(inner.get("Subject", "")).encode("utf-8", "surrogateescape")
        named = decode_words(subject)[0].strip() or inside or "转发的邮件"
        yield from _entity(raw, body, end, named, depth + 1, spool)
    else:
        yield _leaf(raw, head, body, end, inside, coding, spool)
    _forget(raw, start, end)


def _leaf(
    raw: Letter, head: bytes, body: int, end: int, inside: str, coding: str, spool: Spool
) -> tuple[list[Leaf], bool]:
    try:
        node = parse_email_tree(head + b"\r\n", mode="lazy")
    except ParseError:
        node = parse_email_tree(b"\r\n", mode="lazy")
    data, hurt = _decoded(raw, body, end, coding, spool)
    return [mime_tree.leaf(node, data, inside)], hurt


def _body(raw: Letter, start: int, end: int) -> int:
    """Where the content begins: behind the first blank line."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return start + 1 + (raw[start : start + 1] == b"\r")
    last = min(end, start + MOST_BYTES)
    found = [
        place + len(mark)
        for mark in (b"\r\n\r\n", b"\n\n")
        if (place := raw.find(mark, start, last)) >= 0
    ]
    return min(found, default=end)


def _parts(raw: Letter, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts of a multipart lie. One that was cut off has its last part still."""
    mark = b"--" + boundary
    place, first, number = start, -1, 0
    while number < mime_tree.MOST_LEAVES and (place := _find(raw, mark, place, end)) >= 0:
        behind = place + len(mark)
        line = raw.find(b"\n", behind, end)
        line = end if line < 0 else line + 1
        rest = raw[behind : min(line, behind + 200)].strip(_BLANKS)
        if rest not in (b"", b"--") or (place > start and raw[place - 1 : place] != b"\n"):
            place = behind
            continue
        if first >= 0:
            number += 1
            yield first, max(first, place - (2 if raw[place - 2 : place] == b"\r\n" else 1))
        if rest:
            return
        place = first = line
    if 0 <= first < end and number < mime_tree.MOST_LEAVES:
        yield first, end


def windows(raw: Letter, overlap: int) -> Iterator[tuple[bytes, int]]:
    """A letter's bytes from the beginning: stretches, and how much of each is not in the next one."""
    for place in range(0, len(raw), _STEP):
        window = raw[place : place + _STEP + overlap]
        yield window, _STEP
        _forget(raw, place, place + len(window))


def _find(raw: Letter, mark: bytes, start: int, end: int) -> int:
    """raw.find, which would have all that it passes over in memory at once."""
    for place in range(start, end, PIECE + 1):
        last = min(end, place + PIECE + len(mark))
        if (found := raw.find(mark, place, last)) >= 0:
            return found
        _forget(raw, place, last)
    return -1


def _decoded(raw: Letter, start: int, end: int, coding: str, spool: Spool) -> tuple[Content, bool]:
    """The content, and whether its encoding is broken."""
    if coding == "base64":
        try:
            return spool.keep(_from_base64(raw, start, end)), False
        except binascii.Error:  # read once more, and what is no letter of its alphabet passed over
            return spool.keep(_from_broken_base64(raw, start, end)), True
    if coding == "quoted-printable":
        return spool.keep(_from_quoted(raw, start, end)), False
    return spool.keep(_steps(raw, start, end)), False


def _steps(raw: Letter, start: int, end: int) -> Iterator[bytes]:
    for place in range(start, end, _STEP):
        step = raw[place : min(place + _STEP, end)]
        yield step
        _forget(raw, place, place + len(step))


def _from_base64(raw: Letter, start: int, end: int) -> Iterator[bytes]:
    """Raises binascii.Error where it is broken."""
    left = b""
    for step in _steps(raw, start, end):
        text = left + step.translate(None, _BLANKS)
        whole = len(text) & ~3
        yield binascii.a2b_base64(text[:whole], strict_mode=True)
        left = text[whole:]
    if left:
        raise binascii.Error


def _from_broken_base64(raw: Letter, start: int, end: int) -> Iterator[bytes]:
    left = b""
    for step in _steps(raw, start, end):
        text = left + step.translate(None, _FOREIGN)
        whole = len(text) & ~3
        yield binascii.a2b_base64(text[:whole])
        left = text[whole:]
    if len(left) > 1:
        yield binascii.a2b_base64(left + b"=" * (-len(left) % 4))


def _from_quoted(raw: Letter, start: int, end: int) -> Iterator[bytes]:
    left = b""
    for step in _steps(raw, start, end):
        text = left + step
        whole = text.rfind(b"\n") + 1
        if not whole:  # a line without end is cut where nothing is coded
            coded = text.rfind(b"=", max(0, len(text) - _CODED + 1))
            whole = coded if coded >= 0 else len(text)
        yield binascii.a2b_qp(text[:whole])
        left = text[whole:]
    yield binascii.a2b_qp(left)


def _forget(raw: Letter, start: int, end: int) -> None:
    """Let go of the pages that are read; they are still on the disk."""
    if isinstance(raw, mmap.mmap):
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        last = end // mmap.PAGESIZE * mmap.PAGESIZE
        if last > first:
            raw.madvise(mmap.MADV_DONTNEED, first, last - first)
