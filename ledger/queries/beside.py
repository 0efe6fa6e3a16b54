"""What came beside the submissions, for the daily letter: who was not answered, what lay in junk folders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from ledger.models.database import read_only
from ledger.models.letters import LetterRow, SightingRow
from ledger.states import INBOX
from rulebook.lookalikes import shown_sender


@dataclass(frozen=True, slots=True)
class LetterBeside:
    """A letter worth a line: `note` says why no machine answered it, or in which folders it lay."""

    letter: int
    subject: str
    sender: str
    note: str


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What is told of a span of days beside its drafts.

    `unanswered`: letters that a machine would have answered had they not come too long ago, or for
    another reason told with each; `more` of them are not listed. `from_junk`: officers' letters that
    lay in a folder for junk. `strangers_junk`: how many letters of strangers lay there.
    """

    unanswered: tuple[LetterBeside, ...] = ()
    more: int = 0
    from_junk: tuple[LetterBeside, ...] = ()
    strangers_junk: int = 0


def in_junk_only() -> ColumnElement[bool]:
    """Tell letters that were seen in folders for junk and never in INBOX."""
    seen = exists().where(SightingRow.letter_id == LetterRow.id)
    in_inbox = exists().where(
        SightingRow.letter_id == LetterRow.id, func.upper(SightingRow.folder) == INBOX
    )
    return and_(seen, ~in_inbox)


def beside(engine: Engine, first: datetime, until: datetime, limit: int) -> Beside:
    """Ask what was entered from `first` and before `until`, whenever it was received."""
    entered = and_(LetterRow.examined >= first, LetterRow.examined < until)
    stranger = LetterRow.unit.is_(None)
    withheld = and_(entered, LetterRow.answer_withheld != "", or_(~stranger, ~in_junk_only()))
    count = select(func.count()).select_from(LetterRow)
    with Session(read_only(engine)) as session:
        silent = session.scalars(
            select(LetterRow).where(withheld).order_by(LetterRow.received).limit(limit)
        ).all()
        many = session.scalar(count.where(withheld)) or 0
        junk = session.scalars(
            select(LetterRow)
            .where(entered, ~stranger, in_junk_only())
            .order_by(LetterRow.received)
            .limit(limit)
        ).all()
        folders = {
            letter.id: session.scalars(
                select(SightingRow.folder).where(SightingRow.letter_id == letter.id).distinct()
            ).all()
            for letter in junk
        }
        return Beside(
            tuple(_line(letter, letter.answer_withheld) for letter in silent),
            many - len(silent),
            tuple(_line(letter, f"在“{'、'.join(folders[letter.id])}”文件夹里") for letter in junk),
            session.scalar(count.where(entered, stranger, in_junk_only())) or 0,
        )


def _line(letter: LetterRow, note: str) -> LetterBeside:
    name = letter.officer or letter.sender_name
    sender = shown_sender(name, letter.sender_address, letter.unit)
    return LetterBeside(
        letter.id,
        letter.subject or "（无主题）",
        f"{letter.unit} {sender}" if letter.unit else sender,
        note,
    )
