"""Our letters in a maildir: whole, once, durable."""

from __future__ import annotations

import mailbox
import os
from pathlib import Path

import pytest

from notifier.delivery.maildir import MaildirRelay
from notifier.delivery.relay import Accepted, RelayRefused

FROM = "inbox@office.example"
TO = "qian@hutang.example"
RAW = (
    b"Message-ID: <receipt.1@office.example>\r\nSubject: receipt\r\n\r\n"
    b"one\r\n.two starts with a dot\r\n"
)


def test_a_maildir_holds_what_was_delivered(tmp_path: Path) -> None:
    with MaildirRelay(tmp_path / "deep" / "out") as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    box = mailbox.Maildir(tmp_path / "deep" / "out", create=False)
    (message,) = box
    assert message["Message-ID"] == "<receipt.1@office.example>"
    (path,) = (tmp_path / "deep" / "out" / "new").iterdir()
    assert path.read_bytes() == RAW
    assert list((tmp_path / "deep" / "out" / "tmp").iterdir()) == []


def test_a_repeat_replaces_instead_of_doubling(tmp_path: Path) -> None:
    relay = MaildirRelay(tmp_path)
    for raw in (RAW, RAW, RAW.replace(b"<receipt.1@", b"<receipt.2@")):
        assert isinstance(relay.send(raw, FROM, [TO]), Accepted)
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_a_repeat_of_what_was_read_meanwhile_does_not_double(tmp_path: Path) -> None:
    relay = MaildirRelay(tmp_path)
    relay.send(RAW, FROM, [TO])
    (path,) = (tmp_path / "new").iterdir()
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert list((tmp_path / "new").iterdir()) == []


def test_letters_without_a_message_id_are_told_apart_by_their_bytes(tmp_path: Path) -> None:
    relay = MaildirRelay(tmp_path)
    for raw in (b"one", b"two", b"one"):
        relay.send(raw, FROM, [TO])
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_an_unusable_maildir_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    relay = MaildirRelay(tmp_path / "file" / "out")
    for act in (relay.__enter__, relay.check, lambda: relay.send(RAW, FROM, [TO])):
        with pytest.raises(RelayRefused, match=r"relay\.url"):
            act()


def test_a_maildir_check_leaves_nothing_behind(tmp_path: Path) -> None:
    assert "可以写入" in MaildirRelay(tmp_path / "out").check()
    assert [name for _, _, files in os.walk(tmp_path) for name in files] == []
