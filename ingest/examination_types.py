"""What goes to an examiner and what comes back: the words that cross into the workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parsers.types import Limits
from rulebook.model import Submission


@dataclass(frozen=True, slots=True)
class Recognition:
    """How far pictures of pages are read: pages of one letter, seconds after which none is begun."""

    pages: int = 6
    seconds: float = 90.0
    memory: int = 3_000_000_000


@dataclass(frozen=True, slots=True)
class ExaminerConfig:
    """
    What an examiner has at hand.

    `zone` is an IANA name; addresses in lower case. `recognition` is None where text in pictures is
    not recognised. `by_link`: whether pieces printed elsewhere may be reported by their links.
    """

    limits: Limits
    zone: str
    unit_names: tuple[str, ...]
    authserv_ids: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
    recognition: Recognition | None = None
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class ExaminationResult:
    """
    A letter read to its end.

    The sender is not yet looked up in the roster. `sent` is the sender's own Date, `stamped` the
    topmost Received line. `scans`: the files in which text should be recognised before it is
    judged, by path.
    """

    submission: Submission
    message_id: str
    references: tuple[str, ...]
    sent: datetime | None
    stamped: datetime | None
    reply_to: str
    scans: tuple[str, ...] = ()
