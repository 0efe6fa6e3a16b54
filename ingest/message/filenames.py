"""
The names of attachments, in all the shapes that Chinese mail gives them.

Source: RFC 2183, RFC 2231, RFC 2047.
QUIRK:  RFC 2047 words inside parameters, quoted or not (forbidden by its section 5, sent by all
        Chinese mailers); words and RFC 2231 pieces that split a character; raw GBK and raw UTF-8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from ingest.message.charsets import decode
from ingest.message.headers import Letter, decode_words
from ingest.message.large_messages import windows

LOST = "\ufffd"
NAME_MOST = 200

_LONGEST = 4_096
"""Bytes of a name in encoded words."""

_MOST_NAMES = 2_000
"""As many as a letter has parts at most."""

_PIECE = re.compile(
    r"(?i)(?:^|[;\s])(?P<parameter>filename|name)\*(?P<number>\d+)(?P<coded>\*?)\s*=\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|[^;\s]*)"
)
_QUOTED = re.compile(r"(?i)(?:^|[;\s])(?:file)?name\s*=\s*\"([^\"]*)\"")
_RAW_WORDS = re.compile(rb"(?i)\b(?:file)?name\s*=\s*\"?((?:=\?[!-<>@-~]+\?[bBqQ]\?[^?]*\?=\s*)+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class CodedNames:
    """
    The names that a raw letter gives in encoded words, decoded apart from each other. They are
    looked for once, when the first name was lost, and only where words are: not in attachments.
    """

    def __init__(self, raw: Letter) -> None:
        self._raw = raw
        self._names: list[tuple[str, bool]] | None = None
        self._given: set[int] = set()

    def whole(self, lossy: str) -> tuple[str, bool]:
        """
        The name that this lossy one is a wreck of, else itself. Only what stands before the loss is
        sure; of several the next is taken that is lost where its words are decoded apart.
        """
        if self._names is None:
            self._names = list(self._found())
        head = lossy.partition(LOST)[0]
        fitting = [
            (number in self._given, not torn, number)
            for number, (name, torn) in enumerate(self._names)
            if name.startswith(head)
        ]
        if not fitting:
            return lossy, True
        _, _, chosen = min(fitting)
        self._given.add(chosen)
        return self._names[chosen][0], False

    def _found(self) -> Iterator[tuple[str, bool]]:
        """The names, and whether a word of each is no text by itself."""
        seen = 0
        for window, own in windows(self._raw, _LONGEST):
            if b"=?" not in window:
                continue
            for match in _RAW_WORDS.finditer(window):
                seen += match.start() < own
                if match.start() >= own or seen > _MOST_NAMES:
                    break
                words = match[1][:_LONGEST].split()
                name, lost = decode_words(b" ".join(words))
                if not lost:
                    yield name, any(decode_words(word)[1] for word in words)


def name_of(
    filename: str, headers: Mapping[str, Sequence[str]], coded: CodedNames
) -> tuple[str, bool]:
    """
    An attachment's name, and whether something of it was lost. "" when it has none.

    `filename` and `headers` as the MIME reader gives them; what the reader lost is looked for in the
    letter's `coded` names.
    """
    pieces = _continued(headers)
    if pieces:
        name, lost = pieces
    else:
        name, lost = _repaired(_with_semicolon(headers) or filename)
        if LOST in name:
            name, lost = coded.whole(name)
    return tidy(name), lost or LOST in name


def tidy(name: str) -> str:
    """NFC, the last component of a path, no control or direction marks, of a bounded length."""
    name = unicodedata.normalize("NFC", _CONTROL.sub("", name)).strip().strip('"')
    name = re.split(r"[/\\]", name)[-1].strip()
    if len(name) > NAME_MOST:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: NAME_MOST - 12]}…{dot}{ending[:10]}" if dot else name[:NAME_MOST]
    return "" if name in (".", "..") else name


def _continued(headers: Mapping[str, Sequence[str]]) -> tuple[str, bool] | None:
    """RFC 2231 3 and 4.1: the pieces' bytes are joined, then decoded once."""
    for field in ("Content-Disposition", "Content-Type"):
        for value in _values(headers, field):
            found = {int(match["number"]): match for match in _PIECE.finditer(value)}
            if 0 not in found:
                continue
            charset, data, coded = "", b"", ""
            for number in range(len(found)):
                if number not in found:
                    break
                piece = found[number]
                text = re.sub(r"\\(.)", r"\1", piece["value"].strip('"'))
                if number == 0 and piece["coded"] and text.count("'") >= 2:
                    charset, _, text = text.split("'", 2)
                if piece["coded"]:  # QUIRK: some mailers cut by length, in the middle of a "%E6"
                    coded += text
                else:
                    data += unquote_to_bytes(coded) + _bytes(text)
                    coded = ""
            data += unquote_to_bytes(coded)
            if b"=?" in data:
                return decode_words(data)
            return decode(data, charset)
    return None


def _with_semicolon(headers: Mapping[str, Sequence[str]]) -> str:
    """
    The quoted name, where a semicolon is in it. QUIRK: the MIME reader decodes RFC 2047 words
    before it looks for parameters, and so ends a name at the semicolon that was coded in a word.
    """
    for field in ("Content-Disposition", "Content-Type"):
        for value in _values(headers, field):
            for match in _QUOTED.finditer(value):
                if ";" in match[1]:
                    return match[1]
    return ""


def _repaired(filename: str) -> tuple[str, bool]:
    """Undecoded words, and raw bytes that were taken for latin-1."""
    if "=?" in filename:
        return decode_words(_bytes(filename))
    if any("\x80" <= character <= "\xff" for character in filename) and filename.isascii() is False:
        try:
            return decode(filename.encode("latin-1"))
        except UnicodeEncodeError:
            return filename, False
    return filename, False


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _values(headers: Mapping[str, Sequence[str]], field: str) -> list[str]:
    return [
        value
        for name, values in headers.items()
        if name.lower() == field.lower()
        for value in values
    ]
