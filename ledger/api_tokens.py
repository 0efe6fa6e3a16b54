"""Programs' tokens for the read-only interface: what each may ask, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.accounts import SEEN_EVERY, NameTaken, account_name
from ledger.errors import InvalidInput, NotFound
from ledger.journal import PROGRAM, JournalEntry, append
from ledger.journal_facts import Accessed, TokenChanged
from ledger.models.accounts import TokenRow
from ledger.models.database import read_only
from ledger.states import Act, TokenScope


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's token, without the token. `seen`: when it was last used; `expires` None: never."""

    name: str
    scope: TokenScope
    created: datetime
    expires: datetime | None
    seen: datetime | None


class ApiTokens:
    """
    Tokens of programs, known by the SHA-256 of what the program holds, in hex. Changes leave a journal entry.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        name: str,
        token: str,
        who: str,
        now: datetime,
        scope: TokenScope = TokenScope.READ,
        expires: datetime | None = None,
    ) -> None:
        """Add a token. Raises: NameTaken; InvalidInput for a blank name or a day that is over."""
        name = account_name(name)
        if expires is not None and expires <= now:
            raise InvalidInput("令牌的有效期已经过了，请写一个以后的日子。")
        try:
            with Session(self._engine) as session, session.begin():
                row = TokenRow(
                    token=token,
                    name=name,
                    scope=scope,
                    created=now,
                    expires=expires,
                    seen=None,
                )
                session.add(row)
                session.flush()
                facts: TokenChanged = {"token": name, "change": "added", "scope": scope.value}
                if expires is not None:
                    facts["expires"] = expires.isoformat()
                append(session, JournalEntry(now, who, Act.ACCOUNT, facts, rows=[row]))
        except IntegrityError:
            raise NameTaken(f"已经有叫“{name}”的令牌。") from None

    def tokens(self) -> list[ApiToken]:
        """List all tokens, by name; also those that have expired."""
        with Session(read_only(self._engine)) as session:
            return [
                _token(row) for row in session.scalars(select(TokenRow).order_by(TokenRow.name))
            ]

    def revoke(self, name: str, who: str, now: datetime) -> None:
        """Revoke a token. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(select(TokenRow).where(TokenRow.name == name))
            if row is None:
                raise NotFound(f"没有叫“{name}”的令牌；现有的见 shougao token list。")
            session.delete(row)
            facts: TokenChanged = {"token": name, "change": "revoked"}
            append(session, JournalEntry(now, who, Act.ACCOUNT, facts, gone=[row]))

    def opened_by(self, token: str, now: datetime) -> ApiToken | None:
        """Return the token behind its hash, None when there is none or it has expired."""
        with Session(read_only(self._engine)) as session:
            row = session.get(TokenRow, token)
            if row is None or (row.expires is not None and row.expires <= now):
                return None
            key = _token(row)
        if key.seen is None or now - key.seen >= SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(update(TokenRow).where(TokenRow.token == token).values(seen=now))
                if key.seen is None or key.seen.date() != now.date():
                    facts: Accessed = {"change": "api", "token": key.name}
                    append(connection, JournalEntry(now, PROGRAM, Act.ACCESS, facts))
        return key


def _token(row: TokenRow) -> ApiToken:
    return ApiToken(row.name, row.scope, row.created, row.expires, row.seen)
