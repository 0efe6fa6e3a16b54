"""What holds a round's collecting together: batches, how much lies in memory, what was seen where."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Condition

from ingest.mailboxes.mailbox import MessageInfo
from ledger.letter_types import StoredMessage

BATCH_LETTERS = 16
BATCH_BYTES = 16_000_000
"""Letters are entered as collected so many at a time: one commit, little to look at again."""

LOOKED_SECONDS = 0.2
"""How often, while a letter is fetched, it is looked what became of those before it."""

WRITER_THREADS = 3
"""Letters written at the same time: each waits for the disk, and disks sync several at once."""

MAX_UNSYNCED_BYTES = 24_000_000
"""Letters in memory that are not yet on the disk."""


def sighting(arrival: MessageInfo, digest: str, size: int, head_only: bool) -> StoredMessage:
    """Return a letter in its place, as the ledger records it; `digest` and `size` of its raw bytes."""
    location = arrival.location
    return StoredMessage(
        location.account,
        location.folder,
        location.uidvalidity,
        location.uid,
        arrival.received,
        digest,
        size,
        head_only,
        arrival.size,
    )


def batches(kept: SimpleQueue[Future[StoredMessage] | None]) -> Iterator[list[StoredMessage]]:
    """
    Yield what is kept by now, a batch at a time, in the order of its fetching.

    While one is fetched for long an empty batch is yielded now and then: there may be others to see to.
    """
    batch: list[StoredMessage] = []
    while True:
        try:
            keeping = kept.get(timeout=LOOKED_SECONDS)
        except Empty:
            yield []
            continue
        if keeping is None:
            break
        batch.append(keeping.result())
        if len(batch) >= BATCH_LETTERS or sum(seen.size for seen in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:  # what was fetched is kept, though the connection dropped
        yield batch


class InFlightBudget:
    """Holds back the fetching while letters that are not yet on the disk fill the memory."""

    def __init__(self) -> None:
        self._letters = self._bytes = 0
        self._changed = Condition()

    def acquire(self, size: int) -> None:
        """Wait until a letter of `size` bytes fits; one that is larger than all room comes alone."""
        with self._changed:
            while self._letters >= WRITER_THREADS + 1 or (
                self._letters and self._bytes + size > MAX_UNSYNCED_BYTES
            ):
                self._changed.wait()
            self._letters += 1
            self._bytes += size

    def release(self, size: int, _done: Future[StoredMessage] | None = None) -> None:
        """Give back the room of a letter of `size` bytes: it is on the disk, or never will be."""
        with self._changed:
            self._letters -= 1
            self._bytes -= size
            self._changed.notify()
