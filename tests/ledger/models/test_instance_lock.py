"""One program at a time on a PostgreSQL ledger."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import pytest
from sqlalchemy import text

from ledger.models.database import open_ledger
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, holding


def test_a_second_program_is_told_who_holds_the_ledger(postgresql: Callable[[], str]) -> None:
    url = postgresql()
    first, second = open_ledger(url), open_ledger(url)
    try:
        with holding(first):
            with pytest.raises(HeldElsewhere) as told, holding(second):
                pass
            for word in (socket.gethostname()[:40], str(os.getpid()), "自 "):
                assert word in str(told.value)
        with holding(second):
            pass
    finally:
        first.dispose()
        second.dispose()


def test_two_ledgers_on_one_server_do_not_hinder_each_other(
    postgresql: Callable[[], str],
) -> None:
    first, second = open_ledger(postgresql()), open_ledger(postgresql())
    with holding(first), holding(second):
        pass
    first.dispose()
    second.dispose()


def test_a_lock_lost_with_its_connection_is_taken_again_or_told(
    postgresql: Callable[[], str],
) -> None:
    url = postgresql()
    first, second = open_ledger(url), open_ledger(url)
    with holding(first) as lock:
        _cut(second)
        lock.hold()
        _cut(second)
        with holding(second), pytest.raises(HeldElsewhere):
            lock.hold()
    first.dispose()
    second.dispose()


def test_sqlite_needs_none(tmp_path: os.PathLike[str]) -> None:
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    with holding(engine), holding(engine):
        InstanceLock(engine).release()
    engine.dispose()


def _cut(engine: object) -> None:
    """Have the server end the connection that holds the lock."""
    with engine.connect() as connection:  # type: ignore[attr-defined]
        cut = connection.scalar(
            text(
                "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                " WHERE application_name LIKE 'shougao %' AND datname = current_database()"
            )
        )
        assert cut == 1
