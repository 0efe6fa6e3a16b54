"""A ledger from before entries were asked of every row is taken over, and held to what it had."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from ledger.journal import PROGRAM, JournalEntry, append, hold
from ledger.models.database import alembic_config, open_ledger
from ledger.models.decisions import JournalRow
from ledger.models.letters import OutboxRow
from ledger.older_rows import Older, older_rows
from ledger.owing import withdraw
from ledger.states import Act
from ledger.verification import contradictions
from tests.ledger.test_tampering import CHECKS
from tests.ledger.world import MARCH, World
from tests.ledgers import new_ledger


def earlier(folder: Path) -> str:
    """A ledger of schema 0018 with a letter and an adoption of before the journal."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    engine = open_ledger(url)
    world = World(engine)
    world.enter()
    world.enter(received=MARCH)
    world.adopt(None, date(2022, 3, 20))
    with engine.begin() as connection:
        connection.execute(text("UPDATE adoptions SET seq = 0"))
        connection.execute(text("DELETE FROM journal"))
        connection.execute(text("UPDATE standings SET seq = 0"))
        connection.execute(
            text(
                "INSERT INTO officers (unit, name, post, phone, note) VALUES ('湖塘镇', '张三', '', '', '')"
            )
        )
        command.downgrade(alembic_config(connection), "0018")
    engine.dispose()
    return url


def test_rows_of_before_are_counted_and_one_more_is_named(tmp_path: Path) -> None:
    url = earlier(tmp_path)
    engine = open_ledger(url)
    with Session(engine) as session:
        lines = session.query(JournalRow).order_by(JournalRow.seq).all()
        assert {line.act for line in lines} == {Act.BASELINE}
        assert [line.facts for line in lines] == [
            {"letters": [2, 2], "adoptions": [1, 1], "officers": [1, 1]},
            {"outbox": [2, 2]},
            {"sealed": {"adoptions:1": lines[2].facts["sealed"]["adoptions:1"]}},
        ]
    assert list(contradictions(engine, CHECKS)) == []
    World(engine).adopt(None, date(2022, 3, 21))
    assert list(contradictions(engine, CHECKS)) == []
    for statement, words in (
        ("DELETE FROM adoptions WHERE id = 1", "日志以前的录用应有 1 条，现在有 0 条"),
        ("DELETE FROM officers", "日志以前的报送人员应有 1 名，现在有 0 名"),
        (
            "INSERT INTO officers (unit, name, post, phone, note) VALUES ('湖塘镇', '李四', '', '', '')",
            "第 2 号报送人员",
        ),
        ("DELETE FROM outbox WHERE id = 1", "登记以前的发信应有 2 封，现在有 1 封"),
        ("UPDATE outbox SET id = 3 WHERE id = 2", "第 3 号发信不是按手续登记的"),
    ):
        plain = create_engine(url)
        with plain.connect() as connection:
            connection.execute(text("DELETE FROM scores"))
            connection.execute(text(statement))

            class Within:
                def execution_options(self, **_options: object) -> object:
                    return connection

            told = list(contradictions(Within(), CHECKS))  # type: ignore[arg-type]
            connection.rollback()
        assert any(words in sentence for sentence in told), told
    engine.dispose()


def test_a_new_ledger_has_no_baseline(tmp_path: Path) -> None:
    engine = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    with Session(engine) as session:
        assert session.query(JournalRow).all() == []
    engine.dispose()


def test_a_letter_of_before_may_give_way_to_one_that_tells_more(tmp_path: Path) -> None:
    url = earlier(tmp_path)
    engine = open_ledger(url)
    with Session(engine) as session, session.begin():
        withdraw(session, session.query(OutboxRow).where(OutboxRow.id == 2).all(), MARCH)
    assert list(contradictions(engine, CHECKS)) == []
    engine.dispose()


def test_of_receipts_from_before_the_words_alone_are_proved(tmp_path: Path) -> None:
    engine = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    World(engine).enter()
    with Session(engine) as session, session.begin():
        (line,) = session.query(JournalRow).all()
        told = line.facts.pop("owed")
        answers = {message_id: digests["row"] for message_id, digests in told.items()}
        line.facts = {**line.facts, "answers": answers}
    assert list(contradictions(engine, CHECKS)) == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET recipient = 'li@town.example'"))
    assert list(contradictions(engine, CHECKS)) == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET subject = '另一主题'"))
    assert list(contradictions(engine, CHECKS)) == ["第 1 号邮件的回执与日志不符"]
    engine.dispose()


def test_of_each_table_the_first_baseline_counts(tmp_path: Path) -> None:
    engine = open_ledger(new_ledger(tmp_path / "ledger.db"))
    with Session(engine) as session, session.begin():
        hold(session)
        for facts in ({"letters": [2, 5]}, {"letters": [9, 9], "outbox": [3, 4], "sealed": {}}):
            append(session, JournalEntry(MARCH, PROGRAM, Act.BASELINE, facts))
        assert older_rows(session) == Older(letters=(2, 5), outbox=(3, 4))
    engine.dispose()
