"""
Names of members: bytes of unknown encoding become names that are safe to show and to compare.

Sources: APPNOTE.TXT 4.4.4 (bit 11 = UTF-8), Windows' habit of writing the code page of the machine
(GBK in this country) without saying so, Unix' habit of writing UTF-8 without saying so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, MutableSet

MAX_COMPONENT = 200
"""Characters kept of one folder or file name; the end, with the extension, survives."""

MAX_FOLDERS = 32
NAMELESS = "未命名"

_DRIVE = re.compile(r"^[A-Za-z]:")
_SLASHES = re.compile(r"[/\\]+")
_INVISIBLE = frozenset(
    map(chr, (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
) | {"\ufeff"}


def encoding_of(names: Iterable[bytes]) -> str:
    """
    Return the encoding that all undeclared names of one archive share.

    "utf-8" when every one of them is valid UTF-8, otherwise "gb18030". Judging them together keeps
    a short GBK name that happens to be valid UTF-8 from being read alone.
    """
    try:
        for name in names:
            name.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def decode(raw: bytes, encoding: str = "") -> tuple[str, bool]:
    """
    (name, whether something was lost).

    Without an encoding, the name is judged alone. The bytes are decoded whole, before any
    splitting: the second byte of 乗 in GBK is a backslash.
    """
    for candidate in (encoding or encoding_of([raw]), "utf-8", "gb18030"):
        try:
            return raw.decode(candidate), False
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", "replace"), True


def clean(name: str) -> str:
    """
    Return a relative name with "/" between its folders.

    NFC, without drive letters, "." and "..", control characters and marks that reverse the reading
    direction. Never empty.
    """
    name = unicodedata.normalize("NFC", name)
    components = [_component(part) for part in _SLASHES.split(_DRIVE.sub("", name))]
    kept = [part for part in components if part not in ("", ".", "..")]
    return "/".join(kept[-MAX_FOLDERS:]) or NAMELESS


def _component(part: str) -> str:
    shown = "".join(
        "\ufffd" if "\ud800" <= char <= "\udfff" else char
        for char in part
        if char not in _INVISIBLE and unicodedata.category(char) != "Cc"
    ).strip(" ")
    return shown[-MAX_COMPONENT:]


def unique(name: str, taken: MutableSet[str]) -> str:
    """Return the name, numbered before its extension when another member bears it: "稿件(2).docx"."""
    folder, slash, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    if not stem:
        stem, dot, extension = last, "", ""
    number, chosen = 1, name
    while chosen in taken:
        number += 1
        chosen = f"{folder}{slash}{stem}({number}){dot}{extension}"
    taken.add(chosen)
    return chosen
