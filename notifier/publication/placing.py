"""
Where a draft's pictures stand, and what is written under them.

A picture inside the document stays behind the paragraph that it follows there. One that came beside it is
put where the text or a caption names its number, else where the captions without a picture stand, in
their order; what nothing places stands at the end, in the order of the names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.drafts import boilerplate

MAX_CAPTION = 90
_NUMBER_NAMES = {han: number for number, han in enumerate("一二三四五六七八九十", 1)}
_NUMBERED = re.compile(r"[（(\[【▲△↑]*\s*图(?:片)?\s*(\d{1,2}|[一二三四五六七八九十])(?!为)")
_MENTIONED = re.compile(r"[见如（(]\s*附?图(?:片)?\s*(\d{1,2}|[一二三四五六七八九十])")
_OF_NAME = re.compile(
    r"(?:附?图(?:片)?|照片|配图|插图|pic|photo|image)\s*0*(\d{1,2}|[一二三四五六七八九十])(?!\d)",
    re.I,
)
_LAST_NUMBER = re.compile(r"^\D{0,12}?0*(\d{1,2})(?!\d)|[-_（( ]0*(\d{1,2})[)）]?$")
_NO_WORDS = re.compile(
    r"微信图片|微信截图|屏幕截图|现场照片|现场图片|工作照片|新闻图片|照片|图片|配图|附图|插图|组图|图(?=\d|[一二三四五六七八九十]\b)|截图|副本"
    r"|(?:img|dsc|pic|photo|image|mmexport|screenshot|wechat)[-_]?\d*|\d[\d_\-.]*",
    re.I,
)
_EDGES = " 　-_—·.,，、:：;；()（）[]【】"
_FRAME = "（）()[]【】▲△↑ 　"
_END = "。！？；…”"


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture: `after` so many paragraphs of the draft; `caption` "" where none was found."""

    path: str
    after: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class _Caption:
    text: str
    after: int
    number: int | None


def placed(
    paragraphs: Sequence[str],
    outline: Sequence[tuple[str, str]],
    pictures: Sequence[str],
    title: str = "",
) -> list[Placed]:
    """
    Place a draft's pictures among its paragraphs, in the order in which they stand.

    Args:    `outline`: of the document that the draft lies in, (paragraph, "") and ("", path of a
             picture) in their order; it may hold other drafts, too. `pictures`: the paths of the draft's
             own, in their order.
    """
    wanted = set(pictures)
    inside, free = _read(paragraphs, outline, wanted, title)
    beside = [path for path in pictures if path not in {one.path for one in inside}]
    loose = _beside(paragraphs, beside, free, title)
    order = {path: number for number, path in enumerate(pictures)}
    first = {one.path: number for number, one in enumerate(inside)}
    return sorted(
        [*inside, *loose],
        key=lambda one: (one.after, first.get(one.path, len(inside)), order[one.path]),
    )


def _read(
    paragraphs: Sequence[str],
    outline: Sequence[tuple[str, str]],
    wanted: set[str],
    title: str,
) -> tuple[list[Placed], list[_Caption]]:
    """Follow the document: pictures inside with the caption next to them, and captions without a picture."""
    bare = [_bare(one) for one in paragraphs]
    inside: dict[str, Placed] = {}
    free: list[_Caption] = []
    at, open_picture = 0, ""
    for text, path in outline:
        if path:
            # a picture that a document shows twice stands where it is first
            if path in wanted and path not in inside:
                inside[path] = Placed(path, at)
                open_picture = path
            continue
        found = _found(_bare(text), bare, at)
        if found is not None:
            at, open_picture = found + 1, ""
            continue
        if not 0 < at <= len(bare) and not open_picture:
            continue  # above the draft, or another one
        caption = _caption(text, paragraphs[at - 1] if at else "", beside=bool(open_picture))
        if not caption or _bare(caption) == _bare(title):
            open_picture = ""
            continue
        if open_picture:
            inside[open_picture] = Placed(open_picture, inside[open_picture].after, caption)
            open_picture = ""
        else:
            free.append(_Caption(caption, at, _number(_NUMBERED, text)))
    return list(inside.values()), free


def _found(text: str, bare: Sequence[str], at: int) -> int | None:
    """Return which of the draft's paragraphs a line of the document is, from `at` on."""
    if not text:
        return None
    for number in range(at, len(bare)):
        mine = bare[number]
        # of the first and the last one a dateline or a by-line is cut off
        if mine and (mine == text or (len(mine) >= 10 and mine in text)):
            return number
    return None


def _beside(
    paragraphs: Sequence[str], paths: Sequence[str], free: list[_Caption], title: str
) -> list[Placed]:
    """Place the pictures that came beside the document."""
    mentioned: dict[int, int] = {}
    for after, paragraph in enumerate(paragraphs, start=1):
        for found in _MENTIONED.finditer(paragraph):
            mentioned.setdefault(_value(found[1]), after)
    left, made, without = list(free), dict[str, Placed](), list[str]()
    for path in paths:
        number = _number_of_file(path)
        caption = next((one for one in left if number and one.number == number), None)
        if caption is not None:
            left.remove(caption)
            made[path] = Placed(path, mentioned.get(number or 0, caption.after), caption.text)
        elif number in mentioned:
            made[path] = Placed(path, mentioned[number], _words_of(path, title))
        else:
            without.append(path)
    in_order = [one for one in left if one.number is None]
    for path in without:
        words = _words_of(path, title)
        if in_order and not words:
            caption = in_order.pop(0)
            made[path] = Placed(path, caption.after, caption.text)
        else:
            made[path] = Placed(path, len(paragraphs), words)
    return [made[path] for path in paths]


def _caption(text: str, above: str, *, beside: bool) -> str:
    """Return a line as a caption, "" when it is none; a short line right under a picture is one."""
    line = text.strip()
    says = boilerplate.is_caption(line) or (above and boilerplate.is_dated_caption(line, above))
    if not says and not (beside and 4 <= len(line) <= 40 and line[-1] not in _END):
        return ""
    if re.match(r"[（(【\[]?\s*(?:撰稿|审核|作者|通讯员|来源|供稿|摄影|编辑)", line):
        return ""
    return line.strip(_FRAME)[:MAX_CAPTION]


def _words_of(path: str, title: str) -> str:
    """Return what a picture's name says of it: “图1 消防演练现场.jpg”; "" for the names of cameras."""
    stem = unicodedata.normalize("NFC", path.rpartition("/")[2].rpartition(".")[0])
    words = _NO_WORDS.sub(" ", stem).strip(_EDGES)
    words = re.sub(r"\s+", " ", words)
    han = len(re.findall(r"[\u4e00-\u9fff]", words))
    if han < 4 or _bare(words) in _bare(title) or _bare(title) in _bare(words):
        return ""
    return words[:MAX_CAPTION]


def _number_of_file(path: str) -> int | None:
    stem = path.rpartition("/")[2].rpartition(".")[0].strip()
    found = _OF_NAME.search(stem) or _LAST_NUMBER.search(stem)
    if found is None:
        return None
    return _value(next(one for one in found.groups() if one))


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.match(text.strip())
    return _value(found[1]) if found else None


def _value(written: str) -> int:
    return _NUMBER_NAMES.get(written) or int(written)


def _bare(text: str) -> str:
    return re.sub(r"[\s\u3000]+", "", text)
