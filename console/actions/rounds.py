"""One round: letters are collected and entered, and what is owed is delivered beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from time import perf_counter

from sqlalchemy.exc import DBAPIError

from console.actions.delivery import deliver_due
from console.actions.urgent import push_urgent
from console.application import Application
from console.clock import now
from console.settings.loading import ConfigError
from console.state import last_round
from ingest.first_contact import FirstContact
from ingest.mailboxes.mailbox import MailboxRefused
from ingest.round_types import Progress, Round
from ingest.sandbox.malloc import give_back
from ledger.models.troubles import sentence, trouble_of
from ledger.os_errors import describe
from ledger.storage.vault import VaultError
from notifier.delivery.deliver import Delivered

PAUSE = 0.5
"""Seconds between two looks at what is owed while a round runs."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    """A round and its delivery."""

    round: Round
    delivered: Delivered

    @property
    def transient_error(self) -> str:
        """Why something has to be done again, empty when nothing has."""
        return self.round.transient_error or self.delivered.trouble


def run_round(
    application: Application,
    progress: Progress = lambda done, known: None,
    halted: Callable[[], bool] = lambda: False,
    announce: Callable[[FirstContact], None] = lambda contact: None,
) -> RoundResult:
    """
    Run one round; receipts go out while later letters are still being examined.

    What is owed is delivered even when the mailbox fails.

    Args:
        application: the rooms.
        progress: is told how many letters are done, and of how many.
        halted: says that the round is to end after the letters in hand.
        announce: is told what a first look at a mailbox will do, before it is done.

    Raises:
        MailboxRefused: the mailbox does not let us in.

    """
    ended = Event()

    def keep_delivering() -> Delivered:
        total = Delivered()
        while not total.trouble:
            last = ended.wait(PAUSE)
            total = total.and_then(
                deliver_due(
                    application.outbox,
                    application.connections,
                    application.settings,
                    now(),
                    halted,
                )
            )
            if last:
                break
        return total

    with ThreadPoolExecutor(1, "delivery") as delivery:
        delivered = delivery.submit(keep_delivering)
        try:
            result = collect(application, progress, halted, announce)
        finally:
            ended.set()
        return RoundResult(result, delivered.result())


def collect(
    application: Application,
    progress: Progress = lambda done, known: None,
    halted: Callable[[], bool] = lambda: False,
    announce: Callable[[FirstContact], None] = lambda contact: None,
) -> Round:
    """Collect and enter what is new, and remember how it went. Takes and raises as `run_round` does."""
    data, begun = application.settings.data_dir, perf_counter()
    try:
        queued = application.queued
        story = application.intake.run_round if queued is None else queued.collect
        result = story(application.connections.mailbox(), progress, halted, announce)
    except Exception as error:  # whatever ended the round, it is told
        trouble = str(error) if isinstance(error, MailboxRefused) else _named(error)
        last_round.record_round(data, now(), trouble, perf_counter() - begun)
        raise
    seconds = perf_counter() - begun
    notes = [fault.detail for fault in result.notes.faults if fault.location is None]
    last_round.record_round(data, now(), result.transient_error, seconds, notes)
    push_urgent(application, now())
    if result.total or result.collected:
        give_back()
    return result


def _named(error: Exception) -> str:
    """Name an error that ended a round, for people."""
    if isinstance(error, ConfigError):
        return str(error)
    if isinstance(error, DBAPIError):
        return f"{sentence(error)}：{trouble_of(error).remedy}"
    if isinstance(error, VaultError):
        return str(error)
    if isinstance(error, MemoryError):
        return "内存不足：请关闭其他程序，或减少 [limits] workers"
    if isinstance(error, OSError):
        return f"本机出了问题（{describe(error)}）"
    return f"程序出错（{type(error).__name__}：{error}）"
