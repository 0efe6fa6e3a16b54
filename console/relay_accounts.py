"""A relay's account that several offices use: one speaks to it at a time, its ceilings count once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import DBAPIError

_log = logging.getLogger(__name__)

Sent = Callable[[datetime, datetime], int]
"""Counts the letters of an office that left between two moments, in its own ledger."""

_SLICE = 0.5
"""Seconds between two looks whether an office that waits for the account is to stop."""


@dataclass(slots=True)
class _Office:
    sent: Sent
    known: dict[timedelta, int] = field(default_factory=dict)
    """What was counted last within so long, for while its ledger is away."""


@dataclass(frozen=True, slots=True)
class _Account:
    turn: Lock = field(default_factory=Lock)
    offices: dict[str, _Office] = field(default_factory=dict)


class RelayAccounts:
    """
    Which offices use which account of a relay. Of one office another learns a number, nothing else.

    Safe in any thread.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self._guard = Lock()

    @contextmanager
    def joined(self, office: str, account: str, sent: Sent) -> Iterator[SharedAccount]:
        """Have an office's letters counted among the account's, as long as it is open."""
        with self._guard:
            found = self._accounts.setdefault(account, _Account())
            found.offices[office] = _Office(sent)
        try:
            yield SharedAccount(office, found)
        finally:
            with self._guard:
                found.offices.pop(office, None)


class SharedAccount:
    """An account of a relay as one of the offices that use it sees it."""

    def __init__(self, office: str, account: _Account) -> None:
        self._office = office
        self._account = account

    def acquire(self, halted: Callable[[], bool]) -> bool:
        """Wait until no other office speaks to the relay; False when `halted` says so first."""
        while not self._account.turn.acquire(timeout=_SLICE):
            if halted():
                return False
        return True

    def release(self) -> None:
        """Let the next office speak to it."""
        self._account.turn.release()

    def sent_by_others(self, since: datetime, now: datetime) -> int:
        """Count what the other offices sent; one whose ledger is away counts as it did last."""
        total = 0
        for name, office in list(self._account.offices.items()):
            if name == self._office:
                continue
            try:
                office.known[now - since] = office.sent(since, now)
            except DBAPIError as error:
                _log.warning("单位 %s 发了多少暂时查不到：%s", name, error.orig)
            total += office.known.get(now - since, 0)
        return total
