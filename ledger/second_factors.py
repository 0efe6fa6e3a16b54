"""
A second factor for logins: codes of an authenticator on the person's phone, and recovery codes on paper.

Source: RFC 6238 (TOTP) with the parameters that every authenticator takes: SHA-1, 6 digits, 30 s.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.accounts import named
from ledger.errors import InvalidInput
from ledger.journal import JournalEntry, append
from ledger.journal_facts import AccountChanged
from ledger.models.accounts import RecoveryCodeRow, UserRow
from ledger.models.database import read_only
from ledger.states import Act

CODES = 8
"""So many recovery codes are given out at a time."""
_STEP_SECONDS = 30
_DRIFT = 1  # steps that a phone's clock may be off, either way (RFC 6238 5.2)
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else on paper
_GROUPS, _GROUP = 4, 4  # 16 signs of 31: 79 bits, more than anybody can guess


class SecondFactors:
    """
    Authenticators of accounts. Every method is one transaction; changes leave a journal entry.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def switch_on(self, name: str, secret: str, code: str, now: datetime) -> list[str]:
        """
        Ask for a second factor from now on, once the person has shown a code of the new secret.

        Returns: the recovery codes, to be shown this once.
        Raises:  NotFound; InvalidInput when the code is not of this secret.
        """
        step = _step_of(secret, code, now)
        if step is None:
            raise InvalidInput(
                "动态口令不对。请看手机上最新的 6 位数字，再输一次；手机的时间要准。"
            )
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            row.totp, row.totp_step = secret, step
            codes, kept, gone = _new_codes(session, row)
            _record(session, name, "second_factor_on", name, now, [row, *kept], gone)
            return codes

    def switch_off(self, name: str, who: str, now: datetime) -> bool:
        """Ask for the password alone. Returns whether there was a second factor. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            if not row.totp:
                return False
            row.totp, row.totp_step = "", 0
            gone = _drop_codes(session, row)
            _record(session, name, "second_factor_off", who, now, [row], gone)
            return True

    def passes(self, name: str, code: str, now: datetime) -> bool:
        """Tell whether a code opens: the authenticator's, once each, or a recovery code, which is used up."""
        code = "".join(code.split()).casefold().replace("-", "")
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            if not row.totp:
                return False
            step = _step_of(row.totp, code, now)
            if step is not None:
                fresh = step > row.totp_step
                row.totp_step = max(step, row.totp_step)
                return fresh
            kept = session.get(RecoveryCodeRow, _digest(row, code))
            if kept is None:
                return False
            session.delete(kept)
            _record(session, name, "recovery_code_used", name, now, gone=[kept])
            return True

    def renew_codes(self, name: str, now: datetime) -> list[str]:
        """Give out new recovery codes; the old ones open nothing any more. Raises: NotFound, InvalidInput."""
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            if not row.totp:
                raise InvalidInput("这个账号没有启用动态口令。")
            codes, kept, gone = _new_codes(session, row)
            _record(session, name, "recovery_codes", name, now, kept, gone)
            return codes

    def codes_left(self, account: int) -> int:
        """Count the recovery codes that an account has not used."""
        query = (
            select(func.count())
            .select_from(RecoveryCodeRow)
            .where(RecoveryCodeRow.user_id == account)
        )
        with read_only(self._engine).connect() as connection:
            return connection.scalar(query) or 0


def new_totp_secret() -> str:
    """Make a secret for an authenticator: 160 random bits in base32 (RFC 4226 4)."""
    return pyotp.random_base32()


def totp_uri(secret: str, account: str, office: str) -> str:
    """Return the address that authenticators read from a QR code (Key URI Format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=office)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, None where it is none of the steps around now."""
    if not (code.isascii() and code.isdigit()):
        return None
    step = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for one in (step, *(step + way * off for off in range(1, _DRIFT + 1) for way in (-1, 1))):
        if secrets.compare_digest(totp.at(one * _STEP_SECONDS), code):
            return one
    return None


def _new_codes(
    session: Session, row: UserRow
) -> tuple[list[str], list[RecoveryCodeRow], list[RecoveryCodeRow]]:
    """Make new codes; returns them, their rows, and the rows of the earlier ones."""
    gone = _drop_codes(session, row)
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(CODES)
    ]
    kept = [
        RecoveryCodeRow(code=_digest(row, code.replace("-", "")), user_id=row.id) for code in codes
    ]
    session.add_all(kept)
    return codes, kept, gone


def _drop_codes(session: Session, row: UserRow) -> list[RecoveryCodeRow]:
    gone = list(session.scalars(select(RecoveryCodeRow).where(RecoveryCodeRow.user_id == row.id)))
    for code in gone:
        session.delete(code)
    return gone


def _digest(row: UserRow, code: str) -> str:
    return hashlib.sha256(f"{row.id}:{code}".encode()).hexdigest()


def _record(
    session: Session,
    name: str,
    change: str,
    who: str,
    now: datetime,
    rows: Sequence[UserRow | RecoveryCodeRow] = (),
    gone: Sequence[RecoveryCodeRow] = (),
) -> None:
    facts: AccountChanged = {"user": name, "change": change}
    append(session, JournalEntry(now, who, Act.ACCOUNT, facts, rows=rows, gone=gone))
