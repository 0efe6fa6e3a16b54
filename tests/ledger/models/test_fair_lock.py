import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from ledger.models import database
from ledger.models.database import open_ledger, read_only
from ledger.models.fair_lock import FairLock
from tests.ledgers import empty_ledger

PATIENCE = 60.0


@pytest.fixture
def turns() -> FairLock:
    return FairLock()


@pytest.fixture
def engine(tmp_path: Path, turns: FairLock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(database, "FairLock", lambda: turns)
    with empty_ledger(tmp_path / "ledger.sqlite") as engine:
        yield engine


def until_waiting(turns: FairLock, many: int) -> None:
    given_up = time.monotonic() + PATIENCE
    while len(turns) < many:
        assert time.monotonic() < given_up, "nobody came to wait"


def test_turns_come_in_the_order_in_which_they_were_asked_for(turns: FairLock) -> None:
    came: list[str] = []

    def write(who: str) -> None:
        assert turns.acquire(PATIENCE)
        came.append(who)
        turns.release()

    assert turns.acquire(0)
    with ThreadPoolExecutor(3) as others:
        for place, who in enumerate(("first", "second", "third"), 1):
            others.submit(write, who)
            until_waiting(turns, place)
        turns.release()
        write("the one who had it before")
    assert came == ["first", "second", "third", "the one who had it before"]


def test_who_gives_up_waiting_is_passed_over(turns: FairLock) -> None:
    assert turns.acquire(0)
    assert not turns.acquire(0)
    assert len(turns) == 0
    turns.release()
    assert turns.acquire(0)


def test_a_thread_that_writes_all_the_time_lets_another_write(
    engine: Engine, turns: FairLock
) -> None:
    def write(subject: str) -> None:
        with engine.begin() as connection:
            connection.execute(text("insert into notes values (:subject)"), {"subject": subject})

    with engine.begin() as connection:
        connection.execute(text("create table notes (subject text)"))
    with ThreadPoolExecutor(1) as other:
        with engine.begin() as connection:
            connection.execute(text("insert into notes values ('one')"))
            written = other.submit(write, "another's")
            until_waiting(turns, 1)
        write("two")
        written.result()
    with read_only(engine).connect() as connection:
        assert list(connection.scalars(text("select subject from notes order by rowid"))) == [
            "one",
            "another's",
            "two",
        ]


def test_a_question_takes_no_turn(engine: Engine, turns: FairLock) -> None:
    with read_only(engine).connect() as connection:
        connection.execute(text("select 1"))
        assert turns.acquire(0)


def test_the_turn_ends_with_what_failed_and_with_what_was_left_open(
    engine: Engine, turns: FairLock
) -> None:
    with pytest.raises(ZeroDivisionError), engine.begin():
        raise ZeroDivisionError
    assert turns.acquire(0)
    turns.release()
    with engine.connect() as connection:
        connection.execute(text("select 1"))  # begins by itself, and nobody ends it
    assert turns.acquire(0)
    turns.release()
    dropped = engine.connect()
    dropped.execute(text("select 1"))
    del dropped
    gc.collect()
    assert turns.acquire(0)


def test_a_writer_of_another_program_costs_nobody_the_turn(
    engine: Engine, turns: FairLock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0)
    monkeypatch.setattr(database, "FairLock", FairLock)
    another = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    engine.dispose()  # its next connection waits for nobody, either
    with another.begin(), pytest.raises(OperationalError, match="locked"), engine.begin():
        pass
    another.dispose()
    assert turns.acquire(0)
