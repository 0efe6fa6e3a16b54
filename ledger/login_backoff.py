"""How long to wait before a server that refused our login is asked again; for IMAP and SMTP alike."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from threading import Lock

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3600.0
"""Seconds. Servers lock an account that knocks too often with a secret that is no longer good."""


class LoginBackOff:
    """
    Pauses after refused logins: 1, 2, 4 … 60 minutes; none once the secret is another one.

    Only a digest of the secret is kept. `clock` tells monotonic seconds. May be used by several threads.
    """

    def __init__(
        self,
        first: float = FIRST_PAUSE,
        longest: float = LONGEST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._longest = longest
        self._clock = clock
        self._lock = Lock()
        self._refusals = 0
        self._until = 0.0
        self._secret = b""
        self._error: Exception | None = None

    def seconds_left(self, secret: str) -> float:
        """Return the seconds until a login with `secret` may be tried, 0.0 when it may be now."""
        with self._lock:
            if self._error is None or self._secret != _digest(secret):
                return 0.0
            return max(0.0, self._until - self._clock())

    @property
    def error(self) -> Exception | None:
        """What the last refused login raised, None once one succeeded."""
        return self._error

    def refused(self, secret: str, error: Exception) -> float:
        """Note that a login with `secret` was refused with `error`; return the pause in seconds."""
        with self._lock:
            digest = _digest(secret)
            self._refusals = self._refusals + 1 if digest == self._secret else 1
            pause = min(self._longest, self._first * 2.0 ** min(self._refusals - 1, 30))
            self._secret, self._error = digest, error
            self._until = self._clock() + pause
            return pause

    def succeeded(self) -> None:
        """Note that a login succeeded: nothing is held back any more."""
        with self._lock:
            self._refusals, self._error, self._secret = 0, None, b""


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
