"""The Mailbox protocol: where letters arrive, IMAP and maildir alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.letter_types import Seen
from ledger.states import Skipped


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


class MessageUnreadable(Exception):
    """
    The server cannot hand over this one letter; the others are as they were.

    `skipped` tells whether it refuses or gives too little; the text is what it said.
    """

    def __init__(self, detail: str, skipped: Skipped = Skipped.UNREADABLE) -> None:
        super().__init__(detail)
        self.skipped = skipped


class FolderRefused(Exception):
    """The server does not open this folder; the others are as they were. The text names the remedy."""

    def __init__(self, folder: str, sentence: str) -> None:
        super().__init__(sentence)
        self.folder = folder


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One letter that the server cannot hand over, or one folder that it does not open.

    `location` is None for a folder; `received` None where the server does not even tell the day.
    """

    folder: str
    detail: str
    location: MessageLocation | None = None
    received: datetime | None = None
    size: int | None = None
    skipped: Skipped = Skipped.UNREADABLE


Known = Callable[[str, str, int], Seen]
"""(account, folder, uidvalidity) -> what the ledger has seen there."""

Report = Callable[[Fault], None]
"""Is told each letter and folder that is passed over while the others are listed."""


def unreported(fault: Fault) -> None:
    """Tell nobody of a fault."""


class Halted(Protocol):
    """What tells that something is to end: a threading.Event, or what is asked like one."""

    def is_set(self) -> bool:
        """Tell whether it is to end."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is to end, for at most so many seconds; whether it is."""
        ...


class Mailbox(Protocol):
    """
    A place that letters come from. Nothing on the server is changed.

    Raises TransientError and MailboxRefused.
    """

    @property
    def account(self) -> str:
        """By what name the ledger knows the mailbox."""
        ...

    def list_new(
        self, known: Known, report: Report = unreported, *, thorough: bool = False
    ) -> Iterator[MessageInfo]:
        """
        List new letters of all watched folders. One that is not fetched is listed again next time.

        Args:
            known: what the ledger has seen of a folder.
            report: is told what had to be passed over.
            thorough: compare size and moment of every letter, not only of the latest: a restored
                server gives numbers out again.

        """
        ...

    def fetch(self, message: MessageInfo) -> bytes:
        r"""
        Fetch the raw letter (RFC 5322); its \Seen is left alone.

        Raises: MessageExpunged, MessageUnreadable.
        """
        ...

    def fetch_chunks(self, message: MessageInfo) -> Iterator[bytes]:
        """
        Fetch the same bytes, at most CHUNK_SIZE at a time: a large letter need not lie in memory.

        Raises: MessageExpunged, MessageUnreadable.
        """
        ...

    def fetch_head(self, message: MessageInfo) -> bytes:
        """
        Fetch only the header block, of letters too large to be fetched.

        Raises: MessageExpunged, MessageUnreadable.
        """
        ...

    def uids(self) -> dict[tuple[str, int], set[str]]:
        """List what lies in each watched folder that opens, by (folder, uidvalidity)."""
        ...

    def count(self) -> dict[str, int]:
        """Count the letters of each watched folder that opens, for the daily reconciliation."""
        ...

    def watch(self, wake: Callable[[], None], halted: Halted) -> None:
        """
        Call `wake` whenever a letter may have come, until `halted`; return where that cannot be told.

        May be called in another thread than the rest.
        """
        ...

    def close(self) -> None:
        """Log out; never raises."""
        ...
