"""The IMAP mailbox against a real Dovecot: what arrives, from which folders, what a look costs."""

from __future__ import annotations

import hashlib
import random
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient

from ingest.mailboxes.imap import FIRST_UIDS, FULL_CHECK_EVERY, MAX_UIDS
from ingest.mailboxes.mailbox import CHUNK_SIZE, MessageExpunged, MessageInfo, TransientError
from tests.ingest.conftest import PASSWORD, Account, Ledger, give_away
from tests.ingest.netease import NetEase, Script, wire

LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\ntext\r\n"
IDENTITY = {"name": "test", "version": "1"}
JUNK = ("垃圾邮件", "病毒文件夹")


# what arrives


def test_a_new_letter_appears_once_and_whole(account: Account, ledger: Ledger) -> None:
    mailbox = account.mailbox()
    assert ledger.collect(mailbox) == []
    account.deliver(LETTER % 1)
    assert ledger.collect(mailbox) == [LETTER % 1]
    assert ledger.collect(mailbox) == []


def test_letters_that_come_while_the_folder_stays_open_are_seen(
    account: Account, ledger: Ledger
) -> None:
    mailbox = account.mailbox()
    for number in range(5):
        account.deliver(LETTER % number)
        assert ledger.collect(mailbox) == [LETTER % number]
        assert ledger.collect(mailbox) == []


def test_a_letter_comes_with_its_place_its_moment_and_its_size(
    account: Account, ledger: Ledger
) -> None:
    moment = datetime(2022, 3, 5, 8, 30, tzinfo=UTC)
    account.deliver(LETTER % 1, received=moment.timestamp())
    [arrival] = account.mailbox().list_new(ledger.known)
    assert (arrival.location.account, arrival.location.folder) == (account.name, "INBOX")
    assert arrival.location.uid == "1" and arrival.location.uidvalidity > 1
    assert (arrival.received, arrival.size) == (moment, len(LETTER % 1))
    assert arrival.received.tzinfo is not None


def test_a_letter_not_recorded_is_told_again(account: Account, ledger: Ledger) -> None:
    mailbox = account.mailbox()
    for number in range(3):
        account.deliver(LETTER % number)
    first = next(mailbox.list_new(ledger.known))
    ledger.record(first)
    assert len(list(mailbox.list_new(ledger.known))) == 2
    assert len(ledger.collect(mailbox)) == 2
    assert ledger.collect(mailbox) == []


def test_nothing_is_changed_on_the_server(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 1)
    mailbox = account.mailbox()
    for arrival in mailbox.list_new(ledger.known):
        mailbox.fetch(arrival)
        mailbox.fetch_head(arrival)
    mailbox.close()
    assert [file.name for file in (account.path / "new").iterdir()]
    assert not list((account.path / "cur").iterdir())
    with IMAPClient(account.server.host, account.server.port, ssl=False) as client:
        client.login(account.name, PASSWORD)
        client.select_folder("INBOX")
        assert b"\\Seen" not in client.get_flags([1])[1]


def test_only_the_header_block_is_fetched_when_that_is_asked(
    account: Account, ledger: Ledger
) -> None:
    account.deliver(LETTER % 1)
    mailbox = account.mailbox()
    [arrival] = mailbox.list_new(ledger.known)
    assert mailbox.fetch_head(arrival) == (LETTER % 1).removesuffix(b"text\r\n")


def test_ten_thousand_letters_with_sparse_uids_arrive_once_each(
    account: Account, ledger: Ledger
) -> None:
    uids = sorted(random.Random(5).sample(range(1_300_000_000, 1_400_000_000), 10_000))
    lines = [f"3 V1 N{uids[-1] + 1} G{'0' * 32}"]
    for uid in uids:
        (account.path / "cur" / f"{uid}.M1.example:2,").write_bytes(b"Subject: s\r\n\r\n")
        give_away(account.path / "cur" / f"{uid}.M1.example:2,")
        lines.append(f"{uid} :{uid}.M1.example")
    (account.path / "dovecot-uidlist").write_text("\n".join(lines) + "\n")
    give_away(account.path / "dovecot-uidlist")
    with wire(account.server.port) as line:
        mailbox = account.mailbox(line.port)
        arrivals = list(mailbox.list_new(ledger.known))
        assert [int(arrival.location.uid) for arrival in arrivals] == uids
        assert {arrival.location.uidvalidity for arrival in arrivals} == {1}
        fetches = [command for command in line.commands if command.startswith("UID FETCH")]
        asked = [len(command.split()[2].split(",")) for command in fetches]
        assert sum(asked) == len(uids)
        assert asked[0] == FIRST_UIDS
        assert max(asked) == MAX_UIDS
        assert len(asked) < len(uids) / MAX_UIDS + 10
        for arrival in arrivals[:-1]:
            ledger.record(arrival)
        assert [arrival.location.uid for arrival in mailbox.list_new(ledger.known)] == [
            str(uids[-1])
        ]


def test_sixty_megabytes_arrive_whole(account: Account, ledger: Ledger) -> None:
    line = b"QUJD" * 19 + b"\r\n"
    letter = LETTER % 1 + line * (60_000_000 // len(line))
    account.deliver(letter)
    mailbox = account.mailbox()
    [arrival] = mailbox.list_new(ledger.known)
    assert arrival.size == len(letter)
    digest = hashlib.sha256(letter).hexdigest()
    assert hashlib.sha256(mailbox.fetch(arrival)).hexdigest() == digest
    lengths = []
    hashed = hashlib.sha256()
    for piece in mailbox.fetch_chunks(arrival):
        hashed.update(piece)
        lengths.append(len(piece))
    assert hashed.hexdigest() == digest
    assert max(lengths) == CHUNK_SIZE


def test_a_letter_goes_on_where_it_was_when_the_connection_is_lost(
    account: Account, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.mailboxes.imap_contents.CHUNK_SIZE", 7)
    account.deliver(LETTER % 1)
    mailbox = account.mailbox()
    [arrival] = mailbox.list_new(ledger.known)
    pieces = []
    for number, piece in enumerate(mailbox.fetch_chunks(arrival)):
        pieces.append(piece)
        if number % 3 == 2:
            mailbox.connection.client.socket().shutdown(socket.SHUT_RDWR)
    assert b"".join(pieces) == LETTER % 1
    assert {len(piece) for piece in pieces[:-1]} == {7}


@pytest.mark.parametrize("size", [0, 3, 46, 47, 48, 49, 52])
def test_whatever_size_a_server_tells_the_pieces_are_the_letter(
    account: Account, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("ingest.mailboxes.imap_contents.CHUNK_SIZE", 16)
    letter = (LETTER % 1).ljust(48, b".")
    account.deliver(letter)
    mailbox = account.mailbox()
    [arrival] = mailbox.list_new(ledger.known)
    assert b"".join(mailbox.fetch_chunks(replace(arrival, size=size))) == letter


@pytest.mark.parametrize("most", [0, 3, 16])
def test_a_server_that_knows_no_pieces_or_shorter_ones_loses_nothing(
    account: Account, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """0: it answers with the whole letter."""
    monkeypatch.setattr("ingest.mailboxes.imap_contents.CHUNK_SIZE", 16)
    account.deliver(LETTER % 1)
    mailbox = account.mailbox()
    [arrival] = mailbox.list_new(ledger.known)

    def told(of: MessageInfo, item: str) -> dict[bytes, object]:
        whole = LETTER % 1
        if not most or item == "BODY.PEEK[]":
            return {b"BODY[]": whole}
        place = int(item.partition("<")[2].partition(".")[0])
        return {b"BODY[]<%d>" % place: whole[place : place + most]}

    monkeypatch.setattr(mailbox._contents, "_fetch_item", told)
    assert b"".join(mailbox.fetch_chunks(arrival)) == LETTER % 1


def test_a_letter_that_is_gone_has_no_pieces(account: Account, ledger: Ledger) -> None:
    delivered = account.deliver(LETTER % 1)
    mailbox = account.mailbox()
    [arrival] = mailbox.list_new(ledger.known)
    for file in delivered.parents[1].rglob(f"{delivered.name}*"):
        file.unlink()
    with pytest.raises((MessageExpunged, TransientError)):
        list(mailbox.fetch_chunks(arrival))


def test_after_a_new_uidvalidity_all_letters_are_new(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 1)
    account.deliver(LETTER % 2)
    mailbox = account.mailbox()
    assert len(ledger.collect(mailbox)) == 2
    _rebuild(account)
    assert len(ledger.collect(mailbox)) == 2
    assert ledger.collect(mailbox) == []
    assert len({uidvalidity for _, folder, uidvalidity in ledger.seen if folder == "INBOX"}) == 2


def test_a_folder_rebuilt_between_look_and_fetch_gives_no_other_letter(
    account: Account, ledger: Ledger
) -> None:
    account.deliver(LETTER % 1)
    with wire(account.server.port) as line:
        mailbox = account.mailbox(line.port)
        [arrival] = mailbox.list_new(ledger.known)
        _rebuild(account)
        with pytest.raises(TransientError):
            mailbox.fetch(arrival)
        assert ledger.collect(mailbox) == [LETTER % 1]


# which folders


def test_a_junk_folder_is_watched_by_its_mark(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 1, "Junk")
    account.deliver(LETTER % 2, "Archive")
    mailbox = account.mailbox()
    assert mailbox.folders() == ("INBOX", "Junk")
    assert [arrival.location.folder for arrival in mailbox.list_new(ledger.known)] == ["Junk"]
    assert ledger.collect(mailbox) == [LETTER % 1]


def test_a_junk_folder_is_watched_by_its_chinese_name(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 1, "垃圾邮件")
    account.deliver(LETTER % 2, "订阅邮件")
    mailbox = account.mailbox(junk_folders=JUNK)
    assert set(mailbox.folders()) == {"INBOX", "Junk", "垃圾邮件"}
    assert ledger.collect(mailbox) == [LETTER % 1]
    assert ledger.collect(mailbox) == []
    account.deliver(LETTER % 3, "垃圾邮件")
    assert ledger.collect(mailbox) == [LETTER % 3]


def test_a_letter_is_fetched_from_its_own_folder_whichever_is_open(
    account: Account, ledger: Ledger
) -> None:
    account.deliver(LETTER % 1)
    account.deliver(LETTER % 2, "Junk")
    mailbox = account.mailbox()
    inbox, junk = list(mailbox.list_new(ledger.known))
    assert mailbox.fetch(inbox) == LETTER % 1
    assert mailbox.fetch(junk) == LETTER % 2
    assert mailbox.fetch(inbox) == LETTER % 1


def test_each_watched_folder_is_counted(account: Account, ledger: Ledger) -> None:
    mailbox = account.mailbox(junk_folders=JUNK)
    assert mailbox.count() == {"INBOX": 0, "Junk": 0}
    for number in range(3):
        account.deliver(LETTER % number)
    account.deliver(LETTER % 4, "垃圾邮件")
    assert mailbox.count() == {"INBOX": 3, "Junk": 0, "垃圾邮件": 1}
    assert len(ledger.collect(mailbox)) == 4


def test_a_letter_that_comes_after_the_counting_is_seen(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 0, "Junk")
    mailbox = account.mailbox()
    assert ledger.collect(mailbox) == [LETTER % 0]
    assert ledger.collect(mailbox) == []
    assert mailbox.count() == {"INBOX": 0, "Junk": 1}  # leaves Junk open
    assert ledger.collect(mailbox) == []
    account.deliver(LETTER % 1, "Junk")
    assert ledger.collect(mailbox) == [LETTER % 1]


# what an idle look costs


def test_an_idle_look_is_one_command_for_all_folders(account: Account, ledger: Ledger) -> None:
    account.deliver(LETTER % 1)
    account.deliver(LETTER % 2, "垃圾邮件")
    with wire(account.server.port) as line:
        mailbox = account.mailbox(line.port, junk_folders=JUNK)
        assert len(ledger.collect(mailbox)) == 2
        assert ledger.collect(mailbox) == []
        line.commands.clear()
        assert ledger.collect(mailbox) == []
        assert [command.split()[0] for command in line.commands] == ["CLOSE", "LIST"]
        line.commands.clear()
        assert ledger.collect(mailbox) == []
        assert [command.split()[0] for command in line.commands] == ["LIST"]


def test_a_server_whose_summary_is_stale_hides_no_letter_for_ever(
    account: Account, ledger: Ledger
) -> None:
    class Stale(Script):
        def answer(self, line: bytes) -> bytes:
            told = b"(MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1)"
            return re.sub(rb"\(MESSAGES [^)]*\)", told, line)

    account.deliver(LETTER % 1)
    with wire(account.server.port, Stale) as line:
        mailbox = account.mailbox(line.port)
        assert ledger.collect(mailbox) == [LETTER % 1]
        assert ledger.collect(mailbox) == []
        account.deliver(LETTER % 2)
        rounds = [ledger.collect(mailbox) for _ in range(FULL_CHECK_EVERY)]
        assert [letter for letters in rounds for letter in letters] == [LETTER % 2]


def test_without_list_status_an_idle_look_is_two_commands_a_folder(
    account: Account, ledger: Ledger
) -> None:
    account.deliver(LETTER % 1)
    with wire(account.server.port, NetEase) as line:
        mailbox = account.mailbox(line.port, identity=IDENTITY)
        assert len(ledger.collect(mailbox)) == 1
        line.commands.clear()
        assert ledger.collect(mailbox) == []
        assert [command.split()[0] for command in line.commands] == ["EXAMINE", "UID"] * 2
        assert len(mailbox.folders()) == 2


def test_list_status_without_special_use_is_not_asked_for_marks(
    account: Account, ledger: Ledger
) -> None:
    class Unmarked(Script):
        def command(self, line: bytes) -> bytes | None:
            return line.split()[0] + b" BAD what?\r\n" if b"SPECIAL-USE" in line else None

        def answer(self, line: bytes) -> bytes:
            return line.replace(b" SPECIAL-USE", b"")

    account.deliver(LETTER % 1, "垃圾邮件")
    with wire(account.server.port, Unmarked) as line:
        mailbox = account.mailbox(line.port, junk_folders=JUNK)
        assert ledger.collect(mailbox) == [LETTER % 1]
        assert any("RETURN (STATUS" in command for command in line.commands)


# QUIRK watch


def test_imaplib_still_has_the_debug_level_that_is_turned_off(
    account: Account, ledger: Ledger
) -> None:
    """Should this fail, see whether imapclient still formats every literal, and mend imap_connection.py."""
    with IMAPClient(account.server.host, account.server.port, ssl=False) as client:
        assert client._imap.debug == 5
    mailbox = account.mailbox()
    ledger.collect(mailbox)
    assert mailbox.connection.client._imap.debug == 0


def _rebuild(account: Account) -> None:
    """The server loses its list of UIDs, as after a restored backup."""
    account.server.stop()
    uidlist = account.path / "dovecot-uidlist"
    uidvalidity = int(uidlist.read_text().split()[1].removeprefix("V"))
    for pattern in ("dovecot-uidlist", "dovecot-uidvalidity*", "dovecot.index*"):
        for file in account.path.glob(pattern):
            file.unlink()
    uidlist.write_text(f"3 V{uidvalidity + 1} N1 G{'0' * 32}\n")
    give_away(uidlist)
    account.server.start()
