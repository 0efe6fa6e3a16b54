"""
A wire between a mail program and a real IMAP server: it listens, cuts, and can make the server
answer as NetEase's does.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import BinaryIO

HOST = "127.0.0.1"
LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


class Script:
    """What happens to the lines of one connection; this one leaves them as they are."""

    def command(self, line: bytes) -> bytes | None:
        """The answer given in the server's place, or None: the server shall answer."""
        return None

    def answer(self, line: bytes) -> bytes:
        """The server's line as the mail program gets it; empty: it is kept back."""
        return line


@dataclass
class Wire:
    """A proxy on `port`. `commands` are what mail programs sent, without tags and passwords."""

    port: int
    commands: list[str] = field(default_factory=list)
    _ends: list[socket.socket] = field(default_factory=list)

    def cut(self) -> None:
        """Cut all connections."""
        while self._ends:
            end = self._ends.pop()
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def connect(self, program: socket.socket, server_port: int, script: Script) -> None:
        server = socket.create_connection((HOST, server_port))
        for end in (program, server):  # line by line: each would wait for the last one's receipt
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ends += [program, server]
        lock = threading.Lock()

        def write(end: socket.socket, data: bytes) -> None:
            with lock:
                end.sendall(data)

        def up(source: BinaryIO) -> None:
            for line in source:
                _, _, rest = line.decode().strip().partition(" ")
                self.commands.append("LOGIN" if rest.startswith("LOGIN") else rest)
                said = script.command(line)
                if said is None:
                    write(server, line)
                else:
                    write(program, said)

        def down(source: BinaryIO) -> None:
            for line in source:
                literal = LITERAL.search(line)
                write(program, script.answer(line))
                left = int(literal[1]) if literal else 0
                while left and (data := source.read(min(left, 1 << 20))):
                    left -= len(data)
                    write(program, data)

        def pump(work: Callable[[BinaryIO], None], source: socket.socket) -> None:
            with contextlib.suppress(OSError), source.makefile("rb") as stream:
                work(stream)
            for end in (program, server):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            source.close()

        threading.Thread(target=pump, args=(up, program), daemon=True).start()
        threading.Thread(target=pump, args=(down, server), daemon=True).start()


@contextlib.contextmanager
def wire(server_port: int, script: Callable[[], Script] = Script) -> Iterator[Wire]:
    """A proxy before the server on `server_port`; each connection has a `script` of its own."""
    with socket.create_server((HOST, 0)) as listener:
        made = Wire(listener.getsockname()[1])

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    program, _ = listener.accept()
                    try:
                        made.connect(program, server_port, script())
                    except OSError:  # the server is down: so are we
                        program.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the one that accepts
            thread.join()
            made.cut()


class NetEase(Script):
    """What NetEase's Coremail does otherwise than RFC 3501 says or mail programs expect."""

    capabilities = b"IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS UIDPLUS SASL-IR"

    def __init__(self) -> None:
        self._identified = False

    def command(self, line: bytes) -> bytes | None:
        tag, _, rest = line.strip().partition(b" ")
        words = rest.upper().split()
        if words[0] == b"ID":
            self._identified = True
            return b'* ID ("name" "Coremail Imap")\r\n' + tag + b" OK ID completed\r\n"
        if words[0] == b"CAPABILITY":
            return b"* CAPABILITY %s\r\n%s OK done\r\n" % (self.capabilities, tag)
        if words[0] in (b"SELECT", b"EXAMINE") and not self._identified:
            refused = b"Unsafe Login. Please contact kefu@188.com for help"
            return b"%s NO %s %s\r\n" % (tag, words[0], refused)
        if words[0] == b"STATUS" and b"UIDNEXT" in rest:
            return b'* STATUS "INBOX" ()\r\n' + tag + b" OK STATUS completed\r\n"
        if (words[0] == b"LIST" and b"RETURN" in words) or words[:3] == [b"UID", b"SEARCH", b"UID"]:
            return tag + b" BAD Parse command error\r\n"
        return None

    def answer(self, line: bytes) -> bytes:
        if line.startswith(b"* OK [UIDNEXT"):
            return b""
        line = re.sub(rb"\[CAPABILITY [^]]*\] ?", b"", line)
        line = re.sub(rb"\[UIDVALIDITY \d+\]", b"[UIDVALIDITY 1]", line)
        return re.sub(rb'(?<=INTERNALDATE ")[^"]*', _in_china, line)


def _in_china(found: re.Match[bytes]) -> bytes:
    layout = "%d-%b-%Y %H:%M:%S %z"
    moment = datetime.strptime(found[0].decode().strip(), layout)  # noqa: DTZ007  `layout` has %z
    return moment.astimezone(timezone(timedelta(hours=8))).strftime(layout).encode()
