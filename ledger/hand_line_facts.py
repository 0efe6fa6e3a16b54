"""What the journal keeps of ±points by hand and of drafts that units wrote together."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class HandLineAdded(TypedDict):
    """±points by hand; `points` is a decimal number as text."""

    hand_line: int
    unit: str
    person: str
    day: str
    points: str
    clause: str
    approved_by: str
    shared_draft: NotRequired[int]


class SharedAmong(TypedDict):
    """
    A draft's points are shared with other units (合写); no units: they are its own unit's again.

    `ratio`: 3:2, the draft's own unit first.
    """

    units: list[str]
    ratio: str
    approved_by: str


class HandLineRemoved(TypedDict):
    """A line by hand was taken back."""

    hand_line: int
    removed: bool
