"""The story of a letter, top-down: collect, examine, judge, enter. Delivery is the notifier's."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from ingest.answering import Answering, AnswerPolicy, Compose
from ingest.collecting import Collecting
from ingest.examination_types import ExaminationResult
from ingest.first_contact import FirstContact
from ingest.in_flight import LettersInFlight
from ingest.mailboxes.mailbox import Mailbox, TransientError
from ingest.recognising import UNCLAIMED, RecognitionPlan, is_unclaimed, is_wanted
from ingest.round_types import Entered, Examiners, InFlight, Progress, Round, tended
from ingest.sandbox.hand_over import NotNow
from ingest.sandbox.pool import PoolBroken, PoolClosed, WorkerLost, outcome_of
from ingest.virus_scan import NotScanned, Scanner, ScannerAway, infected
from ledger.commissions import Commissions
from ledger.errors import RulesChanged
from ledger.ids import NEW, LetterId
from ledger.letter_types import Headers, Pending
from ledger.letters import LetterRepository
from ledger.models.troubles import sentence
from ledger.os_errors import describe
from ledger.roster import Roster
from ledger.storage.vault import OriginalDamaged, Vault, VaultError
from rulebook.conversation import Purpose, PurposeFinding, Thread
from rulebook.judge import LedgerContext, judge
from rulebook.lookalikes import is_worth_comparing, told_of_likeness
from rulebook.model import Authentication, Replaced, Submission, Verdict
from rulebook.provisions import DayUnit, Provisions
from rulebook.purpose import purpose as purpose_of
from rulebook.reasons import Remark
from rulebook.timeliness import IsWorkday
from rulebook.unit_history import UnitHistory

_log = logging.getLogger(__name__)

LAST_ONES = 2
"""Letters that are still examined of those that were being fetched when a round was told to end."""

MACHINES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENFILE})
"""Errors that are this machine's whoever meets them: no space, nothing to be written, no more files."""


@dataclass(frozen=True, slots=True)
class Intake:
    """
    The rooms that a letter passes, wired together once.

    `provisions_at` gives the regulation in force on an office day; `holidays_known` whether the
    calendar behind `is_workday` covers a day's year; `now` the present moment; `units` which unit of
    its day a name in the roster means; `recognition` how letters in pictures are dealt with.
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
    scanner: Scanner | None = None
    recognition: RecognitionPlan | None = None

    def examined(self, pending: Pending, *, fresh: bool = False) -> Future[ExaminationResult]:
        """
        Have a letter examined; where there is a scanner, of an infected one nothing but its head is read.

        `fresh`: it was hashed and written just now. A scanner that cannot be asked fails the future with ScannerAway.
        """
        failed: Future[ExaminationResult] = Future()
        try:
            letter = self.vault.path(pending.digest)
            virus = self.scanner.scan(letter) if self.scanner is not None else ""
        except VaultError as error:  # the vault is away, as a mailbox may be
            failed.set_exception(NotNow(str(error)))
            return failed
        except (ScannerAway, NotScanned, OSError) as error:
            failed.set_exception(error)
            return failed
        head_only = pending.head_only or bool(virus)
        at_once = self.recognition is None
        future = self.workers.submit(
            letter, pending.received, head_only, recognise=at_once, fresh=fresh
        )
        return infected(future, virus) if virus else future

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
        story = _RoundRun(self, Round(), progress, halted)
        self.drop_secrets()
        left = LAST_ONES
        for pending in self.letters.backlog():
            if halted():
                break
            story.take(pending)
        try:
            for batch in self.collecting.run(mailbox, halted, story.result.notes, announce):
                story.result.collected += len(batch)
                for pending in batch:
                    left -= halted()
                    if left >= 0:  # what else was fetched is kept, and is the next round's
                        story.take(pending, fresh=True)
                story.enter_examined()
        except (TransientError, VaultError) as transient_error:
            named = str(transient_error) or transient_error.__class__.__name__
            story.result.transient_error = named
            _log.warning("邮箱没有读完：%s", transient_error)
        story.finish()
        self.drop_secrets()
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
        day = received.astimezone(zone).date()
        written = examined.submission.sender
        known = self.roster.sender(written.name, written.address, day, within)
        if known.unit is not None and self.units is not None:
            # the roster keeps the name of an appointment's first day
            of_day = self.units.unit(known.unit, day)
            known = replace(known, unit=of_day.name if of_day else known.unit)
        remarks = examined.submission.remarks
        tolerance = timedelta(minutes=provisions.timeliness.clock_tolerance_minutes)
        if examined.sent is not None and abs(examined.sent - received) > tolerance:
            remarks = (*remarks, Remark.CLOCK_DISAGREES)
        workdays = provisions.timeliness.unit is DayUnit.WORKDAYS
        if workdays and not self.holidays_known(day):
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
        if ruled is None and self.recognition is not None and purpose.purpose.judged:
            purpose = UNCLAIMED if is_unclaimed(examined, submission) else purpose
        replaced = self._replaced(submission, thread, purpose.purpose, letter_id, within)
        duplicates = self.letters.duplicates(
            submission, letter_id, provisions.near_duplicate, before, within, replaced
        )
        grace = provisions.timeliness.grace_after_refusal_hours
        context = LedgerContext(
            self.commissions.waiting(day, within),
            self.letters.refused(submission.drafts, known.unit, letter_id, within) if grace else {},
            thread,
            replaced,
            purpose,
        )
        return submission, judge(submission, provisions, duplicates, self.is_workday, context)

    def _replaced(
        self,
        submission: Submission,
        thread: Thread | None,
        purpose: Purpose,
        letter_id: LetterId,
        within: Connection | None,
    ) -> dict[str, Replaced]:
        """Find what a letter's drafts stand in place of; what nobody could verify replaces nothing."""
        if submission.authentication is Authentication.FAILED:
            return {}
        if purpose is Purpose.RESUBMISSION:
            return self.letters.replaced(submission, thread, letter_id, within)
        if purpose is Purpose.SUBMISSION:
            return self.letters.earlier_versions(submission, letter_id, within)
        return {}

    def put_aside(self, pending: Pending, examined: ExaminationResult) -> bool:
        """
        Say whether a letter is to wait until its pictures are recognised, and tell its officer so.

        A letter that trips us here is entered as it is: then it is told as one that trips us.
        """
        if self.recognition is None or not examined.scans:
            return False
        try:
            judged = self.consider(examined, pending.received, pending.id, ruled=pending.purpose)
        except Exception as error:
            _log.info("第 %d 号来信不等识别：%s", pending.id, error)
            return False
        if not is_wanted(pending, examined, judged[0].sender.unit):
            return False
        self.recognition.tell(pending, examined, judged, self.answers, self.now())
        return True

    def enter(self, letters: Sequence[InFlight], *, in_order: bool = False) -> list[Entered]:
        """
        Judge examined letters and enter them with what is owed; what had been entered is left out.

        All in one transaction. Should one of them trip us, each is entered by itself: a letter that
        trips us costs itself a try, a locked database leaves it in the backlog (`in_order`: and those after it).
        """
        if len(letters) > 1:
            try:
                examined = [outcome_of(future) for _, future in letters]
                with self.letters.entering() as connection:
                    senders = (one.submission.sender.address for one in examined)
                    self.roster.look_up(senders, connection)
                    entered = [
                        self._enter(pending, one, connection)
                        for (pending, _), one in zip(letters, examined, strict=True)
                    ]
                return [one for one in entered if one is not None]
            except Exception as error:
                _log.info("%d 封来信改为逐封登记：%s", len(letters), error)
        alone = (self._enter_alone(pending, future) for pending, future in letters)
        return list(Entered.until_one_waits(alone) if in_order else filter(None, alone))

    def _enter_alone(self, pending: Pending, future: Future[ExaminationResult]) -> Entered | None:
        examined = None
        try:
            examined = self.outcome(pending, future)
            with self.letters.entering() as connection:
                return self._enter(pending, examined, connection)
        except OperationalError as error:
            return _waits(pending, sentence(error))
        except (RulesChanged, ScannerAway, NotNow) as passing:
            return _waits(pending, str(passing))
        except PoolClosed:
            return Entered(pending.id, None, None, trouble="程序正在停止，下次启动后再处理")
        except Exception as error:
            # a worker may be out of files by its letter's doing; this process never is
            machines = MACHINES if examined is None else MACHINES | {errno.EMFILE}
            if isinstance(error, OSError) and error.errno in machines:
                return _waits(pending, f"本机出了问题（{describe(error)}）")
            if isinstance(error, OriginalDamaged | FileNotFoundError):
                self.collecting.sightings.fetch_again([pending.digest])
            elif not isinstance(error, WorkerLost):
                _log.exception("第 %d 号来信处理出错", pending.id)
            trouble = f"{type(error).__name__}: {error}"
            aside = self.letters.record_failure(pending.id, trouble, self.max_tries)
            state = "已搁置" if aside else "没有处理成"
            _log.error("第 %d 号来信%s：%s", pending.id, state, trouble)
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

    def outcome(self, pending: Pending, future: Future[ExaminationResult]) -> ExaminationResult:
        """Return what a worker found; a letter whose worker died unseen is examined again, all by itself."""
        try:
            return outcome_of(future)
        except PoolBroken:
            _log.warning("解析进程意外结束，第 %d 号来信重新审核", pending.id)
        try:
            return outcome_of(tended(self.workers, self.examined(pending)))
        except PoolBroken as error:
            raise WorkerLost("the worker died over this letter") from error

    def drop_secrets(self) -> None:
        """Drop the bytes of letters with a 密级 mark; done after the entry, so repeatable."""
        try:
            for letter_id, digest in self.letters.to_be_dropped():
                self.vault.drop(digest)
                self.letters.dropped(letter_id)
        except VaultError as error:
            _log.warning("涉密来信的原件留待下一轮删除：%s", error)


def _waits(pending: Pending, why: str) -> Entered:
    """Leave a letter to the next round: this machine is in the way, and it loses no try."""
    _log.warning("第 %d 号来信稍后处理：%s", pending.id, why)
    return Entered(pending.id, None, None, trouble=f"{why}，下一轮再处理", waits=why)


class _RoundRun:
    """One round in progress: letters are entered in the order in which they came."""

    def __init__(
        self,
        intake: Intake,
        result: Round,
        progress: Progress,
        halted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.result = result
        self._halted = halted
        self._aside: list[tuple[Pending, ExaminationResult]] = []
        self._intake = intake
        self._progress = progress
        self._in_flight = LettersInFlight(intake.workers)
        self._known = 0

    def take(self, pending: Pending, *, fresh: bool = False) -> None:
        self._known += 1
        self._in_flight.add((pending, self._intake.examined(pending, fresh=fresh)))
        self.enter_examined()

    def enter_examined(self) -> None:
        """Enter what is due by now."""
        while self._in_flight.is_due():
            self._commit_next()

    def finish(self) -> None:
        """Enter what is in flight, then recognise what waits for it, as long as the budget lasts."""
        while self._in_flight:
            self._commit_next()
        plan = self._intake.recognition
        ends = time.monotonic() + (plan.seconds if plan else 0.0)
        for done, (pending, examined) in enumerate(self._aside, 1):
            if self._halted() or time.monotonic() > ends:
                self.result.unread = len(self._aside) - done + 1
                _log.info("还有%d封来信等下一轮识别", self.result.unread)
                return
            try:
                letter = self._intake.vault.path(pending.digest)
            except VaultError as error:  # its scans wait for another round
                self.result.unread += 1
                _log.warning("第 %d 号来信稍后识别：%s", pending.id, error)
                continue
            future = self._intake.workers.recognise(letter, pending.received, examined)
            tended(self._intake.workers, future)
            self.result.add(self._intake.enter([(pending, future)]))
            self._progress(self._known - len(self._aside) + done, self._known)

    def _waits(self, pending: Pending, future: Future[ExaminationResult]) -> bool:
        """Put a letter aside whose pictures are to be recognised first."""
        if future.exception() is not None:
            return False
        examined = future.result()
        if not self._intake.put_aside(pending, examined):
            return False
        self._aside.append((pending, examined))
        return True

    def _commit_next(self) -> None:
        """Enter the next letters together."""
        batch = self._in_flight.next_ones()
        plain = [one for one in batch if not self._waits(*one)]
        if plain:
            self.result.add(self._intake.enter(plain))
        self._in_flight.entered()
        self._progress(self._known - len(self._in_flight) - len(self._aside), self._known)
