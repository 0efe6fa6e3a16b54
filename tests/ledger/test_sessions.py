"""Sessions, failed logins and the history of both, on both databases."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.accounts import Account, Accounts
from ledger.sessions import AttemptLimit, NewSession, Sessions
from ledger.states import Role

HOUR = timedelta(hours=1)


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return Sessions(engine)


@pytest.fixture
def wang(engine: Engine, noon: datetime) -> Account:
    return Accounts(engine).add("王静", Role.VIEWER, "admin", noon)


def begun(sessions: Sessions, account: Account, noon: datetime, *tokens: str) -> None:
    for token in tokens:
        new = NewSession(token * 64, account.id, noon + 12 * HOUR, "192.0.2.7", "Firefox")
        sessions.begin(new, noon)


def test_a_session_opens_until_it_expires(
    sessions: Sessions, wang: Account, noon: datetime
) -> None:
    begun(sessions, wang, noon, "a")
    login = sessions.login("a" * 64, noon + HOUR)
    assert login is not None and login.account == wang
    assert sessions.login("b" * 64, noon) is None
    assert sessions.login("a" * 64, noon + 12 * HOUR) is None


def test_a_session_that_ended_does_not_open(
    sessions: Sessions, wang: Account, noon: datetime
) -> None:
    begun(sessions, wang, noon, "a", "b", "c")
    sessions.end("a" * 64)
    assert sessions.login("a" * 64, noon) is None
    assert len(sessions.list_open(wang.id, noon)) == 2
    assert sessions.end_all(wang.id) == 2
    assert sessions.login("b" * 64, noon) is None


def test_a_session_that_nobody_uses_ends_and_a_page_that_renews_itself_uses_none(
    sessions: Sessions, wang: Account, noon: datetime
) -> None:
    begun(sessions, wang, noon, "a", "b")
    later = noon + 50 * HOUR / 60
    assert sessions.login("a" * 64, later, HOUR)
    assert sessions.login("b" * 64, later, HOUR, active=False)
    afterwards = later + 20 * HOUR / 60
    assert sessions.login("a" * 64, afterwards, HOUR)
    assert sessions.login("b" * 64, afterwards, HOUR) is None
    assert [one.number for one in sessions.list_open(wang.id, afterwards, HOUR)] == ["a" * 12]


def test_ones_sessions_are_listed_with_their_place_and_ended_singly(
    sessions: Sessions, engine: Engine, wang: Account, noon: datetime
) -> None:
    begun(sessions, wang, noon, "a", "b")
    listed = sessions.list_open(wang.id, noon)
    assert {(one.host, one.agent) for one in listed} == {("192.0.2.7", "Firefox")}
    other = Accounts(engine).add("李强", Role.VIEWER, "admin", noon)
    assert not sessions.end_one(other.id, "a" * 12)
    assert sessions.end_one(wang.id, "a" * 12)
    assert not sessions.end_one(wang.id, "a" * 12)
    assert sessions.login("a" * 64, noon) is None
    assert sessions.login("b" * 64, noon)


def test_the_history_tells_of_one_account_the_latest_first(
    sessions: Sessions, noon: datetime
) -> None:
    for minute, (change, name) in enumerate(
        (("login", "王静"), ("failed", "王静"), ("login", "李强"), ("logout", "王静"))
    ):
        sessions.note_access(change, name, "192.0.2.7", noon + timedelta(minutes=minute))
    told = sessions.history("王静")
    assert [one.change for one in told] == ["logout", "failed", "login"]
    assert told[0].at == noon + timedelta(minutes=3)
    assert told[0].host == "192.0.2.7"


def test_failed_logins_are_slowed_down_and_forgiven(sessions: Sessions, noon: datetime) -> None:
    ceilings = [AttemptLimit("name:王静", 3), AttemptLimit("host:192.0.2.1", 5)]
    for minute in range(3):
        moment = noon + timedelta(minutes=minute)
        assert sessions.attempt(ceilings, HOUR, moment) is None
    until = sessions.attempt(ceilings, HOUR, noon + timedelta(minutes=3))
    assert until == noon + HOUR
    assert sessions.attempt([AttemptLimit("name:李强", 3)], HOUR, noon) is None
    assert sessions.attempt(ceilings, HOUR, noon + HOUR) is None
    sessions.forgive(["name:王静"])
    assert sessions.attempt(ceilings, HOUR, noon + HOUR) is None


def test_guesses_at_the_same_moment_do_not_slip_through(sessions: Sessions, noon: datetime) -> None:
    let_in: list[object] = []

    def guess() -> None:
        let_in.append(sessions.attempt([AttemptLimit("host:192.0.2.1", 4)], HOUR, noon))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in.count(None) == 4
