"""The service: rounds and deliveries on schedule until told to stop."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DBAPIError

from console.actions.daily_letters import owe_what_is_due, push_what_is_due
from console.actions.delivery import deliver_due
from console.actions.rounds import run_round
from console.application import Application
from console.clock import now
from console.service.notify import notify
from console.settings.loading import ConfigError
from console.settings.sections import LimitSettings
from ingest.first_contact import FirstContact
from ingest.intake import IN_FLIGHT
from ingest.mailboxes.mailbox import Mailbox, MailboxRefused
from ledger.models.instance_lock import HeldElsewhere, InstanceLock
from notifier.delivery.deliver import Delivered
from notifier.delivery.relay import RelayRefused

_log = logging.getLogger(__name__)

ROUND = "round"
ROUND_ENDS = 120.0
"""Seconds that a round may take to end beside the letters in the workers' hands."""
LISTENER_ENDS = 5.0
DELIVERY_SECONDS = 60
"""How often letters that had to wait are looked at between rounds."""
ALIVE_SECONDS = 45
"""How often systemd is told that the service is alive; its patience is in console/service/units.py."""
DAILY_SECONDS = 60
"""How often it is looked whether the digest's or the reminders' hour has come."""


def serve(
    application: Application,
    lock: InstanceLock,
    pages: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """
    Run rounds and delivery until SIGTERM or SIGINT; the round in hand is finished.

    `lock` holds the ledger; should it be lost to another program, nothing is collected or sent.
    `pages` carries the office's pages along. A mailbox that refuses us is told in the log and tried
    again: the office may mend it meanwhile. Where the mailbox tells of new letters by itself, a round
    begins at once.
    """
    scheduler = BlockingScheduler(timezone=UTC)
    halt = threading.Event()
    news = threading.Event()
    at_work = threading.Lock()

    def ours() -> bool:
        """Whether anything may be done: not while stopping, nor when another program took the ledger."""
        if halt.is_set():
            return False
        try:
            lock.hold()
        except HeldElsewhere as held:
            _log.error("%s", held)
            return False
        except DBAPIError as error:
            _log.error("the ledger is away: %s", error.orig)
            return False
        return True

    def round_now() -> None:
        """Have a round begin at once; safe in any thread and while stopping."""
        with contextlib.suppress(JobLookupError, SchedulerNotRunningError):
            scheduler.modify_job(ROUND, next_run_time=datetime.now(UTC))

    def told_of_letters() -> None:
        news.set()
        if not at_work.locked():  # the round in hand looks for news when it ends
            round_now()

    def listen(mailbox: Mailbox) -> None:
        try:
            mailbox.watch(told_of_letters, halt)
        except Exception:
            _log.exception("the mailbox is polled alone")

    def one_round() -> None:
        with at_work:
            if not ours():
                return
            news.clear()
            try:
                result = run_round(application, halted=halt.is_set, announce=told_first)
            except (MailboxRefused, RelayRefused, ConfigError) as refused:
                _log.error("%s", refused)
                return
            except Exception:  # a round that trips us must not stop the next one
                _log.exception("the round ended early")
                return
            if result.round.entered or result.round.transient_error:
                _log.info(
                    "登记来信 %d 封。%s",
                    len(result.round.entered),
                    result.round.transient_error,
                )
            log_delivery(result.delivered)
        if news.is_set() and not halt.is_set():
            round_now()

    def told_first(contact: FirstContact) -> None:
        _log.info("第一次收取这个邮箱：%s", contact.sentence(application.zone))

    def deliver() -> None:
        with at_work:
            if ours():
                log_delivery(
                    deliver_due(
                        application.outbox, application.connections, application.settings, now()
                    )
                )

    def daily() -> None:
        with at_work:
            if not ours():
                return
            try:
                owed = owe_what_is_due(application, now())
            except Exception:  # a digest that trips us must not stop the letters
                _log.exception("当天的日报、催报没有写成")
                return
            if owed:
                _log.info("当天的日报、催报 %d 封待发", owed)
        try:
            # not at work: a slow robot must not hold up the letters
            push_what_is_due(application.connections, application.settings, now())
        except ConfigError as error:
            _log.error("%s", error)

    def log_delivery(delivered: Delivered) -> None:
        if delivered.sent or delivered.trouble:
            _log.info("发出回执 %d 封。%s", delivered.sent, delivered.trouble)

    def stop(_signal: int, _frame: object) -> None:
        notify("STOPPING=1")
        halt.set()
        # a second signal while the round in hand is finished changes nothing
        with contextlib.suppress(SchedulerNotRunningError):
            scheduler.shutdown(wait=False)

    soon = datetime.now(UTC) + timedelta(seconds=5)
    often = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(
        one_round,
        IntervalTrigger(seconds=application.settings.mailbox.poll_seconds, timezone=UTC),
        next_run_time=datetime.now(UTC),
        id=ROUND,
        **often,
    )
    scheduler.add_job(deliver, IntervalTrigger(seconds=DELIVERY_SECONDS, timezone=UTC), **often)
    scheduler.add_job(
        daily, IntervalTrigger(seconds=DAILY_SECONDS, timezone=UTC), next_run_time=soon, **often
    )
    scheduler.add_job(
        lambda: notify("WATCHDOG=1"), IntervalTrigger(seconds=ALIVE_SECONDS, timezone=UTC), **often
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    listener = None
    try:
        mailbox = application.connections.mailbox()
    except ConfigError as error:
        _log.error("%s", error)
    else:
        listener = threading.Thread(target=listen, args=(mailbox,), name="idle", daemon=True)
        listener.start()
    with pages():
        notify("READY=1")
        _log.info("服务已启动，每 %d 秒收一次", application.settings.mailbox.poll_seconds)
        if not halt.is_set():
            scheduler.start()
    # the round in hand holds it until it is finished: no longer than its letters may take
    finished = at_work.acquire(timeout=longest_round(application.settings.limits))
    if listener is not None:
        listener.join(LISTENER_ENDS)
    if finished:
        at_work.release()
        _log.info("服务已停止，手头没有未完的事")
    else:
        _log.error("the round in hand does not end; what it holds is done at the next start")


def longest_round(limits: LimitSettings) -> float:
    """Return the seconds that the letters in hand may take at most."""
    return limits.seconds * (1 + IN_FLIGHT / limits.workers) + ROUND_ENDS
