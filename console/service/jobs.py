"""The jobs and threads of one office: rounds, the day's letters, delivery, the watch on its mailbox."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DBAPIError, OperationalError

from console.actions.daily_letters import owe_what_is_due, push_what_is_due
from console.actions.delivery import deliver_due
from console.actions.rounds import collect
from console.application import Application
from console.clock import now
from console.service.deliverer import Deliverer
from console.service.leasing import StandsBy
from console.service.log_lines import OFFICE
from console.service.turns import Turn
from console.settings.loading import ConfigError
from ingest.first_contact import FirstContact
from ingest.mailboxes.mailbox import Mailbox, MailboxRefused
from ingest.mailboxes.watching import watch_while
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, LedgerGone
from ledger.models.troubles import sentence
from notifier.delivery.deliver import Delivered

_log = logging.getLogger(__name__)

T = TypeVar("T")

ROUNDS = "default"
DAILY = "daily"
"""Executors of a scheduler that many offices share."""
DAILY_SECONDS = 60
"""How often it is looked whether the digest's or the reminders' hour has come."""
SLOW = 5.0
RESTS = 10
"""A round that failed after more than SLOW seconds is tried again after RESTS times as long."""


class Patience:
    """
    Seconds that the end may take, together less than systemd waits (console/service/units.py).

    For the letters in hand to be finished; for the round to notice that its workers are gone; for the
    relay's answer; for what became of that letter to be entered; for the watch on the mailbox.
    """

    ROUND = 90.0
    WITHOUT_WORKERS = 20.0
    RELAY = 20.0
    RECORD = 15.0
    LISTENER = 5.0


class OfficeJobs:
    """
    The jobs and the threads of an office that is served.

    A mailbox that refuses us is told in the log and tried again: the office may mend it meanwhile.
    Where the mailbox tells of new letters by itself, a round begins at once.

    `turn`: its turn at the workers where several offices share the machine; then `scheduler` is theirs, too,
    and has the executors ROUNDS and DAILY. Its first round is `wait` seconds from now.
    """

    def __init__(
        self,
        application: Application,
        lock: InstanceLock,
        scheduler: BaseScheduler,
        turn: Turn | None = None,
        wait: float = 0.0,
    ) -> None:
        self._application = application
        self._lock = lock
        self._key = application.settings.key
        self._turn = turn
        self._not_before = 0.0
        self._halt = threading.Event()
        self._news = threading.Event()
        self._at_work = threading.Lock()
        self.trouble = ""
        """Why the service has to stop, empty while it has not."""
        self._kept_from = ""
        self._listener: threading.Thread | None = None
        self.cut_short = False
        """Whether the workers had to be ended for good."""
        self._scheduler = scheduler
        self._deliverer = Deliverer(self._named(self._deliver), application.connections.hang_up)
        self._wait = wait

    def start(self) -> None:
        """Begin with rounds, delivery and the watch on the mailbox."""
        if (sharing := self._application.sharing) is not None:
            sharing.owed.heard_by(self._deliverer.look)
        self._deliverer.start()
        self._add_jobs(self._wait)
        try:
            mailbox = self._application.connections.mailbox()
        except ConfigError as error:
            _log.error("%s", error)
            return
        self._listener = threading.Thread(
            target=self._named(lambda: self._listen(mailbox)), name="idle", daemon=True
        )
        self._listener.start()

    def halt(self) -> None:
        """Begin nothing more. Safe in any thread, and a second time."""
        self._halt.set()
        self._deliverer.halt()
        for name in (self._round_job, self._daily_job, self._again_job):
            with contextlib.suppress(JobLookupError, SchedulerNotRunningError):
                self._scheduler.remove_job(name)

    def finish(self) -> bool:
        """Wait for what is in hand, for each part with an end; return whether all of it has ended."""
        begun = time.monotonic()
        finished = self._at_work.acquire(timeout=Patience.ROUND)
        if not finished:
            _log.warning("手头的来信处理太久，留到下次启动")
            self.cut_short = True
            self._application.workers.close()
            finished = self._at_work.acquire(timeout=Patience.WITHOUT_WORKERS)
        waited = time.monotonic() - begun
        delivered = self._deliverer.join(max(0.0, Patience.RELAY - waited), Patience.RECORD)
        if self._listener is not None:
            self._listener.join(Patience.LISTENER)
        if finished:
            self._at_work.release()
        if finished and delivered:
            _log.info("服务已停止，手头没有未完的事")
        else:
            _log.error("手头的事没有做完，留到下次启动")
        return finished and delivered

    def look(self) -> None:
        """Have what is owed looked at once."""
        self._deliverer.look()

    @property
    def _round_job(self) -> str:
        return f"{self._key}:round"

    @property
    def _daily_job(self) -> str:
        return f"{self._key}:daily"

    @property
    def _again_job(self) -> str:
        return f"{self._key}:again"

    def _add_jobs(self, wait: float) -> None:
        first = datetime.now(UTC) + timedelta(seconds=wait)
        often = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        poll_seconds = self._application.settings.mailbox.poll_seconds
        self._scheduler.add_job(
            self._named(self._round),
            IntervalTrigger(seconds=poll_seconds, timezone=UTC),
            next_run_time=first,
            id=self._round_job,
            executor=ROUNDS,
            **often,
        )
        self._scheduler.add_job(
            self._named(self._daily),
            IntervalTrigger(seconds=DAILY_SECONDS, timezone=UTC),
            next_run_time=first + timedelta(seconds=5),
            id=self._daily_job,
            executor=DAILY,
            **often,
        )

    def _named(self, job: Callable[[], T]) -> Callable[[], T]:
        """Have the log say whose job it is."""

        def named() -> T:
            OFFICE.set(self._key)
            return job()

        return named

    def _ours(self) -> bool:
        """Tell whether anything may be done: not while stopping, nor when another program took the ledger."""
        if self._halt.is_set():
            return False
        try:
            self._lock.hold()
        except LedgerGone as gone:
            self.trouble = str(gone)
            self._halt.set()
            return False
        except (HeldElsewhere, DBAPIError) as error:
            words = sentence(error) if isinstance(error, DBAPIError) else str(error)
            if words != self._kept_from:  # it is asked twice a second
                level = logging.INFO if isinstance(error, StandsBy) else logging.ERROR
                _log.log(level, "现在不收信也不发信：%s", words)
            self._kept_from = words
            return False
        self._kept_from = ""
        return True

    def _round_now(self) -> None:
        """Have a round begin at once; safe in any thread and while stopping."""
        with contextlib.suppress(JobLookupError, SchedulerNotRunningError):
            self._scheduler.modify_job(self._round_job, next_run_time=datetime.now(UTC))

    def collect_now(self) -> None:
        """Have a round begin at once, since a person asks for it; safe in any thread."""
        self._told_of_letters()

    def _told_of_letters(self) -> None:
        self._news.set()
        self._not_before = 0.0
        if not self._at_work.locked():  # the round in hand looks for news when it ends
            self._round_now()

    def _listen(self, mailbox: Mailbox) -> None:
        sharing = self._application.sharing

        def ours() -> bool:
            return sharing is None or sharing.mailbox.held

        try:
            watch_while(mailbox, self._told_of_letters, self._halt, ours)
        except Exception:
            _log.exception("改为只定时查看邮箱")

    def _round(self) -> None:
        with self._at_work:
            if time.monotonic() < self._not_before or not self._ours():
                return
            self._news.clear()
            if (
                self._application.queued is None
            ):  # else workers enter letters, and ring when they have
                self._deliverer.round_begins()
            begun, well = time.monotonic(), False
            if self._turn is not None:
                self._turn.begin(self._halt.is_set)
            try:
                result = collect(self._application, halted=self._halted, announce=self._told_first)
                well = not result.transient_error
            except (MailboxRefused, ConfigError) as refused:
                _log.error("%s", refused)
                return
            except OperationalError as error:
                _log.error("这一轮收信提前结束：%s", sentence(error))
                return
            except Exception:  # a round that trips us must not stop the next one
                _log.exception("这一轮收信提前结束")
                return
            finally:
                if self._application.queued is None:
                    self._deliverer.round_ends()
                others_wait = self._end_turn(time.monotonic() - begun, well)
            if result.collected and self._application.queued is not None:
                _log.info("收到来信 %d 封，已交给解析程序。", result.collected)
            if result.total or result.transient_error:
                _log.info("登记来信 %d 封。%s", result.total, result.transient_error)
        if (self._news.is_set() or others_wait) and not self._halt.is_set():
            self._round_again()

    def _halted(self) -> bool:
        return self._halt.is_set() or (self._turn is not None and self._turn.is_over)

    def _end_turn(self, seconds: float, well: bool) -> bool:
        """Let others have the workers; return whether the round ended before its letters for their sake."""
        if self._turn is None:
            return False
        cut = self._turn.is_over
        self._turn.end()
        # a mailbox that is away keeps a thread for a minute: it may have a tenth of one
        self._not_before = (
            time.monotonic() + RESTS * seconds if seconds > SLOW and not well else 0.0
        )
        return cut

    def _round_again(self) -> None:
        """Have another round at once, behind those of the offices that wait."""
        if self._turn is None:
            self._round_now()
            return
        with contextlib.suppress(SchedulerNotRunningError):
            # a job of its own: this one counts as running until it has returned
            self._scheduler.add_job(
                self._named(self._round),
                id=self._again_job,
                executor=ROUNDS,
                replace_existing=True,
                misfire_grace_time=None,
            )

    def _told_first(self, contact: FirstContact) -> None:
        _log.info("第一次收取这个邮箱：%s", contact.sentence(self._application.zone))

    def _deliver(self) -> Delivered | None:
        if not self._ours():
            return None
        rooms = self._application
        return deliver_due(
            rooms.outbox, rooms.connections, rooms.settings, now(), self._halt.is_set
        )

    def _daily(self) -> None:
        rooms = self._application
        with self._at_work:
            if not self._ours():
                return
            try:
                owed = owe_what_is_due(rooms, now())
            except OperationalError as error:
                _log.error("当天的日报、催报没有写成：%s", sentence(error))
                return
            except Exception:  # a digest that trips us must not stop the letters
                _log.exception("当天的日报、催报没有写成")
                return
            if owed:
                _log.info("当天的日报、催报 %d 封待发", owed)
                self._deliverer.look()
        try:
            # not at work: a slow robot must not hold up the letters
            push_what_is_due(rooms.connections, rooms.settings, now())
        except ConfigError as error:
            _log.error("%s", error)
