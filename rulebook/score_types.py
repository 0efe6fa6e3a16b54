"""What points are computed from and what comes out: drafts, adoptions, points by hand; dated lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rulebook.amounts import Amount
from rulebook.model import Kind, Outcome, Timely


@dataclass(frozen=True, slots=True)
class Scored:
    """
    A draft as it stands after people's decisions. `day`: the office day of its receipt.

    `times`: how many drafts exactly like it are meant (they then have no number of their own, 0).
    """

    draft: int
    unit: str | None
    kind: Kind | None
    day: date
    outcome: Outcome
    timely: Timely
    voided: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class Adoption:
    """
    A draft that an outlet printed.

    `tier` from 1 on, None while it waits for a person; `draft` is None for a text that never came by mail.
    `manner`: how it was printed, of the provisions' manners, several joined by “、”.
    """

    id: int
    draft: int | None
    unit: str
    kind: Kind | None
    outlet: str
    tier: int | None
    day: date
    manner: str = ""


@dataclass(frozen=True, slots=True)
class HandPoints:
    """±points that a person entered, of a unit on a day; `unit` "": of a person alone."""

    id: int
    unit: str
    day: date
    points: Amount
    why: str
    clause: str = ""
    person: str = ""


class LineKind(StrEnum):
    """What a line is for."""

    SUBMITTED = "submitted"
    ADOPTED = "adopted"
    REPLACED = "replaced"
    CAPPED = "capped"
    BY_HAND = "by_hand"
    TARGET = "target"
    FLOORED = "floored"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """
    Points on a day, with the reason.

    `scored`: +1 when the thing counts from this day on, -1 when it ceases to; `tier` of an adoption;
    `week`: the Monday of the week whose cap it keeps. The sum over any days is what those days gave.
    `times`: how many lines exactly alike it stands for, its points being those of all.
    """

    unit: str
    day: date
    what: LineKind
    points: Amount
    why: str
    kind: Kind | None = None
    tier: int | None = None
    draft: int | None = None
    adoption: int | None = None
    scored: int = 0
    week: date | None = None
    hand_line: int | None = None
    times: int = 1
