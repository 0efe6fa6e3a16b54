import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from ledger.models.base import Base
from ledger.models.database import MIGRATIONS, alembic_config, open_ledger, relaxed_durability


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """What the full-text search of each database keeps is not among the declared rows."""
    return not (name or "").startswith(
        (
            *("drafts_fts", "drafts_terms", "ix_drafts_terms", "ix_drafts_words"),
            "ix_standings_reasons",
            *("letters_fts", "letters_terms", "ix_letters_terms", "ix_letters_words"),
        )
    )


def test_the_migrations_make_the_very_tables_that_the_code_declares(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_lead_back_down_and_up_again(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        assert inspect(connection).get_view_names() == []
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    newest = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    for _ in range(2):
        engine = open_ledger(url)
        with engine.connect() as connection:
            assert connection.scalar(text("select version_num from alembic_version")) == newest
        engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_is_set_up_to_survive_a_power_cut(
    tmp_path: Path, pragma: str, value: object
) -> None:
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    engine.dispose()


def _count_up(url: str, times: int) -> None:
    engine = open_ledger(url)
    for _ in range(times):
        with engine.begin() as connection:
            value = connection.scalar(text("select n from counter"))
            connection.execute(text("update counter set n = :n"), {"n": value + 1})
    engine.dispose()


def test_only_what_may_be_done_again_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")

    def synchronous(engine: Engine) -> object:
        with engine.begin() as connection:
            return connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert [synchronous(one) for one in (engine, relaxed_durability(engine), engine)] == [2, 1, 2]
    engine.dispose()


def test_two_processes_never_write_over_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    engine = open_ledger(url)
    with engine.begin() as connection:
        connection.execute(text("create table counter (n integer)"))
        connection.execute(text("insert into counter values (0)"))
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count_up, args=(url, 50)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with engine.connect() as connection:
        assert connection.scalar(text("select n from counter")) == 100
    engine.dispose()


@pytest.mark.parametrize(
    "view", ["v_letters", "v_drafts", "v_adoptions", "v_commissions", "v_outbox", "v_journal"]
)
def test_each_view_answers_people_with_their_own_tools(engine: Engine, view: str) -> None:
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT * FROM {view}")).all() == []


def test_what_was_entered_by_hand_before_tells_how_it_came(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0035")
        now = "2022-03-07 01:00:00+00:00"
        for number in (1, 2):
            connection.execute(
                text(
                    "INSERT INTO letters (id, digest, size, received, collected, state, head_only, raw_kept, "
                    "tries, trouble, message_id, subject, sender_name, sender_address, purpose_evidence, "
                    "urgent, own_words, answer_withheld, handled_by, reasons, remarks, faults, attachments, "
                    f"files) VALUES ({number}, '{number}', 1, '{now}', '{now}', 'COLLECTED', false, true, 0, "
                    "'', '', '', '', '', '', false, '', '', '', '[]', '[]', '[]', '[]', '[]')"
                )
            )
        connection.execute(
            text(
                "INSERT INTO journal (seq, at, who, act, letter_id, facts, why, link) VALUES "
                f"(1, '{now}', '王敏', 'noted', 2, '{{}}', '补录，微信来稿：《夜巡》', '')"
            )
        )
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        told = connection.execute(text("SELECT letter, manner FROM v_letters ORDER BY letter"))
        assert [tuple(row) for row in told] == [(1, "邮件"), (2, "微信")]


def test_each_end_of_a_connection_to_postgresql_notices_that_the_others_machine_is_gone(
    postgresql: Callable[[], str],
) -> None:
    engine = open_ledger(f"{postgresql()}&connect_timeout=3")
    asked = text(
        "SELECT name, source FROM pg_settings WHERE name ~ '^tcp_(keepalives|user_timeout)'"
    )
    with engine.connect() as connection:
        assert {source for _, source in connection.execute(asked)} == {"session"}
    engine.dispose()
    # the queue's own connections are made by this URL, too
    assert engine.url.query["keepalives_idle"] == "10"
    assert engine.url.query["connect_timeout"] == "3", "what the URL says itself stands"
