"""What tests of delivery share: patience, and a wire between relay and server that fails on command."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field

from notifier.delivery.smtp_session import Timeouts

PATIENT = Timeouts(10.0, 10.0, 10.0, 10.0)
HASTY = Timeouts(0.3, 0.3, 0.3, 0.3)


@dataclass
class Wire:
    """
    Passes bytes between a relay and a server, both ways, without TLS.

    Once the relay has sent `fatal`, `times` times at most: the server hears it, if `heard`, and then the
    relay hears nothing more: the connection is cut, or stays silent if `silent`.
    """

    server: tuple[str, int]
    fatal: bytes = b""
    heard: bool = True
    silent: bool = False
    times: int = 1
    connections: int = 0
    _fatal_came: threading.Event = field(default_factory=threading.Event)
    _listener: socket.socket = field(default_factory=socket.socket)
    _open: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> Wire:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *self._open):
            _end(one)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def answered(self) -> bool:
        """Wait until the server has answered what the relay will never hear."""
        return self._fatal_came.wait(60)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self.server)
                self.connections += 1
                self._open += [near, far]
                ends = (near, far, threading.Event(), threading.Event())
                for way in (self._out, self._back):
                    threading.Thread(target=way, args=ends, daemon=True).start()

    def _out(
        self,
        near: socket.socket,
        far: socket.socket,
        dead: threading.Event,
        answered: threading.Event,
    ) -> None:
        said = b""
        with contextlib.suppress(OSError):
            while piece := near.recv(65536):
                said += piece
                if self.fatal and self.times and self.fatal in said and not dead.is_set():
                    self.times -= 1
                    dead.set()
                    if self.heard:
                        far.sendall(piece)
                        answered.wait(5)  # what the server took is known when the relay hears of it
                    self._fatal_came.set()
                    if not self.silent:
                        _end(near)
                    return
                far.sendall(piece)
        _end(far)

    def _back(
        self,
        near: socket.socket,
        far: socket.socket,
        dead: threading.Event,
        answered: threading.Event,
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := far.recv(65536):
                if dead.is_set():
                    answered.set()
                else:
                    near.sendall(piece)
        answered.set()
        if not dead.is_set():
            _end(near)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
