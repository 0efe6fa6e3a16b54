"""Which draft an outlet printed, recognised by its title; in doubt a person decides (四.2)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

_NUMBERS = re.compile(r"\d+|(?<=第)[一二三四五六七八九十]+|(?<=之)[一二三四五六七八九十]+")

SURE = 0.85
"""From this similarity on a draft may be the one, if no other comes near."""
LEAD = 0.10
"""How much better than the next one it must be."""
LIKELY = 0.45
"""From here on a draft is worth showing to a person."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft that may be the one printed. `day`: of its receipt; `similarity` in 0..1."""

    draft: int
    title: str
    unit: str | None
    day: date
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """`draft` is None when it is open which one it is, or none is like it."""

    draft: Candidate | None
    candidates: tuple[Candidate, ...]


def nearness(typed: str, known: str) -> float:
    """Rate how near a typed name comes to a known one: above 1 when it stands in it, else 0..1."""
    if typed in known:
        return 1 + len(typed) / len(known)
    return SequenceMatcher(None, typed, known).ratio()


def match(title: str, candidates: Iterable[Candidate]) -> Match:
    """
    Find the draft with this title, and all that come near, the nearest first.

    Outlets shorten and embellish titles: punctuation, width and spaces do not count. Two drafts that
    are alike are never guessed between, nor is one of another number (第3期, 之二) taken for it.
    """
    typed = _bare(title)
    letters = Counter(typed).items()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(typed)
    scored = []
    for candidate in candidates:
        bare = _bare(candidate.title)
        # the letters that both have, in whatever order, bound the ratio; most titles share few
        shared = sum(min(bare.count(letter), many) for letter, many in letters)
        together = len(bare) + len(typed)
        if together and 2.0 * shared / together < LIKELY:
            continue
        matcher.set_seq1(bare)
        similarity = matcher.ratio()
        if similarity >= LIKELY:
            scored.append(
                Candidate(
                    candidate.draft,
                    candidate.title,
                    candidate.unit,
                    candidate.day,
                    round(similarity, 3),
                )
            )
    scored.sort(key=lambda hit: (-hit.similarity, hit.day, hit.draft))
    near = [hit for hit in scored[:20] if not _numbered_apart(typed, _bare(hit.title))]
    best = near[0] if near else None
    next_best = near[1].similarity if len(near) > 1 else 0.0
    sure = best is not None and best.similarity >= SURE and best.similarity - next_best >= LEAD
    return Match(best if sure else None, tuple(scored[:5]))


def _numbered_apart(one: str, other: str) -> bool:
    """Whether both titles bear numbers, and not the same ones."""
    numbers, others = (Counter(_NUMBERS.findall(title)) for title in (one, other))
    return bool(numbers and others) and numbers != others


def _bare(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title).casefold()
    if folded.isalnum():  # letters and figures alone, as in most titles
        return folded
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LN")
