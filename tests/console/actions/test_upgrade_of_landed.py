"""
A ledger of each schema that ever landed, with an office's rows, is brought up and tells the same figures.

tests/ledger/samples holds ledgers that the programs of those days wrote: eleven letters of their demo, and
where they could an adoption, a commission and two decisions; points.json is what each of them said of the
quarter. A schema without a sample of its own is reached from the nearest earlier one.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from console.actions.upgrade import upgrade
from console.application import open_application
from ledger import journal
from ledger.journal import JournalEntry, append
from ledger.models.database import MIGRATIONS, alembic_config
from ledger.queries import export
from ledger.states import Act
from ledger.verification import Rules, contradictions
from rulebook.periods import parse
from tests.console.actions.test_upgrade import office

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests" / "ledger" / "samples"
LANDED = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))[:-1]
WRITTEN = sorted(path.name[7:11] for path in SAMPLES.glob("ledger-*.db.xz"))
POINTS: dict[str, dict[str, int]] = json.loads((SAMPLES / "points.json").read_text("utf-8"))
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
QUARTER = parse("2026Q4")


def source_of(schema: str) -> str:
    return max((one for one in WRITTEN if one <= schema), default=WRITTEN[0])


def laid_out(schema: str, data: Path) -> Path:
    data.mkdir()
    path = data / "ledger.db"
    source = source_of(schema)
    path.write_bytes(lzma.decompress((SAMPLES / f"ledger-{source}.db.xz").read_bytes()))
    if schema != source:
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            move = command.upgrade if schema > source else command.downgrade
            move(alembic_config(connection), schema)
        engine.dispose()
    return path


def asked(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("schema", LANDED)
def test_a_ledger_of_a_landed_schema_tells_the_same_after_the_upgrade(
    tmp_path: Path, schema: str
) -> None:
    path = laid_out(schema, tmp_path / "data")
    letters = asked(path, "SELECT id, message_id, digest, outcome FROM letters ORDER BY id")
    owed = asked(path, "SELECT id, recipient, state, message_id FROM outbox ORDER BY id")
    officers = asked(path, "SELECT id FROM officers")
    drafts = asked(path, "SELECT id, title, unit, outcome FROM drafts ORDER BY id")
    assert len(letters) == 11 and len(owed) >= 10 and len(officers) >= 6 and len(drafts) >= 7

    settings = office(tmp_path / "data")
    done = upgrade(settings, {}, NOW)
    assert done.before == schema
    assert done.copy is not None and asked(done.copy, "SELECT version_num FROM alembic_version")
    assert asked(path, "SELECT id, message_id, digest, outcome FROM letters ORDER BY id") == letters
    assert asked(path, "SELECT id, recipient, state, message_id FROM outbox ORDER BY id") == owed
    assert asked(path, "SELECT id, title, unit, outcome FROM drafts ORDER BY id") == drafts

    with open_application(settings, {}) as application:
        figures = application.figures.summary(QUARTER, date(2026, 11, 30))
        points = {row.unit: row.points for _, rows in figures.tables for row in rows if row.points}
        assert points == POINTS[source_of(schema)]
        assert journal.verify(application.engine)[1] is None
        rules = Rules(
            application.settings.provisions_at,
            application.settings.provisions_on_day,
            application.settings.calendar.is_workday,
        )
        assert list(contradictions(application.engine, rules)) == []
        assert len(list(export.letters(application.engine, application.zone))) == 11
        assert len(application.roster.officers()) == len(officers)


def test_a_letter_entered_by_hand_before_its_manner_had_a_column_is_in_order_after_the_upgrade(
    tmp_path: Path,
) -> None:
    path = laid_out("0035", tmp_path / "data")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        told = "补录，纸质来稿：《某镇“夜间来稿：微信”检查》"
        append(connection, JournalEntry(NOW, "li", Act.NOTED, {}, told, 1))
    engine.dispose()
    settings = office(tmp_path / "data")
    upgrade(settings, {}, NOW)
    assert asked(path, "SELECT manner FROM letters WHERE id IN (1, 3)") == [("纸质",), ("",)]
    with open_application(settings, {}) as application:
        note = JournalEntry(NOW, "li", Act.NOTED, {}, "补录，微信来稿：不属实", 3, 2)
        journal.record(application.engine, note)
        rules = Rules(
            application.settings.provisions_at,
            application.settings.provisions_on_day,
            application.settings.calendar.is_workday,
        )
        assert list(contradictions(application.engine, rules)) == []
        with application.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE letters SET manner = '电话' WHERE id IN (1, 3)")
        named = list(contradictions(application.engine, rules))
    assert named == [f"第 {number} 号邮件的来稿方式与日志不符" for number in (1, 3)]
