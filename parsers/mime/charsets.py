"""Bytes of Chinese mail to text: labels lie, so the label is a hint and the bytes decide."""

from __future__ import annotations

import codecs

from parsers.charsets import without_halves

_GB = frozenset(
    {
        "gb2312",
        "gbk",
        "gb18030",
        "cp936",
        "ms936",
        "x-gbk",
        "gb_2312-80",
        "euc-cn",
        "csgb2312",
        "x-gb2312",
    }
)
_NONE = frozenset(
    {
        "",
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "latin1",
        "8bit",
        "unknown-8bit",
        "x-unknown",
        "default",
    }
)
_WHOLE = ("utf-8", "gb18030")
"""Nothing but whole characters comes out of these."""


def decode(data: bytes, label: str = "") -> tuple[str, bool]:
    """
    Decode a text, and tell whether something of it was lost.

    gb2312 and gbk mean gb18030 (WHATWG Encoding, "GBK" decoder: 喆, 镕 and 堃 are in no gb2312). A
    label that the bytes contradict gives way to UTF-8, then to GB18030; never `ignore`.
    """
    for name in _candidates(label):
        try:
            text = data.decode(name)
            return text if name in _WHOLE else without_halves(text), False
        except (UnicodeDecodeError, LookupError):
            continue
    return without_halves(data.decode(_candidates(label)[0], "replace")), True


def _candidates(label: str) -> list[str]:
    label = label.strip().strip("\"'").lower()
    guesses = ["utf-8", "gb18030"]
    if label in _NONE:
        return guesses
    if label in _GB:
        return ["gb18030", "utf-8"]
    if label in ("big5", "big5-hkscs", "x-x-big5"):
        return ["big5hkscs", *guesses]
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # a codec of bytes to bytes (hex, zip) is no charset
    except (LookupError, ValueError, TypeError):
        return guesses
    return [name, *(guess for guess in guesses if guess != name)]
