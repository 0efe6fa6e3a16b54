"""A mailbox is watched by the one process that collects it."""

from __future__ import annotations

import threading

from ingest.mailboxes.watching import watch_while
from tests.ingest.conftest import Account
from tests.ingest.netease import NetEase, wire

LETTER = b"From: qian@hutang.example\r\nSubject: 1\r\n\r\ntext\r\n"
PATIENCE = 60.0


def test_who_stands_by_has_no_connection_until_the_mailbox_is_his(account: Account) -> None:
    with wire(account.server.port) as line:
        wakes, halted, ours = threading.Semaphore(0), threading.Event(), threading.Event()
        asked = threading.Semaphore(0)

        def is_ours() -> bool:
            asked.release()
            return ours.is_set()

        thread = threading.Thread(
            target=watch_while,
            args=(account.mailbox(line.port), wakes.release, halted, is_ours, 0.01),
        )
        thread.start()
        try:
            for _ in range(3):
                assert asked.acquire(timeout=PATIENCE)
            assert line.commands == []
            for logins in (1, 2):
                ours.set()
                assert wakes.acquire(timeout=PATIENCE)
                account.deliver(LETTER)
                assert wakes.acquire(timeout=PATIENCE)
                ours.clear()  # another machine has it
                while line.commands.count("LOGOUT") < logins:
                    assert thread.is_alive()
                assert line.commands.count("LOGIN") == logins
                while wakes.acquire(blocking=False):
                    pass
        finally:
            halted.set()
            thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_server_that_tells_nothing_is_asked_once(account: Account) -> None:
    with wire(account.server.port, NetEase) as line:
        mailbox = account.mailbox(line.port, identity={"name": "test"})
        watch_while(mailbox, lambda: None, threading.Event(), lambda: True)
        assert line.commands.count("LOGIN") == 1
