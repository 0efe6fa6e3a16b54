"""
What one connection and one address may take of the pages' server, so that nobody keeps it to himself.

uvicorn waits for ever for the head of a request and for its body. Here both have their time, and an address
its number of connections; the office's own reverse proxies, which speak for many, are not counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """
    Bounds of the server.

    `head_seconds`: until the head of a request is there, also the first; `body_seconds`: from then until
    its body is; `per_address` and `in_all`: open connections.
    """

    head_seconds: float = 20.0
    body_seconds: float = 300.0
    per_address: int = 24
    in_all: int = 200


@dataclass(slots=True)
class Open:
    """How many connections are open, by address; of one event loop, hence without a lock."""

    by_address: Counter[str] = field(default_factory=Counter)


def limited(limits: ConnectionLimits, proxies: Collection[str] = ()) -> type[asyncio.Protocol]:
    """Return a protocol class for uvicorn that keeps these limits."""
    import h11  # uvicorn is slow to load, and needed only where pages are served
    from uvicorn.protocols.http.h11_impl import H11Protocol

    counted = Open()

    class LimitedProtocol(H11Protocol):
        """HTTP/1.1 with a time for each part of a request, and a number of connections an address."""

        _deadline: asyncio.TimerHandle | None = None
        _address: str | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            address = self.client[0] if self.client else ""
            self._address = address
            counted.by_address[address] += 1
            too_many = address not in proxies and counted.by_address[address] > limits.per_address
            if too_many or counted.by_address.total() > limits.in_all:
                _log.warning("来自 %s 的连接太多，没有接受", address)
                transport.abort()
                return
            self._expect(limits.head_seconds)

        def connection_lost(self, exc: Exception | None) -> None:
            self._expect(None)
            if self._address is not None:
                counted.by_address[self._address] -= 1
                if counted.by_address[self._address] <= 0:
                    del counted.by_address[self._address]
                self._address = None
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            before = self.conn.their_state
            super().data_received(data)
            self._wait_on(before)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if self.conn.their_state is h11.IDLE:
                self._expect(limits.head_seconds)

        def _wait_on(self, before: Any) -> None:
            """Give the part of a request that is coming its time; one that came whole waits for us."""
            now = self.conn.their_state
            if now is h11.SEND_BODY and before is not h11.SEND_BODY:
                self._expect(limits.body_seconds)
            elif now not in (h11.IDLE, h11.SEND_BODY):
                self._expect(None)

        def _expect(self, seconds: float | None) -> None:
            """Cut the connection after so many seconds; None: take that back."""
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None
            if seconds is not None:
                self._deadline = self.loop.call_later(seconds, self._cut)

        def _cut(self) -> None:
            if self.transport is not None:
                self.transport.abort()

    return LimitedProtocol
