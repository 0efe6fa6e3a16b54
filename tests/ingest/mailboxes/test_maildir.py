"""The maildir as a mailbox, on real folders."""

from __future__ import annotations

import mailbox as standard
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import imap_utf7

from ingest.mailboxes.mailbox import MailboxRefused, MessageExpunged, TransientError
from ingest.mailboxes.maildir import HEAD_BYTES, MaildirMailbox
from tests.ingest.conftest import Ledger

LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\ntext\r\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return _maildir(tmp_path / "in")


def test_a_letter_arrives_once_with_its_moment_and_size(inbox: Path, ledger: Ledger) -> None:
    moment = datetime(2022, 3, 5, 8, 30, tzinfo=UTC)
    _deliver(inbox, 1, moment)
    mailbox = MaildirMailbox(inbox)
    [arrival] = mailbox.list_new(ledger.known)
    place = arrival.location
    assert (place.account, place.folder, place.uidvalidity) == (str(inbox.resolve()), "INBOX", 0)
    assert (arrival.received, arrival.size) == (moment, len(LETTER % 1))
    assert ledger.collect(mailbox) == [LETTER % 1]
    assert ledger.collect(mailbox) == []


def test_letters_come_in_the_order_in_which_they_were_received(inbox: Path, ledger: Ledger) -> None:
    for number, hour in ((1, 12), (2, 9), (3, 15)):
        _deliver(inbox, number, datetime(2022, 3, 5, hour, tzinfo=UTC))
    assert ledger.collect(MaildirMailbox(inbox)) == [LETTER % 2, LETTER % 1, LETTER % 3]


def test_a_letter_written_by_another_program_is_read(tmp_path: Path, ledger: Ledger) -> None:
    box = standard.Maildir(tmp_path / "in")
    key = box.add(b"Subject: s\n\ntext\n")
    [arrival] = (mailbox := MaildirMailbox(tmp_path / "in")).list_new(ledger.known)
    assert arrival.location.uid == key
    assert mailbox.fetch(arrival) == b"Subject: s\n\ntext\n"


def test_a_letter_read_by_a_person_stays_the_same_letter(inbox: Path, ledger: Ledger) -> None:
    file = _deliver(inbox, 1)
    mailbox = MaildirMailbox(inbox)
    [arrival] = mailbox.list_new(ledger.known)
    file = file.rename(inbox / "cur" / f"{file.name}:2,")
    assert mailbox.fetch(arrival) == LETTER % 1
    file.rename(f"{file}S")
    assert mailbox.fetch(arrival) == LETTER % 1
    assert mailbox.fetch_head(arrival) == (LETTER % 1).removesuffix(b"text\r\n")
    ledger.record(arrival)
    assert list(mailbox.list_new(ledger.known)) == []


def test_a_letter_is_found_by_a_mailbox_that_never_listed_it(inbox: Path, ledger: Ledger) -> None:
    _deliver(inbox, 1)
    [arrival] = MaildirMailbox(inbox).list_new(ledger.known)
    assert MaildirMailbox(inbox).fetch(arrival) == LETTER % 1


def test_a_letter_deleted_between_look_and_fetch_is_gone(inbox: Path, ledger: Ledger) -> None:
    file = _deliver(inbox, 1)
    mailbox = MaildirMailbox(inbox)
    [arrival] = mailbox.list_new(ledger.known)
    file.unlink()
    with pytest.raises(MessageExpunged):
        mailbox.fetch(arrival)
    with pytest.raises(MessageExpunged):
        mailbox.fetch_head(arrival)


def test_what_is_no_letter_is_passed_over(inbox: Path, ledger: Ledger) -> None:
    (inbox / "tmp" / "1.unfinished").write_bytes(LETTER % 1)
    (inbox / "new" / ".hidden").write_bytes(LETTER % 2)
    (inbox / "cur" / "folder").mkdir()
    os.mkfifo(inbox / "cur" / "pipe")
    (inbox / "new" / "dangling").symlink_to(inbox / "nowhere")
    mailbox = MaildirMailbox(inbox)
    assert ledger.collect(mailbox) == []
    assert mailbox.count() == {"INBOX": 0}


def test_junk_folders_are_watched_by_their_names(inbox: Path, ledger: Ledger) -> None:
    for number, name in enumerate(("Junk", "垃圾邮件", "Sent", "INBOX.广告邮件", "R&D")):
        encoded = imap_utf7.encode(name).decode() if name != "R&D" else name
        _deliver(_maildir(inbox / f".{encoded}"), number)
    mailbox = MaildirMailbox(inbox, ["垃圾邮件", "广告邮件", "r&d"])
    assert sorted(ledger.collect(mailbox)) == [LETTER % number for number in (0, 1, 3, 4)]
    folders = {"INBOX", "Junk", "垃圾邮件", "INBOX.广告邮件", "R&D"}
    assert set(mailbox.count()) == folders


def test_nothing_is_written(inbox: Path, ledger: Ledger) -> None:
    _deliver(inbox, 1)
    before = _tree(inbox)
    mailbox = MaildirMailbox(inbox)
    ledger.collect(mailbox)
    mailbox.count()
    mailbox.close()
    assert _tree(inbox) == before


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n"])
def test_a_header_block_ends_with_the_empty_line(inbox: Path, ledger: Ledger, end: bytes) -> None:
    (inbox / "new" / "1.x").write_bytes(b"Subject: s" + end + b"body" + end + b"more")
    mailbox = MaildirMailbox(inbox)
    [arrival] = mailbox.list_new(ledger.known)
    assert mailbox.fetch_head(arrival) == b"Subject: s\r\n\r\n"


def test_a_header_block_without_end_is_cut(inbox: Path, ledger: Ledger) -> None:
    (inbox / "new" / "1.x").write_bytes(b"Subject: s\r\n" * HEAD_BYTES)
    mailbox = MaildirMailbox(inbox)
    [arrival] = mailbox.list_new(ledger.known)
    assert len(mailbox.fetch_head(arrival)) == HEAD_BYTES


@pytest.mark.parametrize("missing", ["new", "cur", "."])
def test_a_folder_that_is_no_maildir_is_refused_by_name(
    inbox: Path, ledger: Ledger, missing: str
) -> None:
    if missing == ".":
        mailbox = MaildirMailbox(inbox / "nowhere")
    else:
        (inbox / missing).rmdir()
        mailbox = MaildirMailbox(inbox)
    with pytest.raises(MailboxRefused, match=f"{inbox}.*请检查"):
        ledger.collect(mailbox)
    with pytest.raises(MailboxRefused):
        mailbox.count()


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_letter_that_may_not_be_read_is_told(inbox: Path, ledger: Ledger) -> None:
    _deliver(inbox, 1).chmod(0)
    with pytest.raises(TransientError):
        ledger.collect(MaildirMailbox(inbox))


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_maildir_that_may_not_be_listed_is_refused(inbox: Path, ledger: Ledger) -> None:
    (inbox / "new").chmod(0)
    with pytest.raises(MailboxRefused, match="权限"):
        ledger.collect(MaildirMailbox(inbox))


def test_a_letter_comes_in_pieces(
    inbox: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.mailboxes.maildir.CHUNK_SIZE", 10)
    _deliver(inbox, 1)
    mailbox = MaildirMailbox(inbox)
    [arrival] = mailbox.list_new(ledger.known)
    pieces = list(mailbox.fetch_chunks(arrival))
    assert b"".join(pieces) == mailbox.fetch(arrival)
    assert max(map(len, pieces)) == 10
    for file in (inbox / "new").iterdir():
        file.unlink()
    with pytest.raises(MessageExpunged):
        list(mailbox.fetch_chunks(arrival))


def _maildir(path: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True)
    return path


def _deliver(place: Path, number: int, received: datetime | None = None) -> Path:
    file = place / "new" / f"17000{number:05}.M1.example"
    file.write_bytes(LETTER % number)
    if received is not None:
        os.utime(file, (received.timestamp(), received.timestamp()))
    return file


def _tree(path: Path) -> list[tuple[str, int]]:
    return sorted((str(file), file.stat().st_mtime_ns) for file in path.rglob("*"))
