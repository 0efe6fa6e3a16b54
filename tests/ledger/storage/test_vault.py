import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.storage.vault import OriginalDamaged, Vault, VaultError

RAW = b"From: a@town.example\r\n\r\nhello"
DIGEST = hashlib.sha256(RAW).hexdigest()


def test_what_was_put_is_got_back(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put(RAW, DIGEST)
    assert vault.get(DIGEST) == RAW


def test_putting_twice_leaves_one_file_and_no_scraps(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put(RAW, DIGEST)
    vault.put(RAW, DIGEST)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]


def test_a_half_written_scrap_of_a_crash_is_not_taken_for_a_letter(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.path(DIGEST).parent.mkdir(parents=True)
    vault.path(DIGEST).with_name(f".{DIGEST}.1").write_bytes(RAW[:5])
    with pytest.raises(VaultError):
        vault.get(DIGEST)
    vault.put(RAW, DIGEST)
    assert vault.get(DIGEST) == RAW


def test_a_letter_that_comes_in_pieces_is_kept_under_its_digest(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    assert vault.put_pieces([RAW[:7], RAW[7:]]) == (DIGEST, len(RAW))
    assert vault.get(DIGEST) == RAW
    assert vault.path(DIGEST).stat().st_mode & 0o077 == 0


def test_of_a_letter_whose_pieces_stop_nothing_is_kept(tmp_path: Path) -> None:
    def dropped() -> Iterator[bytes]:
        yield RAW[:7]
        raise EOFError("the connection is lost")

    with pytest.raises(EOFError):
        Vault(tmp_path).put_pieces(dropped())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_same_letter_may_be_put_by_several_at_once(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    raw = RAW * 50_000
    digest = hashlib.sha256(raw).hexdigest()
    with ThreadPoolExecutor(4) as keepers:
        for kept in [keepers.submit(vault.put, raw, digest) for _ in range(16)]:
            kept.result()
    assert vault.get(digest) == raw
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]


def test_only_the_service_can_read_what_is_kept(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    vault.put(RAW, DIGEST)
    assert vault.path(DIGEST).stat().st_mode & 0o077 == 0


def test_dropping_is_final_and_may_be_repeated(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put(RAW, DIGEST)
    vault.drop(DIGEST)
    vault.drop(DIGEST)
    assert not vault.path(DIGEST).exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(VaultError, match="file"):
        Vault(blocked).put(RAW, DIGEST)


def test_what_was_being_written_in_a_crash_is_swept_away_and_what_is_being_written_stays(
    tmp_path: Path,
) -> None:
    vault = Vault(tmp_path)
    vault.put(RAW, DIGEST)
    (tmp_path / f".arriving.{os.getpid()}.7").write_bytes(RAW[:7])  # its number lives again
    vault.path(DIGEST).with_name(f".{DIGEST}.{os.getpid()}.7").write_bytes(RAW[:7])

    def swept_meanwhile() -> Iterator[bytes]:
        yield b"another "
        assert vault.sweep() == 2
        yield b"letter"

    digest, _ = vault.put_pieces(swept_meanwhile())
    assert vault.get(digest) == b"another letter"
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {
        vault.path(digest),
        vault.path(DIGEST),
    }


def test_a_disk_that_fills_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        with pytest.raises(VaultError, match="磁盘已满"):
            Vault(tmp_path).put(RAW, DIGEST)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("left", [b"", RAW[:5], RAW.replace(b"hello", b"jello")])
def test_what_was_altered_is_noticed_and_replaced_by_the_good_bytes(
    tmp_path: Path, left: bytes
) -> None:
    vault = Vault(tmp_path)
    vault.put(RAW, DIGEST)
    vault.path(DIGEST).write_bytes(left)
    assert not vault.is_sound(DIGEST)
    with pytest.raises(OriginalDamaged):
        vault.get(DIGEST)
    vault.put(RAW, DIGEST)
    assert vault.get(DIGEST) == RAW
