"""A wire between a program and a server that cuts, stalls and refuses connections at random, until it is calm."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from types import TracebackType
from typing import Self

CUT, STALLED, REFUSED = 0.15, 0.05, 0.1
"""Shares of connections that break after some bytes, fall silent after some, or are refused."""
MOST_BYTES = 40_000
STALL_SECONDS = 4.0


class FaultWire:
    """Passes bytes both ways; listens on `port` of this machine."""

    def __init__(self, server: tuple[str, int], chance: random.Random) -> None:
        self._server = server
        self._chance = chance
        self._calm = threading.Event()
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        _close(self._listener)

    def calm(self) -> None:
        """Fail no more."""
        self._calm.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._closed.is_set():
                near, _ = self._listener.accept()
                drawn = 1.0 if self._calm.is_set() else self._chance.random()
                if drawn < REFUSED:
                    _close(near)
                    continue
                try:
                    far = socket.create_connection(self._server)
                except OSError:
                    _close(near)
                    continue
                left = self._chance.randint(1, MOST_BYTES)
                fails = drawn < REFUSED + CUT + STALLED
                stalls = fails and drawn < REFUSED + STALLED
                wire = _Wire(near, far, left if fails else None, stalls, self._closed)
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=wire.carry, args=ends, daemon=True).start()


class _Wire:
    def __init__(
        self,
        near: socket.socket,
        far: socket.socket,
        left: int | None,
        stalls: bool,
        closed: threading.Event,
    ) -> None:
        self._ends = (near, far)
        self._left = left
        self._stalls = stalls
        self._closed = closed

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """Carry bytes one way until the wire breaks."""
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if self._left is not None:
                    whole, piece = piece, piece[: self._left]
                    self._left -= len(whole)
                    target.sendall(piece)
                    if self._left <= 0:
                        if self._stalls:
                            self._closed.wait(STALL_SECONDS)
                        break
                    continue
                target.sendall(piece)
        for one in self._ends:
            _close(one)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
