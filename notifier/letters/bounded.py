"""A letter's two texts within a bound: what a stranger forges costs nobody a letter of a megabyte."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from ledger.states import LetterKind
from notifier.mail.page import LetterView
from notifier.mail.templating import render

MAX_BYTES = 60_000
"""Bytes of a letter as it is sent, base64 and headers counted."""

_HEADERS = 4_000
_BASE64 = 78 / 57
"""57 bytes become a line of 76 characters with its end."""


def render_bounded(kind: LetterKind, page: LetterView) -> tuple[str, str]:
    """
    Fill in a letter's templates; drafts that do not fit are told as a number.

    Where the letter is too long without any draft, what its objections concern is left out, too.

    Returns: (plain, HTML).
    """
    texts = _filled(kind, page)
    if _fits(texts):
        return texts
    fitting, too_many = 0, len(page.blocks)
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if _fits(_filled(kind, _with_drafts(page, middle))):
            fitting = middle
        else:
            too_many = middle
    short = _with_drafts(page, fitting)
    texts = _filled(kind, short)
    for shown in () if _fits(texts) else count(1):
        details = tuple(replace(one, detail=one.detail[: 80 >> shown]) for one in page.objections)
        texts = _filled(kind, replace(short, objections=details))
        if _fits(texts) or not 80 >> shown:
            break
    return texts


def _with_drafts(page: LetterView, many: int) -> LetterView:
    left = len(page.blocks) - many
    if not left:
        return page
    told = f"另有{left}篇稿件的登记情况，因篇幅所限没有逐篇列出；需要了解的请直接回复本邮件。"
    return replace(page, blocks=page.blocks[:many], remarks=(*page.remarks, told))


def _filled(kind: LetterKind, page: LetterView) -> tuple[str, str]:
    return render(kind, {"page": page}, page.office.templates)


def _fits(texts: tuple[str, str]) -> bool:
    size = sum(len(text.encode("utf-8", "replace")) + text.count("\n") for text in texts)
    return size * _BASE64 + _HEADERS <= MAX_BYTES
