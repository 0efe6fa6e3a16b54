"""主要载体分类: which tier an outlet belongs to. Whole names only; the list ends in 等."""

from __future__ import annotations

import re
import unicodedata

from rulebook.provisions import Outlet, Provisions
from rulebook.title_matching import nearness

_MARKS = re.compile(r"[\s《》〈〉“”\"'‘’「」『』（）()·]")


def tier_of(name: str, provisions: Provisions) -> Outlet | None:
    """
    Return the outlet of this name or alias, None when a person has to set its tier.

    Width, spaces, quotes and brackets do not count. Never part of a name: 新华社, 新华网, 新华日报
    and 新华报业网 stand in three tiers.
    """
    typed = _bare(name)
    if not typed:
        return None
    for outlet in provisions.outlets:
        if typed in {_bare(known) for known in (outlet.name, *outlet.aliases)}:
            return outlet
    return None


def suggestions(name: str, provisions: Provisions, limit: int = 5) -> tuple[Outlet, ...]:
    """List outlets whose name or alias contains what was typed, or comes near it; the nearest first."""
    typed = _bare(name)
    if not typed:
        return ()
    scored = []
    for outlet in provisions.outlets:
        best = max(nearness(typed, _bare(known)) for known in (outlet.name, *outlet.aliases))
        if best >= 0.5:
            scored.append((best, outlet))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(outlet for _, outlet in scored[:limit])


def _bare(name: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold()
