"""Which draft a picture or an approval sheet belongs to, when a letter brings several drafts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath

from ingest.drafts import picture_numbers

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_MARKS = re.compile(r"[\s《》〈〉“”\"'‘’「」【】\[\]（）()<>，,。.、:：;；！!？?·_—–\-~～+&]+")
_NUMBERS = re.compile(r"\d+")
_NOISE = re.compile(
    r"现场照片|现场图片|工作照片|新闻图片|微信图片|微信截图|屏幕截图|照片|图片|配图|附图|插图|图组|组图|截图|现场|附件|素材|新建文件夹|压缩|"
    r"^(?:img|dsc|pic|photo|image|mmexport|screenshot|wechat)+|[图\d]+"
)
_NUMBERED_PICTURE = re.compile(
    r"(?:附?图|图片|照片|配图|插图|现场图?|pic|photo|image)?\s*0*(\d{1,2})", re.IGNORECASE
)
_OF_NUMBERED_DRAFT = re.compile(
    r"(?:稿件?|第|附?图|图片|照片|配图|插图)?0*(\d{1,2})篇?\s*[-_—–.、．（(图]\s*(?:图|图片|照片)?\s*\d{1,2}[)）]?"
)
_LEADING_NUMBER = re.compile(r"(?:稿件?|第)?0*(\d{1,2})(?!\d|年|月|日)")
_MENTIONED = re.compile(
    r"图片?\s*([\d一二三四五六七八九十]{1,3})(?:\s*[-—–至到、和及,，]\s*图?\s*(\d{1,2}))?"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_HAN_NUMBERS = {han: number for number, han in enumerate("一二三四五六七八九十", 1)}

LEAST_ALIKE = 0.6
CLEARLY = 0.3
"""Of a picture's name so much must stand in a draft's, and so much less in any other's."""


@dataclass(frozen=True, slots=True)
class DraftRef:
    """
    A draft that pictures may belong to: where it lies, what it is called, what it says, its event's day.

    `part` as in rulebook.model.Draft.
    """

    path: str
    title: str
    paragraphs: tuple[str, ...] = ()
    part: int = 0
    day: date | None = None

    @property
    def key(self) -> str:
        """What tells it from all others of its letter."""
        return f"{self.path}#{self.part}" if self.part else self.path


def match_draft(path: str, holders: Sequence[DraftRef], taken: date | None = None) -> str | None:
    """
    Return the key of the draft that the file at `path` belongs to, None when it fits several or none.

    In this order: inside the draft; the only draft; the draft's name or title in the file's name or
    its folders'; the only draft in the nearest folder that has any; “图3” in one draft's text alone;
    numbers (2-1.jpg is of 2.….docx, 1/ of 1.docx, 稿件一配图 of 稿件一); names that are much alike, or
    two characters that one draft alone has; the day on which a photo was `taken`, which is one
    draft's alone.
    """
    around = [holder for holder in holders if path.startswith(f"{holder.path}/")]
    if around:
        return around[0].key if len(around) == 1 else None
    if len(holders) < 2:
        return holders[0].key if holders else None
    named = _by_name(path, holders)
    if named is not None:
        return named.key
    numbered = _by_draft_number(path, holders)
    if numbered is not None:
        return numbered.key
    near = _near(path, holders)
    if len(near) == 1:
        return near[0].key
    rules: tuple[Callable[[str, Sequence[DraftRef]], DraftRef | None], ...] = (
        _by_mark,
        _by_number,
        _by_likeness,
        _by_few_characters,
    )
    found = next((found for rule in rules if (found := rule(path, near)) is not None), None)
    found = found or _by_day(taken, near)
    return found.key if found else None


def natural(path: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts names as people do: 第2页 before 第10页."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"([0-9]+)", path)
        if piece
    )


def _near(path: str, holders: Sequence[DraftRef]) -> Sequence[DraftRef]:
    """Return the drafts in the nearest folder above the file that holds any, at whatever depth."""
    for folder in PurePosixPath(path).parents:
        inside = [holder for holder in holders if folder in PurePosixPath(holder.path).parents]
        if inside:
            return inside
    return holders


def _by_name(path: str, holders: Sequence[DraftRef]) -> DraftRef | None:
    """Return the file's own name first, then its folders' from the inside out, archives' names aside."""
    parts = list(PurePosixPath(path).parts)
    shared = {part for holder in holders for part in PurePosixPath(holder.path).parts[:-1]}
    for part in [parts[-1], *(part for part in reversed(parts[:-1]) if part not in shared)]:
        plain = _plain(part)
        found = [
            (key, holder)
            for holder in holders
            if (
                key := max(
                    (key for key in _keys(holder) if _holds(plain, key)), key=len, default=""
                )
            )
        ]
        # 稿件1 within 稿件12 says nothing; two names side by side say that it is of both
        own = [
            holder
            for key, holder in found
            if not any(key != other and key in other for other, _ in found)
        ]
        if len(own) == 1:
            return own[0]
        if own:
            return None
    return None


def _keys(holder: DraftRef) -> set[str]:
    """Return what a draft may be called in a picture's name."""
    stem = _plain(PurePosixPath(holder.path).name)
    without = _NUMBERS.sub("", stem)
    keys = {stem, _plain(holder.title), without if len(without) >= 4 else ""}
    return {key for key in keys if len(_NUMBERS.sub("", key)) >= 2}


def _holds(plain: str, key: str) -> bool:
    """Whether a name says the key, not merely the beginning of a longer number (稿件1 in 稿件12)."""
    index = plain.find(key)
    if index < 0:
        return False
    after = plain[index + len(key) : index + len(key) + 1]
    return not (key[-1].isdecimal() and after.isdecimal())


def _by_mark(path: str, holders: Sequence[DraftRef]) -> DraftRef | None:
    """图3.jpg and “（图3）”, “图3：…”, “图1-3” in a text."""
    bare = _ENDING.sub("", PurePosixPath(path).name).strip()
    found = _NUMBERED_PICTURE.fullmatch(bare)
    if found is None:
        return None
    number = int(found[1])
    mentioning = [
        holder for holder in holders if number in _mentioned("\n".join(holder.paragraphs))
    ]
    return mentioning[0] if len(mentioning) == 1 else None


def _mentioned(text: str) -> set[int]:
    numbers: set[int] = set()
    for found in _MENTIONED.finditer(text):
        first = int(found[1]) if found[1].isdecimal() else _HAN_NUMBERS.get(found[1], 0)
        last = int(found[2]) if found[2] else first
        numbers.update(range(first, min(last, first + 20) + 1))
        numbers.add(last)
    return numbers


def _by_number(path: str, holders: Sequence[DraftRef]) -> DraftRef | None:
    """Drafts 1.….docx and 2.….docx with the pictures 1-1.jpg, 2-1.jpg."""
    numbers = {}
    for holder in holders:
        found = _LEADING_NUMBER.match(PurePosixPath(holder.path).name)
        if found is None or int(found[1]) in numbers:
            return None
        numbers[int(found[1])] = holder
    bare = _ENDING.sub("", PurePosixPath(path).name).strip()
    found = _OF_NUMBERED_DRAFT.fullmatch(bare)
    return numbers.get(int(found[1])) if found else None


def _by_draft_number(path: str, holders: Sequence[DraftRef]) -> DraftRef | None:
    """1/现场.jpg of 1.….docx; 稿件一配图/1.jpg of 稿件一/….docx."""
    numbers = picture_numbers.of_drafts([holder.path for holder in holders])
    number = picture_numbers.of_picture(path) if numbers else None
    return holders[numbers[number]] if number is not None and number in numbers else None


def _by_few_characters(path: str, holders: Sequence[DraftRef]) -> DraftRef | None:
    """溺水.jpg, where one draft alone has these characters in its name or title."""
    plain = _NOISE.sub("", _plain(PurePosixPath(path).name))
    if not 2 <= len(plain) <= 4 or not _HAN.fullmatch(plain):
        return None
    found = [
        holder
        for holder in holders
        if plain in _plain(PurePosixPath(holder.path).name) or plain in _plain(holder.title)
    ]
    return found[0] if len(found) == 1 else None


def _by_day(taken: date | None, holders: Sequence[DraftRef]) -> DraftRef | None:
    """Return the one draft whose event was on the day that a photo was taken; all must tell their day."""
    if taken is None or any(holder.day is None for holder in holders):
        return None
    found = [holder for holder in holders if holder.day == taken]
    return found[0] if len(found) == 1 else None


def _by_likeness(path: str, holders: Sequence[DraftRef]) -> DraftRef | None:
    """燃气检查现场.jpg beside 湖塘镇开展燃气安全检查.docx."""
    plain = _NOISE.sub("", _plain(PurePosixPath(path).name))
    pairs = {one + other for one, other in pairwise(plain)}
    if len(plain) < 4:
        return None
    ranked = sorted(
        (
            (
                sum(pair in called for pair in pairs) / len(pairs),
                number,
            )
            for number, holder in enumerate(holders)
            for called in [f"{_plain(PurePosixPath(holder.path).name)} {_plain(holder.title)}"]
        ),
        reverse=True,
    )
    (best, index), (second, _) = ranked[0], ranked[1]
    return holders[index] if best >= LEAST_ALIKE and best - second >= CLEARLY else None


def _plain(name: str) -> str:
    """Return a name without its ending, blanks and marks, in one width and case."""
    folded = unicodedata.normalize("NFKC", _ENDING.sub("", name)).lower()
    return _MARKS.sub("", folded)
