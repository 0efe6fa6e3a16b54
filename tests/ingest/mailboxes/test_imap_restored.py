"""A server restored from a backup gives numbers out again under the same UIDVALIDITY."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from tests.ingest.conftest import Account, Ledger, give_away

LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\ntext\r\n"
BEFORE = 1_646_000_000.0


def numbered(account: Account, letters: dict[int, tuple[bytes, float]], uidvalidity: int) -> None:
    """Have the server hold these letters under these numbers, and nothing else."""
    account.server.stop()
    for file in [*(account.path / "cur").iterdir(), *(account.path / "new").iterdir()]:
        file.unlink()
    for pattern in ("dovecot-uidlist", "dovecot-uidvalidity*", "dovecot.index*", "dovecot.list*"):
        for file in account.path.glob(pattern):
            file.unlink()
    lines = [f"3 V{uidvalidity} N{max(letters) + 1} G{'0' * 32}"]
    for uid, (raw, received) in letters.items():
        name = f"{uid}{zlib.crc32(raw)}.M1.example"
        _write(account.path / "cur" / f"{name}:2,", raw, received)
        lines.append(f"{uid} :{name}")
    _write(account.path / "dovecot-uidlist", ("\n".join(lines) + "\n").encode(), BEFORE)
    account.server.start()


def _write(path: Path, data: bytes, received: float) -> None:
    path.write_bytes(data)
    os.utime(path, (received, received))
    give_away(path)


def letter(number: int) -> tuple[bytes, float]:
    return LETTER % number, BEFORE + number


@pytest.fixture
def restored(account: Account, ledger: Ledger) -> Account:
    """Ten letters were collected; then the server came back with five and got six new ones."""
    (account.path / "cur").mkdir(exist_ok=True)
    numbered(account, {uid: letter(uid) for uid in range(1, 11)}, 7)
    assert len(ledger.collect(account.mailbox())) == 10
    old = {uid: letter(uid) for uid in range(1, 6)}
    numbered(account, old | {uid: letter(uid + 50) for uid in range(6, 12)}, 7)
    return account


@pytest.mark.usefixtures("restored")
def test_every_letter_that_came_after_the_restore_is_collected(
    restored: Account, ledger: Ledger
) -> None:
    mailbox = restored.mailbox()
    assert sorted(ledger.collect(mailbox)) == sorted(LETTER % (uid + 50) for uid in range(6, 12))
    assert ledger.collect(mailbox) == []


def test_a_thorough_look_finds_them_as_a_round_does(restored: Account, ledger: Ledger) -> None:
    mailbox = restored.mailbox()
    found = {arrival.location.uid for arrival in mailbox.list_new(ledger.known, thorough=True)}
    assert found == {str(uid) for uid in range(6, 12)}
    assert len(ledger.collect(mailbox)) == 6


def test_one_exchanged_far_below_the_latest_is_found_by_a_thorough_look(
    account: Account, ledger: Ledger
) -> None:
    many = {uid: letter(uid) for uid in range(1, 100)}
    numbered(account, many, 7)
    mailbox = account.mailbox()
    assert len(ledger.collect(mailbox)) == 99
    numbered(account, many | {3: letter(500)}, 7)
    assert ledger.collect(mailbox) == []
    (found,) = mailbox.list_new(ledger.known, thorough=True)
    assert found.location.uid == "3"
    assert ledger.collect(mailbox) == [LETTER % 500]
    assert list(mailbox.list_new(ledger.known, thorough=True)) == []


def test_an_unchanged_mailbox_costs_no_comparison_at_an_idle_look(
    account: Account, ledger: Ledger
) -> None:
    numbered(account, {uid: letter(uid) for uid in range(1, 100)}, 7)
    mailbox = account.mailbox()
    ledger.collect(mailbox)
    asked = mailbox._asker.answers
    for _ in range(5):
        assert ledger.collect(mailbox) == []
    assert mailbox._asker.answers == asked
