"""What goes to an examiner and what comes back: the words that cross into the workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parsers.types import Limits
from rulebook.terms import Submission


@dataclass(frozen=True, slots=True)
class Desk:
    """What an examiner has at hand. `zone` is an IANA name; addresses in lower case."""

    limits: Limits
    zone: str
    unit_names: tuple[str, ...]
    authserv_ids: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """
    A letter read to its end. The sender is not yet looked up in the roster. `sent` is the sender's
    own Date, `stamped` the topmost Received line.
    """

    submission: Submission
    message_id: str
    references: tuple[str, ...]
    sent: datetime | None
    stamped: datetime | None
    reply_to: str
