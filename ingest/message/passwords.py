"""
The passwords that a letter gives for what is packed in it.

What is found is only tried on locked archives: a word too many costs a try, a word too few costs the
officer a refusal. Words behind “密码” come first, then words before it; where there is none, what looks
like a password in a line that speaks of packing or locking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MOST = 8
"""Words that are tried; each costs a 7z archive a few tenths of a second."""

_NAME = (
    r"(?:密\s{0,9}码|口\s{0,9}令|(?:解\s{0,2}压|提\s{0,2}取)\s{0,2}码"
    r"|(?<![A-Za-z])(?:pass\s?word|passwd|pwd|pw|psw)(?![A-Za-z]))"
)
_OPENING = r"[“\"'‘「『【\[（(《<]"
_WORD = r"[^\s，。；;、,“”\"'‘’「」『』【】\[\]（）()《》<>：:]"
_BEHIND = re.compile(
    rf"{_NAME}(?:\s{{0,9}}(?:(?:统一|均|都|设置?|设定){{0,2}}(?:[为是]|is\b)\s{{0,9}}[：:]?|[：:＝=]|{_OPENING})[\s：:]{{0,9}}{_OPENING}?"
    rf"({_WORD}{{1,64}})"
    r"|\s{0,9}([A-Za-z0-9@#$%^&*_.!+-]{3,64}))",  # 密码1234, as subjects have it
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"([A-Za-z0-9@#$%^&*_.!+-]{{3,64}})\s{{0,3}}[”\"'’」』】\]]?\s{{0,3}}"
    rf"(?:[（(]\s{{0,3}}|(?:就)?[是为]\s{{0,3}})(?:本次|附件|文件|压缩包|解压|打开){{0,2}}的?{_NAME}",
    re.IGNORECASE,
)
_ABOUT_LOCKS = re.compile(rf"加密|加了密|上锁|解压|压缩包|{_NAME}", re.IGNORECASE)
_LIKE_ONE = re.compile(
    r"(?<![A-Za-z0-9@./_-])(?=[A-Za-z@#$%^&*_!+-]*\d)[A-Za-z0-9@#$%^&*_!+-]{4,32}(?![A-Za-z0-9@./_-])"
)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""“１２３４”, typed full width, is tried as 1234, too."""

_LONGEST_LINE = 300
_NAMES = 40
"""Attachments whose names are looked at."""


def passwords(subject: str, body: str, names: Sequence[str] = ()) -> tuple[str, ...]:
    """
    List the passwords that a letter gives, the likeliest first, at most `MOST`.

    Args: `names`: of its attachments, where people write “稿件（密码8866）.zip”.
    """
    stems = " ".join(name.rpartition(".")[0] for name in names[:_NAMES])
    words = [*_named((subject, body, stems))] or [*_alike(body)]
    forms = [form for word in words for form in (word, word.rstrip("。.!！")) if form]
    forms += [form.translate(_NARROW) for form in forms]
    return tuple(dict.fromkeys(forms))[:MOST]


def _named(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        for match in _BEHIND.finditer(text):
            yield match[1] or match[2]
    for text in texts:
        for match in _BEFORE.finditer(text):
            yield match[1]


def _alike(body: str) -> Iterator[str]:
    about = False
    for line in filter(str.strip, body.splitlines()):
        if about and _LIKE_ONE.fullmatch(line.strip()):
            yield line.strip()
        about = len(line) <= _LONGEST_LINE and _ABOUT_LOCKS.search(line) is not None
        if about:
            yield from _LIKE_ONE.findall(line)
