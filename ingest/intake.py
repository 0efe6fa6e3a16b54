"""The story of a letter, top-down: collect, examine, judge, enter. Delivery is the notifier's."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from ingest.answering import Answering, AnswerPolicy, Compose
from ingest.collecting import Collecting, CollectingNotes
from ingest.examination_types import ExaminationResult
from ingest.first_contact import FirstContact
from ingest.mailboxes.mailbox import Mailbox, TransientError
from ingest.sandbox.pool import PoolBroken, WorkerLost, outcome_of
from ledger.commissions import Commissions
from ledger.ids import NEW, LetterId
from ledger.letter_types import Headers, Pending
from ledger.letters import LetterRepository
from ledger.roster import Roster
from ledger.row_values import OutgoingMessage
from ledger.storage.vault import Vault
from rulebook.conversation import Purpose, PurposeFinding
from rulebook.judge import LedgerContext, judge
from rulebook.lookalikes import is_worth_comparing, told_of_likeness
from rulebook.model import Authentication, Submission, Verdict
from rulebook.provisions import DayUnit, Provisions
from rulebook.purpose import purpose as purpose_of
from rulebook.reasons import Remark
from rulebook.timeliness import IsWorkday
from rulebook.unit_history import UnitHistory

_log = logging.getLogger(__name__)

BATCH_SIZE = 16
"""Letters at most that are entered in one transaction: one commit, the ledger held only briefly."""

IN_FLIGHT = 32
"""Letters handed to the workers and not yet entered: bounds what waits in memory."""


class Examiners(Protocol):
    """Whoever examines letters: the pool of workers, or a stand-in."""

    def submit(
        self, letter: Path, received: datetime, head_only: bool
    ) -> Future[ExaminationResult]:
        """Have the letter in this file examined."""
        ...

    def warm_up(self) -> None:
        """Get ready, since a letter is on its way; returns at once."""
        ...


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one letter in this round; `set_aside` tells that it tripped us for good."""

    letter_id: LetterId
    submission: Submission | None
    verdict: Verdict | None
    owed: tuple[OutgoingMessage, ...] = ()
    trouble: str = ""
    set_aside: bool = False


@dataclass(slots=True)
class Round:
    """
    What one round did.

    `transient_error` is the mailbox's passing failure, empty when all went well; `notes` name single
    letters and folders that could not be had.
    """

    collected: int = 0
    entered: list[Entered] = field(default_factory=list)
    transient_error: str = ""
    notes: CollectingNotes = field(default_factory=CollectingNotes)


InFlight = tuple[Pending, Future[ExaminationResult]]
"""A letter in the hands of the workers."""

Progress = Callable[[int, int], None]
"""(letters entered, letters known of) after each step."""


@dataclass(frozen=True, slots=True)
class Intake:
    """
    The rooms that a letter passes, wired together once.

    `provisions_at` gives the regulation in force on an office day; `holidays_known` whether the
    calendar behind `is_workday` covers a day's year; `now` the present moment; `units` which unit of
    its day a name in the roster means.
    """

    vault: Vault
    letters: LetterRepository
    collecting: Collecting
    roster: Roster
    commissions: Commissions
    workers: Examiners
    provisions_at: Callable[[datetime], Provisions]
    is_workday: IsWorkday
    holidays_known: IsWorkday
    compose: Compose
    now: Callable[[], datetime]
    max_tries: int
    answers: AnswerPolicy
    units: UnitHistory | None = None

    def run_round(
        self,
        mailbox: Mailbox,
        progress: Progress = lambda done, known: None,
        halted: Callable[[], bool] = lambda: False,
        announce: Callable[[FirstContact], None] = lambda contact: None,
    ) -> Round:
        """
        One round: what was left over first, then what is new. Never loses, may repeat.

        Once `halted` says so, what is in hand is finished and nothing more is begun. `announce` is told
        what a first look at a mailbox will do, before it is done.
        """
        story = _RoundRun(self, Round(), progress)
        self._drop_secrets()
        for pending in self.letters.backlog():
            if halted():
                break
            story.take(pending)
        try:
            for batch in self.collecting.run(mailbox, halted, story.result.notes, announce):
                story.result.collected += len(batch)
                for pending in batch:
                    story.take(pending)
        except TransientError as transient_error:
            story.result.transient_error = (
                str(transient_error) or transient_error.__class__.__name__
            )
            _log.warning("the mailbox could not be read to its end: %s", transient_error)
        story.finish()
        self._drop_secrets()
        return story.result

    def consider(
        self,
        examined: ExaminationResult,
        received: datetime,
        letter_id: LetterId = NEW,
        before: datetime | None = None,
        within: Connection | None = None,
        ruled: Purpose | None = None,
    ) -> tuple[Submission, Verdict]:
        """
        Judge an examined letter by the roster, the ledger and the rules. Stores nothing.

        `letter_id`: its own row, if it has one; `before` bounds the letters it may repeat; `within`
        is the transaction that sees the letters entered just before; `ruled`: what a person says
        that the letter is for.
        """
        provisions = self.provisions_at(received)
        zone = ZoneInfo(provisions.zone)
        known = self.roster.sender(
            examined.submission.sender.name,
            examined.submission.sender.address,
            received.astimezone(zone).date(),
            within,
        )
        if (
            known.unit is not None and self.units is not None
        ):  # the roster keeps the name of an appointment's first day
            day = received.astimezone(zone).date()
            of_day = self.units.unit(known.unit, day)
            known = replace(known, unit=of_day.name if of_day else known.unit)
        remarks = examined.submission.remarks
        tolerance = timedelta(minutes=provisions.timeliness.clock_tolerance_minutes)
        if examined.sent is not None and abs(examined.sent - received) > tolerance:
            remarks = (*remarks, Remark.CLOCK_DISAGREES)
        workdays = provisions.timeliness.unit is DayUnit.WORKDAYS
        if workdays and not self.holidays_known(received.astimezone(zone).date()):
            remarks = (*remarks, Remark.HOLIDAYS_UNKNOWN)
        submission = replace(examined.submission, sender=known, remarks=remarks)
        if is_worth_comparing(known):
            submission = told_of_likeness(submission, self.roster.contacts(within))
        thread = (
            None
            if submission.authentication is Authentication.FAILED
            else self.letters.thread(submission.correspondence, known, letter_id, within)
        )
        purpose = (
            PurposeFinding(ruled, "工作人员认定")
            if ruled is not None
            else purpose_of(submission, thread, provisions)
        )
        replaced = (
            self.letters.replaced(submission, thread, letter_id, within)
            if purpose.purpose is Purpose.RESUBMISSION
            else {}
        )
        duplicates = self.letters.duplicates(
            submission, letter_id, provisions.near_duplicate, before, within, replaced
        )
        grace = provisions.timeliness.grace_after_refusal_hours
        context = LedgerContext(
            self.commissions.waiting(received.astimezone(zone).date(), within),
            self.letters.refused(submission.drafts, known.unit, letter_id, within) if grace else {},
            thread,
            replaced,
            purpose,
        )
        return submission, judge(submission, provisions, duplicates, self.is_workday, context)

    def enter(self, letters: Sequence[InFlight]) -> list[Entered]:
        """
        Judge examined letters and enter them with what is owed; what had been entered is left out.

        All in one transaction. Should one of them trip us, each is entered by itself: a letter that
        trips us costs itself a try, a locked database leaves it in the backlog.
        """
        if len(letters) > 1:
            try:
                with self.letters.entering() as connection:
                    entered = [
                        self._enter(pending, outcome_of(future), connection)
                        for pending, future in letters
                    ]
                return [one for one in entered if one is not None]
            except Exception as error:
                _log.info("%d letters are entered one by one: %s", len(letters), error)
        alone = [self._enter_alone(pending, future) for pending, future in letters]
        return [one for one in alone if one is not None]

    def _enter_alone(self, pending: Pending, future: Future[ExaminationResult]) -> Entered | None:
        try:
            examined = self._outcome(pending, future)
            with self.letters.entering() as connection:
                return self._enter(pending, examined, connection)
        except OperationalError as error:
            _log.warning("letter %d waits, the ledger is busy: %s", pending.id, error.orig)
            return Entered(pending.id, None, None, trouble="台账正忙，下一轮再处理")
        except Exception as error:
            if not isinstance(error, WorkerLost):
                _log.exception("letter %d trips us", pending.id)
            trouble = f"{type(error).__name__}: {error}"
            aside = self.letters.record_failure(pending.id, trouble, self.max_tries)
            _log.error("letter %d %s: %s", pending.id, "set aside" if aside else "failed", trouble)
            return Entered(pending.id, None, None, trouble=trouble, set_aside=aside)

    def _enter(
        self, pending: Pending, examined: ExaminationResult, within: Connection
    ) -> Entered | None:
        submission, verdict = self.consider(
            examined, pending.received, pending.id, within=within, ruled=pending.purpose
        )
        zone = self.provisions_at(pending.received).zone
        answering = Answering(self.letters, self.answers, self.compose, self.now(), zone)
        withheld, owed = answering.decide(pending.id, submission, verdict, examined, within)
        headers = Headers(examined.message_id, examined.sent, examined.stamped)
        day = pending.received.astimezone(ZoneInfo(zone)).date()
        entered = self.letters.enter(
            pending.id, submission, verdict, headers, owed, self.now(), day, within, withheld
        )
        return Entered(pending.id, submission, verdict, owed) if entered else None

    def _outcome(self, pending: Pending, future: Future[ExaminationResult]) -> ExaminationResult:
        """Return what a worker found; a letter whose worker died unseen is examined again, all by itself."""
        try:
            return outcome_of(future)
        except PoolBroken:
            _log.warning("a worker died, letter %d is examined again", pending.id)
        letter = self.vault.path(pending.digest)
        try:
            return outcome_of(self.workers.submit(letter, pending.received, pending.head_only))
        except PoolBroken as error:
            raise WorkerLost("the worker died over this letter") from error

    def _drop_secrets(self) -> None:
        """Drop the bytes of letters with a 密级 mark; done after the entry, so repeatable."""
        for letter_id, digest in self.letters.to_be_dropped():
            self.vault.drop(digest)
            self.letters.dropped(letter_id)


class _RoundRun:
    """One round in progress: letters are entered in the order in which they came."""

    def __init__(self, intake: Intake, result: Round, progress: Progress) -> None:
        self.result = result
        self._intake = intake
        self._progress = progress
        self._in_flight: deque[InFlight] = deque()
        self._known = 0

    def take(self, pending: Pending) -> None:
        self._known += 1
        letter = self._intake.vault.path(pending.digest)
        future = self._intake.workers.submit(letter, pending.received, pending.head_only)
        self._in_flight.append((pending, future))
        while self._in_flight and (
            len(self._in_flight) > IN_FLIGHT or self._in_flight[0][1].done()
        ):
            self._commit_next()

    def finish(self) -> None:
        while self._in_flight:
            self._commit_next()

    def _commit_next(self) -> None:
        """Enter the first letter in flight, and whatever is examined already behind it."""
        wait([self._in_flight[0][1]])
        batch = [self._in_flight.popleft()]
        while self._in_flight and len(batch) < BATCH_SIZE and self._in_flight[0][1].done():
            batch.append(self._in_flight.popleft())
        self.result.entered += self._intake.enter(batch)
        self._progress(self._known - len(self._in_flight), self._known)
