"""
Content-Transfer-Encoding: which one a part has, and its content decoded, some at a time.

Source: RFC 2045 6; uuencode as POSIX describes it.
QUIRK:  trailing blanks and tabs, comments, quotes, semicolons, upper case and fields that stand twice
        are read as mail programs read them; base64 in pieces that each end with "=", and that of packed
        files and documents where no field, or none that is known, tells of it; files that stand
        uuencoded in a text (Outlook's option for plain text).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pybase64
from numpy.typing import NDArray

from parsers.mime import parameters


class Encoding(Enum):
    """How a part's content is written. UNKNOWN is read as it stands."""

    IDENTITY = ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none")
    BASE64 = ("base64", "base-64", "x-base64")
    QUOTED = ("quoted-printable", "quoted_printable", "quotedprintable")
    UUENCODE = ("x-uuencode", "uuencode", "x-uue", "uue", "x-uuencoded")
    UNKNOWN = ("?",)


_BY_NAME = {name: encoding for encoding in Encoding for name in encoding.value}
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}[ \t]*\r?$", re.MULTILINE)
_PACKED_LINE = re.compile(
    rb"(?:UEsDB|UEsFBg|UmFyIRoH|N3q8ryc|JVBERi|0M8R4KGx|H4sIA)[A-Za-z0-9+/]{15,}={0,2}[ \t]*\r?$",
    re.MULTILINE,
)
"""The first line in base64 of a zip, rar, 7z, PDF, OLE or gzip file."""

_PACKED = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|%PDF-|\xd0\xcf\x11\xe0\xa1\xb1|\x1f\x8b\x08"
)

_UU = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,300})\r?\n(?:[!-`][ -`]{0,100}\r?\n){1,3000000}+end[ \t]*\r?(?:\n|\Z)",
    re.MULTILINE,
)

_BLANKS = b" \t\r\n"
_NOT_BASE64 = bytes(
    byte for byte in range(256) if not ((byte < 128 and chr(byte).isalnum()) or byte in b"+/=")
)
_LONGEST_LINE = 1_000
_CODED = 3
"""Bytes in which quoted-printable writes one (RFC 2045 6.7)."""


class BrokenEncoding(Exception):
    """A content that breaks its encoding's rules; it can be read again by `decode_broken`."""


def of(values: Sequence[bytes], beginning: bytes) -> Encoding:
    """
    Tell a part's encoding from its fields.

    Args:
        values: the part's Content-Transfer-Encoding fields.
        beginning: of the content, which decides between fields that contradict each other, and where
            none says what it plainly is.
    """
    named = [_BY_NAME.get(parameters.token(value), Encoding.UNKNOWN) for value in values]
    if len(set(named)) > 1 and Encoding.BASE64 in named and _BASE64_LINE.match(beginning.lstrip()):
        return Encoding.BASE64
    encoding = named[0] if named else Encoding.IDENTITY
    if encoding in (Encoding.IDENTITY, Encoding.UNKNOWN) and _PACKED_LINE.match(beginning.lstrip()):
        return Encoding.BASE64
    return encoding


def decode(steps: Iterator[bytes], encoding: Encoding) -> Iterator[bytes]:
    """
    Decode a content that comes in steps.

    Raises: BrokenEncoding where base64 breaks off or holds foreign characters.
    """
    if encoding is Encoding.BASE64:
        yield from _from_base64(steps)
    elif encoding is Encoding.QUOTED:
        yield from _from_quoted(steps)
    elif encoding is Encoding.UUENCODE:
        yield from _from_uuencode(steps)
    else:
        yield from steps


def decode_at_once(text: bytes, start: int, end: int) -> bytes | None:
    """
    Decode base64 whose lines are of one length up to the last, as programs write it, with no piece copied twice.

    Returns: None where the lines are uneven or hold anything that is no base64; `decode` tells what it is.
    """
    lines = _even_lines(text, start, end)
    if lines is None:
        return None
    behind = text[start + lines.whole.size : end].translate(None, _BLANKS)
    joined = np.empty(lines.text.size + len(behind), np.uint8)
    joined[: lines.text.size].reshape(lines.text.shape)[...] = lines.text
    joined[lines.text.size :] = np.frombuffer(behind, np.uint8)
    try:
        return pybase64.b64decode(joined.data, validate=True)
    except binascii.Error:
        return None


def is_packed(beginning: bytes) -> bool:
    """Whether a content begins as a zip, rar, 7z, PDF, OLE or gzip file does."""
    return _PACKED.match(beginning) is not None


def uuencoded_in(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Take the files out of a text in which they stand uuencoded; each with its name and content."""
    files = [
        (match[1].strip(), b"".join(_from_uuencode(iter((match[0],)))))
        for match in _UU.finditer(text)
    ]
    return (_UU.sub(b"", text), files) if files else (text, [])


def _from_base64(steps: Iterator[bytes]) -> Iterator[bytes]:
    left, whole_line = b"", True
    for step in steps:
        begin = 0 if whole_line else step.find(b"\n", 0, _LONGEST_LINE) + 1
        whole_line = step.endswith(b"\n")
        content, left = _of_any_lines(left + step[:begin])
        yield content
        if not left and (even := _of_even_lines(step, begin)) is not None:
            content, begin = even
            yield content
        content, left = _of_any_lines(left + step[begin:])
        yield content
    if left:
        raise BrokenEncoding


def _of_any_lines(text: bytes) -> tuple[bytes, bytes]:
    """Decode what is whole of a text in base64; returns its content and what is left. Raises BrokenEncoding."""
    joined = text.translate(None, _BLANKS)
    whole = len(joined) & ~3
    try:
        content = pybase64.b64decode(
            joined[:whole] if whole < len(joined) else joined, validate=True
        )
    except binascii.Error as error:
        raise BrokenEncoding from error
    return content, joined[whole:]


@dataclass(frozen=True, slots=True)
class _EvenLines:
    """Lines of one length, a row each: `whole` with their ends, `text` without."""

    whole: NDArray[np.uint8]
    text: NDArray[np.uint8]


def _even_lines(text: bytes, start: int, end: int) -> _EvenLines | None:
    """Return the lines from `start` on that are as long as the first; None where one of them is not."""
    width = text.find(b"\n", start, min(end, start + _LONGEST_LINE)) + 1 - start
    ends = 2 if text[start + width - 2 : start + width - 1] == b"\r" else 1
    if width <= ends or (width - ends) % 4:
        return None
    count = (end - start) // width
    whole = np.frombuffer(text, np.uint8, count * width, start).reshape(count, width)
    if not all((whole[:, -place] == whole[0, -place]).all() for place in range(1, ends + 1)):
        return None
    return _EvenLines(whole, whole[:, :-ends])


def _of_even_lines(step: bytes, start: int) -> tuple[bytes, int] | None:
    """
    Decode lines of one length, as programs write them: nearly all of a step, and much faster.

    Returns: their content, and where they end; None where the lines from `start` on are uneven, or hold
        anything that is no base64, or its end.
    """
    lines = _even_lines(step, start, len(step))
    if lines is None:
        return None
    text = lines.text.tobytes()
    if text.endswith(b"="):
        return None
    try:
        return pybase64.b64decode(text, validate=True), start + lines.whole.size
    except binascii.Error:
        return None


def decode_broken(steps: Iterator[bytes]) -> Iterator[bytes]:
    """Decode base64 with foreign characters passed over, and each piece up to its "=" by itself."""
    left = b""
    for step in steps:
        text = left + step.translate(None, _NOT_BASE64)
        *pieces, left = text.split(b"=")
        for piece in pieces:
            yield _piece(piece)
        whole = len(left) & ~3
        yield binascii.a2b_base64(left[:whole])
        left = left[whole:]
    yield _piece(left)


def _piece(text: bytes) -> bytes:
    if len(text) % 4 == 1:  # six bits are no byte
        text = text[:-1]
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))


def _from_quoted(steps: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    for step in steps:
        text = left + step
        whole = text.rfind(b"\n") + 1
        if not whole:  # a line without end is cut where nothing is coded
            coded = text.rfind(b"=", max(0, len(text) - _CODED + 1))
            whole = coded if coded >= 0 else len(text)
        yield binascii.a2b_qp(text[:whole])
        left = text[whole:]
    yield binascii.a2b_qp(left)


def _from_uuencode(steps: Iterator[bytes]) -> Iterator[bytes]:
    begun, left = False, b""
    for step in steps:
        *lines, left = (left + step).split(b"\n")
        for line in lines:
            line = line.rstrip(b"\r")
            if not begun:
                begun = line.startswith(b"begin ")
            elif line in (b"end", b"`", b""):
                begun = line != b"end"
            else:
                yield _uu_line(line)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # QUIRK: programs that pad lines wrongly (as Python's own reader knows)
        count = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:count])
        except binascii.Error:
            return b""
