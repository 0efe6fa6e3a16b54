"""The IMAP mailbox against a Dovecot that answers as NetEase does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.mailboxes.mailbox import MailboxRefused
from tests.ingest.conftest import Account, Ledger
from tests.ingest.netease import NetEase, wire

LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\ntext\r\n"
IDENTITY = {"name": "test", "version": "1"}
JUNK = ("垃圾邮件", "病毒文件夹")


def test_netease_is_told_who_asks_after_every_login(account: Account, ledger: Ledger) -> None:
    for number in range(2):
        account.deliver(LETTER % number)
    with wire(account.server.port, NetEase) as line:
        mailbox = account.mailbox(line.port, identity=IDENTITY)
        letters = []
        for arrival in mailbox.list_new(ledger.known):
            line.cut()
            letters.append(mailbox.fetch(arrival))
        assert letters == [LETTER % 0, LETTER % 1]
        logins = [command.split()[0] for command in line.commands]
        assert logins.count("ID") == logins.count("LOGIN") == 3


def test_netease_refuses_the_unknown_and_the_remedy_is_told(
    account: Account, ledger: Ledger
) -> None:
    with wire(account.server.port, NetEase) as line, pytest.raises(MailboxRefused, match="授权码"):
        ledger.collect(account.mailbox(line.port))


def test_netease_letters_arrive_once_from_inbox_and_junk(account: Account, ledger: Ledger) -> None:
    moment = datetime(2022, 3, 4, 23, 30, tzinfo=UTC)
    account.deliver(LETTER % 1, received=moment.timestamp())
    account.deliver(LETTER % 2, "病毒文件夹")
    account.deliver(LETTER % 3, "草稿箱")
    with wire(account.server.port, NetEase) as line:
        mailbox = account.mailbox(line.port, identity=IDENTITY, junk_folders=JUNK)
        first, second = mailbox.list_new(ledger.known)
        assert (first.received, first.location.uidvalidity) == (moment, 1)
        assert first.received.utcoffset() is not None
        assert second.location.folder == "病毒文件夹"
        assert ledger.collect(mailbox) == [LETTER % 1, LETTER % 2]
        assert ledger.collect(mailbox) == []
        account.deliver(LETTER % 4)
        assert ledger.collect(mailbox) == [LETTER % 4]
        assert ledger.collect(mailbox) == []
        assert mailbox.count()["INBOX"] == 2


def test_netease_swaps_are_seen_though_the_count_stays(account: Account, ledger: Ledger) -> None:
    with wire(account.server.port, NetEase) as line:
        mailbox = account.mailbox(line.port, identity=IDENTITY)
        old = account.deliver(LETTER % 1)
        assert ledger.collect(mailbox) == [LETTER % 1]
        assert ledger.collect(mailbox) == []
        old.unlink()
        account.deliver(LETTER % 2)
        assert ledger.collect(mailbox) == [LETTER % 2]
