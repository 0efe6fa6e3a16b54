"""The tables of the console's people: accounts, sessions, tokens. No secret is kept, only its hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import Base, enum_column
from ledger.states import Role, TokenScope


class UserRow(Base):
    """
    A person of the office. `password` is an argon2 hash, empty until it was first set.

    `totp`: the secret shared with the person's authenticator, "" without one. It has to be kept as it
    is, since both sides compute with it (RFC 6238 5.1). `totp_step`: the last time step whose code was
    taken, so that none opens twice.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    password: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime]
    disabled: Mapped[bool] = mapped_column(default=False)
    totp: Mapped[str] = mapped_column(String(64), default="")
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)


class SessionRow(Base):
    """A login. `token` is the SHA-256 of the cookie; `host` and `agent`: from where."""

    __tablename__ = "sessions"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]
    host: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


class LinkRow(Base):
    """A one-time link with which a person sets the first or a new password. `token` is its SHA-256."""

    __tablename__ = "links"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    expires: Mapped[datetime]


class TokenRow(Base):
    """A program's key to the read-only interface. `token` is its SHA-256."""

    __tablename__ = "tokens"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[datetime]
    seen: Mapped[datetime | None]
    scope: Mapped[TokenScope] = mapped_column(enum_column(TokenScope))
    expires: Mapped[datetime | None]


class RecoveryCodeRow(Base):
    """A code that opens once in place of the authenticator's. `code` is its SHA-256."""

    __tablename__ = "recovery_codes"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class AttemptRow(Base):
    """A failed login, so that guessing can be slowed down. `whose` is an account or an address."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    whose: Mapped[str] = mapped_column(String(128), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
