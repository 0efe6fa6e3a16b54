"""Accounts, sessions, links, tokens and failed logins, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.accounts import Accounts, AttemptLimit, NameTaken
from ledger.errors import InvalidInput, NotFound
from ledger.journal import history
from ledger.states import Act, Role

HOUR = timedelta(hours=1)


@pytest.fixture
def people(engine: Engine) -> Accounts:
    return Accounts(engine)


def test_an_account_begins_without_a_password_and_its_name_is_taken(
    people: Accounts, noon: datetime
) -> None:
    made = people.add("王静", Role.EDITOR, "admin", noon)
    assert (made.name, made.role, made.password, made.disabled) == ("王静", Role.EDITOR, "", False)
    with pytest.raises(NameTaken, match="王静"):
        people.add("王静", Role.ADMIN, "admin", noon)
    assert people.accounts() == [people.account("王静")]
    assert people.account("李强") is None


def test_a_session_opens_until_it_expires(people: Accounts, noon: datetime) -> None:
    account = people.add("王静", Role.VIEWER, "admin", noon)
    people.log_in(account.id, "a" * 64, noon, noon + HOUR)
    login = people.login("a" * 64, noon + HOUR / 2)
    assert login is not None and login.account == account
    assert people.login("b" * 64, noon) is None
    assert people.login("a" * 64, noon + HOUR) is None


def test_a_session_that_ended_does_not_open(people: Accounts, noon: datetime) -> None:
    account = people.add("王静", Role.VIEWER, "admin", noon)
    for token in "abc":
        people.log_in(account.id, token * 64, noon, noon + HOUR)
    people.log_out("a" * 64)
    assert people.login("a" * 64, noon) is None
    assert people.sessions(account.id, noon) == 2
    assert people.log_out_everywhere(account.id) == 2
    assert people.login("b" * 64, noon) is None


def test_a_new_password_ends_sessions_and_links(people: Accounts, noon: datetime) -> None:
    account = people.add("王静", Role.VIEWER, "admin", noon)
    people.log_in(account.id, "a" * 64, noon, noon + HOUR)
    people.invite("王静", "c" * 64, noon + HOUR)
    people.set_password("王静", "hash", "admin", noon)
    assert people.login("a" * 64, noon) is None
    assert people.invited("c" * 64, noon) is None
    with pytest.raises(NotFound):
        people.set_password("李强", "hash", "admin", noon)


def test_a_disabled_account_is_out_at_once_and_gets_in_only_anew(
    people: Accounts, noon: datetime
) -> None:
    account = people.add("王静", Role.ADMIN, "admin", noon)
    people.log_in(account.id, "a" * 64, noon, noon + HOUR)
    people.set_disabled("王静", True, "admin", noon)
    assert people.login("a" * 64, noon) is None
    people.set_disabled("王静", False, "admin", noon)
    assert people.login("a" * 64, noon) is None


def test_a_link_opens_once(people: Accounts, noon: datetime) -> None:
    people.add("王静", Role.ADMIN, "admin", noon)
    people.invite("王静", "c" * 64, noon + HOUR)
    assert people.invited("c" * 64, noon) == people.account("王静")
    assert people.invited("c" * 64, noon + HOUR) is None
    accepted = people.accept("c" * 64, "hash", noon)
    assert accepted is not None and accepted.password == "hash"
    assert people.accept("c" * 64, "another", noon) is None
    assert people.account("王静") == accepted


def test_a_second_link_closes_the_first(people: Accounts, noon: datetime) -> None:
    people.add("王静", Role.ADMIN, "admin", noon)
    people.invite("王静", "c" * 64, noon + HOUR)
    people.invite("王静", "d" * 64, noon + HOUR)
    assert people.invited("c" * 64, noon) is None
    assert people.invited("d" * 64, noon) is not None


def test_failed_logins_are_slowed_down_and_forgiven(people: Accounts, noon: datetime) -> None:
    ceilings = [AttemptLimit("name:王静", 3), AttemptLimit("host:192.0.2.1", 5)]
    for minute in range(3):
        moment = noon + timedelta(minutes=minute)
        assert people.attempt(ceilings, HOUR, moment) is None
    until = people.attempt(ceilings, HOUR, noon + timedelta(minutes=3))
    assert until == noon + HOUR
    assert people.attempt([AttemptLimit("name:李强", 3)], HOUR, noon) is None
    assert people.attempt(ceilings, HOUR, noon + HOUR) is None
    people.forgive(["name:王静"])
    assert people.attempt(ceilings, HOUR, noon + HOUR) is None


def test_guesses_at_the_same_moment_do_not_slip_through(people: Accounts, noon: datetime) -> None:
    let_in: list[object] = []

    def guess() -> None:
        let_in.append(people.attempt([AttemptLimit("host:192.0.2.1", 4)], HOUR, noon))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in.count(None) == 4


def test_a_programs_token_opens_until_it_is_revoked(people: Accounts, noon: datetime) -> None:
    people.add_key("大屏", "e" * 64, "admin", noon)
    with pytest.raises(NameTaken):
        people.add_key("大屏", "f" * 64, "admin", noon)
    assert people.key("f" * 64, noon) is None
    opened = people.key("e" * 64, noon)
    assert opened is not None and opened.name == "大屏"
    assert [key.seen for key in people.programs()] == [noon]
    people.revoke_key("大屏", "admin", noon)
    assert people.key("e" * 64, noon) is None
    with pytest.raises(NotFound):
        people.revoke_key("大屏", "admin", noon)


def test_every_change_of_an_account_is_in_the_journal_without_a_secret(
    people: Accounts, engine: Engine, noon: datetime
) -> None:
    people.add("王静", Role.VIEWER, "admin", noon)
    people.set_password("王静", "a-secret-hash", "王静", noon)
    people.set_role("王静", Role.ADMIN, "admin", noon)
    people.set_disabled("王静", True, "admin", noon)
    people.add_key("大屏", "e" * 64, "admin", noon)
    lines = [line.entry for line in history(engine, acts=(Act.ACCOUNT,))]
    assert [entry.facts["change"] for entry in lines] == [
        "added",
        "disabled",
        "role",
        "password",
        "added",
    ]
    assert "a-secret-hash" not in repr(lines) and "e" * 64 not in repr(lines)


@pytest.mark.parametrize(
    "name", ["", "  ", "shougao", "Shougao", "程序", "ｓｈｏｕｇａｏ", "a\x00b"]
)
def test_nobody_bears_no_name_or_the_programs(engine: Engine, name: str) -> None:
    with pytest.raises(InvalidInput):
        Accounts(engine).add(name, Role.EDITOR, "li", datetime(2022, 3, 8, tzinfo=UTC))


def test_a_name_has_one_spelling(engine: Engine) -> None:
    accounts = Accounts(engine)
    assert (
        accounts.add(" 王　静 ", Role.EDITOR, "li", datetime(2022, 3, 8, tzinfo=UTC)).name
        == "王 静"
    )
    with pytest.raises(NameTaken):
        accounts.add("王 静", Role.EDITOR, "li", datetime(2022, 3, 8, tzinfo=UTC))
