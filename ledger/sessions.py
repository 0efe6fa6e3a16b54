"""Who is logged in to the pages, who tried to be, and who was: sessions, failed logins, the history of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from ledger.accounts import SEEN_EVERY, Account, account_of
from ledger.journal import PROGRAM, JournalEntry, append, hold
from ledger.journal_facts import Accessed
from ledger.models.accounts import AttemptRow, LinkRow, SessionRow, UserRow
from ledger.models.database import read_only
from ledger.models.decisions import JournalRow
from ledger.models.locks import Lock, taking
from ledger.states import Act

LONGEST_WHOSE = 128
MAX_HOST = 64
MAX_AGENT = 200
HISTORY = 20
"""So many entries are shown of an account's history."""
_CAME_IN = frozenset({"login", "logout", "everywhere", "session_ended"})


@dataclass(frozen=True, slots=True)
class Login:
    """A session in force: whose it is, and until when."""

    account: Account
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """
    A session as its owner sees it in a list. `number` names it and opens nothing.

    `host` and `agent`: the address and the browser that logged in, "" for one of an earlier version.
    """

    number: str
    host: str
    agent: str
    created: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that begins: the SHA-256 of its cookie, whose it is, until when, and from where."""

    token: str
    account: int
    expires: datetime
    host: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One line of an account's history: what happened (see Accessed), when and from which address."""

    at: datetime
    change: str
    host: str


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """So many failed logins are let pass for an account or an address within a while."""

    whose: str
    most: int


class Sessions:
    """
    Sessions of the pages, failed logins, and who came in. Every method is one transaction.

    Cookies are known by the SHA-256 of what their owner holds, in hex.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, new: NewSession, now: datetime) -> None:
        """Begin a session, which the journal tells as a login; those that have expired are removed on the way."""
        with self._engine.begin() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.expires <= now))
            connection.execute(delete(LinkRow).where(LinkRow.expires <= now))
        with Session(self._engine) as session, session.begin():
            row = SessionRow(
                token=new.token,
                user_id=new.account,
                created=now,
                seen=now,
                expires=new.expires,
                host=new.host[:MAX_HOST],
                agent=new.agent[:MAX_AGENT],
            )
            session.add(row)
            name = session.get_one(UserRow, new.account).name
            facts: Accessed = {"change": "login", "user": name, "host": row.host}
            append(session, JournalEntry(now, name, Act.ACCESS, facts, rows=[row]))

    def login(
        self, token: str, now: datetime, idle: timedelta | None = None, active: bool = True
    ) -> Login | None:
        """
        Return the session behind a cookie; None when it ended, expired, or its account is disabled.

        Args:
            token: the SHA-256 of the cookie.
            now: the moment.
            idle: a session that nobody used for so long has ended, give or take SEEN_EVERY.
            active: whether a person asks; a page that renews itself keeps no session alive.

        """
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
            seen, login = row.seen, Login(account_of(user), row.created, row.expires)
        if idle is not None and now - seen >= idle + SEEN_EVERY:
            return None
        if active and now - seen >= SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(
                    update(SessionRow).where(SessionRow.token == token).values(seen=now)
                )
        return login

    def end(self, token: str) -> None:
        """End one session; ending it twice is no error."""
        with self._engine.begin() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.token == token))

    def end_all(self, account: int) -> int:
        """End all sessions of an account. Returns how many there were."""
        with self._engine.begin() as connection:
            ended = connection.execute(delete(SessionRow).where(SessionRow.user_id == account))
            return ended.rowcount

    def end_one(self, account: int, number: str) -> bool:
        """End the session of an account that `list_open` calls so. Returns whether there was one."""
        with Session(self._engine) as session, session.begin():
            for row in session.scalars(select(SessionRow).where(SessionRow.user_id == account)):
                if _number(row.token) == number:
                    session.delete(row)
                    return True
        return False

    def list_open(
        self, account: int, now: datetime, idle: timedelta | None = None
    ) -> list[OpenSession]:
        """List the sessions of an account that are in force, the latest used first."""
        query = (
            select(SessionRow)
            .where(SessionRow.user_id == account, SessionRow.expires > now)
            .order_by(SessionRow.seen.desc())
        )
        with Session(read_only(self._engine)) as session:
            return [
                OpenSession(_number(row.token), row.host, row.agent, row.created, row.seen)
                for row in session.scalars(query)
                if idle is None or now - row.seen < idle + SEEN_EVERY
            ]

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
                session.execute(taking("pg_advisory_xact_lock", Lock.LOGINS))
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
        self,
        change: str,
        user: str,
        host: str,
        now: datetime,
        once_within: timedelta | None = None,
        by: str = "",
    ) -> None:
        """
        Enter in the journal who came in, went, or did not get in (facts: Accessed).

        Args: `once_within`: not again for the same account and host within so long; `by`: who did it
              to the account, by default its owner.
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
            who = by or (user if change in _CAME_IN else PROGRAM)
            append(session, JournalEntry(now, who, Act.ACCESS, facts))

    def came_from(self, user: str, host: str, since: datetime) -> bool:
        """Tell whether an account logged in from this address since then."""
        facts = JournalRow.facts
        query = (
            select(JournalRow.seq)
            .where(
                JournalRow.act == Act.ACCESS,
                JournalRow.at > since,
                facts["change"].as_string() == "login",
                facts["user"].as_string() == user,
                facts["host"].as_string() == host[:MAX_HOST],
            )
            .limit(1)
        )
        with read_only(self._engine).connect() as connection:
            return connection.scalar(query) is not None

    def history(self, user: str) -> list[Access]:
        """List who came in, or failed to, under an account's name: the latest HISTORY, latest first."""
        query = (
            select(JournalRow.at, JournalRow.facts)
            .where(
                JournalRow.letter_id.is_(None),  # no letter's entry: few, and by an index
                JournalRow.act == Act.ACCESS,
                JournalRow.facts["user"].as_string() == user,
            )
            .order_by(JournalRow.seq.desc())
            .limit(HISTORY)
        )
        with read_only(self._engine).connect() as connection:
            return [
                Access(at, facts["change"], facts.get("host", ""))
                for at, facts in connection.execute(query)
            ]


def _number(token: str) -> str:
    """Return a session's name in lists: the beginning of a hash, which opens nothing."""
    return token[:12]
