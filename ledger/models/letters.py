"""
The tables of letters, drafts, outbox and officers. Times are stored in UTC, enumerations as text.

Partial indexes are partial on PostgreSQL, too, by the migrations: to say so here would load its
dialect with every command.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import AmountType, Base, PackedBytes
from ledger.states import Deed, DeliveryState, LetterKind, LetterState
from rulebook.amounts import Amount
from rulebook.conversation import Purpose
from rulebook.model import DayDoubt, Kind, Outcome, Timely

KEPT_SECRET = sql("raw_kept AND CAST(reasons AS TEXT) LIKE '%\"SECRET_MARK\"%'")
"""Letters with a 密级 mark that the vault still holds; in the very words of the index of them."""


TO_BE_READ = sql("letters.purpose IN ('other', 'inquiry')")
"""Letters for a person, whoever dealt with them; in the words of the index of those that wait."""
SOUNDS_URGENT = sql("drafts.urgent")
"""Drafts that sound urgent; in the very words of the index of them, which SQLite wants."""


class LetterRow(Base):
    """
    One raw letter, known by the SHA-256 of its bytes. `received` is the server's moment.

    `head_only`: it was too large to be fetched, the vault holds its header block. `raw_kept`: the
    vault still holds it (a letter with a 密级 mark is removed). `in_thread_of`: the letter that it
    answers; `answer_withheld`: why it was not
    answered although it might have been; `own_words`: its text without quotation and signature.
    `purpose_ruled`: what a person says that it is for; `deed`, `handled`, `handled_by`: what was done
    with a letter that is no submission, when and by whom. `file_names`: of attachments and files, a line
    each, to be found by. `manner`: how it came when a person entered it by hand, "" by mail.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_outcome_received", "outcome", "received", "unit"),
        Index("ix_letters_sender_address_received", "sender_address", "received"),
        Index("ix_letters_secret_kept", "id", sqlite_where=KEPT_SECRET),
        Index(
            "ix_letters_waiting",
            *("urgent", "id"),
            sqlite_where=sql("handled IS NULL AND purpose IN ('other', 'inquiry')"),
        ),
        Index("ix_letters_handled", "urgent", "id", sqlite_where=sql("handled IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[datetime] = mapped_column(index=True)
    collected: Mapped[datetime]
    state: Mapped[LetterState] = mapped_column(index=True)
    head_only: Mapped[bool] = mapped_column(default=False)
    raw_kept: Mapped[bool] = mapped_column(default=True)
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")

    examined: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(Text, default="", index=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    sender_name: Mapped[str] = mapped_column(Text, default="")
    sender_address: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str | None] = mapped_column(Text)
    officer: Mapped[str | None] = mapped_column(Text)
    sent: Mapped[datetime | None]
    stamped: Mapped[datetime | None]
    purpose: Mapped[Purpose | None] = mapped_column(index=True)
    purpose_evidence: Mapped[str] = mapped_column(Text, default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    in_thread_of: Mapped[int | None] = mapped_column(index=True)
    own_words: Mapped[str] = mapped_column(Text, default="")
    answer_withheld: Mapped[str] = mapped_column(Text, default="")
    purpose_ruled: Mapped[Purpose | None]
    deed: Mapped[Deed | None]
    handled: Mapped[datetime | None]
    handled_by: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[Outcome | None]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    remarks: Mapped[list[str]] = mapped_column(default=list)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    attachments: Mapped[list[str]] = mapped_column(default=list)
    files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    file_names: Mapped[str] = mapped_column(Text, default="", server_default="")
    manner: Mapped[str] = mapped_column(String(16), default="", server_default="")


class SightingRow(Base):
    """
    A location of a letter in the mailbox (RFC 3501 2.3.1.1).

    `size` and `received` are what the server told of it there, None in rows of earlier versions.
    """

    __tablename__ = "sightings"

    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    folder: Mapped[str] = mapped_column(String(255), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    received: Mapped[datetime | None]


class DraftRow(Base):
    """
    One draft with its verdict as first judged. Points here are provisional, never totals.

    `origin`: the unit of origin (供稿单位) where a person names one. `urgent`: it sounds like something
    that somebody must see at once.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_unit_kind", "unit", "kind"),
        Index("uq_drafts_letter_id_position", "letter_id", "position", unique=True),
        Index(
            "ix_drafts_twin_letter_id",
            "twin_letter_id",
            sqlite_where=sql("twin_letter_id IS NOT NULL"),
        ),
        Index("ix_drafts_characters", "characters", "id"),
        Index("ix_drafts_urgent", "urgent", "id", sqlite_where=sql("urgent")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    position: Mapped[int]
    file: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[Kind | None]
    kind_evidence: Mapped[str] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(String(255))
    characters: Mapped[int]
    event_date: Mapped[date | None] = mapped_column("happened")
    date_evidence: Mapped[str] = mapped_column(Text)
    date_doubt: Mapped[DayDoubt | None]
    deadline: Mapped[datetime | None]
    timely: Mapped[Timely]
    outcome: Mapped[Outcome]
    reasons: Mapped[list[str]]
    points: Mapped[Amount] = mapped_column(AmountType())
    author: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str] = mapped_column(Text)
    images: Mapped[list[str]]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    file_digest: Mapped[str] = mapped_column(String(64), index=True)
    twin_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    twin_position: Mapped[int | None]
    similarity: Mapped[float | None]
    commission_id: Mapped[int | None]
    replaces_draft_id: Mapped[int | None] = mapped_column(index=True)
    origin: Mapped[str] = mapped_column(String(255), default="", server_default="")
    urgent: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))


class BandRow(Base):
    """
    One of the numbers of a draft's fingerprint (ledger/fingerprint.py), sorted by number.

    No foreign key: sixteen look-ups a draft, for rows that are only ever written with their draft.
    """

    __tablename__ = "bands"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it off the class

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draft_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class OutboxRow(Base):
    """
    A letter that we owe somebody. `raw` is the whole RFC 5322 message, fixed when it was owed.

    `tried`: when it was last offered to a relay; `uncertain`: how often the relay took its last byte
    and its answer never came.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_recipient_owed_since", "recipient", "owed_since"),
        Index("ix_outbox_state_sent", "state", "sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    kind: Mapped[LetterKind]
    recipient: Mapped[str] = mapped_column(Text)
    copies: Mapped[list[str]] = mapped_column(default=list)
    subject: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    raw: Mapped[bytes] = mapped_column(PackedBytes)
    state: Mapped[DeliveryState]
    owed_since: Mapped[datetime]
    not_before: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    tried: Mapped[datetime | None]
    uncertain: Mapped[int] = mapped_column(default=0)
    reply: Mapped[str] = mapped_column(Text, default="")
    sent: Mapped[datetime | None]


class OfficerRow(Base):
    """An appointment of a 宣传员 (一.2): the regulation's four columns. Ended, never deleted (一.3)."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(255), index=True)
    name: Mapped[str] = mapped_column(String(255))
    post: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    begins: Mapped[date | None]
    ends: Mapped[date | None]


class AddressRow(Base):
    """An e-mail address of an officer, in lower case."""

    __tablename__ = "addresses"

    address: Mapped[str] = mapped_column(String(255), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
