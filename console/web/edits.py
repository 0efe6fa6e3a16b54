"""What the office changed in a draft: the words that were left out and put in, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

MAX_COMPARED = 6_000
"""Characters of a stretch that is compared letter by letter: the time grows with its square."""

LEAST_KEPT = 2
"""Characters that must be alike between two changes to be worth telling: one 的 is chance."""


MAX_PAIRS = 1_000
"""Pairs of paragraphs that are looked at; of longer stretches nothing is paired."""

LEAST_ALIKE = 0.3
"""Paragraphs that have less in common were written anew, and are told whole."""


class Part(StrEnum):
    """What became of some words."""

    SAME = "same"
    OUT = "out"
    IN = "in"


Paragraph = list[tuple[str, Part]]


@dataclass(frozen=True, slots=True)
class Edits:
    """The paragraphs with what was left out and put in; `out`, `into`: how many characters; `same`: nothing was."""

    paragraphs: tuple[Paragraph, ...]
    out: int
    into: int

    @property
    def same(self) -> bool:
        """Whether the texts say the same."""
        return not self.out and not self.into


def edits(before: str, after: str) -> Edits:
    """Compare two texts; blank lines and spaces at the ends of lines make no difference."""
    old, new = _lines(before), _lines(after)
    paragraphs: list[Paragraph] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            paragraphs += [[(line, Part.SAME)] for line in old[a:b]]
        else:
            paragraphs += _changed(old[a:b], new[c:d])
    parts = [part for paragraph in paragraphs for part in paragraph]
    return Edits(
        tuple(paragraphs),
        sum(len(words) for words, what in parts if what is Part.OUT),
        sum(len(words) for words, what in parts if what is Part.IN),
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Compare paragraphs that differ letter by letter, each with the one that it became."""
    a = b = 0
    for c, d in [*_pairs(old, new), (len(old), len(new))]:
        yield from ([(line, Part.OUT)] for line in old[a:c])
        yield from ([(line, Part.IN)] for line in new[b:d])
        if c < len(old):
            yield list(_parts(old[c], new[d]))
        a, b = c + 1, d + 1


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Find which paragraph became which, in their order, so that as much as can be stayed."""
    if len(old) * len(new) > MAX_PAIRS:
        return []
    best = [[(0.0, False)] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in reversed(range(len(old))):
        for b in reversed(range(len(new))):
            alike = _likeness(old[a], new[b])
            with_pair = alike + best[a + 1][b + 1][0] if alike >= LEAST_ALIKE else 0.0
            without = max(best[a + 1][b][0], best[a][b + 1][0])
            best[a][b] = (with_pair, True) if with_pair > without else (without, False)
    found, a, b = [], 0, 0
    while a < len(old) and b < len(new):
        if best[a][b][1]:
            found.append((a, b))
            a, b = a + 1, b + 1
        elif best[a + 1][b][0] >= best[a][b + 1][0]:
            a += 1
        else:
            b += 1
    return found


def _likeness(one: str, other: str) -> float:
    if max(len(one), len(other)) > MAX_COMPARED:
        return 0.0
    return float(Levenshtein.normalized_similarity(one, other))


def _parts(before: str, after: str) -> Iterator[tuple[str, Part]]:
    """Yield what stayed, what was left out and what was put in, a short agreement between changes left out."""
    out = into = ""
    codes = list(Levenshtein.opcodes(before, after))
    for number, code in enumerate(codes):
        old, new = before[code.src_start : code.src_end], after[code.dest_start : code.dest_end]
        inner = 0 < number < len(codes) - 1
        if code.tag == "equal" and not (inner and len(old) < LEAST_KEPT):
            yield from _told(out, into)
            out = into = ""
            yield old, Part.SAME
        else:
            out, into = out + old, into + new
    yield from _told(out, into)


def _told(out: str, into: str) -> Iterator[tuple[str, Part]]:
    yield from ((words, what) for words, what in ((out, Part.OUT), (into, Part.IN)) if words)
