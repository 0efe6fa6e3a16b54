"""A ledger of before the purposes: what strangers were refused for becomes other, and nothing is sent for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, Table, func, select, text

from ledger.models.database import alembic_config
from ledger.models.letters import OutboxRow
from ledger.queries import export
from ledger.queries.digest import DigestQueries
from rulebook.reasons import Outcome
from tests.ledger.conversation import Talk

RECEIVED = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)
OLD = {
    "stranger without an archive": (None, "refused", '["NO_ATTACHMENT"]', "other"),
    "stranger's draft in the body": (None, "refused", '["BODY_DRAFT"]', "other"),
    "stranger's bare file": (None, "refused", '["BARE_ATTACHMENT", "UNKNOWN_SENDER"]', "other"),
    "stranger's locked archive": (None, "refused", '["LOCKED_ARCHIVE"]', "submission"),
    "stranger's held draft": (None, "held", '["UNKNOWN_SENDER"]', "submission"),
    "officer without an archive": ("湖塘镇", "refused", '["NO_ATTACHMENT"]', "submission"),
    "officer's roster": ("湖塘镇", "refused", '["MISDIRECTED_FORM"]', "form"),
    "a machine's": (None, "ignored", '["AUTOMATIC"]', "automatic"),
}


@pytest.fixture
def upgraded(engine: Engine) -> Engine:
    """A ledger of schema 0010 with a letter of each kind, brought up to today's."""
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0010")
    with engine.begin() as connection:
        letters = Table("letters", MetaData(), autoload_with=connection)
        for number, (subject, (unit, outcome, reasons, _)) in enumerate(OLD.items(), 1):
            connection.execute(
                letters.insert(),
                {
                    **_filled(letters),
                    "id": number,
                    "digest": f"{number:064d}",
                    "subject": subject,
                    "unit": unit,
                    "state": "settled",
                    "outcome": outcome,
                    "received": RECEIVED,
                    "collected": RECEIVED,
                    "examined": RECEIVED,
                },
            )
            connection.execute(
                text("UPDATE letters SET reasons = :reasons WHERE id = :id"),
                {"reasons": reasons, "id": number},
            )
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
    return engine


def _filled(letters: Table) -> dict[str, object]:
    """Something for each column that must not be empty."""
    values: dict[type, object] = {str: "", int: 0, bool: False, datetime: RECEIVED}
    return {
        column.name: values.get(column.type.python_type, [])
        for column in letters.columns
        if not column.nullable and column.name != "id"
    }


def test_old_refusals_without_an_archive_from_strangers_become_other(upgraded: Engine) -> None:
    rows = {row["subject"]: row for row in export.letters(upgraded, "Asia/Shanghai")}
    assert {subject: rows[subject]["purpose"] for subject in OLD} == {
        subject: purpose for subject, (*_, purpose) in OLD.items()
    }
    assert not any(row["answered"] for row in rows.values())


def test_nothing_is_sent_for_them_and_nobody_has_to_read_them_again(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(OutboxRow)) == 0
        told = connection.execute(
            text("SELECT subject, purpose, answered, in_thread_of FROM v_letters")
        ).all()
    talk = Talk(upgraded)
    assert talk.conversations.other_letters() == []
    assert len(talk.conversations.other_letters(handled=True)) == 3
    assert sum(row.purpose == "other" and not row.answered for row in told) == 3


def test_the_daily_letter_counts_submissions_alone(upgraded: Engine) -> None:
    days = DigestQueries(upgraded)
    until = RECEIVED + timedelta(days=1)
    assert len(days.received(RECEIVED, until)) == 4
    refused = {one.title for one in days.entered(RECEIVED, until) if one.outcome is Outcome.REFUSED}
    assert refused == {
        "stranger's locked archive",
        "officer without an archive",
        "officer's roster",
    }
