"""Numbers by which pictures and drafts of a letter correspond: 1/ with 1.docx, 稿件一 with 稿件一配图."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

_HAN = {han: number for number, han in enumerate("一二三四五六七八九十", 1)}
_NUMBER = r"(?:0*(?P<figures>\d{1,2})|(?P<han>[一二三四五六七八九十]))"
_OF_DRAFT = re.compile(
    rf"(?:稿件?|第|文章|信息|动态|舆情)?\s*{_NUMBER}\s*[篇则条号稿]?(?!\d|[年月周日季])"
)
"""The beginning of a draft's name, or of its folder's."""

_OF_FOLDER = re.compile(
    rf"(?:稿件?|第|文章|图片?|配图|照片|附图)?\s*{_NUMBER}\s*[篇则条号稿]?\s*[（(]?(?:的?(?:配图|图片?|照片|附图|插图))?[）)]?"
)
"""All of a folder's name that is for one draft's pictures."""

_OF_PICTURE = re.compile(
    rf"(?:稿件?|第)\s*{_NUMBER}\s*[篇则条号稿]?\s*[-_—–.、（(]?\s*(?:配图|图片?|照片|附图|插图)?\s*[-_—–.、（(]?\s*\d{{0,2}}[）)]?"
)
"""All of a picture's name that says which draft it is of, and which of its pictures."""


def of_drafts(paths: Sequence[str]) -> dict[int, int]:
    """
    Return for each number the place of the draft that bears it, by its name, else by its folder's.

    Empty where not all drafts have numbers, or two have the same one.
    """
    for parts in (_names, _folders):
        numbers = {}
        for place, path in enumerate(paths):
            found = _OF_DRAFT.match(parts(path))
            if found is None or _value(found) in numbers:
                break
            numbers[_value(found)] = place
        else:
            return numbers
    return {}


def of_picture(path: str) -> int | None:
    """Return the number of the draft that a picture's name or the folders around it tell, None for none."""
    pure = PurePosixPath(path)
    found = _OF_PICTURE.fullmatch(pure.stem.strip())
    if found is not None:
        return _value(found)
    for folder in pure.parts[-2::-1]:
        found = _OF_FOLDER.fullmatch(folder.strip())
        if found is not None:
            return _value(found)
    return None


def _names(path: str) -> str:
    return PurePosixPath(path).name.strip()


def _folders(path: str) -> str:
    return PurePosixPath(path).parent.name.strip()


def _value(found: re.Match[str]) -> int:
    return int(found["figures"]) if found["figures"] else _HAN[found["han"]]
