"""A poller among several: it renews its leases, and stands by while another collects."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from console.application import Application, Busy, hold_ledger
from console.sharing import Sharing, told
from console.state import asked_round
from ledger.leases import RENEWED_SECONDS, STANDS_BY_SECONDS
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, LedgerGone

_log = logging.getLogger(__name__)

PAUSE = 0.3
"""Seconds between two looks at what the database has to say."""


class StandsBy(HeldElsewhere):
    """Another poller collects, as it should be; the text says which."""


class MailboxHold(InstanceLock):
    """Holds a shared ledger, and the office's mailbox by its lease."""

    def __init__(self, engine: Engine, sharing: Sharing) -> None:
        super().__init__(engine, shared=True)
        self._sharing = sharing

    def join(self) -> None:
        """Take a place among those that share the ledger's work, whoever collects. Raises: HeldElsewhere."""
        super().hold()

    def _begin(self, connection: Connection) -> None:
        """Hear on this connection, which is ours alone, when workers owe letters."""
        connection.execute(text(f'LISTEN "{self._sharing.examinations.owed_channel}"'))
        driver: Any = connection.connection.driver_connection
        driver.add_notify_handler(lambda _: self._sharing.owed.ring())

    def hold(self) -> None:
        """
        Make sure that this process may collect and write the day's letters.

        Raises: StandsBy where another does; HeldElsewhere; sqlalchemy.exc.OperationalError.
        """
        super().hold()
        if self._sharing.mailbox.held:
            return
        other = self._sharing.mailbox.other()
        raise StandsBy(
            f"这个邮箱由{told(other)} 收取，它停下后一分钟内由这里接替"
            if other
            else "这个邮箱正在换机器收取，一分钟内由这里或另一台接替"
        )


class LeaseKeeper:
    """
    Renews the mailbox's lease, or takes it once it is free, and with it the relay's.

    `gained` is called, in the keeper's thread, when this process has become the one that collects. While
    it is, it hears by the `hold` when letters are owed.
    """

    def __init__(
        self,
        sharing: Sharing,
        gained: Callable[[], None] = lambda: None,
        hold: MailboxHold | None = None,
    ) -> None:
        self._sharing = sharing
        self._gained = gained
        self._hold = hold
        self._ended = threading.Event()
        self._end, self._ending = os.pipe()
        context = contextvars.copy_context()  # the log says whose leases they are
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name="leases", daemon=True
        )

    def start(self) -> None:
        """Ask for the leases once, then keep them."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """Let go of both, so that another poller need not wait for them to lapse."""
        self._ended.set()
        os.close(self._ending)  # its other end becomes readable
        self._thread.join(RENEWED_SECONDS)
        if not self._thread.is_alive():
            os.close(self._end)
        self._sharing.relay.release()
        self._sharing.mailbox.release()

    def look(self) -> None:
        """Renew what is ours, take what is free: whoever collects also delivers."""
        mailbox, relay = self._sharing.mailbox, self._sharing.relay
        before = mailbox.held
        if not mailbox.renew():
            relay.release()
            return
        relay.renew()
        if not before:
            _log.info("从现在起由这里收取邮箱")
            self._gained()
            self._sharing.owed.ring()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wait()
            if self._ended.is_set():
                return
            try:
                self.look()
            except DBAPIError as error:
                _log.warning("续不了租约：%s", error.orig)
            except Exception:  # a lease that is not renewed lapses: another takes over
                _log.exception("续不了租约")

    def _wait(self) -> None:
        """Wait until it is time to look again, and meanwhile hear what is owed."""
        if not self._sharing.mailbox.held or self._hold is None:
            self._ended.wait(STANDS_BY_SECONDS)
            return
        until = time.monotonic() + RENEWED_SECONDS
        while (left := until - time.monotonic()) > 0 and not self._ended.is_set():
            # one that was lost, or has a newer program's ledger, is told of by whoever needs it
            with contextlib.suppress(DBAPIError, HeldElsewhere, LedgerGone):
                self._hold.wait(left, self._end)
            self._ended.wait(min(left, PAUSE))  # letters that are entered together are told of once


@contextlib.contextmanager
def holding_rounds(application: Application) -> Iterator[InstanceLock]:
    """
    Hold what rounds need: the ledger alone, or, where work is shared, a place among its pollers.

    Raises: Busy where a program of the other kind works on the ledger.
    """
    sharing = application.sharing
    if sharing is None:
        with hold_ledger(application.engine) as lock:
            yield lock
        return
    data = application.settings.data_dir

    def gained() -> None:
        with contextlib.suppress(OSError):
            asked_round.ask(data)  # not in poll_seconds, but at once

    hold = MailboxHold(application.engine, sharing)
    try:
        hold.join()
    except HeldElsewhere as error:
        raise Busy(str(error)) from None
    keeper = LeaseKeeper(sharing, gained, hold)
    try:
        keeper.start()
        yield hold
    finally:
        keeper.stop()
        hold.release()


@contextlib.contextmanager
def holding_one_round(application: Application) -> Iterator[None]:
    """Hold what one round needs. Raises: Busy where another program collects; the text says which."""
    with holding_rounds(application) as hold:
        try:
            hold.hold()
        except HeldElsewhere as error:
            raise Busy(f"{error}。") from None
        yield
