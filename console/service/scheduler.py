"""The service: rounds and the day's letters on schedule, delivery beside them, until told to stop."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.interval import IntervalTrigger

from console.actions.rule_changes import rules_changed
from console.application import Application
from console.service.clock_steps import ClockSteps
from console.service.jobs import DAILY, ROUNDS, OfficeJobs
from console.service.notify import notify
from console.service.stopping import StopSignal
from console.state import asked_round
from ledger.models.instance_lock import InstanceLock

_log = logging.getLogger(__name__)

CLOCK_LOOK = 5.0
"""Seconds between two looks whether the clock was set."""
ALIVE_SECONDS = 45
"""How often systemd is told that the service is alive; its patience is in console/service/units.py."""


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
    clock = ClockSteps()  # before anything is planned by the clock
    scheduler = started_scheduler()
    service = OfficeJobs(application, lock, scheduler)
    with pages():
        service.start()
        notify("READY=1")
        _log.info("服务已启动，每 %d 秒收一次", application.settings.mailbox.poll_seconds)
        anew = False
        while not (anew or stop.wait(CLOCK_LOOK) or service.trouble):
            anew = rules_changed(application)
            if asked_round.take(application.settings.data_dir):
                service.collect_now()
            if seconds := clock.step():
                clock_was_set(scheduler, seconds)
                service.look()
        notify("RELOADING=1" if anew else "STOPPING=1")  # after the latter systemd waits for an end
        service.halt()
        scheduler.shutdown(wait=False)
    return Ended(service.finish(), service.trouble, anew and not stop.wait(0))


def started_scheduler(rounds: int = 10) -> BackgroundScheduler:
    """Start a scheduler for the jobs of offices, `rounds` of them at once, that tells systemd of its life."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={ROUNDS: ThreadPoolExecutor(rounds), DAILY: ThreadPoolExecutor(10)},
    )
    scheduler.add_job(
        lambda: notify("WATCHDOG=1"),
        IntervalTrigger(seconds=ALIVE_SECONDS, timezone=UTC),
        executor=DAILY,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    return scheduler


def clock_was_set(scheduler: BaseScheduler, seconds: float) -> None:
    """
    Have every job run at once and then at its interval, by the clock as it is now.

    APScheduler plans by the wall clock: set back by hours, it would wait for hours.
    """
    _log.warning("系统时钟被拨动了 %+.0f 秒，各项工作按新的时间重新安排", seconds)
    for job in scheduler.get_jobs():
        with contextlib.suppress(JobLookupError, SchedulerNotRunningError):
            job.modify(next_run_time=datetime.now(UTC))
