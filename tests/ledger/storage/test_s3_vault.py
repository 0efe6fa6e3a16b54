import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import obstore
import pytest

from bench.s3 import KEY, SECRET, S3Service, s3_service
from ledger.storage.s3_vault import Bucket, S3Vault, open_s3_vault
from ledger.storage.vault import OriginalDamaged, VaultError

RAW = b"From: a@town.example\r\n\r\nhello"
DIGEST = hashlib.sha256(RAW).hexdigest()
KEY_OF_RAW = f"{DIGEST[:2]}/{DIGEST}"


@pytest.fixture(scope="module")
def service() -> Iterator[S3Service]:
    with s3_service() as running:
        yield running


@pytest.fixture
def bucket(service: S3Service, tmp_path: Path) -> Bucket:
    name = "b" + hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]
    service.make_bucket(name)
    return Bucket(name, "office-a", service.endpoint, "", KEY, SECRET)


@pytest.fixture
def vault(bucket: Bucket, tmp_path: Path) -> S3Vault:
    return open_s3_vault(tmp_path / "copies", bucket, 10_000_000)


def another_machine(bucket: Bucket, tmp_path: Path, copies_bytes: int = 10_000_000) -> S3Vault:
    return open_s3_vault(tmp_path / "elsewhere", bucket, copies_bytes)


def test_a_letter_lies_in_the_bucket_when_put_returns_and_every_machine_reads_it(
    service: S3Service, vault: S3Vault, bucket: Bucket, tmp_path: Path
) -> None:
    vault.put(RAW, DIGEST)
    assert service.names(bucket.name) == [f"office-a/{KEY_OF_RAW}"]
    other = another_machine(bucket, tmp_path)
    assert other.holds(DIGEST)
    assert other.get(DIGEST) == RAW
    assert other.path(DIGEST).read_bytes() == RAW


def test_a_letter_in_pieces_is_uploaded_under_its_digest(
    vault: S3Vault, bucket: Bucket, tmp_path: Path
) -> None:
    raw = os.urandom(3_000_000)
    digest, size = vault.put_pieces([raw[:1_000_000], raw[1_000_000:]])
    assert (digest, size) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert another_machine(bucket, tmp_path).get(digest) == raw


def test_an_office_sees_nothing_of_another_one_in_the_same_bucket(
    vault: S3Vault, bucket: Bucket, tmp_path: Path
) -> None:
    vault.put(RAW, DIGEST)
    other = another_machine(replace(bucket, prefix="office-b"), tmp_path)
    assert not other.holds(DIGEST)
    assert not other.holds_more_than(0)
    with pytest.raises(OriginalDamaged):
        other.get(DIGEST)
    assert not other.path(DIGEST).exists()
    other.drop(DIGEST)
    assert vault.is_sound(DIGEST)


def test_what_was_altered_in_the_bucket_is_noticed_and_mended_by_the_next_put(
    service: S3Service, vault: S3Vault, bucket: Bucket, tmp_path: Path
) -> None:
    vault.put(RAW, DIGEST)
    obstore.put(service.open(bucket.name), f"office-a/{KEY_OF_RAW}", RAW[::-1])
    assert not vault.is_sound(DIGEST), "a sound copy on this machine proves nothing"
    other = another_machine(bucket, tmp_path)
    with pytest.raises(OriginalDamaged):
        other.get(DIGEST)
    other.path(DIGEST)  # a copy of what is damaged
    other.put(RAW, DIGEST)
    assert vault.is_sound(DIGEST)
    assert other.path(DIGEST).read_bytes() == RAW


def test_a_dropped_letter_is_in_neither_bucket_nor_folder_and_may_be_dropped_twice(
    service: S3Service, vault: S3Vault, bucket: Bucket
) -> None:
    vault.put(RAW, DIGEST)
    vault.drop(DIGEST)
    vault.drop(DIGEST)
    assert service.names(bucket.name) == []
    assert [one for one in vault.folder.rglob("*") if one.is_file()] == []


def test_letters_are_counted_no_further_than_asked(vault: S3Vault) -> None:
    for number in range(5):
        raw = RAW + str(number).encode()
        vault.put(raw, hashlib.sha256(raw).hexdigest())
    assert vault.holds_more_than(4)
    assert not vault.holds_more_than(5)


def test_copies_that_nobody_used_for_an_hour_are_removed_and_fetched_again_when_asked_for(
    vault: S3Vault, bucket: Bucket, tmp_path: Path
) -> None:
    vault.put(RAW, DIGEST)
    copy = vault.path(DIGEST)
    os.utime(copy, (1, 1))
    raw = RAW + b"another"
    later = open_s3_vault(vault.folder, bucket, 10_000_000)
    later.put(raw, hashlib.sha256(raw).hexdigest())
    assert not copy.exists()
    assert later.path(DIGEST).read_bytes() == RAW


def test_the_oldest_copies_make_room_but_none_that_was_just_asked_for(
    vault: S3Vault, bucket: Bucket
) -> None:
    vault.put(RAW, DIGEST)
    old = vault.path(DIGEST)
    half_an_hour_ago = old.stat().st_mtime - 1800
    os.utime(old, (half_an_hour_ago, half_an_hour_ago))
    raw = RAW + b"another"
    digest = hashlib.sha256(raw).hexdigest()
    small = open_s3_vault(vault.folder, bucket, 1)
    small.put(raw, digest)
    assert not old.exists()
    assert small.path(digest).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "no-such-bucket"}, "没有桶“no-such-bucket”"),
        ({"endpoint": "http://127.0.0.1:9"}, "没有回应"),
    ],
)
def test_a_service_that_refuses_or_is_away_is_told_with_the_remedy_and_without_the_secret(
    bucket: Bucket,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    said: str,
) -> None:
    monkeypatch.setattr("ledger.storage.s3_vault._RETRIES", {"max_retries": 0})
    broken = open_s3_vault(tmp_path / "copies", replace(bucket, **change), 1000)
    for deed in (
        lambda: broken.put(RAW, DIGEST),
        lambda: broken.put_pieces([RAW]),
        lambda: broken.get("0" * 64),
        lambda: broken.path("0" * 64),
        lambda: broken.is_sound("0" * 64),
        lambda: broken.holds("0" * 64),
        lambda: broken.drop("0" * 64),
        broken.try_out,
    ):
        with pytest.raises(VaultError, match=said) as told:
            deed()
        assert SECRET not in str(told.value) + repr(broken)


def test_the_doctor_writes_reads_and_removes_a_trial(
    service: S3Service, vault: S3Vault, bucket: Bucket
) -> None:
    vault.try_out()
    assert service.names(bucket.name) == []
