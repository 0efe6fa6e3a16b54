"""
Hanzi that a PDF sets apart: blanks that its layout needs and nobody typed.

PDFium puts a blank wherever two characters stand further apart than usual in print, also where a
whole line is set with wide spacing. A blank between hanzi is kept only where the gap clearly passes
the line's own usual one: an absolute limit would eat the blank between two names.
"""

from __future__ import annotations

import bisect
import ctypes
import itertools
import re
from collections.abc import Sequence
from statistics import median

import pypdfium2
import pypdfium2.raw as raw

MAX_CHARACTERS = 50_000
"""Of one page; what is longer is no page of a draft and stays as PDFium reads it."""

_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff]")
_SET_APART = re.compile(f"{_HAN.pattern} +{_HAN.pattern}")
_WIDER = 1.5
"""A typed blank is so many times as wide as the line's usual gap, and besides …"""

_SHARE = 0.1
"""… by so much of a character's width wider."""

_Character = tuple[str, float, float]
"""A character with its left and right edge."""


def is_set_apart(text: str) -> bool:
    """Return whether blanks stand between hanzi, so that the gaps are worth measuring."""
    return _SET_APART.search(text) is not None


def without_gaps(words: pypdfium2.PdfTextPage) -> str:
    """Return the text of a page, blanks between hanzi left out where the whole line is set wide."""
    count = raw.FPDFText_CountChars(words)
    if count > MAX_CHARACTERS:
        return str(words.get_text_range())
    box = raw.FS_RECTF()  # the box that the font gives a character, not that of its ink
    lines: list[list[_Character]] = [[]]
    for index in range(count):
        character = chr(raw.FPDFText_GetUnicode(words, index) or 0x20)
        if character in "\r\n":
            if character == "\n":
                lines.append([])
            continue
        raw.FPDFText_GetLooseCharBox(words, index, ctypes.byref(box))
        lines[-1].append((character, box.left, box.right))
    # PDFium gives a character beyond the first plane as two halves
    halves = "\r\n".join(map(_line, lines)).encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace")


def _line(characters: Sequence[_Character]) -> str:
    solid = [number for number, one in enumerate(characters) if one[0] not in " \u3000\xa0"]
    gaps = {
        after: characters[after][1] - characters[before][2]
        for before, after in itertools.pairwise(solid)
        if _HAN.match(characters[before][0]) and _HAN.match(characters[after][0])
    }
    if not gaps:
        return "".join(one[0] for one in characters)
    usual = max(0.0, median(gaps.values()))
    width = median(characters[number][2] - characters[number][1] for number in solid)
    typed = max(usual * _WIDER, usual + width * _SHARE)
    text = []
    for number, one in enumerate(characters):
        if one[0] in " \u3000\xa0":
            index = bisect.bisect_right(solid, number)
            if index < len(solid) and gaps.get(solid[index], typed + 1) <= typed:
                continue
        text.append(one[0])
    return "".join(text)
