"""
The names of attachments, in all the shapes that Chinese mail gives them.

Source: RFC 2183, RFC 2231, RFC 2047; RFC 6266 4.3 for `filename*` before `filename`.
QUIRK:  RFC 2047 words inside parameters, quoted or not (forbidden by its section 5, sent by all
        Chinese mailers); words and RFC 2231 pieces that split a character; raw GBK and raw UTF-8;
        percent signs of a URL without RFC 2231's asterisk.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from parsers.mime.charsets import decode
from parsers.mime.headers import decode_words
from parsers.mime.parameters import Parametered

LOST = "\ufffd"
MAX_NAME = 200

_KEYS = ("filename", "name")
_PIECE = re.compile(r"(?:file)?name\*(?:(\d{1,3})(\*?))?")
_PERCENT = re.compile(
    r"(?:[!-$&-~ ]|%[0-9A-Fa-f]{2})*%[89A-Fa-f][0-9A-Fa-f](?:[!-$&-~ ]|%[0-9A-Fa-f]{2})*"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def name_of(disposition: Parametered, content_type: Parametered) -> tuple[str, bool]:
    """Return an attachment's name, "" when it has none, and whether something of it was lost."""
    lossy: tuple[str, bool] | None = None
    for field in (disposition, content_type):
        for read in (_in_pieces, _plain):
            given = read(field)
            if given is None or not tidy(given[0]):
                continue
            name, lost = tidy(given[0]), given[1] or LOST in given[0]
            if not lost:
                return name, False
            lossy = lossy or (name, True)
    return lossy or ("", False)


def tidy(name: str) -> str:
    """NFC, the last component of a path, no control or direction marks, of a bounded length."""
    name = unicodedata.normalize("NFC", _CONTROL.sub("", name)).strip().strip('"')
    name = re.split(r"[/\\]", name)[-1].strip()
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: MAX_NAME - 12]}…{dot}{ending[:10]}" if dot else name[:MAX_NAME]
    return "" if name in (".", "..") else name


def _plain(field: Parametered) -> tuple[str, bool] | None:
    text = field.get(*_KEYS)
    if not text:
        return None
    if "=?" in text:
        name, lost = decode_words(text.encode("utf-8", "replace"))
        return name, lost or field.lossy
    if _PERCENT.fullmatch(text):
        name, lost = decode(unquote_to_bytes(text))
        if not lost:
            return name, False
    return text, field.lossy


def _in_pieces(field: Parametered) -> tuple[str, bool] | None:
    """Join the pieces' bytes, then decode them once (RFC 2231 3 and 4.1)."""
    pieces: dict[int, tuple[str, bool]] = {}
    for key, value in field.parameters:
        match = _PIECE.fullmatch(key)
        if match and int(match[1] or 0) not in pieces:
            pieces[int(match[1] or 0)] = (value, match[1] is None or bool(match[2]))
    if 0 not in pieces:
        return None
    charset, data, coded = "", b"", ""
    for number in range(len(pieces)):
        if number not in pieces:
            break
        text, is_coded = pieces[number]
        if number == 0 and is_coded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        if is_coded:  # QUIRK: some mailers cut by length, in the middle of a "%E6"
            coded += text
        else:
            data += unquote_to_bytes(coded) + text.encode("utf-8", "replace")
            coded = ""
    data += unquote_to_bytes(coded)
    return decode_words(data) if b"=?" in data else decode(data, charset)
