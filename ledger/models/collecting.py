"""The tables of what lies in the mailbox and was not collected, and of what this ledger began with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import Base
from ledger.states import Skipped


class PassedOverRow(Base):
    """
    A letter that the mailbox holds and the ledger does not; gone as soon as it is collected.

    `received` and `size` are what the server told of it, None where it did not tell; `next_try` is
    None for a letter that is known by number only.
    """

    __tablename__ = "passed_over"

    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    folder: Mapped[str] = mapped_column(String(255), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), primary_key=True)
    received: Mapped[datetime | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    skipped: Mapped[Skipped] = mapped_column("reason", index=True)
    detail: Mapped[str] = mapped_column(Text, default="")
    first_tried: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None]


class BeginningRow(Base):
    """What this ledger began with: one row, written when it was made."""

    __tablename__ = "beginning"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    collect_since: Mapped[datetime]
