"""Passwords, codes, cookies, links and tokens: made and checked here, kept in the ledger as hashes."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.accounts import Account, Accounts
from ledger.second_factors import SecondFactors
from ledger.sessions import AttemptLimit, Sessions

MIN_PASSWORD = 10
"""Characters of a password (NIST SP 800-63B asks for 8; no rules about signs, as it advises)."""
MAX_PASSWORD = 200
FAILURES_WITHIN = timedelta(minutes=15)
"""Failed logins are remembered so long."""
KNOWN_FOR = timedelta(days=30)
"""For so long an address from which an account logged in is its own."""
LINK_LASTS = timedelta(hours=48)
_LEAST_SCORE = 3  # of 0 to 4: more than 10^8 guesses
_JUDGED = 72  # signs that are judged; the estimate's time grows with the square of the length


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


def password_objection(
    name: str, password: str, again: str, office_words: Sequence[str] = ()
) -> str:
    """
    Say in Chinese why a new password is not taken; "" when it is.

    Args:   `office_words`: what a guesser would try first here, such as the office's name and address.
    Source: NIST SP 800-63B 3.1.1.2: length, and a list of what is often used; no rules about signs.
    """
    if password != again:
        return "两次输入的密码不一致，请重新输入。"
    if len(password) < MIN_PASSWORD:
        return f"密码至少 {MIN_PASSWORD} 个字符；可以用一句自己记得住的话。"
    if len(password) > MAX_PASSWORD:
        return f"密码最多 {MAX_PASSWORD} 个字符。"
    from zxcvbn import zxcvbn  # its word lists take a while to load, and passwords are set rarely

    words = [word for one in (name, *office_words) for word in (one, *one.split()) if word]
    judged = zxcvbn(password[:_JUDGED], user_inputs=words, max_length=_JUDGED)
    own = any(len(word) >= 2 and word.casefold() in password.casefold() for word in words)
    if judged["score"] < _LEAST_SCORE or (own and len(password) < MIN_PASSWORD + 4):
        return "这个密码太容易猜到，请换一个；可以用几个不相干的词，或一句自己记得住的话。"
    return ""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Who gets in: the accounts, what is counted of logins, and the factors that are checked."""

    accounts: Accounts
    sessions: Sessions
    second_factors: SecondFactors
    passwords: Passwords


def authenticate(
    door: Doorkeeper, name: str, password: str, host: str, now: datetime
) -> Account | None:
    """
    Return the account that name and password open, None when they open none.

    Raises: TooOften after five failures for a name from one address, thirty for an address or a name.
            Where an account has lately logged in, others' failures do not shut it out.
    """
    place = counted_place(host)
    ours = (f"name:{name} host:{place}", f"host:{place}", f"name:{name}")
    ceilings = [AttemptLimit(ours[0], 5), AttemptLimit(ours[1], 30), AttemptLimit(ours[2], 30)]
    until = door.sessions.attempt(ceilings, FAILURES_WITHIN, now)
    account = door.accounts.account(name)
    known = account.name if account else ""
    if until is not None and known and door.sessions.came_from(known, host, now - KNOWN_FOR):
        until = door.sessions.attempt(ceilings[:2], FAILURES_WITHIN, now)
    if until is not None:
        door.sessions.note_access("locked", known, host, now, once_within=FAILURES_WITHIN)
        raise TooOften(until)
    kept = account.password if account else ""
    right = len(password) <= MAX_PASSWORD and door.passwords.verify(kept, password)
    if not right or account is None or account.disabled:
        door.sessions.note_access("failed", known, host, now)
        return None
    door.sessions.forgive(ours)
    if door.passwords.outdated(kept):
        renewed = door.passwords.hash(password)
        door.accounts.rehash(name, kept, renewed, now)
        account = replace(account, password=renewed)
    return account


def counted_place(host: str) -> str:
    """Return what failures from an address are counted for: of IPv6 the network that one line is given (/64)."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or IPv6Network((address, 64), strict=False))
    return str(address)


def second_factor_passes(
    door: Doorkeeper, account: Account, code: str, host: str, now: datetime
) -> bool:
    """
    Tell whether a code is the account's: the authenticator's, or a recovery code, which is used up.

    Raises: TooOften after five wrong codes for an account.
    """
    ours = f"code:{account.name}"
    until = door.sessions.attempt([AttemptLimit(ours, 5)], FAILURES_WITHIN, now)
    if until is not None:
        door.sessions.note_access("locked", account.name, host, now, once_within=FAILURES_WITHIN)
        raise TooOften(until)
    if not door.second_factors.passes(account.name, code[:MAX_PASSWORD], now):
        door.sessions.note_access("failed_code", account.name, host, now)
        return False
    door.sessions.forgive([ours])
    return True
