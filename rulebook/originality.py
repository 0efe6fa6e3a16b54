"""原创: a draft that was sent before."""

from __future__ import annotations

from rulebook.provisions import Provisions
from rulebook.reasons import Reason
from rulebook.terms import Twin


def originality(twin: Twin | None, unit: str | None, provisions: Provisions) -> Reason | None:
    """
    A draft is new.

    Source:  三.1, 三.2 "原创文章"; the office's reading: the very same file again from the same unit
             is a repeat (RESENT), the same or nearly the same text needs a person (DUPLICATE).
    """
    if twin is None or twin.refused:
        return None
    if twin.same_file and twin.unit is not None and twin.unit == unit:
        return Reason.RESENT
    return Reason.DUPLICATE if twin.similarity >= provisions.near_duplicate else None
