"""The service: rounds and deliveries on schedule until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from console.actions.daily_letters import owe_what_is_due, push_what_is_due
from console.actions.delivery import deliver_due
from console.actions.rounds import run_round
from console.application import Application
from console.clock import now
from console.settings.loading import ConfigError
from ingest.mailboxes.mailbox import MailboxRefused
from notifier.delivery.deliver import Delivered
from notifier.delivery.relay import RelayRefused

_log = logging.getLogger(__name__)

DELIVERY_SECONDS = 60
"""How often letters that had to wait are looked at between rounds."""
DAILY_SECONDS = 60
"""How often it is looked whether the digest's or the reminders' hour has come."""


def serve(
    application: Application, pages: Callable[[], AbstractContextManager[None]] = nullcontext
) -> None:
    """
    Run rounds and delivery until SIGTERM or SIGINT; the round in hand is finished.

    `pages` carries the office's pages along. A mailbox that refuses us is told in the log and tried
    again: the office may mend it meanwhile.
    """
    scheduler = BlockingScheduler(timezone=UTC)
    halt = threading.Event()
    at_work = threading.Lock()

    def one_round() -> None:
        with at_work:
            if halt.is_set():
                return
            try:
                result = run_round(application, halted=halt.is_set)
            except (MailboxRefused, RelayRefused) as refused:
                _log.error("%s", refused)
                return
            if result.round.entered or result.round.transient_error:
                _log.info(
                    "%d letters entered. %s",
                    len(result.round.entered),
                    result.round.transient_error,
                )
            log_delivery(result.delivered)

    def deliver() -> None:
        with at_work:
            if not halt.is_set():
                log_delivery(
                    deliver_due(
                        application.outbox, application.connections, application.settings, now()
                    )
                )

    def daily() -> None:
        with at_work:
            if halt.is_set():
                return
            try:
                owed = owe_what_is_due(application, now())
            except Exception:  # a digest that trips us must not stop the letters
                _log.exception("the day's letters could not be written")
                return
            if owed:
                _log.info("%d letters of the day are owed", owed)
        try:
            # not at work: a slow robot must not hold up the letters
            push_what_is_due(application.connections, application.settings, now())
        except ConfigError as error:
            _log.error("%s", error)

    def log_delivery(delivered: Delivered) -> None:
        if delivered.sent or delivered.trouble:
            _log.info("%d receipts sent. %s", delivered.sent, delivered.trouble)

    def stop(_signal: int, _frame: object) -> None:
        halt.set()
        scheduler.shutdown(wait=False)

    soon = datetime.now(UTC) + timedelta(seconds=5)
    often = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(
        one_round,
        IntervalTrigger(seconds=application.settings.mailbox.poll_seconds, timezone=UTC),
        next_run_time=datetime.now(UTC),
        **often,
    )
    scheduler.add_job(deliver, IntervalTrigger(seconds=DELIVERY_SECONDS, timezone=UTC), **often)
    scheduler.add_job(
        daily, IntervalTrigger(seconds=DAILY_SECONDS, timezone=UTC), next_run_time=soon, **often
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with pages():
        scheduler.start()
    with at_work:  # the round in hand holds it until it is finished
        _log.info("stopped; nothing is in hand")
