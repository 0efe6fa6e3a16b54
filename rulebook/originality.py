"""原创: a draft that was sent before, to the letter or nearly so."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection

from rulebook.model import Duplicate
from rulebook.provisions import Provisions
from rulebook.reasons import Reason

SHORTEST_SAME = 20
"""Letters and figures below which equal texts prove nothing: “详见附件” is nobody's work."""

SHORTEST_ALIKE = 60
"""Letters and figures below which texts that are merely alike prove nothing: one sentence says it all."""

TO_BE_MENDED = frozenset({Reason.TOO_SHORT, Reason.TOO_LONG, Reason.DATE_IN_FUTURE})
"""Held, and the sender was told to mend it and send it again."""

_NOT_WORD = re.compile(r"[\W_]+")


def essence(text: str) -> str:
    """
    Return letters, figures and Han characters alone, in one width and in small letters.

    It is what a change of layout, punctuation or spacing leaves as it is.
    """
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).lower()


def says(text: str, least: int) -> bool:
    """Whether a text's essence has at least so many characters; of most texts the head tells."""
    return len(essence(text[: 4 * least])) >= least or len(essence(text)) >= least


def percent(similarity: float) -> int:
    """Convert a share of 0..1 to whole percent, cut off: only equal texts give 100."""
    return math.floor(similarity * 100 + 1e-9)


def originality(
    duplicate: Duplicate | None,
    unit: str | None,
    provisions: Provisions,
    reasons: Collection[Reason] = (),
) -> Reason | None:
    """
    Tell whether a draft repeats an earlier one.

    Of the unit's own drafts, what was refused or had to be mended is no duplicate: it is meant to be
    sent again. What came in somebody's name, unverified, takes nothing from anybody until a person
    has accepted it.

    Source:  三.1, 三.2 "原创文章"; the office's reading: the very same file again from the same unit
             is a repeat (RESENT), the same or nearly the same text needs a person (DUPLICATE).
    Args:    `reasons`: what else is held against this draft; the same file with the same fault is a
             repeat nevertheless.
    Returns: RESENT, DUPLICATE, or None for a new draft.
    """
    if duplicate is None or duplicate.refused or duplicate.unverified:
        return None
    of_unit = duplicate.unit is not None and duplicate.unit == unit
    if duplicate.to_mend and of_unit:
        unmended = duplicate.same_file and not set(duplicate.to_mend).isdisjoint(reasons)
        return Reason.RESENT if unmended else None
    if duplicate.same_file and of_unit:
        return Reason.RESENT
    return Reason.DUPLICATE if duplicate.similarity >= provisions.near_duplicate else None
