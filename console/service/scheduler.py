"""The service: rounds and the day's letters on schedule, delivery beside them, until told to stop."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DBAPIError

from console.actions.daily_letters import owe_what_is_due, push_what_is_due
from console.actions.delivery import deliver_due
from console.actions.rounds import collect
from console.actions.rule_changes import rules_changed
from console.application import Application
from console.clock import now
from console.service.clock_steps import ClockSteps
from console.service.deliverer import Deliverer
from console.service.notify import notify
from console.service.stopping import StopSignal
from console.settings.loading import ConfigError
from console.state import asked_round
from ingest.first_contact import FirstContact
from ingest.mailboxes.mailbox import Mailbox, MailboxRefused
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, LedgerGone
from ledger.models.troubles import sentence
from notifier.delivery.deliver import Delivered

_log = logging.getLogger(__name__)

ROUND = "round"
CLOCK_LOOK = 5.0
"""Seconds between two looks whether the clock was set."""
ALIVE_SECONDS = 45
"""How often systemd is told that the service is alive; its patience is in console/service/units.py."""
DAILY_SECONDS = 60
"""How often it is looked whether the digest's or the reminders' hour has come."""


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


@dataclass(frozen=True, slots=True)
class Ended:
    """
    How the service ended.

    `threads`: all of ours have ended; if not, the process must be ended without waiting for them.
    `trouble`: why it stopped by itself, empty when it was asked to. `anew`: it is to begin again, for
    other rules are in force.
    """

    threads: bool
    trouble: str = ""
    anew: bool = False


def serve(
    application: Application,
    lock: InstanceLock,
    pages: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Ended:
    """
    Run until SIGTERM or SIGINT; what is in hand is finished, as far as that takes no longer than `Patience`.

    `lock` holds the ledger; should it be lost to another program, nothing is collected or sent.
    `pages` carries the office's pages along.
    """
    stop = StopSignal()
    service = _Service(application, lock)
    with pages():
        service.start()
        notify("READY=1")
        _log.info("服务已启动，每 %d 秒收一次", application.settings.mailbox.poll_seconds)
        clock = ClockSteps()
        anew = False
        while not (anew or stop.wait(CLOCK_LOOK) or service.trouble):
            anew = rules_changed(application)
            if asked_round.take(application.settings.data_dir):
                service.collect_now()
            if seconds := clock.step():
                service.clock_was_set(seconds)
        notify("RELOADING=1" if anew else "STOPPING=1")  # after the latter systemd waits for an end
        service.halt()
    return Ended(service.finish(), service.trouble, anew and not stop.wait(0))


class _Service:
    """
    The jobs and the threads of a running service.

    A mailbox that refuses us is told in the log and tried again: the office may mend it meanwhile.
    Where the mailbox tells of new letters by itself, a round begins at once.
    """

    def __init__(self, application: Application, lock: InstanceLock) -> None:
        self._application = application
        self._lock = lock
        self._halt = threading.Event()
        self._news = threading.Event()
        self._at_work = threading.Lock()
        self.trouble = ""
        """Why the service has to stop, empty while it has not."""
        self._kept_from = ""
        self._listener: threading.Thread | None = None
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._deliverer = Deliverer(self._deliver, application.connections.hang_up)
        self._add_jobs()

    def start(self) -> None:
        """Begin with rounds, delivery and the watch on the mailbox."""
        self._deliverer.start()
        self._scheduler.start()
        try:
            mailbox = self._application.connections.mailbox()
        except ConfigError as error:
            _log.error("%s", error)
            return
        self._listener = threading.Thread(
            target=self._listen, args=(mailbox,), name="idle", daemon=True
        )
        self._listener.start()

    def halt(self) -> None:
        """Begin nothing more. Safe in any thread, and a second time."""
        self._halt.set()
        self._deliverer.halt()
        with contextlib.suppress(SchedulerNotRunningError):
            self._scheduler.shutdown(wait=False)

    def finish(self) -> bool:
        """Wait for what is in hand, for each part with an end; return whether all of it has ended."""
        begun = time.monotonic()
        finished = self._at_work.acquire(timeout=Patience.ROUND)
        if not finished:
            _log.warning("手头的来信处理太久，留到下次启动")
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

    def clock_was_set(self, seconds: float) -> None:
        """
        Have every job run at once and then at its interval, by the clock as it is now.

        APScheduler plans by the wall clock: set back by hours, it would wait for hours.
        """
        _log.warning("系统时钟被拨动了 %+.0f 秒，各项工作按新的时间重新安排", seconds)
        for job in self._scheduler.get_jobs():
            with contextlib.suppress(JobLookupError, SchedulerNotRunningError):
                job.modify(next_run_time=datetime.now(UTC))
        self._deliverer.look()

    def _add_jobs(self) -> None:
        soon = datetime.now(UTC) + timedelta(seconds=5)
        often = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        poll_seconds = self._application.settings.mailbox.poll_seconds
        self._scheduler.add_job(
            self._round,
            IntervalTrigger(seconds=poll_seconds, timezone=UTC),
            next_run_time=datetime.now(UTC),
            id=ROUND,
            **often,
        )
        self._scheduler.add_job(
            self._daily,
            IntervalTrigger(seconds=DAILY_SECONDS, timezone=UTC),
            next_run_time=soon,
            **often,
        )
        self._scheduler.add_job(
            lambda: notify("WATCHDOG=1"),
            IntervalTrigger(seconds=ALIVE_SECONDS, timezone=UTC),
            **often,
        )

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
                _log.error("现在不收信也不发信：%s", words)
            self._kept_from = words
            return False
        self._kept_from = ""
        return True

    def _round_now(self) -> None:
        """Have a round begin at once; safe in any thread and while stopping."""
        with contextlib.suppress(JobLookupError, SchedulerNotRunningError):
            self._scheduler.modify_job(ROUND, next_run_time=datetime.now(UTC))

    def collect_now(self) -> None:
        """Have a round begin at once, since a person asks for it; safe in any thread."""
        self._told_of_letters()

    def _told_of_letters(self) -> None:
        self._news.set()
        if not self._at_work.locked():  # the round in hand looks for news when it ends
            self._round_now()

    def _listen(self, mailbox: Mailbox) -> None:
        try:
            mailbox.watch(self._told_of_letters, self._halt)
        except Exception:
            _log.exception("改为只定时查看邮箱")

    def _round(self) -> None:
        with self._at_work:
            if not self._ours():
                return
            self._news.clear()
            self._deliverer.round_begins()
            try:
                result = collect(
                    self._application, halted=self._halt.is_set, announce=self._told_first
                )
            except (MailboxRefused, ConfigError) as refused:
                _log.error("%s", refused)
                return
            except Exception:  # a round that trips us must not stop the next one
                _log.exception("这一轮收信提前结束")
                return
            finally:
                self._deliverer.round_ends()
            if result.total or result.transient_error:
                _log.info("登记来信 %d 封。%s", result.total, result.transient_error)
        if self._news.is_set() and not self._halt.is_set():
            self._round_now()

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
