"""Messages of ours lie packed in the ledger and are handed out as they were written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine, insert, select, text

from ledger.models.base import PACKED, PackedBytes
from ledger.models.database import alembic_config
from ledger.models.letters import OutboxRow
from ledger.states import DeliveryState, LetterKind

NOW = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)
RECEIPT = b"From: inbox@office.example\r\n\r\n" + "您的来信已收到。\r\n".encode() * 200


def owed(raw: bytes) -> dict[str, Any]:
    return {
        "kind": LetterKind.RECEIPT,
        "recipient": "qian@hutang.example",
        "copies": [],
        "subject": "回执",
        "message_id": "<1@office.example>",
        "raw": raw,
        "state": DeliveryState.OWED,
        "owed_since": NOW,
        "not_before": NOW,
        "tries": 0,
        "reply": "",
    }


def as_it_lies(engine: Engine) -> bytes:
    with engine.connect() as connection:
        return bytes(connection.execute(text("SELECT raw FROM outbox")).scalar_one())


@pytest.fixture
def with_receipt(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(insert(OutboxRow), owed(RECEIPT))
    return engine


def test_a_receipt_takes_a_fraction_of_its_size_and_is_read_as_it_was(with_receipt: Engine) -> None:
    assert len(as_it_lies(with_receipt)) < len(RECEIPT) / 10
    with with_receipt.connect() as connection:
        assert connection.scalar(select(OutboxRow.raw)) == RECEIPT


def test_one_that_an_older_program_wrote_is_read_as_it_is(with_receipt: Engine) -> None:
    with with_receipt.begin() as connection:
        connection.execute(text("UPDATE outbox SET raw = :raw"), {"raw": RECEIPT})
        assert connection.scalar(select(OutboxRow.raw)) == RECEIPT


def test_a_damaged_one_is_handed_out_as_it_lies_and_stops_nobody(with_receipt: Engine) -> None:
    with with_receipt.begin() as connection:
        connection.execute(text("UPDATE outbox SET raw = :raw"), {"raw": PACKED + b"\x78nonsense"})
        assert connection.scalar(select(OutboxRow.raw)) == PACKED + b"\x78nonsense"


def test_going_back_to_the_schema_before_unpacks_them(with_receipt: Engine) -> None:
    with with_receipt.begin() as connection:
        command.downgrade(alembic_config(connection), "0031")
    assert as_it_lies(with_receipt) == RECEIPT


@given(some.binary(max_size=2000))
def test_whatever_is_kept_comes_back_and_never_grows(raw: bytes) -> None:
    column = PackedBytes()
    kept = column.process_bind_param(raw, None)  # type: ignore[arg-type]
    assert kept is not None and len(kept) <= len(raw)
    if not raw.startswith(PACKED):
        assert column.process_result_value(kept, None) == raw  # type: ignore[arg-type]
