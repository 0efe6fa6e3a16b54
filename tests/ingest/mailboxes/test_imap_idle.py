"""New letters are told at once where the server offers IDLE."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingest.mailboxes.imap_idle import watch
from tests.ingest.conftest import Account, Ledger
from tests.ingest.netease import NetEase, Script, Wire, wire

LETTER = b"From: qian@hutang.example\r\nSubject: 1\r\n\r\ntext\r\n"
PATIENCE = 60.0


@contextmanager
def watching(
    account: Account, line: Wire, renew_after: float = 600.0
) -> Iterator[threading.Semaphore]:
    """Watch an account in a thread; the semaphore is released at each wake."""
    wakes = threading.Semaphore(0)
    halted = threading.Event()
    mailbox = account.mailbox(line.port)
    thread = threading.Thread(
        target=watch,
        args=(mailbox.connection.another(), wakes.release, halted),
        kwargs={"renew_after": renew_after, "pause": 0.01},
    )
    thread.start()
    try:
        assert wakes.acquire(timeout=PATIENCE)  # what was there before
        yield wakes
    finally:
        halted.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_letter_that_comes_is_told(account: Account) -> None:
    with wire(account.server.port) as line, watching(account, line) as wakes:
        for _ in range(2):
            account.deliver(LETTER)
            assert wakes.acquire(timeout=PATIENCE)
        assert "IDLE" in line.commands


class InOnePacket(Script):
    """The server's consent to IDLE comes late, in one packet with the first letter it tells of."""

    def __init__(self) -> None:
        self._kept = b""

    def answer(self, line: bytes) -> bytes:
        if line.startswith(b"+ ") or (self._kept and b"RECENT" not in line):
            self._kept += line
            return b""
        kept, self._kept = self._kept, b""
        return kept + line


def test_a_letter_told_in_one_packet_with_the_consent_is_not_missed(account: Account) -> None:
    with wire(account.server.port, InOnePacket) as line:
        watched, polled = account.mailbox(line.port), account.mailbox()
        told, halted = threading.Event(), threading.Event()
        ledger = Ledger()

        def wake() -> None:
            if list(polled.list_new(ledger.known, ledger.faults.append)):
                told.set()

        thread = threading.Thread(
            target=watch,
            args=(watched.connection.another(), wake, halted),
            kwargs={"pause": 0.01},
        )
        thread.start()
        try:
            while "IDLE" not in line.commands:
                assert thread.is_alive()
            account.deliver(LETTER)
            assert told.wait(PATIENCE)
        finally:
            halted.set()
            thread.join(PATIENCE)


def test_idle_is_begun_anew_before_the_server_gives_up(account: Account) -> None:
    with wire(account.server.port) as line, watching(account, line, 0.2) as wakes:
        account.deliver(LETTER)
        assert wakes.acquire(timeout=PATIENCE)
        while line.commands.count("IDLE") < 3:
            account.deliver(LETTER)
            assert wakes.acquire(timeout=PATIENCE)


def test_a_lost_connection_is_opened_again(account: Account) -> None:
    with wire(account.server.port) as line, watching(account, line) as wakes:
        line.cut()
        assert wakes.acquire(timeout=PATIENCE)
        account.deliver(LETTER)
        assert wakes.acquire(timeout=PATIENCE)
        assert line.commands.count("LOGIN") >= 2


def test_without_idle_there_is_nothing_to_watch(account: Account) -> None:
    with wire(account.server.port, NetEase) as line:
        mailbox = account.mailbox(line.port, identity={"name": "test"})
        mailbox.watch(lambda: pytest.fail("no IDLE, no news"), threading.Event())
        assert "IDLE" not in line.commands
