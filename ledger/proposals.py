"""Reported adoptions (录用报送, 四.2): proposed by an officer's letter, confirmed by a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.adoptions import AdoptionReport, Adoptions
from ledger.decisions import ConcernedLetter, concerned_letter
from ledger.errors import InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Proposed
from ledger.models.conversations import ProposedAdoptionRow
from ledger.models.database import read_only
from ledger.models.letters import DraftRow, LetterRow
from ledger.owing import owe_letters
from ledger.row_digests import columns, proposal_digest
from ledger.row_values import OutgoingMessage
from ledger.states import Act, LetterState, ProposalState


@dataclass(frozen=True, slots=True)
class ProposedAdoption:
    """
    A reported adoption as it stands. `files`: path, media type and SHA-256 of the letter's files.

    `draft_title`: of the draft that was found by its title, "" for none; `words`: the line of the
    letter; `adoption`: its number in the register once it is confirmed.
    """

    id: int
    letter: int
    position: int
    unit: str | None
    title: str
    draft: int | None
    draft_title: str
    outlet: str
    tier: int | None
    day: date | None
    url: str
    words: str
    files: tuple[Mapping[str, Any], ...]
    state: ProposalState
    adoption: int | None
    received: datetime
    sender_name: str
    settled: datetime | None
    settled_by: str
    why: str


ComposeOutcome = Callable[[ConcernedLetter, Sequence[ProposedAdoption]], Sequence[OutgoingMessage]]
"""Composes what the reporter is told once all adoptions of a letter are settled."""


def no_outcome(
    _letter: ConcernedLetter, _settled: Sequence[ProposedAdoption]
) -> Sequence[OutgoingMessage]:
    """Compose nothing."""
    return ()


class Proposals:
    """
    The reported adoptions. Every method is one transaction, the register and the letter included.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine, adoptions: Adoptions) -> None:
        self._engine = engine
        self._adoptions = adoptions

    def listing(
        self,
        *,
        letter: int | None = None,
        state: ProposalState | None = ProposalState.OPEN,
        limit: int = 500,
    ) -> list[ProposedAdoption]:
        """List reported adoptions, the earliest first; of every state with `state` None."""
        query = _SELECTED.order_by(ProposedAdoptionRow.letter_id, ProposedAdoptionRow.position)
        if letter is not None:
            query = query.where(ProposedAdoptionRow.letter_id == letter)
        if state is not None:
            query = query.where(ProposedAdoptionRow.state == state)
        with Session(read_only(self._engine)) as session:
            return [_value(*row) for row in session.execute(query.limit(limit))]

    def settled(self, limit: int = 50) -> list[ProposedAdoption]:
        """List reported adoptions that were confirmed or rejected, the latest first."""
        query = (
            _SELECTED.where(ProposedAdoptionRow.state != ProposalState.OPEN)
            .order_by(ProposedAdoptionRow.settled.desc(), ProposedAdoptionRow.id.desc())
            .limit(limit)
        )
        with Session(read_only(self._engine)) as session:
            return [_value(*row) for row in session.execute(query)]

    def one(self, proposal: int) -> ProposedAdoption | None:
        """Return one, None when there is none of that number."""
        query = _SELECTED.where(ProposedAdoptionRow.id == proposal)
        with Session(read_only(self._engine)) as session:
            row = session.execute(query).first()
            return _value(*row) if row else None

    def correct(
        self,
        proposal: int,
        who: str,
        now: datetime,
        why: str = "",
        *,
        title: str | None = None,
        outlet: str | None = None,
        tier: int | None = None,
        day: date | None = None,
        url: str | None = None,
        draft: int | None = None,
        unit: str | None = None,
    ) -> None:
        """
        Change what was read; None leaves a thing as it is, `draft` 0 means that it is no draft of ours.

        Raises: NotFound; InvalidInput when it was settled.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._open_row(session, proposal)
            facts: Proposed = {"proposal": proposal, "state": row.state.value}
            if title is not None:
                row.title = facts["title"] = title
            if outlet is not None:
                row.outlet = facts["outlet"] = outlet
                row.tier = tier
            if tier is not None:
                row.tier = facts["tier"] = tier
            if day is not None:
                row.day = day
                facts["day"] = day.isoformat()
            if url is not None:
                row.url = facts["url"] = url
            if unit is not None:
                row.unit = unit
            if draft is not None:
                if draft and session.get(DraftRow, draft) is None:
                    raise NotFound(f"没有第 {draft} 号稿件。")
                row.draft_id, facts["draft"] = draft or None, draft
            _record(session, row, facts, who, why, now)

    def confirm(
        self,
        proposal: int,
        who: str,
        now: datetime,
        why: str = "",
        owe: ComposeOutcome = no_outcome,
        evidence: tuple[str, str] = ("", ""),
    ) -> int:
        """
        Record a reported adoption in the register; returns its number there.

        Args:   `evidence`: SHA-256 in the vault and name of the file that shows it.
        Raises: NotFound; InvalidInput when it was settled, or unit, title, outlet or day are open;
                AlreadyRecorded when the register has it.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._open_row(session, proposal)
            missing = [
                name
                for name, value in (
                    ("单位", row.unit),
                    ("标题", row.title),
                    ("载体", row.outlet),
                    ("录用日期", row.day),
                )
                if not value
            ]
            if missing or row.unit is None or row.day is None:
                raise InvalidInput(f"请先补充{'、'.join(missing)}，再登记录用。")
            report = AdoptionReport(
                row.unit,
                row.title,
                row.outlet,
                row.tier,
                row.day,
                row.draft_id,
                url=row.url,
                evidence=evidence[0],
                evidence_name=evidence[1],
            )
            words = why or f"第 {row.letter_id} 号来信报送"
            row.adoption_id = self._adoptions.add_in(session, report, who, now, words)
            self._settle(session, row, ProposalState.CONFIRMED, who, now, why, owe)
            return row.adoption_id

    def reject(
        self, proposal: int, who: str, why: str, now: datetime, owe: ComposeOutcome = no_outcome
    ) -> None:
        """Say that a reported adoption is none, and why. Raises: NotFound; InvalidInput when it was settled."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._open_row(session, proposal)
            self._settle(session, row, ProposalState.REJECTED, who, now, why, owe)

    def reopen(self, proposal: int, who: str, why: str, now: datetime) -> None:
        """Take back a confirmation (the register's entry is withdrawn) or a rejection. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(ProposedAdoptionRow, proposal, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {proposal} 号录用报送。")
            if row.state is ProposalState.OPEN:
                return
            if row.adoption_id is not None:
                self._adoptions.change_in(session, row.adoption_id, who, why, now, withdrawn=True)
            row.state, row.adoption_id, row.why = ProposalState.OPEN, None, ""
            row.settled, row.settled_by = None, ""
            facts: Proposed = {"proposal": proposal, "state": row.state.value}
            _record(session, row, facts, who, why, now)

    def _open_row(self, session: Session, proposal: int) -> ProposedAdoptionRow:
        row = session.get(ProposedAdoptionRow, proposal, with_for_update=True)
        if row is None:
            raise NotFound(f"没有第 {proposal} 号录用报送。")
        if row.state is not ProposalState.OPEN:
            raise InvalidInput(f"第 {proposal} 号录用报送已由 {row.settled_by} 处理。")
        return row

    def _settle(
        self,
        session: Session,
        row: ProposedAdoptionRow,
        state: ProposalState,
        who: str,
        now: datetime,
        why: str,
        owe: ComposeOutcome,
    ) -> None:
        row.state, row.settled, row.settled_by, row.why = state, now, who, why
        facts: Proposed = {"proposal": row.id, "state": state.value}
        if row.adoption_id is not None:
            facts["adoption"] = row.adoption_id
        _record(session, row, facts, who, why, now)
        session.flush()
        query = _SELECTED.where(ProposedAdoptionRow.letter_id == row.letter_id)
        all_of_letter = [_value(*one) for one in session.execute(query)]
        if any(one.state is ProposalState.OPEN for one in all_of_letter):
            return
        letter = session.get_one(LetterRow, row.letter_id)
        if letter.unit is None:  # a stranger is never written to by machine
            return
        owed = owe(concerned_letter(letter), all_of_letter)
        owe_letters(session, owed, now, letter.id)
        if owed and letter.state is LetterState.SETTLED:
            letter.state = LetterState.EXAMINED


def _record(
    session: Session, row: ProposedAdoptionRow, facts: Proposed, who: str, why: str, now: datetime
) -> None:
    """Append to the journal what was done, with the digest of the row as it stands now."""
    facts["digest"] = proposal_digest(columns(row))
    append(session, JournalEntry(now, who, Act.PROPOSED, facts, why, row.letter_id, row.draft_id))


_SELECTED = (
    select(
        ProposedAdoptionRow,
        DraftRow.title,
        LetterRow.received,
        LetterRow.officer,
        LetterRow.sender_name,
    )
    .join(LetterRow, LetterRow.id == ProposedAdoptionRow.letter_id)
    .outerjoin(DraftRow, DraftRow.id == ProposedAdoptionRow.draft_id)
)


def _value(
    row: ProposedAdoptionRow,
    draft_title: str | None,
    received: datetime,
    officer: str | None,
    sender_name: str,
) -> ProposedAdoption:
    return ProposedAdoption(
        id=row.id,
        letter=row.letter_id,
        position=row.position,
        unit=row.unit,
        title=row.title,
        draft=row.draft_id,
        draft_title=draft_title or "",
        outlet=row.outlet,
        tier=row.tier,
        day=row.day,
        url=row.url,
        words=row.words,
        files=tuple(row.files),
        state=row.state,
        adoption=row.adoption_id,
        received=received,
        sender_name=officer or sender_name,
        settled=row.settled,
        settled_by=row.settled_by,
        why=row.why,
    )
