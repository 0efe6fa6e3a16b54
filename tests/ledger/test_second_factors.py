"""A second factor for logins: codes of an authenticator and of paper, on both databases."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.accounts import Accounts
from ledger.entered_rows import entered_rows
from ledger.errors import InvalidInput
from ledger.models.accounts import RecoveryCodeRow
from ledger.second_factors import CODES, SecondFactors, new_totp_secret, totp_uri
from ledger.states import Role

STEP = timedelta(seconds=30)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def factors(engine: Engine, noon: datetime) -> SecondFactors:
    Accounts(engine).add("王静", Role.EDITOR, "admin", noon)
    return SecondFactors(engine)


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def on(factors: SecondFactors, noon: datetime) -> list[str]:
    return factors.switch_on("王静", SECRET, code_at(noon), noon)


def test_it_is_asked_for_only_after_the_authenticator_has_shown_a_right_code(
    factors: SecondFactors, engine: Engine, noon: datetime
) -> None:
    wrong = f"{(int(code_at(noon)) + 1) % 1_000_000:06}"
    with pytest.raises(InvalidInput, match="动态口令不对"):
        factors.switch_on("王静", SECRET, wrong, noon)
    assert not Accounts(engine).accounts()[0].second_factor
    assert len(set(on(factors, noon))) == CODES
    assert Accounts(engine).accounts()[0].second_factor


def test_a_code_opens_once_and_around_its_half_minute(
    factors: SecondFactors, noon: datetime
) -> None:
    on(factors, noon)
    assert not factors.passes("王静", code_at(noon), noon)
    later = noon + 10 * STEP
    assert factors.passes("王静", code_at(later - STEP), later)
    assert factors.passes("王静", f" {code_at(later)[:3]} {code_at(later)[3:]}", later)
    assert not factors.passes("王静", code_at(later), later)
    assert not factors.passes("王静", code_at(later + 3 * STEP), later)


def test_the_same_code_at_the_same_moment_opens_one_door(
    factors: SecondFactors, noon: datetime
) -> None:
    on(factors, noon)
    later = noon + 10 * STEP
    opened: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: opened.append(factors.passes("王静", code_at(later), later))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened.count(True) == 1


def test_a_recovery_code_opens_once_however_it_is_typed(
    factors: SecondFactors, engine: Engine, noon: datetime
) -> None:
    first, second, *_ = on(factors, noon)
    account = Accounts(engine).accounts()[0].id
    assert factors.passes("王静", first.upper().replace("-", " "), noon)
    assert not factors.passes("王静", first, noon)
    assert factors.codes_left(account) == CODES - 1
    factors.renew_codes("王静", noon)
    assert not factors.passes("王静", second, noon)
    assert factors.codes_left(account) == CODES


def test_switched_off_nothing_opens_and_no_code_is_left(
    factors: SecondFactors, engine: Engine, noon: datetime
) -> None:
    codes = on(factors, noon)
    assert factors.switch_off("王静", "admin", noon)
    assert not factors.switch_off("王静", "admin", noon)
    later = noon + 10 * STEP
    assert not factors.passes("王静", code_at(later), later)
    assert not factors.passes("王静", codes[0], later)
    with pytest.raises(InvalidInput):
        factors.renew_codes("王静", later)


@given(code=st.text(max_size=50))
def test_no_other_text_opens(code: str) -> None:
    from ledger.second_factors import _step_of

    noon = datetime.fromisoformat("2022-03-07T12:00:00+08:00")
    right = {code_at(noon + off * STEP) for off in (-1, 0, 1)}
    assert (_step_of(SECRET, code, noon) is not None) == (code in right)


def test_the_ledger_keeps_no_recovery_code_and_the_authenticator_reads_the_address(
    factors: SecondFactors, engine: Engine, noon: datetime
) -> None:
    codes = on(factors, noon)
    with Session(engine) as session:
        kept = [row.code for row in session.query(RecoveryCodeRow)]
    assert not {code.replace("-", "") for code in codes} & set(kept)
    assert len(new_totp_secret()) == 32
    read = pyotp.parse_uri(totp_uri(SECRET, "王静", "区应急管理局"))
    assert (read.name, read.issuer, read.secret) == ("王静", "区应急管理局", SECRET)


def test_a_second_factor_taken_away_in_the_database_is_found(
    factors: SecondFactors, engine: Engine, noon: datetime
) -> None:
    on(factors, noon)
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET totp = ''"))
    with Session(engine) as session:
        assert any("动态口令" in fault for fault in entered_rows(session))
