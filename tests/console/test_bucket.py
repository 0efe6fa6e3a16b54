"""An office whose letters lie in a bucket: the same words and receipts, and a bucket that is away loses nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from bench.s3 import KEY, SECRET, S3Service, s3_service
from console.application import Application, open_application
from console.doctor import storage
from console.doctor.findings import Level
from console.settings.loading import load
from ledger.letter_types import StoredMessage
from tests.console.office import RECEIVED, OfficeRoom, letter


@pytest.fixture(scope="module")
def service() -> Iterator[S3Service]:
    with s3_service() as running:
        yield running


@pytest.fixture
def with_bucket(office: OfficeRoom, service: S3Service) -> OfficeRoom:
    office.roster()
    use(office, service.endpoint)
    return office


def use(office: OfficeRoom, endpoint: str) -> None:
    text = office.config.read_text(encoding="utf-8")
    head, section = text.split("[vault]", 1)
    rest = section[section.index("[mailbox]") :]
    written = f'[vault]\nurl = "s3://letters/office-a"\nendpoint = "{endpoint}"\nkey = "{KEY}"\n\n'
    office.config.write_text(head + written + rest, encoding="utf-8")
    office.environment["SHOUGAO_VAULT_PASSWORD"] = SECRET


def test_letters_lie_in_the_bucket_and_one_that_is_away_costs_no_letter_a_try(
    with_bucket: OfficeRoom, service: S3Service
) -> None:
    office = with_bucket
    office.receive(letter(1), "1")
    told = office.run("poll", code=1)
    assert "没有桶“letters”" in told.stdout + told.stderr
    assert SECRET not in told.stdout + told.stderr
    service.make_bucket("letters")
    office.run("poll")
    assert len(office.receipts()) == 1
    (name,) = service.names("letters")
    assert name.startswith("office-a/")
    assert not list((office.folder / "data" / "vault").glob("*/*"))
    office.run("ledger", "verify")
    (found, advice) = storage.vault(load(office.config, office.environment), office.environment)
    assert (found.level, found.found) == (Level.OK, "s3://letters/office-a 可以写、读、删")
    assert "PostgreSQL" in advice.remedy


def test_a_bucket_that_goes_away_leaves_what_waits_in_the_backlog(
    office: OfficeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.storage.s3_vault._RETRIES", {"max_retries": 0})
    office.roster()
    raw = letter(2)
    digest = hashlib.sha256(raw).hexdigest()
    with s3_service() as passing:
        passing.make_bucket("letters")
        use(office, passing.endpoint)
        with opened(office) as application:
            application.vault.put(raw, digest)
            seen = StoredMessage("a", "INBOX", 1, "1", RECEIVED, digest, len(raw))
            application.letters.collect([seen], RECEIVED)
    shutil.rmtree(office.folder / "data" / "vault-copies")  # as after an hour
    with opened(office) as application:
        done = application.intake.run_round(application.connections.mailbox())
        assert [one.waits for one in done.entered]
        (waiting,) = application.letters.backlog()
        assert waiting.tries == 0


def opened(office: OfficeRoom) -> AbstractContextManager[Application]:
    return open_application(load(office.config, office.environment), office.environment)
