"""The Mailbox protocol: where letters arrive, IMAP and maildir alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MessageLocation:
    """
    Where a letter lies. `uid` is text: a number over IMAP, the unique part of the file name in a
    maildir. `uidvalidity` is 0 for a maildir (RFC 3501 2.3.1.1).
    """

    account: str
    folder: str
    uidvalidity: int
    uid: str


@dataclass(frozen=True, slots=True)
class MessageInfo:
    """A letter seen and not yet fetched. `received` is aware (INTERNALDATE); `size` in bytes."""

    place: MessageLocation
    received: datetime
    size: int


PIECE = 8_000_000
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

    Raises Weather and MailboxRefused.
    """

    def list_new(self, known: Known) -> Iterator[MessageInfo]:
        """New letters of all watched folders. A letter not fetched is told again by the next look."""
        ...

    def fetch(self, arrival: MessageInfo) -> bytes:
        """The raw letter (RFC 5322), \\Seen left alone. Raises Gone."""
        ...

    def pieces(self, arrival: MessageInfo) -> Iterator[bytes]:
        """
        The same bytes, in pieces of at most PIECE: a large letter need not lie in memory. Raises Gone.
        """
        ...

    def fetch_head(self, arrival: MessageInfo) -> bytes:
        """Only its header block, for letters too large to be fetched. Raises Gone."""
        ...

    def count(self) -> dict[str, int]:
        """How many letters each watched folder holds now, for the daily reconciliation."""
        ...

    def close(self) -> None:
        """Log out; never raises."""
        ...
