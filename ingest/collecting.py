"""Collecting new letters: vault first, then row; what cannot be had is passed over and named."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from threading import Event

from ingest.backpressure import (
    MAX_UNSYNCED_BYTES,
    WRITER_THREADS,
    InFlightBudget,
    batches,
    sighting,
)
from ingest.first_contact import FirstContact, survey
from ingest.mailboxes.mailbox import (
    Fault,
    Known,
    Mailbox,
    MessageExpunged,
    MessageInfo,
    MessageUnreadable,
    TransientError,
)
from ledger.letter_types import PassedOver, Pending, StoredMessage
from ledger.letters import LetterRepository
from ledger.sightings import Sightings
from ledger.states import Skipped
from ledger.storage.vault import Vault, VaultError

_log = logging.getLogger(__name__)

OLDER_AT_ONCE = 500
"""Letters known by number only that are recorded in one transaction."""

MAX_UNREADABLE = 12
"""Letters in a row that a server cannot hand over: then it is the server that is unwell."""


@dataclass(slots=True)
class CollectingNotes:
    """What is told of a round's collecting besides its letters."""

    faults: list[Fault] = field(default_factory=list)
    first_contact: FirstContact | None = None


@dataclass(frozen=True, slots=True)
class Collecting:
    """
    The rooms that a letter passes until its row exists.

    `since` tells from when letters are collected, `answer_days` after how many days none is answered
    any more (0: never), `soon` that a letter is on its way; `now` the present moment.
    """

    vault: Vault
    letters: LetterRepository
    sightings: Sightings
    since: Callable[[], datetime]
    answer_days: int
    letter_bytes: int
    now: Callable[[], datetime]
    soon: Callable[[], None]

    def run(
        self,
        mailbox: Mailbox,
        halted: Callable[[], bool],
        notes: CollectingNotes,
        announce: Callable[[FirstContact], None] = lambda contact: None,
    ) -> Iterator[list[Pending]]:
        """
        Collect new letters; yield them in batches, as their rows are entered, and empty ones in between.

        Fetching goes on in a thread of its own, writing in others, while the caller enters letters;
        the connection is used by the one thread alone. `announce` is told what a first look at this
        mailbox will do, before anything is fetched.

        Raises: TransientError, MailboxRefused, VaultError: at the end, if only large letters did not fit.
        """
        queue: SimpleQueue[Future[StoredMessage] | None] = SimpleQueue()
        enough = Event()

        def fetch(writers: Executor) -> None:
            in_flight = InFlightBudget()
            not_kept: list[VaultError] = []
            unreadable = 0
            try:
                for arrival in self._wanted(mailbox, notes, announce):
                    self.soon()
                    head_only = arrival.size > self.letter_bytes
                    in_flight.acquire(arrival.size)
                    if halted() or enough.is_set():
                        return
                    try:
                        if arrival.size > MAX_UNSYNCED_BYTES and not head_only:
                            stored: Future[StoredMessage] = Future()
                            stored.set_result(self._keep_large(mailbox, arrival))
                        else:
                            raw = (mailbox.fetch_head if head_only else mailbox.fetch)(arrival)
                            stored = writers.submit(self._keep, arrival, raw, head_only)
                            del raw
                        unreadable = 0
                    except MessageExpunged:
                        # deleted between the listing and the fetch: never ours to judge
                        in_flight.release(arrival.size)
                        continue
                    except MessageUnreadable as fault:
                        in_flight.release(arrival.size)
                        self._pass_over(_fault_of(arrival, fault), notes)
                        unreadable += 1
                        if unreadable >= MAX_UNREADABLE:
                            raise TransientError(f"邮箱服务器接连交不出信：{fault}") from fault
                        continue
                    except VaultError as full:
                        # it alone may not fit: it waits, those behind it do not
                        in_flight.release(arrival.size)
                        if arrival.size <= MAX_UNSYNCED_BYTES:
                            raise
                        not_kept.append(full)
                        continue
                    except BaseException:
                        in_flight.release(arrival.size)
                        raise
                    stored.add_done_callback(partial(in_flight.release, arrival.size))
                    queue.put(stored)
                if not_kept:
                    raise not_kept[0]
            finally:
                queue.put(None)

        with (
            ThreadPoolExecutor(WRITER_THREADS, "vault") as writers,
            ThreadPoolExecutor(1, "mailbox") as fetcher,
        ):
            fetched = fetcher.submit(copy_context().run, fetch, writers)  # the log says for whom
            try:
                for batch in batches(queue):
                    yield self.letters.collect(batch, self.now())
            finally:
                enough.set()
        fetched.result()

    def known(self) -> Known:
        """Return what the mailbox is compared with in this round."""
        now, since = self.now(), self.since()
        return lambda account, folder, uidvalidity: self.sightings.seen(
            account, folder, uidvalidity, now, since
        )

    def _wanted(
        self,
        mailbox: Mailbox,
        notes: CollectingNotes,
        announce: Callable[[FirstContact], None],
    ) -> Iterator[MessageInfo]:
        """Yield the letters that are to be fetched; those of before `since` are recorded by number."""
        since = self.since()
        arrivals: Iterable[MessageInfo] = mailbox.list_new(
            self.known(), partial(self._pass_over, notes=notes)
        )
        if not self.sightings.any_seen(mailbox.account):
            arrivals = list(arrivals)
            if arrivals:
                received = (arrival.received for arrival in arrivals)
                notes.first_contact = survey(received, since, self.answer_days, self.now())
                announce(notes.first_contact)
        older: list[PassedOver] = []
        try:
            for arrival in arrivals:
                if arrival.received >= since:
                    yield arrival
                    continue
                older.append(
                    _passed_over(
                        Fault(
                            arrival.location.folder,
                            "",
                            arrival.location,
                            arrival.received,
                            arrival.size,
                            Skipped.OLDER,
                        )
                    )
                )
                if len(older) >= OLDER_AT_ONCE:
                    self.sightings.pass_over(older, self.now())
                    older.clear()
        finally:
            if older:
                self.sightings.pass_over(older, self.now())

    def _pass_over(self, fault: Fault, notes: CollectingNotes) -> None:
        """Record what cannot be had, so that it is named and asked for again later."""
        notes.faults.append(fault)
        if fault.location is None:
            _log.warning("%s", fault.detail)
            return
        _log.warning("“%s”第 %s 号信暂时取不来：%s", fault.folder, fault.location.uid, fault.detail)
        self.sightings.pass_over([_passed_over(fault)], self.now())

    def _keep(self, arrival: MessageInfo, raw: bytes, head_only: bool) -> StoredMessage:
        digest = hashlib.sha256(raw).hexdigest()
        self.vault.put(raw, digest)
        return sighting(arrival, digest, arrival.size if head_only else len(raw), head_only)

    def _keep_large(self, mailbox: Mailbox, arrival: MessageInfo) -> StoredMessage:
        """Written while it is fetched: it never lies in memory as a whole."""
        return sighting(arrival, *self.vault.put_pieces(mailbox.fetch_chunks(arrival)), False)


def _fault_of(arrival: MessageInfo, unreadable: MessageUnreadable) -> Fault:
    return Fault(
        arrival.location.folder,
        str(unreadable),
        arrival.location,
        arrival.received,
        arrival.size,
        unreadable.skipped,
    )


def _passed_over(fault: Fault) -> PassedOver:
    assert fault.location is not None
    place = fault.location
    return PassedOver(
        place.account,
        place.folder,
        place.uidvalidity,
        place.uid,
        fault.received,
        fault.size,
        fault.skipped,
        fault.detail,
    )
