"""What goes into the ledger with a letter and what waits in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ledger.ids import LetterId
from ledger.states import Skipped
from rulebook.conversation import Purpose


@dataclass(frozen=True, slots=True)
class Stamp:
    """
    By what a letter in its place is recognised: a server that was restored gives numbers out again.

    `size` as the server tells it, in bytes; None where it was not noted.
    """

    received: datetime | None
    size: int | None

    def agrees(self, received: datetime, size: int) -> bool:
        """Tell whether what lies there now may be the same letter."""
        if self.received is not None and self.received.replace(microsecond=0) != received.replace(
            microsecond=0
        ):
            return False
        return self.size is None or self.size == size


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What the ledger knows of a folder: the letters' stamps by uid.

    `waiting`: a letter that was passed over is to be asked for again sooner or later, so that the
    folder must not be taken for settled.
    """

    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A letter that lies in the mailbox and was not collected; `next_try` None: it never will be."""

    account: str
    folder: str
    uidvalidity: int
    uid: str
    received: datetime | None
    size: int | None
    skipped: Skipped
    detail: str = ""
    tries: int = 0
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """
    A letter as it was found: where, when the server received it, what it is.

    `size` in bytes; `digest`: SHA-256 of the bytes in hex; `uid` as the mailbox writes it;
    `told_size`: what the server told before, by which the place is recognised; `manner`: how it came
    when a person enters it by hand, "" by mail.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: str
    received: datetime
    digest: str
    size: int
    head_only: bool = False
    told_size: int | None = None
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A letter that waits to be examined. `purpose`: what a person says that it is for."""

    id: LetterId
    digest: str
    received: datetime
    size: int
    head_only: bool
    tries: int
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Headers:
    """
    What the ledger keeps of a letter's header block.

    `sent`: the sender's own Date; `stamped`: the topmost Received line. Neither decides anything; both
    are kept for disputes.
    """

    message_id: str
    sent: datetime | None
    stamped: datetime | None = None
