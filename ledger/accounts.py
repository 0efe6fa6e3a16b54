"""The console's people: accounts, sessions, one-time links, programs' tokens, failed logins."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.errors import AlreadyExists, InvalidInput, NotFound
from ledger.journal import PROGRAM, JournalEntry, append, hold
from ledger.journal_facts import Accessed, AccountChanged, TokenChanged
from ledger.models.accounts import AttemptRow, LinkRow, SessionRow, TokenRow, UserRow
from ledger.models.database import read_only
from ledger.models.decisions import JournalRow
from ledger.states import Act, Role

SEEN_EVERY = timedelta(minutes=5)
"""How exactly `seen` is kept: a page looked at must not cost a write each time."""
LONGEST_WHOSE = 128
MAX_HOST = 64
MAX_NAME = 64
OURS = frozenset({PROGRAM, "程序", "收稿"})
"""What the program is called in the journal: nobody shall be taken for it."""
_COUNTING = 0x53474C  # PostgreSQL's advisory lock for failed logins


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the office. `password` is the argon2 hash, empty until it was first set."""

    id: int
    name: str
    role: Role
    password: str
    created: datetime
    disabled: bool


@dataclass(frozen=True, slots=True)
class Login:
    """A session in force: whose it is, and until when."""

    account: Account
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's token, without the token. `seen`: when it was last used."""

    name: str
    created: datetime
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """So many failed logins are let pass for an account or an address within a while."""

    whose: str
    most: int


class NameTaken(AlreadyExists):
    """There is already one of this name; the text says so."""


class Accounts:
    """
    Accounts, sessions, links, tokens. Every method is one transaction; changes leave a journal entry.

    Cookies, links and tokens are known by the SHA-256 of what their owner holds, in hex.

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
                row = UserRow(name=name, role=role, password="", created=now, disabled=False)
                session.add(row)
                session.flush()
                _record(session, {"user": name, "change": "added", "role": role.value}, who, now)
                return _account(row)
        except IntegrityError:
            raise NameTaken(f"已经有叫“{name}”的账号。") from None

    def accounts(self) -> list[Account]:
        """List everybody, by name."""
        with Session(self._engine) as session:
            return [
                _account(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))
            ]

    def account(self, name: str) -> Account | None:
        """Return the account of this name, None when there is none."""
        with Session(self._engine) as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name))
            return _account(row) if row else None

    def set_password(self, name: str, password: str, who: str, now: datetime) -> None:
        """Set a new hash; every session and link of the account ends. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = _named(session, name)
            row.password = password
            _shut_out(session, row.id)
            _record(session, {"user": name, "change": "password"}, who, now)

    def rehash(self, name: str, old: str, new: str) -> None:
        """Store the same password hashed with today's parameters, unless it changed meanwhile."""
        with self._engine.begin() as connection:
            connection.execute(
                update(UserRow)
                .where(UserRow.name == name, UserRow.password == old)
                .values(password=new)
            )

    def set_role(self, name: str, role: Role, who: str, now: datetime) -> None:
        """Give an account another role. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            _named(session, name).role = role
            _record(session, {"user": name, "change": "role", "role": role.value}, who, now)

    def set_disabled(self, name: str, disabled: bool, who: str, now: datetime) -> None:
        """Lock an account out, its sessions included, or let it in again. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = _named(session, name)
            row.disabled = disabled
            if disabled:
                _shut_out(session, row.id)
            change = "disabled" if disabled else "enabled"
            _record(session, {"user": name, "change": change}, who, now)

    # -- sessions --

    def log_in(self, account: int, token: str, now: datetime, expires: datetime) -> None:
        """Begin a session; those that have expired are removed on the way."""
        with self._engine.begin() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.expires <= now))
            connection.execute(delete(LinkRow).where(LinkRow.expires <= now))
        with Session(self._engine) as session, session.begin():
            session.add(
                SessionRow(token=token, user_id=account, created=now, seen=now, expires=expires)
            )

    def login(self, token: str, now: datetime) -> Login | None:
        """Return the session behind a cookie; None when it ended, expired, or its account is disabled."""
        with Session(read_only(self._engine)) as session:
            pair = session.execute(
                select(SessionRow, UserRow)
                .join(UserRow, UserRow.id == SessionRow.user_id)
                .where(SessionRow.token == token, SessionRow.expires > now)
                .where(UserRow.disabled.is_(False))
            ).first()
            if pair is None:
                return None
            row, user = pair
            seen, login = row.seen, Login(_account(user), row.created, row.expires)
        if now - seen >= SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(
                    update(SessionRow).where(SessionRow.token == token).values(seen=now)
                )
        return login

    def log_out(self, token: str) -> None:
        """End one session; ending it twice is no error."""
        with self._engine.begin() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.token == token))

    def log_out_everywhere(self, account: int) -> int:
        """End all sessions of an account. Returns how many there were."""
        with self._engine.begin() as connection:
            ended = connection.execute(delete(SessionRow).where(SessionRow.user_id == account))
            return ended.rowcount

    def sessions(self, account: int, now: datetime) -> int:
        """Count the sessions of an account that are in force."""
        query = (
            select(func.count())
            .select_from(SessionRow)
            .where(SessionRow.user_id == account, SessionRow.expires > now)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    # -- one-time links --

    def invite(self, name: str, token: str, expires: datetime) -> None:
        """Store a link with which a person sets a password; earlier ones no longer open. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = _named(session, name)
            session.execute(delete(LinkRow).where(LinkRow.user_id == row.id))
            session.add(LinkRow(token=token, user_id=row.id, expires=expires))

    def invited(self, token: str, now: datetime) -> Account | None:
        """Return whose link this is; looking does not use it up."""
        with Session(self._engine) as session:
            row = session.scalar(_invited(token, now))
            return _account(row) if row else None

    def accept(self, token: str, password: str, now: datetime) -> Account | None:
        """Use a link up: the password is set, all sessions end. None when it no longer opens."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(_invited(token, now).with_for_update())
            if row is None:
                return None
            row.password = password
            _shut_out(session, row.id)
            _record(session, {"user": row.name, "change": "password", "by": "link"}, row.name, now)
            session.flush()
            return _account(row)

    # -- failed logins --

    def attempt(
        self, ceilings: Sequence[AttemptLimit], within: timedelta, now: datetime
    ) -> datetime | None:
        """
        Count a login before its password is looked at, so that many at once cannot slip through.

        Returns: None when it may be tried. Otherwise the moment from which the next may be; then nothing
                 is counted.
        """
        with Session(self._engine) as session, session.begin():
            if session.get_bind().dialect.name == "postgresql":  # SQLite's begin keeps others out
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _COUNTING})
            session.execute(delete(AttemptRow).where(AttemptRow.at <= now - within))
            freed: list[datetime] = []
            for ceiling in ceilings:
                times = session.scalars(
                    select(AttemptRow.at)
                    .where(AttemptRow.whose == ceiling.whose[:LONGEST_WHOSE])
                    .order_by(AttemptRow.at.desc())
                    .limit(ceiling.most)
                ).all()
                if len(times) >= ceiling.most:
                    freed.append(times[-1] + within)
            if freed:
                return max(freed)
            session.add_all(
                AttemptRow(whose=ceiling.whose[:LONGEST_WHOSE], at=now) for ceiling in ceilings
            )
            return None

    def forgive(self, whose: Sequence[str]) -> None:
        """Forget the failed attempts after a right password."""
        names = [name[:LONGEST_WHOSE] for name in whose]
        with self._engine.begin() as connection:
            connection.execute(delete(AttemptRow).where(AttemptRow.whose.in_(names)))

    # -- who came in --

    def note_access(
        self, change: str, user: str, host: str, now: datetime, once_within: timedelta | None = None
    ) -> None:
        """
        Enter in the journal who came in, went, or did not get in (facts: Accessed).

        Args: `once_within`: not again for the same account and host within so long.
        """
        facts: Accessed = {"change": change, "user": user, "host": host[:MAX_HOST]}
        with Session(self._engine) as session, session.begin():
            hold(session)
            if once_within is not None:
                lately = session.scalars(
                    select(JournalRow.facts).where(
                        JournalRow.at > now - once_within, JournalRow.act == Act.ACCESS
                    )
                )
                if any(dict(one) == facts for one in lately):
                    return
            came_in = change in ("login", "logout", "everywhere")
            append(session, JournalEntry(now, user if came_in else PROGRAM, Act.ACCESS, facts))

    # -- programs --

    def add_key(self, name: str, token: str, who: str, now: datetime) -> None:
        """Add a program's token for the read-only interface. Raises: NameTaken."""
        try:
            with Session(self._engine) as session, session.begin():
                session.add(TokenRow(token=token, name=name, created=now, seen=None))
                session.flush()
                _record(session, {"token": name, "change": "added"}, who, now)
        except IntegrityError:
            raise NameTaken(f"已经有叫“{name}”的令牌。") from None

    def programs(self) -> list[ApiToken]:
        """List all tokens, by name."""
        with Session(self._engine) as session:
            rows = session.scalars(select(TokenRow).order_by(TokenRow.name))
            return [ApiToken(row.name, row.created, row.seen) for row in rows]

    def revoke_key(self, name: str, who: str, now: datetime) -> None:
        """Revoke a program's token. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(select(TokenRow).where(TokenRow.name == name))
            if row is None:
                raise NotFound(f"没有叫“{name}”的令牌；现有的见 shougao token list。")
            session.delete(row)
            _record(session, {"token": name, "change": "revoked"}, who, now)

    def key(self, token: str, now: datetime) -> ApiToken | None:
        """Return the program behind a token, None when there is none."""
        with Session(read_only(self._engine)) as session:
            row = session.get(TokenRow, token)
            if row is None:
                return None
            key = ApiToken(row.name, row.created, row.seen)
        if key.seen is None or now - key.seen >= SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(update(TokenRow).where(TokenRow.token == token).values(seen=now))
                if key.seen is None or key.seen.date() != now.date():
                    facts: Accessed = {"change": "api", "token": key.name}
                    append(connection, JournalEntry(now, PROGRAM, Act.ACCESS, facts))
        return key


def account_name(written: str) -> str:
    """Return an account's name in one spelling. Raises: InvalidInput."""
    name = " ".join(unicodedata.normalize("NFKC", written).split())
    if not name or not name.isprintable() or len(name) > MAX_NAME:
        raise InvalidInput(f"账号要有名字，最多 {MAX_NAME} 个字。")
    if name.casefold() in OURS:
        raise InvalidInput(f"账号不能叫“{name}”：日志里它是程序自己的名字。")
    return name


def _named(session: Session, name: str) -> UserRow:
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
    session: Session, facts: AccountChanged | TokenChanged, who: str, now: datetime
) -> None:
    append(session, JournalEntry(now, who, Act.ACCOUNT, facts))


def _account(row: UserRow) -> Account:
    return Account(row.id, row.name, row.role, row.password, row.created, row.disabled)
