"""Letters in the hands of the workers, in their order, and which of them are entered in one transaction."""

from __future__ import annotations

import math
import time
from collections import deque
from concurrent.futures import Future, wait
from itertools import islice

from ingest.examination_types import ExaminationResult
from ingest.round_types import Examiners, InFlight, tended

BATCH_SIZE = 16
"""Letters at most that are entered in one transaction: one commit, the ledger held only briefly."""

IN_FLIGHT = 32
"""Letters handed to the workers and not yet entered: bounds what waits in memory."""

GATHERING_SECONDS = 0.2
"""So long after an entry what is examined waits for more: a commit takes longer than a letter's own entry."""


class LettersInFlight:
    """A round's letters between their examination and their entry."""

    def __init__(self, workers: Examiners) -> None:
        self._workers = workers
        self._letters: deque[InFlight] = deque()
        self._gathers_until = -math.inf

    def __len__(self) -> int:
        """Count them."""
        return len(self._letters)

    def add(self, letter: InFlight) -> None:
        """Take a letter that was handed to the workers."""
        self._letters.append(letter)

    def is_due(self) -> bool:
        """
        Whether letters are to be entered now, although one of them may have to be waited for.

        That is so where too many are in flight, a transaction is full, or the first one is examined
        and was given its time to gather others.
        """
        if len(self._letters) > IN_FLIGHT:
            return True
        first = [future.done() for _, future in islice(self._letters, BATCH_SIZE)]
        if time.monotonic() >= self._gathers_until:
            return bool(first) and first[0]
        return len(first) == BATCH_SIZE and all(first)

    def next_ones(self) -> list[InFlight]:
        """Wait for the first letter; take it out, and what behind it is examined or soon will be."""
        tended(self._workers, self._letters[0][1])
        batch = [self._letters.popleft()]
        while self._letters and len(batch) < BATCH_SIZE and self._comes(self._letters[0][1]):
            batch.append(self._letters.popleft())
        return batch

    def entered(self) -> None:
        """Begin to gather anew."""
        self._gathers_until = time.monotonic() + GATHERING_SECONDS

    def _comes(self, future: Future[ExaminationResult]) -> bool:
        left = self._gathers_until - time.monotonic()
        return future.done() or (left > 0 and bool(wait([future], left).done))
