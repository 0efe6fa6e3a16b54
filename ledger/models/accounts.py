"""The tables of the console's people: accounts, sessions, tokens. No secret is kept, only its hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import Base, enum_column
from ledger.states import Role


class UserRow(Base):
    """A person of the office. `password` is an argon2 hash, empty until it was first set."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    password: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime]
    disabled: Mapped[bool] = mapped_column(default=False)


class SessionRow(Base):
    """A login. `token` is the SHA-256 of the cookie."""

    __tablename__ = "sessions"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]


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


class AttemptRow(Base):
    """A failed login, so that guessing can be slowed down. `whose` is an account or an address."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    whose: Mapped[str] = mapped_column(String(128), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
