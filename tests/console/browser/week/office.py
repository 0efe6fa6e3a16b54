"""The office of the week: a real mailbox and relay, the program's rooms over them, and a clock."""

from __future__ import annotations

import email
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

import console.application
import console.composing
from bench.servers import HOST, Dovecot, dovecot
from console.actions import rounds
from console.application import Application, open_application
from console.settings.loading import load
from console.state import asked_round
from tests.console.office import ROOT
from tests.notifier.conftest import PlainController
from tests.notifier.conftest import Post as SmtpServer

USER, PASSWORD = "inbox", "correct horse-battery"
OFFICE = "inbox@office.example"
MONDAY = datetime(2022, 3, 28, 1, 0, tzinfo=UTC)
"""Nine in the morning of the week in which the quarter ends."""


@dataclass
class Clock:
    """The office's clock: it stands still unless somebody does something, or a day passes."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Office:
    """The program on its mailbox and relay; what officers mail arrives, what we mail is read."""

    application: Application
    clock: Clock
    mailbox: Dovecot
    relay: SmtpServer
    letters: int = 0
    read: list[EmailMessage] = field(default_factory=list)

    def receive(self, mail: EmailMessage) -> None:
        """Have a letter arrive as a mail server delivers it: written in tmp/, renamed into new/."""
        self.letters += 1
        mail["To"] = OFFICE
        mail["Message-ID"] = make_msgid(domain="town.example")
        maildir = self.mailbox.maildir(USER)
        name = f"{1_700_000_000 + self.letters}.M{self.letters}.week"
        path = maildir / "tmp" / name
        path.write_bytes(mail.as_bytes())
        moment = self.clock.now.timestamp()
        os.utime(path, (moment, moment))
        path.rename(maildir / "new" / name)

    def collect(self, *, asked: bool = False) -> None:
        """
        Run a round as the service does, and read what was sent.

        `asked`: a person pressed 立即收信, which is what the service looks for.
        """
        assert asked_round.take(self.application.settings.data_dir) is asked
        self.mailbox.give_away()
        result = rounds.run_round(self.application)
        assert not result.transient_error
        self.read = [
            message
            for one in self.relay.taken
            if isinstance(
                message := email.message_from_bytes(
                    one.original_content or b"", policy=policy.default
                ),
                EmailMessage,
            )
        ]

    def found(self, to: str, subject: str) -> list[EmailMessage]:
        """Return our letters to an address whose subject has such words (a pattern)."""
        return [one for one in self.read if to in one["To"] and re.search(subject, one["Subject"])]

    def mailed(self, to: str, subject: str) -> EmailMessage:
        """Return the latest letter of ours to an address whose subject has such words."""
        found = self.found(to, subject)
        assert found, (to, subject, [(one["To"], one["Subject"]) for one in self.read])
        return found[-1]


def words_of(mail: EmailMessage) -> str:
    """The plain text of a letter of ours."""
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def opens(path: Path, mailbox: int, relay: int) -> Path:
    """Write the office's config.toml with mailbox and relay of this machine; nothing else is changed."""
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    config = config.replace('\nsince = ""', '\nsince = "2022-03-01"')
    urls = iter((f'"imap://{USER}@{HOST}:{mailbox}"', f'"smtp://localhost:{relay}"'))
    config = re.sub(r'(?m)^url = "[^"]+"', lambda _: f"url = {next(urls)}", config)
    config = re.sub(r'(?m)^sender = "[^"]*"', f'sender = "{OFFICE}"', config)
    config = re.sub(r"(?m)^own_addresses = .*$", f'own_addresses = ["{OFFICE}"]', config)
    (path / "config.toml").write_text(config, encoding="utf-8")
    return path / "config.toml"


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """Open the office for a week; the program's clock is the week's."""
    clock, relay = Clock(), SmtpServer()
    controller = PlainController(relay)
    controller.start()
    try:
        with dovecot({USER: PASSWORD}) as mailbox, pytest.MonkeyPatch.context() as patch:
            for room in (console.application, console.composing, rounds):
                patch.setattr(room, "now", clock)
            environ = {"SHOUGAO_MAILBOX_PASSWORD": PASSWORD}
            settings = load(opens(folder, mailbox.port, controller.port), {})
            with open_application(settings, environ) as application:
                yield Office(application, clock, mailbox, relay)
    finally:
        controller.stop(no_assert=True)
