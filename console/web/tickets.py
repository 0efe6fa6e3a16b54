"""
What the program keeps for a person between two pages: known by a random key, for some minutes, in memory.

A login between password and code, a new authenticator before its first code, a secret that is shown once:
none of them may stand in an address, in a cookie or in the ledger. When the program ends they are gone, and
the person begins again.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

LASTS = timedelta(minutes=10)
MOST = 200
"""So many are kept; the oldest go first."""


class Tickets(Generic[T]):
    """Values by random keys, each for LASTS. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[datetime, T]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, value: T, now: datetime) -> str:
        """Keep a value; returns its key, fit for a URL."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[key] = (now + LASTS, value)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str, now: datetime) -> T | None:
        """Return what is kept under a key; None when there is nothing, or no longer."""
        with self._lock:
            until, value = self._kept.get(key, (now, None))
            return value if until > now else None

    def drop(self, key: str) -> None:
        """Forget a value; forgetting it twice is no error."""
        with self._lock:
            self._kept.pop(key, None)
