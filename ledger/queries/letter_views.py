"""
What the console's pages show of letters: lists, one letter with all its parts, unknown senders.

No question here counts a whole table, and lists are paged by the key of their last line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.labels import BY_MAIL
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.states import DeliveryState, LetterKind, LetterState
from rulebook.conversation import Purpose
from rulebook.model import DayDoubt, FileRole, Kind, Timely
from rulebook.reasons import Outcome, Reason, Remark


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """A letter, short. `answered`: a letter of ours answers it; `manner`: how it came."""

    id: int
    received: datetime
    subject: str
    sender_name: str
    sender_address: str
    unit: str | None
    state: LetterState
    purpose: Purpose | None
    outcome: Outcome | None
    reasons: tuple[Reason, ...]
    size: int
    drafts: int
    purpose_evidence: str = ""
    in_thread_of: int | None = None
    answered: bool = False
    manner: str = BY_MAIL

    @property
    def by_hand(self) -> bool:
        """Whether a person entered it."""
        return self.manner != BY_MAIL


@dataclass(frozen=True, slots=True)
class StoredFile:
    """
    A file of a letter as it was entered.

    `number` is its position in the letter's list, from 0. Of a picture its pixels and when the camera
    took it, of film and sound the `seconds`; 0 and None where unknown. `size` in bytes.
    """

    number: int
    path: str
    role: FileRole
    media_type: str
    size: int
    digest: str
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    seconds: float | None = None

    @property
    def pictured(self) -> bool:
        """Whether there is something to look at: a picture, or a scan of many pages."""
        return self.role is FileRole.SCAN or (
            self.media_type.startswith("image/")
            and self.role in (FileRole.IMAGE, FileRole.APPROVAL, FileRole.FORM)
        )

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft of a letter: what it says, the evidence, how it was first judged, how it stands."""

    id: int
    position: int
    file: str
    title: str
    text: str
    characters: int
    kind: Kind | None
    kind_evidence: str
    unit: str | None
    event_date: date | None
    date_evidence: str
    date_doubt: DayDoubt | None
    deadline: datetime | None
    timely: Timely
    outcome: Outcome
    reasons: tuple[Reason, ...]
    voided: bool
    adopted: bool
    author: str
    reviewer: str
    images: tuple[str, ...]
    twin_letter: int | None
    twin_position: int | None
    similarity: float | None
    first_outcome: Outcome
    seq: int
    origin: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class OutboxLetter:
    """One of our letters about a letter."""

    id: int
    kind: LetterKind
    recipient: str
    copies: tuple[str, ...]
    subject: str
    state: DeliveryState
    owed_since: datetime
    sent: datetime | None
    tries: int
    reply: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """
    A letter with all that belongs to it. `digest` finds it in the vault while `raw_kept`.

    `infected`: a virus was found in it: it is kept, and never served.
    """

    line: LetterSummary
    digest: str
    message_id: str
    officer: str | None
    sent: datetime | None
    stamped: datetime | None
    collected: datetime
    examined: datetime | None
    head_only: bool
    raw_kept: bool
    infected: bool
    tries: int
    trouble: str
    purpose_evidence: str
    own_words: str
    answer_withheld: str
    remarks: tuple[Remark, ...]
    faults: tuple[tuple[Reason, str], ...]
    attachments: tuple[str, ...]
    files: tuple[StoredFile, ...]
    drafts: tuple[DraftView, ...]
    outgoing: tuple[OutboxLetter, ...]


@dataclass(frozen=True, slots=True)
class UnknownSender:
    """An address that is on no roster, with its letters that wait to be claimed, the oldest first."""

    address: str
    name: str
    letters: tuple[LetterSummary, ...]


def letter(engine: Engine, letter_id: int) -> LetterView | None:
    """Return one letter with all that belongs to it, None when there is none of that number."""
    with Session(engine) as session:
        row = session.get(LetterRow, letter_id)
        if row is None:
            return None
        drafts = session.execute(
            select(DraftRow, StandingRow)
            .join(StandingRow, StandingRow.draft_id == DraftRow.id)
            .where(DraftRow.letter_id == letter_id)
            .order_by(DraftRow.position)
        ).all()
        outgoing = session.scalars(
            select(OutboxRow).where(OutboxRow.letter_id == letter_id).order_by(OutboxRow.id)
        ).all()
        return LetterView(
            line=line_of(row, len(drafts), bool(outgoing)),
            digest=row.digest,
            message_id=row.message_id,
            officer=row.officer,
            sent=row.sent,
            stamped=row.stamped,
            collected=row.collected,
            examined=row.examined,
            head_only=row.head_only,
            raw_kept=row.raw_kept and Reason.INFECTED.name not in row.reasons,
            infected=Reason.INFECTED.name in row.reasons,
            tries=row.tries,
            trouble=row.trouble,
            purpose_evidence=row.purpose_evidence,
            own_words=row.own_words,
            answer_withheld=row.answer_withheld,
            remarks=tuple(Remark[name] for name in row.remarks),
            faults=tuple((Reason[fault["reason"]], fault["detail"]) for fault in row.faults),
            attachments=tuple(row.attachments),
            files=tuple(_stored_file(number, file) for number, file in enumerate(row.files)),
            drafts=tuple(_draft(*pair) for pair in drafts),
            outgoing=tuple(_outgoing(one) for one in outgoing),
        )


def strangers(engine: Engine, limit: int = 200) -> list[UnknownSender]:
    """List who wrote from an address that is on no roster and waits to be claimed (一.3)."""
    waiting = (
        select(StandingRow.letter_id)
        # the index of units knows the few without one; that of outcomes is hidden
        .where(func.coalesce(StandingRow.outcome, None) == Outcome.HELD, StandingRow.unit.is_(None))
        .order_by(StandingRow.day)
        .limit(limit)
    )
    with Session(engine) as session:
        numbers = list(dict.fromkeys(session.scalars(waiting)))
        rows = session.scalars(select(LetterRow).where(LetterRow.id.in_(numbers))).all()
        drafts, answered = drafts_of(session, numbers), answered_of(session, numbers)
        by_address: dict[str, list[LetterRow]] = {}
        for row in sorted(rows, key=lambda row: (row.received, row.id)):
            # letters without an address need not be of one person
            by_address.setdefault(row.sender_address or f"#{row.id}", []).append(row)
        return [
            UnknownSender(
                several[-1].sender_address,
                several[-1].sender_name,
                tuple(line_of(row, drafts.get(row.id, 0), row.id in answered) for row in several),
            )
            for several in by_address.values()
        ]


def _stored_file(number: int, file: Mapping[str, Any]) -> StoredFile:
    taken_at = file.get("taken_at")
    return StoredFile(
        number=number,
        path=file["path"],
        role=FileRole(file["role"]),
        media_type=file["media_type"],
        size=file["size"],
        digest=file.get("sha256", ""),
        width=file.get("width", 0),
        height=file.get("height", 0),
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        seconds=file.get("seconds"),
    )


def outgoing_message(engine: Engine, post_id: int) -> tuple[int | None, bytes] | None:
    """Return one of our letters as it went out: (the letter it is about, RFC 5322 bytes)."""
    query = select(OutboxRow.letter_id, OutboxRow.raw).where(OutboxRow.id == post_id)
    with Session(engine) as session:
        row = session.execute(query).first()
        return (row.letter_id, row.raw) if row else None


def letter_of_draft(engine: Engine, draft: int) -> int | None:
    """Return the letter that brought a draft."""
    with Session(engine) as session:
        return session.scalar(select(DraftRow.letter_id).where(DraftRow.id == draft))


def drafts_of(session: Session, letter_ids: Sequence[int]) -> dict[int, int]:
    """Count the drafts of letters."""
    query = (
        select(DraftRow.letter_id, func.count())
        .where(DraftRow.letter_id.in_(letter_ids))
        .group_by(DraftRow.letter_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def answered_of(session: Session, letter_ids: Sequence[int]) -> set[int | None]:
    """Tell which letters one of ours answers."""
    query = select(OutboxRow.letter_id).where(OutboxRow.letter_id.in_(letter_ids))
    return set(session.scalars(query))


def line_of(row: LetterRow, drafts: int, answered: bool) -> LetterSummary:
    """Convert a row to a letter, short."""
    return LetterSummary(
        id=row.id,
        received=row.received,
        subject=row.subject,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        unit=row.unit,
        state=row.state,
        purpose=row.purpose,
        outcome=row.outcome,
        reasons=tuple(Reason[name] for name in row.reasons),
        size=row.size,
        drafts=drafts,
        purpose_evidence=row.purpose_evidence,
        in_thread_of=row.in_thread_of,
        answered=answered,
        manner=row.manner or BY_MAIL,
    )


def _draft(draft: DraftRow, standing: StandingRow) -> DraftView:
    return DraftView(
        id=draft.id,
        position=draft.position,
        file=draft.file,
        title=draft.title,
        text=draft.text,
        characters=draft.characters,
        kind=standing.kind,
        kind_evidence=draft.kind_evidence,
        unit=standing.unit,
        event_date=standing.event_date,
        date_evidence=draft.date_evidence,
        date_doubt=draft.date_doubt,
        deadline=standing.deadline,
        timely=standing.timely,
        outcome=standing.outcome,
        reasons=tuple(Reason[name] for name in standing.reasons),
        voided=standing.voided,
        adopted=standing.adopted,
        author=draft.author,
        reviewer=draft.reviewer,
        images=tuple(draft.images),
        twin_letter=draft.twin_letter_id,
        twin_position=draft.twin_position,
        similarity=draft.similarity,
        first_outcome=draft.outcome,
        seq=standing.seq,
        origin=draft.origin,
        urgent=draft.urgent,
    )


def _outgoing(row: OutboxRow) -> OutboxLetter:
    return OutboxLetter(
        id=row.id,
        kind=row.kind,
        recipient=row.recipient,
        copies=tuple(row.copies),
        subject=row.subject,
        state=row.state,
        owed_since=row.owed_since,
        sent=row.sent,
        tries=row.tries,
        reply=row.reply,
    )
