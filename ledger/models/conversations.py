"""The tables of what officers say about drafts and adoptions, and are asked, until it is dealt with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import Base, enum_column
from ledger.states import ProposalState
from rulebook.conversation import Purpose


class StatementRow(Base):
    """
    What an officer says about a draft (`asks` STATEMENT), or asks for (WITHDRAWAL).

    `draft_id` is None where no draft is named. `words`: the officer's own, without quotation.
    `settled` by a decision on the draft, or by whoever has read it.
    """

    __tablename__ = "statements"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    asks: Mapped[Purpose]
    words: Mapped[str] = mapped_column(Text)
    received: Mapped[datetime]
    settled: Mapped[datetime | None] = mapped_column(index=True)
    settled_by: Mapped[str] = mapped_column(String(64), default="")


class QuestionRow(Base):
    """
    What staff ask the officer of a held draft: it waits (待补充) until an answer comes or nobody waits.

    `message_id`: of our letter, by which the answer is known; `answer_letter_id`: what answered.
    `closed` by a decision on the draft, or by whoever no longer waits.
    """

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    words: Mapped[str] = mapped_column(Text)
    asked: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(64))
    answered: Mapped[datetime | None]
    answer_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    closed: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(64), default="")


class AssignmentRow(Base):
    """Whom of the office a held draft was given to. Without a row it is anybody's."""

    __tablename__ = "assignments"

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    assignee: Mapped[str] = mapped_column(String(64), index=True)
    assigned_by: Mapped[str] = mapped_column(String(64))
    assigned: Mapped[datetime]


class AmendmentRow(Base):
    """
    What a person corrected in a draft, beside what was there: the recognised text stays as evidence.

    `before` and `after`: by a column's name its text. Numbered like its entry in the journal.
    """

    __tablename__ = "amendments"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[dict[str, str]] = mapped_column(JSON)
    after: Mapped[dict[str, str]] = mapped_column(JSON)


class SavedFilterRow(Base):
    """A filter that a person keeps under a name: the query string of a page's address."""

    __tablename__ = "saved_filters"

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64), index=True)
    path: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    query: Mapped[str] = mapped_column(Text)


class ProposedAdoptionRow(Base):
    """
    An adoption as an officer reports it. It counts once it is confirmed: `adoption_id`.

    `files`: path, media type and SHA-256 of the letter's files, its evidence. `unit` is None for a
    stranger's report; `words`: the line that it was read from.
    """

    __tablename__ = "proposed_adoptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    position: Mapped[int]
    unit: Mapped[str | None] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(Text)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    outlet: Mapped[str] = mapped_column(String(255))
    tier: Mapped[int | None]
    day: Mapped[date | None]
    url: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]]
    state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState), index=True)
    adoption_id: Mapped[int | None] = mapped_column(ForeignKey("adoptions.id"), index=True)
    settled: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(64), default="")
    why: Mapped[str] = mapped_column(Text, default="")
