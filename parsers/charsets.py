"""
Bytes of an unknown charset become text.

Order: byte order mark, strict UTF-8, UTF-16 without a mark, GB18030, strict Big5.
Source: WHATWG Encoding (gb2312 and gbk are read as gb18030), GB 2312's first level: the 3,755
hanzi that make up nearly all of any Chinese text, and hardly ever of a text that was misread.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata

SAMPLE = 1024
"""Characters that are looked at to judge a reading."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LOOKALIKES = re.compile("[\u2e80-\u2eff\u2f00-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_RADICALS = dict(
    zip(
        "⺁⺄⺈⺊⺌⺕⺗⺝⺟⺠⺢⺮⺷⺸⺻⻁⻃⻄⻅⻆⻈⻉⻋⻌⻎⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂乙刀卜小彐心月母民水竹羊羊肀虎西西见角讠贝车辶辶钅長长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
_HALVES = re.compile("[\ud800-\udfff]")
_ASCII = frozenset(map(chr, (*range(0x20, 0x7F), 0x09, 0x0A, 0x0C, 0x0D)))
_PUNCTUATION = frozenset(
    map(chr, (0xB7, 0xD7, *range(0x2010, 0x2027), *range(0x2160, 0x216C), *range(0x2460, 0x249C)))
) | frozenset(map(chr, (*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), 0xFFE5)))
_LIKELY = 0.75
_LOST = "\ufffd"


def decode(data: bytes) -> str | None:
    """Return the text, line ends as they are; None when the bytes are no text. Nothing is left out."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace").removeprefix("\ufeff")
            return text if is_readable(text) else None
    body = data.rstrip(b"\0\x1a")
    if data and not body:
        return None
    if b"\0" not in body:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return text if is_readable(text) else None
    return _wide(data) or (_narrow(body) if b"\0" not in body else None)


def decode_as(data: bytes, label: str) -> str | None:
    """Return the text by a declared charset if that is a true one, otherwise as `decode` finds it."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return decode(data)
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return decode(data)
    try:
        text = data.decode("gb18030" if name in ("gb2312", "gbk", "hz") else name)
    except (UnicodeError, LookupError, TypeError):
        return decode(data)
    if not isinstance(text, str):
        return decode(data)
    text = without_halves(text)
    return text if is_readable(text) else decode(data)


def unify_ideographs(text: str) -> str:
    """
    Write radicals and compatibility ideographs as the hanzi that they look like.

    PDF programs and some fonts give U+2F49 for 月: no date and no name is found in such a text.

    Source: Unicode, NFKC of the blocks Kangxi Radicals and CJK Compatibility Ideographs alone;
            EquivalentUnifiedIdeograph.txt for the radicals that NFKC leaves as they are.
    """
    if _LOOKALIKES.search(text) is None:
        return text
    return _LOOKALIKES.sub(
        lambda match: "".join(
            _RADICALS.get(one) or unicodedata.normalize("NFKC", one) for one in match[0]
        ),
        text,
    )


def without_halves(text: str) -> str:
    """Return the text with U+FFFD for halves of surrogate pairs, which UTF-7 and escapes can spell."""
    if _HALVES.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_readable(text: str) -> bool:
    """Whether the text has next to no control characters and next to no lost ones."""
    bound = len(text) // 100
    return len(_CONTROLS.findall(text)) <= bound and text.count(_LOST) <= max(2, 2 * bound)


def likelihood(text: str) -> float:
    """0..1: the share of common hanzi, Chinese punctuation and ASCII in the text's beginning."""
    sample = text[:SAMPLE]
    if not sample:
        return 0.0
    common = _common_hanzi()
    good = sum(char in _ASCII or char in common or char in _PUNCTUATION for char in sample)
    return good / len(sample)


def has_hanzi(text: str, share: float = 0.2) -> bool:
    """Whether at least that share of the text's beginning is common hanzi."""
    sample = text[:SAMPLE]
    return sum(char in _common_hanzi() for char in sample) >= max(1.0, share * len(sample))


@functools.cache
def _common_hanzi() -> frozenset[str]:
    """GB 2312, level 1: rows 16 to 55."""
    return frozenset(
        bytes((row, cell)).decode("gb18030")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
    )


@functools.cache
def _common_traditional() -> frozenset[str]:
    """Big5, level 1: rows A4 to C6, the 5,401 hanzi that are in everyday use."""
    return frozenset(
        char
        for row in range(0xA4, 0xC7)
        for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
        for char in bytes((row, cell)).decode("big5", "ignore")
    )


def _is_big5(data: bytes) -> bool:
    """Whether all of it is Big5 and most of its beginning is in everyday use in Taiwan, Hong Kong, Macao."""
    try:
        sample = data.decode("big5hkscs")[:SAMPLE]
    except UnicodeDecodeError:
        return False
    common = _common_traditional()
    good = sum(char in _ASCII or char in common or char in _PUNCTUATION for char in sample)
    return good >= _LIKELY * len(sample)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark, when it makes better sense than anything of single bytes."""
    even = data[: len(data) & ~1]
    best, found = _LIKELY, None
    for encoding in ("utf-16-le", "utf-16-be"):
        score = likelihood(even[: 2 * SAMPLE].decode(encoding, "replace"))
        if score > best:
            best, found = score, encoding
    if found is None or (b"\0" not in data and _score(data, "gb18030") >= best):
        return None
    text = even.decode(found, "replace").rstrip("\0\x1a")
    return text if is_readable(text) else None


def _narrow(data: bytes) -> str | None:
    """One of the multi-byte charsets; a broken character here and there becomes U+FFFD."""
    score, better = max((_score(data, encoding), encoding) for encoding in ("gb18030", "utf-8"))
    if score >= _LIKELY:
        text = data.decode(better, "replace")
        if is_readable(text):
            return text
    for encoding in ("big5hkscs", "gb18030") if _is_big5(data) else ("gb18030",):
        try:
            text = without_halves(data.decode(encoding))
        except (UnicodeError, LookupError):
            continue
        if is_readable(text) and _has_sense(text):
            return text
    return None


def _score(data: bytes, encoding: str) -> float:
    return likelihood(data[: 2 * SAMPLE].decode(encoding, "replace"))


def _has_sense(text: str) -> bool:
    """Half of it is hanzi, kana, or ASCII: a random byte string read as Latin-1 is not."""
    sample = text[:SAMPLE]
    good = sum(
        char in _ASCII or char in _PUNCTUATION or "\u3040" <= char <= "\u9fff" for char in sample
    )
    return 2 * good > len(sample)
