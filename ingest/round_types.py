"""What a round of collecting and entering works with, and what it reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ingest.collecting import CollectingNotes
from ingest.examination_types import ExaminationResult
from ledger.ids import LetterId
from ledger.letter_types import Pending
from ledger.row_values import OutgoingMessage
from rulebook.model import Outcome, Submission, Verdict

TENDED_SECONDS = 5.0
"""How often it is looked, while a letter is waited for, whether anybody is still at work on it."""


class Examiners(Protocol):
    """Whoever examines letters: the pool of workers, or a stand-in."""

    def submit(
        self,
        letter: Path,
        received: datetime,
        head_only: bool,
        *,
        recognise: bool = True,
        fresh: bool = False,
    ) -> Future[ExaminationResult]:
        """
        Have the letter in this file examined.

        `recognise`: its pictures of pages, too; `fresh`: it was hashed and written just now, and is not
        compared with its name once more.
        """
        ...

    def recognise(
        self, letter: Path, received: datetime, examined: ExaminationResult
    ) -> Future[ExaminationResult]:
        """Have the text in its pictures recognised that a first examination asked for."""
        ...

    def warm_up(self) -> None:
        """Get ready, since a letter is on its way; returns at once."""
        ...

    def tend(self) -> None:
        """Fail what nobody will ever finish; asked again and again while a letter is waited for."""
        ...


@dataclass(frozen=True, slots=True)
class Entered:
    """
    What became of one letter in this round.

    `set_aside` tells that it tripped us for good; `waits` why it is left to the next round through no
    fault of its own.
    """

    letter_id: LetterId
    submission: Submission | None
    verdict: Verdict | None
    owed: tuple[OutgoingMessage, ...] = ()
    trouble: str = ""
    set_aside: bool = False
    waits: str = ""

    @staticmethod
    def until_one_waits(entered: Iterable[Entered | None]) -> Iterator[Entered]:
        """Yield what became of letters, to the first that waits; those after it are not asked for."""
        for one in entered:
            if one is not None:
                yield one
                if one.waits:
                    return


KEPT = 60
"""Letters that a round keeps to be shown, and as many again of those that need somebody."""

_CALM = (Outcome.ACCEPTED, Outcome.IGNORED)


@dataclass(slots=True)
class Round:
    """
    What one round did.

    `entered` holds the first KEPT letters and the first KEPT that need somebody, so that a round of
    50,000 letters takes no more memory than one of a hundred; `total` and `outcomes` count them all.
    `transient_error` is the mailbox's passing failure, empty when all went well; `notes` name single
    letters and folders that could not be had; `unread`: letters whose pictures of pages are left to
    the next round.
    """

    collected: int = 0
    entered: list[Entered] = field(default_factory=list)
    total: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    transient_error: str = ""
    notes: CollectingNotes = field(default_factory=CollectingNotes)
    unread: int = 0
    _needing: int = 0

    def add(self, letters: Iterable[Entered]) -> None:
        """Count letters that were entered, and keep those that are shown."""
        for letter in letters:
            self.total += 1
            self.transient_error = self.transient_error or letter.waits
            outcome = letter.verdict.outcome if letter.verdict is not None else None
            if outcome is not None:
                self.outcomes[outcome] += 1
            if len(self.entered) < KEPT:
                self.entered.append(letter)
            elif outcome not in _CALM and self._needing < KEPT:
                self.entered.append(letter)
                self._needing += 1


InFlight = tuple[Pending, Future[ExaminationResult]]
"""A letter in the hands of the workers."""

Progress = Callable[[int, int], None]
"""(letters entered, letters known of) after each step."""


def tended(workers: Examiners, future: Future[ExaminationResult]) -> Future[ExaminationResult]:
    """Wait until an examination has ended, in whatever way: a pool that broke is noticed."""
    while not wait([future], TENDED_SECONDS).done:
        workers.tend()
    return future
