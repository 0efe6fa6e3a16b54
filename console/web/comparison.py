"""A draft beside the earlier one that it repeats: the passages that both have are marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from console.web.draft_text import MAX_TEXT
from ledger.queries import letter_views
from ledger.queries.letter_views import DraftView, LetterView
from rulebook.passages import Range, common_passages

Paragraphs = list[list[tuple[str, bool]]]
"""Each paragraph in parts: (words, whether they are marked)."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """
    The earlier draft and its letter; both texts with their common passages marked.

    `share`: how much of both lies in them, 0..1; `passages` counts those of the later draft.
    """

    letter: LetterView
    draft: DraftView
    mine: Paragraphs
    theirs: Paragraphs
    share: float
    passages: int
    within: bool


def repeat(engine: Engine, draft: DraftView, letter: int) -> Repeat | None:
    """Find what `draft` of `letter` repeats; None when it was found to repeat nothing."""
    if draft.twin_letter is None:
        return None
    duplicate = letter_views.letter(engine, draft.twin_letter)
    if duplicate is None:
        return None
    others = [one for one in duplicate.drafts if one.id != draft.id]
    named = [one for one in others if one.position == draft.twin_position] or others
    if not named:
        return None
    mine = draft.text[:MAX_TEXT]
    overlap, other = max(
        ((common_passages(mine, one.text[:MAX_TEXT]), one) for one in named),
        key=lambda pair: pair[0].share,
    )
    return Repeat(
        letter=duplicate,
        draft=other,
        mine=marked(mine, overlap.one),
        theirs=marked(other.text[:MAX_TEXT], overlap.other),
        share=overlap.share,
        passages=len(overlap.one),
        within=draft.twin_letter == letter,
    )


def marked(text: str, spans: Sequence[Range]) -> Paragraphs:
    """Part the text in paragraphs with the spans marked; one that runs over a line's end is marked in both."""
    paragraphs: Paragraphs = []
    begin = 0
    for line in text.splitlines(keepends=True):
        end = begin + len(line.rstrip("\r\n"))
        paragraphs.append(list(_parts(text, begin, end, spans)))
        begin += len(line)
    return paragraphs


def _parts(text: str, begin: int, end: int, spans: Sequence[Range]) -> Iterable[tuple[str, bool]]:
    at = begin
    for first, last in spans:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if first > at:
            yield text[at:first], False
        yield text[first:last], True
        at = last
    if at < end:
        yield text[at:end], False
