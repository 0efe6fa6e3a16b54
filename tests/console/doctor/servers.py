"""Mail servers that fail in one way each."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

HOST = "127.0.0.1"


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Hand each connection to `serve` in a thread of its own; gives the port."""
    with socket.create_server((HOST, 0)) as listener:

        def work(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError, ssl.SSLError):
                serve(connection)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=work, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def silent(connection: socket.socket) -> None:
    """Accept and say nothing until the other side gives up."""
    while connection.recv(4096):
        pass


def plain(connection: socket.socket) -> None:
    """Greet without TLS where TLS is expected."""
    connection.sendall(b"* OK ready\r\n220 ready\r\n")
    connection.recv(1)


def hanging_up(_: socket.socket) -> None:
    """Close at once."""


def secured(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Shake hands with a certificate, then close."""

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(1)

    return serve


def refusing_imap(words: bytes) -> Callable[[socket.socket], None]:
    """Speak IMAP up to the login, which is refused with these words."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        for line in connection.makefile("rb"):
            tag, command = line.split()[:2]
            if command.upper() == b"CAPABILITY":
                connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
            elif command.upper() == b"LOGIN":
                connection.sendall(tag + b" NO " + words + b"\r\n")
            else:
                connection.sendall(tag + b" OK done\r\n")

    return serve


def refusing_smtp(words: bytes) -> Callable[[socket.socket], None]:
    """Speak SMTP up to the login, which is refused with these words."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"220 relay.example ready\r\n")
        for line in connection.makefile("rb"):
            command = line.split()[0].upper()
            if command == b"EHLO":
                connection.sendall(b"250-relay.example\r\n250 AUTH PLAIN LOGIN\r\n")
            elif command == b"AUTH":
                connection.sendall(words + b"\r\n")
            else:
                connection.sendall(b"250 ok\r\n")

    return serve
