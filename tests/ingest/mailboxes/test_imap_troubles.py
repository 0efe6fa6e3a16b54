"""The IMAP mailbox when something goes wrong: connections, servers, logins."""

from __future__ import annotations

import logging
import ssl
from typing import Any

import pytest

from ingest.mailboxes.imap import ImapMailbox
from ingest.mailboxes.mailbox import MailboxRefused, MessageExpunged, TransientError
from tests.ingest.conftest import Account, Ledger
from tests.ingest.netease import Script, wire

LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\ntext\r\n"


def test_a_letter_deleted_between_look_and_fetch_is_gone(account: Account, ledger: Ledger) -> None:
    deleted = account.deliver(LETTER % 1)
    account.deliver(LETTER % 2)
    mailbox = account.mailbox()
    arrivals = list(mailbox.list_new(ledger.known))
    deleted.unlink()
    with pytest.raises(MessageExpunged):
        account.mailbox().fetch(arrivals[0])
    assert mailbox.fetch(arrivals[1]) == LETTER % 2
    assert ledger.collect(mailbox) == [LETTER % 2]


@pytest.mark.parametrize("accident", ["cut", "restart"])
def test_a_round_goes_on_over_a_new_connection(
    account: Account, ledger: Ledger, accident: str
) -> None:
    for number in range(4):
        account.deliver(LETTER % number)
    with wire(account.server.port) as line:
        mailbox = account.mailbox(line.port)
        letters: list[Any] = []
        for arrival in mailbox.list_new(ledger.known):
            if accident == "restart" and len(letters) == 2:
                account.server.stop()
                account.server.start()
            else:
                line.cut()
            letters.append(mailbox.fetch(arrival))
            ledger.record(arrival)
        assert letters == [LETTER % number for number in range(4)]


def test_a_connection_lost_between_two_rounds_is_not_noticed(
    account: Account, ledger: Ledger
) -> None:
    with wire(account.server.port) as line:
        mailbox = account.mailbox(line.port)
        assert ledger.collect(mailbox) == []
        account.deliver(LETTER % 1)
        line.cut()
        assert ledger.collect(mailbox) == [LETTER % 1]


def test_a_server_that_is_down_is_weather_and_afterwards_all_arrives(
    account: Account, ledger: Ledger
) -> None:
    account.deliver(LETTER % 1)
    account.deliver(LETTER % 2)
    mailbox = account.mailbox()
    look = mailbox.list_new(ledger.known)
    arrival = next(look)
    account.server.stop()
    try:
        with pytest.raises(TransientError):
            mailbox.fetch(arrival)
        with pytest.raises(TransientError):
            next(mailbox.list_new(ledger.known))
        mailbox.close()
    finally:
        account.server.start()
    assert ledger.collect(mailbox) == [LETTER % 1, LETTER % 2]


def test_a_server_that_stays_silent_is_weather(account: Account, ledger: Ledger) -> None:
    class Silent(Script):
        def command(self, line: bytes) -> bytes | None:
            return b"" if b"FETCH" in line else None

    account.deliver(LETTER % 1)
    with wire(account.server.port, Silent) as line:
        mailbox = account.mailbox(line.port, timeout=0.2)
        with pytest.raises(TransientError):
            ledger.collect(mailbox)


@pytest.mark.parametrize(
    "said",
    [
        b"* BYE too many connections\r\n",
        b"%s NO [UNAVAILABLE] come back later\r\n",
        b"%s NO [INUSE] busy\r\n",
    ],
)
def test_a_login_that_fails_in_passing_is_weather(
    account: Account, ledger: Ledger, said: bytes
) -> None:
    class Busy(Script):
        def command(self, line: bytes) -> bytes | None:
            if b" LOGIN " not in line:
                return None
            return said % line.split()[0] if b"%s" in said else said

    with wire(account.server.port, Busy) as line:
        mailbox = account.mailbox(line.port, timeout=2.0)
        with pytest.raises(TransientError):
            ledger.collect(mailbox)


def test_a_wrong_password_is_refused_with_the_remedy_and_stays_secret(
    account: Account,
    ledger: Ledger,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox = account.mailbox(password="hunter2-wrong")
    with pytest.raises(MailboxRefused, match="授权码") as caught:
        ledger.collect(mailbox)
    spoken = [
        str(caught.value),
        repr(caught.value),
        repr(mailbox),
        caplog.text,
        *capfd.readouterr(),
    ]
    assert not any("hunter2" in text for text in spoken)


def test_a_password_that_the_server_repeats_stays_secret(account: Account, ledger: Ledger) -> None:
    class Talkative(Script):
        def command(self, line: bytes) -> bytes | None:
            tag, word, *rest = line.split()
            return tag + b" NO bad password " + rest[1] + b"\r\n" if word == b"LOGIN" else None

    with wire(account.server.port, Talkative) as line:
        mailbox = account.mailbox(line.port, password="hunter2-wrong")
        with pytest.raises(MailboxRefused) as caught:
            ledger.collect(mailbox)
        assert "bad password" in str(caught.value) and "hunter2" not in str(caught.value)


def test_a_password_in_full_width_characters_is_refused_with_the_remedy(
    account: Account, ledger: Ledger
) -> None:
    with pytest.raises(MailboxRefused, match="半角"):
        ledger.collect(account.mailbox(password="ｈunter2"))


def test_an_unknown_authority_is_refused(account: Account, ledger: Ledger) -> None:
    mailbox = account.mailbox(account.server.tls_port, tls=True)
    with pytest.raises(MailboxRefused, match="证书"):
        ledger.collect(mailbox)


def test_a_trusted_authority_is_enough(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 1)
    trusted = ssl.create_default_context(cafile=str(account.server.ca))
    mailbox = account.mailbox(account.server.tls_port, tls=True, context=trusted)
    assert ledger.collect(mailbox) == [LETTER % 1]


def test_a_mailbox_never_opened_is_closed_without_complaint() -> None:
    ImapMailbox("mail.example", 993, "inbox", "secret").close()
