"""
A letter's story where its chapters are jobs: collected by a poller, examined and entered by workers.

Every step may be killed at any instant and done again, also by another machine while the first one is only
taken for dead: examining leaves a result, entering claims the letter's row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta

from ingest.examination_types import ExaminationResult
from ingest.first_contact import FirstContact
from ingest.in_flight import BATCH_SIZE
from ingest.intake import Intake
from ingest.mailboxes.mailbox import Mailbox, TransientError
from ingest.round_types import Entered, InFlight, Progress, Round, tended
from ingest.sandbox import plain_data
from ingest.sandbox.pool import PoolClosed, outcome_of
from ledger.errors import LedgerUpgraded
from ledger.examinations import Examinations, Kept
from ledger.ids import LetterId
from ledger.letter_types import Pending
from ledger.storage.vault import OriginalDamaged, VaultError

_log = logging.getLogger(__name__)

TRIED_AGAIN = timedelta(seconds=30)
"""A letter that failed is examined again after so long."""


@dataclass(frozen=True, slots=True)
class QueuedIntake:
    """The rooms that a letter passes, and what lies between them."""

    intake: Intake
    examinations: Examinations

    def collect(
        self,
        mailbox: Mailbox,
        progress: Progress = lambda done, known: None,
        halted: Callable[[], bool] = lambda: False,
        announce: Callable[[FirstContact], None] = lambda contact: None,
    ) -> Round:
        """
        Collect what is new; workers do the rest. Takes and raises as Intake.run_round does.

        A letter's job is deferred in the transaction that enters its row: there is none without the other.
        """
        result = Round()
        try:
            for batch in self.intake.collecting.run(mailbox, halted, result.notes, announce):
                result.collected += len(batch)
                progress(result.collected, result.collected)
        except (TransientError, VaultError, LedgerUpgraded) as transient_error:
            result.transient_error = str(transient_error) or transient_error.__class__.__name__
            _log.warning("邮箱没有读完：%s", transient_error)
        self.intake.drop_secrets()
        return result

    def examine(self, letter: LetterId) -> None:
        """Examine a letter and keep what was found, unless that is done already."""
        pending = self.examinations.to_examine(letter)
        if pending is None:
            return
        future = tended(self.intake.workers, self.intake.examined(pending))
        try:
            found = self.intake.outcome(pending, future)
        except PoolClosed:
            return  # another takes it
        except Exception as error:
            self._failed(pending, error)
        else:
            self.examinations.keep(letter, plain_data.dumps(found), self.intake.now())
            if not self.examinations.is_next(letter):
                return
        self.examinations.offer()

    def recognise(self, letter: LetterId) -> None:
        """Recognise the text in a letter's pictures; where that fails, what was found at first stands."""
        kept = self.examinations.to_recognise(letter)
        if kept is None:
            return
        first = self._read(kept)
        if first is None:
            return
        workers, vault = self.intake.workers, self.intake.vault
        try:
            path = vault.path(kept.pending.digest)
            found = outcome_of(
                tended(workers, workers.recognise(path, kept.pending.received, first))
            )
        except PoolClosed:
            return
        except Exception as error:
            if isinstance(error, VaultError) and not isinstance(error, OriginalDamaged):
                return  # the vault is away: the sweep has it tried again
            _log.warning("第 %d 号来信没有识别出文字：%r", letter, error)
            found = first
        raw = plain_data.dumps(found)
        self.examinations.keep(letter, raw, self.intake.now(), recognised=True)
        self.examinations.offer()

    def enter(self, halted: Callable[[], bool] = lambda: False) -> int:
        """
        Enter what is examined, in the order of receipt, up to the first letter that is not; say how many.

        What came earlier is always entered earlier, whichever worker was done first: which of two
        equal drafts is the original does not depend on chance.

        Raises: LedgerUpgraded; what is examined waits for the newer program.
        """
        many = 0
        while not halted():
            self.examinations.check()
            batch = self.examinations.next_ones(BATCH_SIZE)
            ready: list[InFlight] = []
            for kept in batch:
                found = self._read(kept)
                if found is None:
                    break  # those behind it wait for it
                if not kept.recognised and self.intake.put_aside(kept.pending, found):
                    self.examinations.put_aside(kept.pending.id)
                    continue
                ready.append((kept.pending, _done(found)))
            entered = self.intake.enter(ready, in_order=True) if ready else []
            for one in entered:
                if one.trouble:
                    self._later(one)
            many += sum(not one.trouble for one in entered)
            if not batch:
                break
        self.intake.drop_secrets()
        return many

    def _read(self, kept: Kept) -> ExaminationResult | None:
        """Read what was found; what an older or newer program wrote otherwise is found anew."""
        try:
            found: ExaminationResult = plain_data.loads(kept.result)
        except plain_data.NotPlain as error:
            _log.warning("第 %d 号来信重新审核：%s", kept.pending.id, error)
            self.examinations.forget(kept.pending.id)
            return None
        return found

    def _failed(self, pending: Pending, error: Exception) -> None:
        """Have a failed examination counted, or not, as a round does; it never enters anything."""
        failed: Future[ExaminationResult] = Future()
        failed.set_exception(error)
        for one in self.intake.enter([(pending, failed)]):
            self._later(one)

    def _later(self, one: Entered) -> None:
        now = self.intake.now()
        if one.waits:
            self.examinations.hold_up(one.letter_id, one.trouble, now)
        elif not one.set_aside:
            self.examinations.postpone(one.letter_id, one.trouble, now + TRIED_AGAIN, now)


def _done(found: ExaminationResult) -> Future[ExaminationResult]:
    done: Future[ExaminationResult] = Future()
    done.set_result(found)
    return done
