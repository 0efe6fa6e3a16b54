"""
One SMTP connection whose every step waits as long as RFC 5321 4.5.3.2 says.

smtplib knows one time-out for all: too short for the letter's end (a relay that works for a minute gets
the letter twice), so the socket's is set before each step.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Self

from notifier.delivery.smtp_replies import Stage

BLOCK = 64 * 1024
OURS = "[127.0.0.1]"
"""RFC 5321 4.1.3; getfqdn() may hang, and would tell our machine's name."""

Reply = tuple[int, str]
"""A reply's code and its text."""


class Tls(Enum):
    """How a connection is secured: from its first byte, by the command STARTTLS, not at all."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """
    Seconds that each step may take.

    Source: RFC 5321 4.5.3.2: greeting, MAIL and RCPT 5 minutes, DATA 2, each block 3, the end 10.
    """

    command: float = 300.0
    data: float = 120.0
    block: float = 180.0
    end: float = 600.0


class Lost(Exception):
    """The connection broke or kept silent for too long; `stage` is what was waited for."""

    def __init__(self, stage: Stage, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}"[:200])
        self.stage = stage


class SmtpSession:
    """An open connection, secured and greeted, without login. Raises Lost where a method says nothing else."""

    def __init__(self, client: smtplib.SMTP, timeouts: Timeouts) -> None:
        self._client = client
        self._timeouts = timeouts

    @classmethod
    def open(
        cls, host: str, port: int, tls: Tls, context: ssl.SSLContext, timeouts: Timeouts
    ) -> Self:
        """Connect, secure the connection and greet. Raises OSError and SMTPException."""
        client: smtplib.SMTP | None = None
        wait = timeouts.command
        try:
            if tls is Tls.IMPLICIT:
                client = smtplib.SMTP_SSL(host, port, OURS, timeout=wait, context=context)
            else:
                client = smtplib.SMTP(host, port, OURS, timeout=wait)
            if tls is Tls.STARTTLS:
                code, answer = client.starttls(context=context)
                if code != 220:
                    raise smtplib.SMTPResponseException(code, answer)
            client.ehlo_or_helo_if_needed()
            if client.sock is not None:
                # else a letter's last bytes wait for those before to be acknowledged (RFC 896): 40 ms
                client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            if client is not None:
                client.close()
            raise
        return cls(client, timeouts)

    def login(self, account: str, password: str) -> None:
        """Log in. Raises OSError and SMTPException."""
        self._client.login(account, password)

    def mail(self, raw: bytes, sender: str) -> Reply:
        """Give MAIL with what the server announced (RFC 6152, 1870)."""
        options = []
        if self._client.has_extn("8bitmime") and not raw.isascii():
            options.append("BODY=8BITMIME")
        if self._client.has_extn("size"):
            options.append(f"SIZE={len(raw)}")
        return self._step(
            Stage.MAIL, self._timeouts.command, lambda: self._client.mail(sender, options)
        )

    def rcpt(self, recipient: str) -> Reply:
        """Give RCPT."""
        return self._step(Stage.RCPT, self._timeouts.command, lambda: self._client.rcpt(recipient))

    def reset(self) -> None:
        """Give RSET, ready for the next letter (RFC 5321 4.1.1.5)."""
        self._step(Stage.DATA, self._timeouts.command, self._client.rset)

    def data(self, raw: bytes, before_end: Callable[[], None]) -> tuple[Stage, Reply]:
        """
        Give DATA and the letter (RFC 5321 4.1.1.4, 4.5.2).

        Returns: what was answered, and the reply: to DATA when that was refused, else to the end.
        Raises:  Lost, with Stage.END only once the end may have reached the server; what `before_end`
                 raises.
        """
        reply = self._step(Stage.DATA, self._timeouts.data, lambda: self._client.docmd("DATA"))
        if reply[0] != 354:
            return Stage.DATA, reply
        body = re.sub(rb"(?m)^\.", b"..", raw)
        view = memoryview(body if body.endswith(b"\r\n") else body + b"\r\n")
        for start in range(0, len(view), BLOCK):
            block = view[start : start + BLOCK]
            self._within(self._timeouts.block)
            try:
                self._client.send(block)
            except (OSError, smtplib.SMTPException) as error:
                raise Lost(Stage.DATA, error) from error
        before_end()
        return Stage.END, self._step(Stage.END, self._timeouts.end, self._end)

    def quit(self) -> None:
        """Say goodbye and close; nothing is raised."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._within(self._timeouts.command)
            self._client.quit()
        self.close()

    def cut(self) -> None:
        """Cut the connection under whoever waits for an answer in another thread; never raises."""
        client_socket = self._client.sock
        if client_socket is not None:
            with contextlib.suppress(OSError):
                # not SSLSocket's own, which would take the TLS object from under the other thread
                socket.socket.shutdown(client_socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close without a word."""
        self._client.close()

    def _end(self) -> tuple[int, bytes]:
        self._client.send(b".\r\n")
        return self._client.getreply()

    def _step(
        self, stage: Stage, seconds: float, step: Callable[[], tuple[int, bytes | str]]
    ) -> Reply:
        try:
            self._within(seconds)
            code, answer = step()
        except (OSError, smtplib.SMTPException) as error:
            raise Lost(stage, error) from error
        return code, text_of(answer)

    def _within(self, seconds: float) -> None:
        if self._client.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        self._client.sock.settimeout(seconds)


def text_of(answer: bytes | str) -> str:
    """Decode a reply: NetEase's are ASCII, other Chinese servers' may be GBK."""
    if isinstance(answer, str):
        return answer
    try:
        return answer.decode("utf-8")
    except UnicodeDecodeError:
        return answer.decode("gb18030", "replace")
