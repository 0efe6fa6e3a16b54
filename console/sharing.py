"""Work shared among machines by `[engine] kind = "procrastinate"`: the queue in the ledger, and who does what alone."""

from __future__ import annotations

import importlib.metadata
import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Engine

from console.settings.loading import ConfigError, Settings
from console.settings.urls import MailboxUrl, MaildirUrl, RelayUrl
from ledger.examinations import Examinations
from ledger.job_queue import JobQueue
from ledger.leases import Holding, Lease, Leases

INSTALL = "python3 run.py setup --with postgresql,procrastinate"
_LONGEST = 240


@dataclass(frozen=True, slots=True)
class Sharing:
    """
    What machines share: the queue, what lies between examination and entry, two leases.

    `mailbox`: who collects, and writes the day's letters; `relay`: who delivers. `owed`: rung in this
    process when workers owe letters.
    """

    queue: JobQueue
    examinations: Examinations
    mailbox: Lease
    relay: Lease
    owed: Bell


class Bell:
    """Rung by one thread and heard in another, once somebody listens."""

    def __init__(self) -> None:
        self._hears: Callable[[], None] = lambda: None

    def heard_by(self, hears: Callable[[], None]) -> None:
        """Have this called whenever it is rung; it may be called in any thread."""
        self._hears = hears

    def ring(self) -> None:
        """Ring it."""
        self._hears()


def sharing_of(settings: Settings, engine: Engine) -> Sharing | None:
    """
    Return what is shared, None where one program does all; procrastinate's tables are made on the way.

    Raises: ConfigError where procrastinate is not installed and its tables are not there.
    """
    if not settings.engine.queued:
        return None
    queue = JobQueue(engine)
    queue.prepare(_schema)
    holder = f"{socket.gethostname()[:60]} {os.getpid()} {uuid.uuid4().hex[:12]}"
    leases = Leases(engine)
    return Sharing(
        queue,
        Examinations(engine, queue, holder),
        Lease(leases, mailbox_lease(settings), holder),
        Lease(leases, f"relay:{account_of(settings.relay_url)}"[:_LONGEST], holder),
        Bell(),
    )


def mailbox_lease(settings: Settings) -> str:
    """Name the lease of the office's mailbox."""
    return f"mailbox:{account_of(settings.mailbox_url)}"[:_LONGEST]


def installed() -> str:
    """Return procrastinate's version, empty where it is not installed."""
    try:
        return importlib.metadata.version("procrastinate")
    except importlib.metadata.PackageNotFoundError:
        return ""


def told(holding: Holding) -> str:
    """Name who holds a lease, for people: 主机 a 上的进程 12."""
    host, number, *_ = [*holding.holder.split(), "", ""]
    return f"主机 {host} 上的进程 {number}"


class DeliveryTurn:
    """
    Held by whoever delivers: one connection to the relay, and no letter offered twice.

    In this process by a lock, among machines by the relay's lease, which may be lost on the way.
    """

    def __init__(self, lease: Lease | None = None) -> None:
        self._lock = Lock()
        self._lease = lease
        self._taken_for_once = False

    def acquire(self) -> bool:
        """Take the turn, without waiting; False where another has it."""
        if not self._lock.acquire(blocking=False):
            return False
        lease = self._lease
        if lease is None or lease.held:
            return True
        if lease.renew():
            self._taken_for_once = True  # nobody renews it for us
            return True
        self._lock.release()
        return False

    def release(self) -> None:
        """Give the turn back."""
        if self._lease is not None and self._taken_for_once:
            self._lease.release()
            self._taken_for_once = False
        self._lock.release()

    @property
    def lost(self) -> bool:
        """Whether another machine may have the turn by now, so that no further letter is begun."""
        return self._lease is not None and not self._lease.held


def _schema() -> str:
    """Return procrastinate's own text of its tables. Raises ConfigError where it is not installed."""
    try:
        from procrastinate.schema import SchemaManager
    except ModuleNotFoundError as error:
        raise ConfigError(missing()) from error
    schema: str = SchemaManager.get_schema()
    return schema


def missing() -> str:
    """Say that procrastinate is not installed, and what to type."""
    return (
        '[engine] kind = "procrastinate" 用的组件 procrastinate 没有安装。'
        f"请运行 {INSTALL} 后再试。"
    )


def account_of(url: MailboxUrl | RelayUrl | MaildirUrl) -> str:
    """Name an account of a server, or a folder that stands for one."""
    if isinstance(url, MaildirUrl):
        return str(url.path)
    return f"{url.account}@{url.host}:{url.port}"
