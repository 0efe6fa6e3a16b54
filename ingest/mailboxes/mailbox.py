"""The Mailbox protocol: where letters arrive, IMAP and maildir alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MessageLocation:
    """
    Where a letter lies.

    `uid` is text: a number over IMAP, the unique part of the file name in a maildir. `uidvalidity`
    is 0 for a maildir (RFC 3501 2.3.1.1).
    """

    account: str
    folder: str
    uidvalidity: int
    uid: str


@dataclass(frozen=True, slots=True)
class MessageInfo:
    """A letter seen and not yet fetched. `received` is aware (INTERNALDATE); `size` in bytes."""

    location: MessageLocation
    received: datetime
    size: int


CHUNK_SIZE = 8_000_000
"""Bytes of a large letter that are fetched at a time."""


class TransientError(Exception):
    """The network or the server failed in passing: the round waits and tries again."""


class MailboxRefused(Exception):
    """The server will not have us until a person acts; the text names the remedy, in Chinese."""


class MessageExpunged(Exception):
    """The letter was deleted or moved between `list_new` and `fetch`."""


Known = Callable[[str, str, int], set[str]]
"""(account, folder, uidvalidity) -> the uids that the ledger has seen there."""


class Mailbox(Protocol):
    """
    A place that letters come from. Nothing on the server is changed.

    Raises TransientError and MailboxRefused.
    """

    def list_new(self, known: Known) -> Iterator[MessageInfo]:
        """List new letters of all watched folders. One that is not fetched is listed again next time."""
        ...

    def fetch(self, message: MessageInfo) -> bytes:
        r"""Fetch the raw letter (RFC 5322); its \Seen is left alone. Raises MessageExpunged."""
        ...

    def fetch_chunks(self, message: MessageInfo) -> Iterator[bytes]:
        """
        Fetch the same bytes, at most CHUNK_SIZE at a time: a large letter need not lie in memory.

        Raises: MessageExpunged.
        """
        ...

    def fetch_head(self, message: MessageInfo) -> bytes:
        """Fetch only the header block, of letters too large to be fetched. Raises MessageExpunged."""
        ...

    def count(self) -> dict[str, int]:
        """Count the letters of each watched folder now, for the daily reconciliation."""
        ...

    def close(self) -> None:
        """Log out; never raises."""
        ...
