"""A real IMAP server for the tests of this room, and an account of its own for each of them."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from imapclient import imap_utf7

from bench.servers import NOBODY, Dovecot, dovecot
from ingest.mailboxes.imap import ImapMailbox
from ingest.mailboxes.mailbox import Fault, Mailbox, MessageInfo, MessageUnreadable
from ledger.letter_types import Seen, Stamp

ACCOUNTS = tuple(f"inbox{number}" for number in range(300))
PASSWORD = "correct horse-battery"


@dataclass
class Ledger:
    """Remembers what was looked at, as the book does."""

    seen: dict[tuple[str, str, int], dict[str, Stamp]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def known(self, account: str, folder: str, uidvalidity: int) -> Seen:
        return Seen(self.seen.setdefault((account, folder, uidvalidity), {}))

    def record(self, arrival: MessageInfo) -> None:
        place = arrival.location
        stamps = self.seen.setdefault((place.account, place.folder, place.uidvalidity), {})
        stamps[place.uid] = Stamp(arrival.received, arrival.size)

    def collect(self, mailbox: Mailbox) -> list[bytes]:
        """One round: each new letter fetched and recorded."""
        letters = []
        for arrival in mailbox.list_new(self.known, self.faults.append):
            try:
                letters.append(mailbox.fetch(arrival))
            except MessageUnreadable as error:
                self.faults.append(
                    Fault(
                        arrival.location.folder,
                        str(error),
                        arrival.location,
                        skipped=error.skipped,
                    )
                )
                continue
            self.record(arrival)
        return letters


@dataclass
class Account:
    """An account on the server; letters are delivered into its maildir."""

    server: Dovecot
    name: str
    _mailboxes: list[ImapMailbox] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def path(self) -> Path:
        return self.server.maildir(self.name)

    def deliver(self, letter: bytes, folder: str = "INBOX", received: float | None = None) -> Path:
        """A letter into `folder`, which is made when there is none; `received` in POSIX seconds."""
        place = self.path
        if folder != "INBOX":
            place = place / ("." + imap_utf7.encode(folder).decode())
        for part in (place, place / "tmp", place / "new", place / "cur"):
            if not part.exists():
                part.mkdir()
                give_away(part)
        name = f"17000{next(self._numbers):05}.M1.example"
        file = place / "tmp" / name
        file.write_bytes(letter)
        if received is not None:
            os.utime(file, (received, received))
        give_away(file)
        return file.rename(place / "new" / name)

    def mailbox(self, port: int | None = None, **more: object) -> ImapMailbox:
        """The account as a mailbox; it is closed when the test ends."""
        settings = {"tls": False, "password": PASSWORD, "timeout": 20.0} | more
        mailbox = ImapMailbox(
            self.server.host,
            port or self.server.port,
            self.name,
            **settings,  # type: ignore[arg-type]
        )
        self._mailboxes.append(mailbox)
        return mailbox

    def close(self) -> None:
        for mailbox in self._mailboxes:
            mailbox.close()


def give_away(path: Path) -> None:
    """To the user that Dovecot reads mail as."""
    if os.getuid() == 0:
        os.chown(path, NOBODY, NOBODY)


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Dovecot]:
    if not (shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")):
        pytest.skip("dovecot is not installed: apt install dovecot-imapd")
    with dovecot(dict.fromkeys(ACCOUNTS, PASSWORD)) as server:
        yield server


@pytest.fixture(scope="session")
def unused_accounts() -> Iterator[str]:
    return iter(ACCOUNTS)


@pytest.fixture
def account(imap_server: Dovecot, unused_accounts: Iterator[str]) -> Iterator[Account]:
    made = Account(imap_server, next(unused_accounts))
    yield made
    made.close()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()
