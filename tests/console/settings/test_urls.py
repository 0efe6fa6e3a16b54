"""Mailboxes and relays named by URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.settings.urls import (
    MailboxUrl,
    MaildirUrl,
    RelayUrl,
    UrlError,
    mailbox_url,
    relay_url,
)
from notifier.delivery.smtp_session import Tls

HERE = Path("/office")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (
            "imaps://a@b.example@host.example:1993",
            MailboxUrl("a@b.example", "host.example", 1993, True),
        ),
        (
            "imaps://a%40b.example@host.example",
            MailboxUrl("a@b.example", "host.example", 993, True),
        ),
        ("imap://a@127.0.0.1:143", MailboxUrl("a", "127.0.0.1", 143, False)),
        ("imaps://a@[::1]:993", MailboxUrl("a", "::1", 993, True)),
        ("maildir:in", MaildirUrl(HERE / "in")),
        ("maildir:/var/in", MaildirUrl(Path("/var/in"))),
    ],
)
def test_a_mailbox_is_named_by_url(text: str, url: MailboxUrl | MaildirUrl) -> None:
    assert mailbox_url(text, HERE) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("smtps://a@host.example", RelayUrl("a", "host.example", 465, Tls.IMPLICIT)),
        ("smtp+starttls://a@host.example", RelayUrl("a", "host.example", 587, Tls.STARTTLS)),
        ("smtp://127.0.0.1:2525", RelayUrl("", "127.0.0.1", 2525, Tls.NONE)),
        ("maildir:out", MaildirUrl(HERE / "out")),
    ],
)
def test_a_relay_is_named_by_url(text: str, url: RelayUrl | MaildirUrl) -> None:
    assert relay_url(text, HERE) == url


@pytest.mark.parametrize(
    "text", ["", "imaps://host", "http://a@host", "maildir:", "imaps://a@:993"]
)
def test_a_wrong_mailbox_address_is_answered_with_the_right_form(text: str) -> None:
    with pytest.raises(UrlError, match="maildir"):
        mailbox_url(text, HERE)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    for read in (mailbox_url, relay_url):
        for scheme in ("imaps", "smtps"):
            with pytest.raises(UrlError) as caught:
                read(f"{scheme}://a@b.example:geheim@host.example", HERE)
            assert "geheim" not in str(caught.value)
