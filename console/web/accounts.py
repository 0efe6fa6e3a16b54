"""Passwords, cookies, links and tokens: made and checked here, kept in the ledger as hashes."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.accounts import Account, Accounts, AttemptLimit

MIN_PASSWORD = 10
"""Characters of a password (NIST SP 800-63B asks for 8; no rules about signs, as it advises)."""
MAX_PASSWORD = 200
FAILURES_WITHIN = timedelta(minutes=15)
"""Failed logins are remembered so long."""
LINK_LASTS = timedelta(hours=48)


_ROWS = ("12345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class TooOften(Exception):
    """Too many failed logins; `until` is the moment from which the next may be."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many failed logins, next one from {until:%H:%M:%S}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Passwords:
    """
    argon2id with the library's parameters (RFC 9106, low-memory profile).

    `at_once` bounds how many are hashed at the same moment: each takes 64 MiB.
    """

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    at_once: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))

    def hash(self, password: str) -> str:
        """Hash a password for the ledger."""
        with self.at_once:
            return self.hasher.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        """Verify a password; a missing hash costs the same time and returns False."""
        with self.at_once:
            try:
                return self.hasher.verify(kept or _NOBODYS, password) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """Return whether the hash was made with other parameters than today's."""
        return self.hasher.check_needs_rehash(kept)


# argon2id of a random secret nobody knows, so that an unknown name takes as long as a wrong password
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$6x5VTitW5YMFViA6XEZ91Q$8dnRVvnEDVetzylLK+A3idp53wo09P/K3BT4+H+MsAY"


def new_secret() -> str:
    """Make a secret for a cookie, a link or a token: 256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def token_hash(secret: str) -> str:
    """Hash a secret for the ledger; random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def password_objection(name: str, password: str, again: str) -> str:
    """Say in Chinese why a new password is not taken; "" when it is."""
    if password != again:
        return "两次输入的密码不一致，请重新输入。"
    if len(password) < MIN_PASSWORD:
        return f"密码至少 {MIN_PASSWORD} 个字符；可以用一句自己记得住的话。"
    if len(password) > MAX_PASSWORD:
        return f"密码最多 {MAX_PASSWORD} 个字符。"
    if len(set(password)) < 5 or password.lower() == name.lower() or _runs(password):
        return "这个密码太容易猜到，请换一个。"
    return ""


def _runs(password: str) -> bool:
    """Whether a password is little more than a row of the keyboard, of numbers or of the alphabet."""
    folded = password.casefold()
    left = folded
    for row in _ROWS:
        for one in (row, row[::-1]):
            for start in range(len(one) - 3):
                for end in range(len(one), start + 3, -1):
                    left = left.replace(one[start:end], "")
    return len(left) < len(folded) / 2 and len(left) < MIN_PASSWORD - 4


def authenticate(
    people: Accounts, passwords: Passwords, name: str, password: str, host: str, now: datetime
) -> Account | None:
    """
    Return the account that name and password open, None when they open none.

    Raises: TooOften after five failures for a name from one address, thirty for an address or a name.
    """
    ours = (f"name:{name} host:{host}", f"host:{host}", f"name:{name}")
    ceilings = [AttemptLimit(ours[0], 5), AttemptLimit(ours[1], 30), AttemptLimit(ours[2], 30)]
    until = people.attempt(ceilings, FAILURES_WITHIN, now)
    account = people.account(name)
    known = account.name if account else ""
    if until is not None:
        people.note_access("locked", known, host, now, once_within=FAILURES_WITHIN)
        raise TooOften(until)
    kept = account.password if account else ""
    right = len(password) <= MAX_PASSWORD and passwords.verify(kept, password)
    if not right or account is None or account.disabled:
        people.note_access("failed", known, host, now)
        return None
    people.forgive(ours)
    if passwords.outdated(kept):
        people.rehash(name, kept, passwords.hash(password))
    return account
