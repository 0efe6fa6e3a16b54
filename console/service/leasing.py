"""A poller among several: it renews its leases, and stands by while another collects."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from console.application import Application, Busy, hold_ledger
from console.sharing import Sharing, told
from console.state import asked_round
from ledger.leases import RENEWED_SECONDS
from ledger.models.instance_lock import HeldElsewhere, InstanceLock

_log = logging.getLogger(__name__)


class MailboxHold(InstanceLock):
    """Holds a shared ledger, and the office's mailbox by its lease."""

    def __init__(self, engine: Engine, sharing: Sharing) -> None:
        super().__init__(engine, shared=True)
        self._sharing = sharing

    def hold(self) -> None:
        """
        Make sure that this process may collect and write the day's letters.

        Raises: HeldElsewhere where another does; sqlalchemy.exc.OperationalError.
        """
        super().hold()
        if self._sharing.mailbox.held:
            return
        other = self._sharing.mailbox.other()
        raise HeldElsewhere(
            f"这个邮箱由{told(other)} 收取，它停下后一分钟内由这里接替"
            if other
            else "这个邮箱正在换机器收取，一分钟内由这里或另一台接替"
        )


class LeaseKeeper:
    """
    Renews the mailbox's lease, or takes it once it is free, and with it the relay's.

    `gained` is called, in the keeper's thread, when this process has become the one that collects.
    """

    def __init__(
        self,
        sharing: Sharing,
        gained: Callable[[], None] = lambda: None,
        seconds: float = RENEWED_SECONDS,
    ) -> None:
        self._sharing = sharing
        self._gained = gained
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def start(self) -> None:
        """Ask for the leases once, then keep them."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """Let go of both, so that another poller need not wait for them to lapse."""
        self._ended.set()
        self._thread.join(self._seconds)
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

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self.look()
            except DBAPIError as error:
                _log.warning("续不了租约：%s", error.orig)
            except Exception:  # a lease that is not renewed lapses: another takes over
                _log.exception("续不了租约")


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

    with hold_ledger(application.engine, shared=True):
        keeper, hold = LeaseKeeper(sharing, gained), MailboxHold(application.engine, sharing)
        keeper.start()
        try:
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
