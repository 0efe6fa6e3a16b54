"""Which draft an outlet printed, told by its title; in doubt a person says (四.2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

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


def match(title: str, candidates: Iterable[Candidate]) -> Match:
    """
    The draft with this title, and all that come near, the nearest first.

    Outlets shorten and embellish titles: punctuation, width and spaces do not count. Two drafts that
    are alike are never guessed between.
    """
    wanted = _bare(title)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    scored = []
    for candidate in candidates:
        matcher.set_seq1(_bare(candidate.title))
        similarity = matcher.ratio() if matcher.real_quick_ratio() >= LIKELY else 0.0
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
    scored.sort(key=lambda found: (-found.similarity, found.day, found.draft))
    best = scored[0] if scored else None
    next_best = scored[1].similarity if len(scored) > 1 else 0.0
    sure = best is not None and best.similarity >= SURE and best.similarity - next_best >= LEAD
    return Match(best if sure else None, tuple(scored[:5]))


def _bare(title: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", title).casefold()
        if unicodedata.category(letter)[0] in "LN"
    )
