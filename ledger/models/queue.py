"""The tables of work that is shared among machines: what was examined and not yet entered, who does what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import Base


class ExaminationRow(Base):
    """
    What a worker found in a letter that is not entered yet; gone with its entry.

    `version`: of the form in which `result` is written; None where a try failed, and then the letter is
    tried again from `not_before` on and holds up none behind it, unless a machine's trouble kept it waiting:
    that is `version` 0, `made` when it began. `aside`: its pictures of pages are to be
    recognised first, which they are once it is `recognised`. `worker`: host and process.
    """

    __tablename__ = "examinations"

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("letters.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    recognised: Mapped[bool] = mapped_column(default=False)
    aside: Mapped[bool] = mapped_column(default=False)
    trouble: Mapped[str] = mapped_column(Text, default="")
    not_before: Mapped[datetime | None]
    made: Mapped[datetime]
    worker: Mapped[str] = mapped_column(String(255), default="")


class LeaseRow(Base):
    """Who alone may do something, such as read a mailbox, and until when, unless he asks again."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    holder: Mapped[str] = mapped_column(String(255))
    since: Mapped[datetime]
    until: Mapped[datetime]
