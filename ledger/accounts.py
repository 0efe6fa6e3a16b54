"""The console's people: accounts, and the one-time links with which they set a password."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.deed_checks import OURS as OURS
from ledger.errors import AlreadyExists, InvalidInput, NotFound
from ledger.journal import PROGRAM, JournalEntry, append
from ledger.journal_facts import AccountChanged
from ledger.models.accounts import LinkRow, SessionRow, UserRow
from ledger.states import Act, Role

MAX_NAME = 64
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is kept when a session or a token was last used: what is read must not cost a write each time."""


@dataclass(frozen=True, slots=True)
class Account:
    """
    A person of the office. `password` is the argon2 hash, empty until it was first set.

    `second_factor`: whether a login asks for a code of an authenticator, too (ledger/second_factors.py).
    """

    id: int
    name: str
    role: Role
    password: str
    created: datetime
    disabled: bool
    second_factor: bool = False


class NameTaken(AlreadyExists):
    """There is already one of this name; the text says so."""


class Accounts:
    """
    Accounts and links. Every method is one transaction; changes leave a journal entry.

    Links are known by the SHA-256 of what their owner holds, in hex.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, role: Role, who: str, now: datetime) -> Account:
        """
        Add an account without a password; its name is normalised (NFKC, blanks).

        Raises: NameTaken; InvalidInput for a blank name, or one that the program bears in the journal.
        """
        name = account_name(name)
        try:
            with Session(self._engine) as session, session.begin():
                for other in session.scalars(select(UserRow.name)):
                    if other.casefold() == name.casefold():  # nobody tells “Li” from “li”
                        raise NameTaken(f"已经有叫“{other}”的账号。")
                row = UserRow(name=name, role=role, password="", created=now, disabled=False)
                session.add(row)
                session.flush()
                _record(
                    session, {"user": name, "change": "added", "role": role.value}, who, now, row
                )
                return account_of(row)
        except IntegrityError:
            raise NameTaken(f"已经有叫“{name}”的账号。") from None

    def accounts(self) -> list[Account]:
        """List everybody, by name."""
        with Session(self._engine) as session:
            return [
                account_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))
            ]

    def account(self, name: str) -> Account | None:
        """Return the account of this name, None when there is none."""
        with Session(self._engine) as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name))
            return account_of(row) if row else None

    def set_password(self, name: str, password: str, who: str, now: datetime) -> None:
        """Set a new hash; every session and link of the account ends. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            row.password = password
            _shut_out(session, row.id)
            _record(session, {"user": name, "change": "password"}, who, now, row)

    def rehash(self, name: str, old: str, new: str, now: datetime) -> None:
        """Store the same password hashed with today's parameters, unless it changed meanwhile."""
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            if row.password == old:
                row.password = new
                _record(session, {"user": name, "change": "rehashed"}, PROGRAM, now, row)

    def set_role(self, name: str, role: Role, who: str, now: datetime) -> None:
        """
        Give an account another role.

        Raises: NotFound; InvalidInput where nobody would be left to manage the accounts.
        """
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            if row.role is role:
                return
            if role is not Role.ADMIN:
                _keep_an_administrator(session, row)
            row.role = role
            _record(session, {"user": name, "change": "role", "role": role.value}, who, now, row)

    def set_disabled(self, name: str, disabled: bool, who: str, now: datetime) -> None:
        """
        Lock an account out, its sessions included, or let it in again.

        Raises: NotFound; InvalidInput where nobody would be left to manage the accounts.
        """
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            if row.disabled == disabled:
                return
            if disabled:
                _keep_an_administrator(session, row)
            row.disabled = disabled
            if disabled:
                _shut_out(session, row.id)
            change = "disabled" if disabled else "enabled"
            _record(session, {"user": name, "change": change}, who, now, row)

    # -- one-time links --

    def invite(self, name: str, token: str, expires: datetime, who: str, now: datetime) -> None:
        """Store a link with which a person sets a password; earlier ones no longer open. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = named(session, name)
            session.execute(delete(LinkRow).where(LinkRow.user_id == row.id))
            link = LinkRow(token=token, user_id=row.id, expires=expires)
            session.add(link)
            _record(session, {"user": name, "change": "invited"}, who, now, link)

    def invited(self, token: str, now: datetime) -> Account | None:
        """Return whose link this is; looking does not use it up."""
        with Session(self._engine) as session:
            row = session.scalar(_invited(token, now))
            return account_of(row) if row else None

    def accept(self, token: str, password: str, now: datetime) -> Account | None:
        """Use a link up: the password is set, all sessions end. None when it no longer opens."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(_invited(token, now).with_for_update())
            if row is None:
                return None
            row.password = password
            _shut_out(session, row.id)
            _record(
                session, {"user": row.name, "change": "password", "by": "link"}, row.name, now, row
            )
            session.flush()
            return account_of(row)


def account_name(written: str) -> str:
    """Return an account's name in one spelling. Raises: InvalidInput."""
    name = " ".join(unicodedata.normalize("NFKC", written).split())
    if not name or not name.isprintable() or len(name) > MAX_NAME:
        raise InvalidInput(f"账号要有名字，最多 {MAX_NAME} 个字。")
    if name.casefold() in OURS:
        raise InvalidInput(f"账号不能叫“{name}”：日志里它是程序自己的名字。")
    return name


def _keep_an_administrator(session: Session, row: UserRow) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(UserRow)
        .where(UserRow.role == Role.ADMIN, UserRow.disabled.is_(False), UserRow.id != row.id)
    )
    if row.role is Role.ADMIN and not row.disabled and not others:
        raise InvalidInput(f"“{row.name}”是唯一的管理账号。请先给别的账号管理权限，再改这一个。")


def named(session: Session, name: str) -> UserRow:
    """Return the row of an account, held against others. Raises: NotFound."""
    row = session.scalar(select(UserRow).where(UserRow.name == name).with_for_update())
    if row is None:
        raise NotFound(f"没有叫“{name}”的账号；现有的见 shougao user list。")
    return row


def _invited(token: str, now: datetime) -> Select[UserRow]:
    return (
        select(UserRow)
        .join(LinkRow, LinkRow.user_id == UserRow.id)
        .where(LinkRow.token == token, LinkRow.expires > now, UserRow.disabled.is_(False))
    )


def _shut_out(session: Session, account: int) -> None:
    session.execute(delete(SessionRow).where(SessionRow.user_id == account))
    session.execute(delete(LinkRow).where(LinkRow.user_id == account))


def _record(
    session: Session,
    facts: AccountChanged,
    who: str,
    now: datetime,
    *rows: UserRow | LinkRow,
) -> None:
    append(session, JournalEntry(now, who, Act.ACCOUNT, facts, rows=rows))


def account_of(row: UserRow) -> Account:
    """Return what a row says."""
    return Account(
        row.id, row.name, row.role, row.password, row.created, row.disabled, bool(row.totp)
    )
