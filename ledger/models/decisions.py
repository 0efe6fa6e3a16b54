"""The tables of what people decided and what follows from it: journal, standings, adoptions, notices."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, Numeric, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from ledger.models.base import AmountType, Base, enum_column
from ledger.states import Act
from rulebook.amounts import Amount
from rulebook.model import Kind, Outcome, Timely


class JournalRow(Base):
    """
    One thing that was done, by whom, when and why. Appended, never changed.

    `link` is the SHA-256 over the link before it and this line: who changes, removes or inserts a
    line breaks the chain there.
    """

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(64))
    act: Mapped[Act] = mapped_column(enum_column(Act))
    letter_id: Mapped[int | None] = mapped_column(index=True)
    draft_id: Mapped[int | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(64))


class StandingRow(Base):
    """
    A draft's current verdict: the first verdict with people's rulings applied.

    `day`: the office day of receipt, to which points belong. `seq`: the journal entry that it rests
    on, so that two people cannot overrule each other unawares.
    """

    __tablename__ = "standings"
    __table_args__ = (
        Index(
            "ix_standings_figures",
            *("day", "unit", "kind", "outcome", "timely", "voided", "adopted"),
        ),
        Index("ix_standings_unit_day", "unit", "day"),
        Index("ix_standings_outcome_day", "outcome", "day"),
        Index("ix_standings_happened", "happened", "draft_id"),
        Index(
            "ix_standings_adopted",
            *("day", "draft_id", "unit", "kind", "outcome"),
            sqlite_where=sql("adopted = 1"),
        ),
        Index(
            "ix_standings_untimely",
            *("timely", "day", "draft_id", "unit", "kind", "outcome"),
            sqlite_where=sql("timely != 'on_time'"),
        ),
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    day: Mapped[date]
    unit: Mapped[str | None] = mapped_column(String(255))
    kind: Mapped[Kind | None]
    event_date: Mapped[date | None] = mapped_column("happened")
    deadline: Mapped[datetime | None]
    timely: Mapped[Timely]
    outcome: Mapped[Outcome]
    reasons: Mapped[list[str]]
    voided: Mapped[bool] = mapped_column(default=False)
    adopted: Mapped[bool] = mapped_column(default=False)
    commission_id: Mapped[int | None] = mapped_column(ForeignKey("commissions.id"), index=True)
    seq: Mapped[int]


class AdoptionRow(Base):
    """
    A draft that an outlet printed (录用, 四.2).

    `outlet` as written; `tier` from 1 on, None while a person has yet to set it; `draft_id` is None
    for a text that never came by mail. `manner`: how it was printed, where the provisions weigh it.
    """

    __tablename__ = "adoptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    unit: Mapped[str] = mapped_column(String(255), index=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[Kind | None]
    outlet: Mapped[str] = mapped_column(String(255))
    tier: Mapped[int | None]
    day: Mapped[date] = mapped_column(index=True)
    manner: Mapped[str] = mapped_column(String(64), default="", server_default="")
    url: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(64), default="")
    evidence_name: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int]


class CommissionRow(Base):
    """A text that the office asked units for (约稿, 三.3). `due` is the last day."""

    __tablename__ = "commissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    asked: Mapped[date]
    due: Mapped[date] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    units: Mapped[list[str]]
    closed: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int]


class CommissionReplyRow(Base):
    """A letter by which a unit answered what we wrote of a commission: it has read it."""

    __tablename__ = "commission_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commissions.id"), index=True)
    unit: Mapped[str] = mapped_column(String(255))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    received: Mapped[datetime]


class PrintedTextRow(Base):
    """
    The words of a draft as an outlet printed them, kept beside those that were sent.

    `file`: SHA-256 of the file in the vault that they were read from, "" if they were typed in.
    """

    __tablename__ = "printed_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    outlet: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(Text, default="")
    entered: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(64))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int]


class BonusRow(Base):
    """附加分 of a unit and year, entered by hand (五.2)."""

    __tablename__ = "bonuses"

    unit: Mapped[str] = mapped_column(String(255), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    seq: Mapped[int]


class SanctionRow(Base):
    """弄虚作假 or 重大负面舆论处置不力: the year's 附加分 is cancelled (五.3)."""

    __tablename__ = "sanctions"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(255), index=True)
    year: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(64))
    day: Mapped[date]
    lifted: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int]


class ScoreRow(Base):
    """
    One dated line of points, for people with their own tools.

    Written by the one scoring function whenever a draft or its adoptions change; the program reads it
    only to export and to verify it. `week`: the Monday of the week whose cap a line keeps.
    """

    __tablename__ = "scores"
    __table_args__ = (Index("ix_scores_unit_day", "unit", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    adoption_id: Mapped[int | None] = mapped_column(ForeignKey("adoptions.id"), index=True)
    unit: Mapped[str] = mapped_column(String(255))
    day: Mapped[date]
    what: Mapped[str] = mapped_column(String(24))
    points: Mapped[Amount] = mapped_column(AmountType())
    why: Mapped[str] = mapped_column(Text)
    week: Mapped[date | None]
    hand_line_id: Mapped[int | None]


class RuleVersionRow(Base):
    """A version of the provisions as it was entered: its canonical JSON and that text's SHA-256."""

    __tablename__ = "rule_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    since: Mapped[date]
    canonical: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]


class HandLineRow(Base):
    """
    ±points by hand (批示、扣分): never changed, only taken back. `unit` "": of the person alone.

    `shared_draft`: the draft whose points it passes on to a unit that wrote it, too (合写).
    """

    __tablename__ = "hand_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(255))
    person: Mapped[str] = mapped_column(String(255))
    day: Mapped[date] = mapped_column(index=True)
    points: Mapped[Amount] = mapped_column(AmountType())
    clause: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(64))
    removed: Mapped[bool] = mapped_column(default=False)
    shared_draft: Mapped[int | None] = mapped_column(index=True)
    seq: Mapped[int]


class NoticeRow(Base):
    """
    A notice as it was published.

    `figures` are the tables, `inputs` (zlib of canonical JSON) the facts they were computed from;
    neither is ever changed.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("uq_notices_period_edition", "period", "edition", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(16), index=True)
    edition: Mapped[int] = mapped_column(Integer)
    published: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    inputs: Mapped[bytes] = mapped_column(LargeBinary)
    files: Mapped[list[dict[str, Any]]]
    seq: Mapped[int]


class NoticeCheckRow(Base):
    """
    A unit's own rows of a period, mailed to one of its officers before the notice goes out (核对).

    `message_id`: of our letter, by which the answer is known. `objects` is None while nobody answered;
    `answer_letter_id`: the answer that counts, the latest one.
    """

    __tablename__ = "notice_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(16), index=True)
    unit: Mapped[str] = mapped_column(String(255))
    recipient: Mapped[str] = mapped_column(String(320))
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    until: Mapped[date]
    sent: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(64))
    answered: Mapped[datetime | None]
    objects: Mapped[bool | None]
    answer_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)


class UnitNameRow(Base):
    """
    Whose row a name stands in: stored within the first span of days, asked about within the second.

    `counted_from`: the day from which drafts of the first span count (effective_from). Written by the
    program from the provisions in force (`ledger/unit_names.py`), for people with their own tools.
    """

    __tablename__ = "unit_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    stored_from: Mapped[date]
    stored_to: Mapped[date]
    asked_from: Mapped[date]
    asked_to: Mapped[date]
    unit: Mapped[str] = mapped_column(String(255))
    unit_group: Mapped[str] = mapped_column(String(255))
    counted_from: Mapped[date]
