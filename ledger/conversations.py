"""The mailbox as a conversation: what officers say about drafts, other letters, and what was done with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from ledger.conversation_entry import forget_conversation
from ledger.conversation_types import OtherLetter, Statement, ThreadItem
from ledger.decisions import (
    AppliedRuling,
    ComposeCorrections,
    ConcernedLetter,
    Decisions,
    concerned_letter,
    no_corrections,
)
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import LetterId
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Handled, PurposeRuled, Stated
from ledger.models.conversations import StatementRow
from ledger.models.database import read_only
from ledger.models.letters import TO_BE_READ, DraftRow, LetterRow, OutboxRow
from ledger.owing import owe_letters
from ledger.queries.beside import in_junk_only
from ledger.row_values import OutgoingMessage
from ledger.states import Act, Deed, LetterKind, LetterState
from ledger.thread_items import thread_items
from rulebook.conversation import Purpose
from rulebook.reasons import Reason
from rulebook.rulings import Ruling

ASKING = (Purpose.STATEMENT, Purpose.WITHDRAWAL)
_STATEMENTS: Select[*tuple[Any, ...]] = (
    select(StatementRow, DraftRow.title, LetterRow.sender_name, LetterRow.officer, LetterRow.unit)
    .join(LetterRow, LetterRow.id == StatementRow.letter_id)
    .outerjoin(DraftRow, DraftRow.id == StatementRow.draft_id)
)


class Conversations:
    """
    Statements and other letters. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine, decisions: Decisions) -> None:
        self._engine = engine
        self._decisions = decisions

    def statements(
        self,
        *,
        asks: Collection[Purpose] = ASKING,
        draft: int | None = None,
        letter: int | None = None,
        settled: bool = False,
        limit: int = 500,
    ) -> list[Statement]:
        """
        List statements and requests, the earliest first.

        Args: `draft`, `letter`: of these alone; `settled`: also those that were dealt with.
        """
        query = (
            _STATEMENTS.where(StatementRow.asks.in_(asks))
            .order_by(StatementRow.received, StatementRow.id)
            .limit(limit)
        )
        if draft is not None:
            query = query.where(StatementRow.draft_id == draft)
        if letter is not None:
            query = query.where(StatementRow.letter_id == letter)
        if not settled:
            query = query.where(StatementRow.settled.is_(None))
        return self._statements(query)

    def statement(self, number: int) -> Statement | None:
        """Return one statement or request, None when there is none of that number."""
        found = self._statements(_STATEMENTS.where(StatementRow.id == number))
        return found[0] if found else None

    def settled_statements(self, limit: int = 50) -> list[Statement]:
        """List statements and requests that were dealt with, the latest first."""
        query = _STATEMENTS.where(
            StatementRow.asks.in_(ASKING), StatementRow.settled.is_not(None)
        ).order_by(StatementRow.settled.desc(), StatementRow.id.desc())
        return self._statements(query.limit(limit))

    def _statements(self, query: Select[*tuple[Any, ...]]) -> list[Statement]:
        with Session(read_only(self._engine)) as session:
            return [_statement(*row) for row in session.execute(query)]

    def settle(self, statement: int, who: str, now: datetime, why: str = "") -> None:
        """
        Record that a person has read a statement and decides nothing (已阅).

        A decision on the draft settles it by itself. Raises: NotFound.
        """
        self._settle(statement, who, now, why, True)

    def reopen_statement(self, statement: int, who: str, now: datetime, why: str = "") -> None:
        """Put a statement back into the queue. Raises: NotFound."""
        self._settle(statement, who, now, why, False)

    def _settle(self, statement: int, who: str, now: datetime, why: str, settled: bool) -> None:
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(StatementRow, statement)
            if row is None:
                raise NotFound(f"没有第 {statement} 号说明。")
            if (row.settled is not None) == settled:
                return
            row.settled, row.settled_by = (now, who) if settled else (None, "")
            facts: Stated = {"statement": statement, "settled": settled}
            append(
                session,
                JournalEntry(
                    now, who, Act.STATED, facts, why, row.letter_id, row.draft_id, rows=[row]
                ),
            )

    def other_letters(
        self,
        *,
        handled: bool = False,
        limit: int = 200,
        before: int | None = None,
    ) -> list[OtherLetter]:
        """
        List what waits to be read by a person: other letters, what no machine could answer.

        What sounds urgent stands first, then the latest. A stranger's letter that lies in
        folders for junk alone is left out.

        Args: `handled`: those that were dealt with instead. `before`: only letters of lower numbers.
        """
        query = (
            select(LetterRow)
            .where(_other())
            .where(LetterRow.handled.is_not(None) if handled else _unread() & _open())
            .where(or_(LetterRow.unit.is_not(None), ~in_junk_only()))
            .order_by(LetterRow.urgent.desc(), LetterRow.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(LetterRow.id < before)
        with Session(read_only(self._engine)) as session:
            return [_other_letter(row) for row in session.scalars(query)]

    def other_letter(self, letter: int) -> OtherLetter | None:
        """Return one letter as such, whatever it is for; None before it was examined."""
        with Session(read_only(self._engine)) as session:
            row = session.get(LetterRow, letter)
            return _other_letter(row) if row is not None and row.purpose is not None else None

    def read(self, letter: LetterId, who: str, now: datetime, why: str = "") -> None:
        """Record that a person has read a letter and nothing more is to be done. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            self._handle(session, letter, Deed.READ, {"deed": Deed.READ.value}, who, now, why)

    def reopen(self, letter: LetterId, who: str, now: datetime, why: str = "") -> None:
        """Put a letter that was dealt with back on the list. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            self._handle(session, letter, None, {"deed": ""}, who, now, why)

    def send(
        self,
        letter: LetterId,
        message: OutgoingMessage,
        deed: Deed,
        who: str,
        now: datetime,
        why: str = "",
        files: Sequence[str] = (),
    ) -> int:
        """
        Owe an answer (回信) or a letter handed on (转交); returns its number in the outbox.

        Args:   `files`: the SHA-256 of what goes along.
        Raises: NotFound; ConflictError when this very message is owed already.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            if session.scalar(
                select(OutboxRow.id).where(OutboxRow.message_id == message.message_id)
            ):
                raise ConflictError("这封信刚刚已经交付发出。")
            (owed,) = owe_letters(session, [message], now, letter)
            session.flush()
            facts: Handled = {"deed": deed.value, "to": message.recipient, "outbox": owed.id}
            if files:
                facts["files"] = list(files)
            row = self._handle(session, letter, deed, facts, who, now, why)
            if row.state is LetterState.SETTLED:
                row.state = LetterState.EXAMINED
            return owed.id

    def _handle(
        self,
        session: Session,
        letter: LetterId,
        deed: Deed | None,
        facts: Handled,
        who: str,
        now: datetime,
        why: str,
    ) -> LetterRow:
        row = _examined(session, letter)
        settled: list[StatementRow] = []
        row.deed = deed
        row.handled, row.handled_by = (now, who) if deed else (None, "")
        if deed is not None:
            for said in session.scalars(
                select(StatementRow).where(
                    StatementRow.letter_id == letter,
                    StatementRow.draft_id.is_(None),
                    StatementRow.settled.is_(None),
                )
            ):
                said.settled, said.settled_by = now, who
                settled.append(said)
        append(session, JournalEntry(now, who, Act.HANDLED, facts, why, letter, rows=settled))
        return row

    def set_purpose(
        self,
        letter: LetterId,
        purpose: Purpose,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
    ) -> list[AppliedRuling]:
        """
        Say what a letter is for. What has no drafts yet is judged anew in the next round.

        Its clock stays its receipt. Of a letter that is no submission after all the drafts count no
        longer; said to be one again, they stand as before.

        Returns: what was decided about its drafts thereby.
        Raises:  NotFound; InvalidInput for a letter whose bytes are no longer kept.
        """
        if purpose is Purpose.AUTOMATIC:
            raise InvalidInput("系统邮件由邮件本身决定，不能改定。")
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = _examined(session, letter)
            before = row.purpose
            drafts = session.scalar(
                select(DraftRow.id).where(DraftRow.letter_id == letter).limit(1)
            )
            if drafts is None and not row.raw_kept:
                raise InvalidInput(f"第 {letter} 号来信的原件已不再保存，不能重新审核。")
            facts: PurposeRuled = {
                "before": before.value if before else "",
                "purpose": purpose.value,
            }
            gone = forget_conversation(session, letter) if drafts is None else []
            append(session, JournalEntry(now, who, Act.PURPOSE, facts, why, letter, gone=gone))
            row.purpose_ruled = purpose
            if drafts is None:
                row.state, row.tries = LetterState.COLLECTED, 0
                row.deed = row.handled = None
                row.handled_by = ""
                return []
            row.purpose, row.purpose_evidence = purpose, "工作人员认定"
            ruling = Ruling(submission=purpose.judged)
            return self._decisions.rule_letter(session, letter, ruling, who, why, now, owe)

    def thread(self, letter: int) -> list[ThreadItem]:
        """List the whole thread of a letter, ours and theirs, in the order of time."""
        with Session(read_only(self._engine)) as session:
            return thread_items(session, letter)

    def source(self, letter: int) -> tuple[ConcernedLetter, str]:
        """
        Return what a letter of ours about this one needs, and the SHA-256 of its bytes.

        The digest is "" where the vault no longer holds them. Raises: NotFound.
        """
        with Session(read_only(self._engine)) as session:
            row = session.get(LetterRow, letter)
            if row is None or row.examined is None:
                raise NotFound(f"没有第 {letter} 号邮件，或者还没有处理完。")
            infected = Reason.INFECTED.name in row.reasons
            return concerned_letter(row), row.digest if row.raw_kept and not infected else ""

    def outgoing(self, number: int) -> bytes:
        """Return one of our letters as it was written. Raises: NotFound."""
        with Session(read_only(self._engine)) as session:
            row = session.get(OutboxRow, number)
            if row is None:
                raise NotFound(f"没有第 {number} 号去信。")
            return row.raw

    def answered(self, letters: Sequence[int]) -> set[int]:
        """Tell which of these letters were written to."""
        query = select(OutboxRow.letter_id).where(OutboxRow.letter_id.in_(letters)).distinct()
        with Session(read_only(self._engine)) as session:
            return {one for one in session.scalars(query) if one is not None}


def _statement(
    row: StatementRow, title: str | None, name: str, officer: str | None, unit: str | None
) -> Statement:
    return Statement(
        row.id,
        row.letter_id,
        row.draft_id,
        title or "",
        row.asks,
        row.words,
        row.received,
        officer or name,
        unit,
        row.settled,
        row.settled_by,
    )


def _examined(session: Session, letter: int) -> LetterRow:
    row = session.get(LetterRow, letter, with_for_update=True)
    if row is None:
        raise NotFound(f"没有第 {letter} 号邮件；邮件的编号见 shougao export letters。")
    if row.state in (LetterState.COLLECTED, LetterState.SET_ASIDE):
        raise NotFound(f"第 {letter} 号邮件还没有处理完。")
    return row


def _other() -> ColumnElement[bool]:
    """Tell letters for a person: other ones, questions that no card answered, statements about no draft."""
    unanswered = ~exists().where(
        OutboxRow.letter_id == LetterRow.id, OutboxRow.kind == LetterKind.CARD
    )
    about_no_draft = exists().where(
        StatementRow.letter_id == LetterRow.id, StatementRow.draft_id.is_(None)
    )
    # the index of purposes is hidden: the few that wait, and those dealt with, have their own
    purpose = func.coalesce(LetterRow.purpose, None)
    return or_(
        purpose == Purpose.OTHER,
        and_(purpose == Purpose.INQUIRY, unanswered),
        and_(purpose.in_(ASKING), about_no_draft),
    )


def _unread() -> ColumnElement[bool]:
    """Tell all letters that may wait, by the indexes of the few that do."""
    for_a_person = select(LetterRow.id).where(LetterRow.handled.is_(None), TO_BE_READ)
    about_no_draft = select(StatementRow.letter_id).where(
        StatementRow.draft_id.is_(None), StatementRow.settled.is_(None)
    )
    return LetterRow.id.in_(union_all(for_a_person, about_no_draft))


def _open() -> ColumnElement[bool]:
    waits = LetterRow.state.in_((LetterState.EXAMINED, LetterState.SETTLED))
    settled = exists().where(
        StatementRow.letter_id == LetterRow.id, StatementRow.settled.is_not(None)
    )
    return and_(LetterRow.handled.is_(None), waits, ~settled)


def _other_letter(row: LetterRow) -> OtherLetter:
    return OtherLetter(
        letter=row.id,
        received=row.received,
        subject=row.subject,
        sender_name=row.officer or row.sender_name,
        sender_address=row.sender_address,
        unit=row.unit,
        purpose=row.purpose or Purpose.OTHER,
        evidence=row.purpose_evidence,
        urgent=row.urgent,
        words=row.own_words,
        attachments=tuple(row.attachments),
        withheld=row.answer_withheld,
        deed=row.deed,
        handled=row.handled,
        handled_by=row.handled_by,
    )
