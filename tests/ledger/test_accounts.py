"""Accounts and one-time links, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.accounts import Accounts, NameTaken
from ledger.errors import InvalidInput, NotFound
from ledger.journal import history
from ledger.sessions import NewSession, Sessions
from ledger.states import Act, Role

HOUR = timedelta(hours=1)


@pytest.fixture
def people(engine: Engine) -> Accounts:
    return Accounts(engine)


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return Sessions(engine)


def test_an_account_begins_without_a_password_and_its_name_is_taken(
    people: Accounts, noon: datetime
) -> None:
    made = people.add("王静", Role.EDITOR, "admin", noon)
    assert (made.name, made.role, made.password, made.disabled) == ("王静", Role.EDITOR, "", False)
    with pytest.raises(NameTaken, match="王静"):
        people.add("王静", Role.ADMIN, "admin", noon)
    assert people.accounts() == [people.account("王静")]
    assert people.account("李强") is None


def test_a_new_password_ends_sessions_and_links(
    people: Accounts, sessions: Sessions, noon: datetime
) -> None:
    account = people.add("王静", Role.VIEWER, "admin", noon)
    sessions.begin(NewSession("a" * 64, account.id, noon + HOUR), noon)
    people.invite("王静", "c" * 64, noon + HOUR, "li", noon)
    people.set_password("王静", "hash", "admin", noon)
    assert sessions.login("a" * 64, noon) is None
    assert people.invited("c" * 64, noon) is None
    with pytest.raises(NotFound):
        people.set_password("李强", "hash", "admin", noon)


def test_a_disabled_account_is_out_at_once_and_gets_in_only_anew(
    people: Accounts, sessions: Sessions, noon: datetime
) -> None:
    account = people.add("王静", Role.EDITOR, "admin", noon)
    sessions.begin(NewSession("a" * 64, account.id, noon + HOUR), noon)
    people.set_disabled("王静", True, "admin", noon)
    assert sessions.login("a" * 64, noon) is None
    people.set_disabled("王静", False, "admin", noon)
    assert sessions.login("a" * 64, noon) is None


def test_a_link_opens_once(people: Accounts, noon: datetime) -> None:
    people.add("王静", Role.ADMIN, "admin", noon)
    people.invite("王静", "c" * 64, noon + HOUR, "li", noon)
    assert people.invited("c" * 64, noon) == people.account("王静")
    assert people.invited("c" * 64, noon + HOUR) is None
    accepted = people.accept("c" * 64, "hash", noon)
    assert accepted is not None and accepted.password == "hash"
    assert people.accept("c" * 64, "another", noon) is None
    assert people.account("王静") == accepted


def test_a_second_link_closes_the_first(people: Accounts, noon: datetime) -> None:
    people.add("王静", Role.ADMIN, "admin", noon)
    people.invite("王静", "c" * 64, noon + HOUR, "li", noon)
    people.invite("王静", "d" * 64, noon + HOUR, "li", noon)
    assert people.invited("c" * 64, noon) is None
    assert people.invited("d" * 64, noon) is not None


def test_every_change_of_an_account_is_in_the_journal_without_a_secret(
    people: Accounts, engine: Engine, noon: datetime
) -> None:
    people.add("王静", Role.VIEWER, "admin", noon)
    people.set_password("王静", "a-secret-hash", "王静", noon)
    people.set_role("王静", Role.EDITOR, "admin", noon)
    people.set_disabled("王静", True, "admin", noon)
    lines = [line.entry for line in history(engine, acts=(Act.ACCOUNT,))]
    assert [entry.facts["change"] for entry in lines] == ["disabled", "role", "password", "added"]
    assert "a-secret-hash" not in repr(lines)


def test_somebody_is_always_left_who_manages_the_accounts(people: Accounts, noon: datetime) -> None:
    people.add("王静", Role.ADMIN, "admin", noon)
    people.add("李强", Role.EDITOR, "admin", noon)
    with pytest.raises(InvalidInput, match="唯一的管理账号"):
        people.set_role("王静", Role.VIEWER, "王静", noon)
    with pytest.raises(InvalidInput, match="唯一的管理账号"):
        people.set_disabled("王静", True, "王静", noon)
    people.set_role("李强", Role.ADMIN, "王静", noon)
    people.set_disabled("王静", True, "李强", noon)
    with pytest.raises(InvalidInput):
        people.set_disabled("李强", True, "李强", noon)


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
