"""What goes into the ledger with a letter and what waits in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.ids import LetterId
from rulebook.conversation import Purpose


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """
    A letter as it was found: where, when the server received it, what it is.

    `size` in bytes; `digest`: SHA-256 of the bytes in hex; `uid` as the mailbox writes it.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: str
    received: datetime
    digest: str
    size: int
    head_only: bool = False


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
