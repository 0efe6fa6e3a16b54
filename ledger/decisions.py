"""What people decide about drafts: appended to the journal, applied to standings, never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.errors import ConflictError, NotFound
from ledger.ids import DraftId, LetterId
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Claimed, Ruled
from ledger.models.database import read_only
from ledger.models.decisions import CommissionRow, JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.row_values import OutgoingMessage, outbox_row
from ledger.score_lines import Scores, scored_of
from ledger.states import Act, LetterState
from rulebook.model import Kind
from rulebook.points import submission_points
from rulebook.provisions import Provisions
from rulebook.reasons import Reason
from rulebook.rulings import CurrentVerdict, FirstVerdict, Ruling, apply_rulings
from rulebook.timeliness import IsWorkday

ProvisionsFor = Callable[[datetime], Provisions]


@dataclass(frozen=True, slots=True)
class AppliedRuling:
    """A decision that was made: the draft, how it stood, how it stands, and the words for it."""

    draft: int
    letter: int
    title: str
    before: CurrentVerdict
    after: CurrentVerdict
    why: str
    who: str
    seq: int
    points_before: int
    points_after: int

    @property
    def changed(self) -> bool:
        """Whether the sender would read anything new."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ConcernedLetter:
    """The letter whose sender a decision concerns. `message_id` is the letter's own."""

    letter: int
    subject: str
    received: datetime
    address: str
    officer: str | None
    unit: str | None
    message_id: str


ComposeCorrections = Callable[[ConcernedLetter, Sequence[AppliedRuling]], Sequence[OutgoingMessage]]
"""Composes the corrected receipts that a decision calls for."""


def no_corrections(
    _letter: ConcernedLetter, _ruled: Sequence[AppliedRuling]
) -> Sequence[OutgoingMessage]:
    """Compose nothing: a decision that nobody outside need hear of."""
    return ()


class Decisions:
    """
    Rulings on drafts. Every method is one transaction, corrected receipts included.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(
        self,
        engine: Engine,
        provisions_at: ProvisionsFor,
        is_workday: IsWorkday,
        scores: Scores,
    ) -> None:
        self._engine = engine
        self._provisions_for = provisions_at
        self._is_workday = is_workday
        self._scores = scores

    def rule(
        self,
        draft: DraftId,
        ruling: Ruling,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        seen: int | None = None,
    ) -> AppliedRuling:
        """
        Overrule the program, or an earlier ruling, on one draft.

        Args:   `seen`: the number of the journal entry that the person had before them.
        Raises: NotFound; ConflictError when the draft was changed since `seen`; UnfinishedRuling when
                it is accepted with kind or unit open.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._draft(session, draft)
            if seen is not None and row.seq != seen:
                raise ConflictError(_told(session, row.seq))
            ruled = self._rule(session, row, ruling, who, why, now, Act.RULED)
            self._owe_corrections(session, [ruled], owe, now)
            return ruled

    def claim(
        self,
        letter: LetterId,
        unit: str,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        *,
        unclaimed: bool = False,
    ) -> list[AppliedRuling]:
        """
        Claim an unknown sender's letter for a unit: its drafts count as of their receipt (一.3).

        Args:   `unclaimed`: only while nobody else has claimed it.
        Raises: NotFound; ConflictError when it is claimed already.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            claimed = session.get(LetterRow, letter)
            if claimed is None:
                raise NotFound(f"没有第 {letter} 号邮件；邮件的编号见 shougao export letters。")
            if claimed.state in (LetterState.COLLECTED, LetterState.SET_ASIDE):
                raise NotFound(f"第 {letter} 号邮件还没有处理完，处理之后才能认领。")
            if unclaimed and claimed.unit is not None:
                raise ConflictError(f"第 {letter} 号来信刚刚已由别人认领，计入{claimed.unit}。")
            rows = session.scalars(
                select(StandingRow)
                .where(StandingRow.letter_id == letter)
                .order_by(StandingRow.draft_id)
                .with_for_update()
            ).all()
            ruled = [
                self._rule(session, row, Ruling(unit=unit), who, why, now, Act.CLAIMED)
                for row in rows
            ]
            if not rows:
                facts: Claimed = {"unit": unit}
                append(session, JournalEntry(now, who, Act.CLAIMED, facts, why, letter))
            claimed.unit = unit
            self._owe_corrections(session, ruled, owe, now)
            return ruled

    def rulings(self, draft: DraftId) -> list[tuple[JournalEntry, Ruling]]:
        """List everything that people ruled on a draft, the first first."""
        with Session(read_only(self._engine)) as session:
            return _rulings(session, draft)

    def _draft(self, session: Session, draft: int) -> StandingRow:
        row = session.get(StandingRow, draft, with_for_update=True)
        if row is None:
            raise NotFound(f"没有第 {draft} 号稿件；稿件的编号见 shougao export drafts。")
        return row

    def _rule(
        self,
        session: Session,
        row: StandingRow,
        ruling: Ruling,
        who: str,
        why: str,
        now: datetime,
        act: Act,
    ) -> AppliedRuling:
        if ruling.commission and session.get(CommissionRow, ruling.commission) is None:
            raise NotFound(f"没有第 {ruling.commission} 号约稿。")
        draft = session.get_one(DraftRow, row.draft_id)
        letter = session.get_one(LetterRow, row.letter_id)
        earlier = [earlier for _, earlier in _rulings(session, row.draft_id)]
        first = judged_of(draft, letter)
        provisions = self._provisions_for(letter.received)
        before = standing_of(row)
        was, _ = submission_points(scored_of(row), lambda _day: provisions)
        after = apply_rulings(first, [*earlier, ruling], provisions, self._is_workday)
        entry = JournalEntry(now, who, act, _facts(ruling), why, row.letter_id, row.draft_id)
        row.unit, row.kind, row.event_date = after.unit, after.kind, after.event_date
        row.deadline, row.timely, row.outcome = after.deadline, after.timely, after.outcome
        row.reasons = [reason.name for reason in after.reasons]
        row.voided, row.commission_id = after.voided, after.commission
        row.seq = append(session, entry)
        session.flush()
        self._scores.refresh(session, [row.draft_id])
        return AppliedRuling(
            row.draft_id,
            row.letter_id,
            draft.title,
            before,
            after,
            why,
            who,
            row.seq,
            was,
            submission_points(scored_of(row), lambda _day: provisions)[0],
        )

    def _owe_corrections(
        self,
        session: Session,
        ruled: Sequence[AppliedRuling],
        owe: ComposeCorrections,
        now: datetime,
    ) -> None:
        changed = [one for one in ruled if one.changed]
        if not changed:
            return
        letter = session.get_one(LetterRow, changed[0].letter)
        answered = session.scalar(
            select(OutboxRow.id).where(OutboxRow.letter_id == letter.id).limit(1)
        )
        if answered is None:  # nobody was answered the first time: a machine, or a forged sender
            return
        concerned = ConcernedLetter(
            letter.id,
            letter.subject,
            letter.received,
            letter.sender_address,
            letter.officer,
            letter.unit,
            letter.message_id,
        )
        owed = owe(concerned, changed)
        session.add_all(outbox_row(letter.id, post, now) for post in owed)
        if owed and letter.state is LetterState.SETTLED:
            letter.state = LetterState.EXAMINED


def standing_of(row: StandingRow) -> CurrentVerdict:
    """Convert a row to the rulebook's word."""
    return CurrentVerdict(
        unit=row.unit,
        kind=row.kind,
        event_date=row.event_date,
        deadline=row.deadline,
        timely=row.timely,
        outcome=row.outcome,
        reasons=tuple(Reason[name] for name in row.reasons),
        voided=row.voided,
        commission=row.commission_id,
    )


def judged_of(draft: DraftRow, letter: LetterRow) -> FirstVerdict:
    """Return a draft as the program first judged it."""
    return FirstVerdict(
        unit=draft.unit,
        kind=draft.kind,
        event_date=draft.event_date,
        received=letter.received,
        reasons=tuple(Reason[name] for name in draft.reasons),
        of_letter=tuple(Reason[fault["reason"]] for fault in letter.faults),
        commission=draft.commission_id,
    )


def _rulings(session: Session, draft: int) -> list[tuple[JournalEntry, Ruling]]:
    rows = session.scalars(
        select(JournalRow)
        .where(JournalRow.draft_id == draft, JournalRow.act.in_((Act.RULED, Act.CLAIMED)))
        .order_by(JournalRow.seq)
    )
    return [
        (
            JournalEntry(row.at, row.who, row.act, row.facts, row.why, row.letter_id, row.draft_id),
            ruling_of(row.facts),
        )
        for row in rows
    ]


_FACT_NAMES = {"event_date": "happened"}
"""What a journal's line calls a thing that the code calls otherwise: lines are never rewritten."""


def _facts(ruling: Ruling) -> Ruled:
    facts: dict[str, Any] = {}
    for field in fields(ruling):
        value = getattr(ruling, field.name)
        if value is not None:
            name = _FACT_NAMES.get(field.name, field.name)
            facts[name] = value.isoformat() if isinstance(value, date) else value
    return cast(Ruled, facts)


def ruling_of(facts: Mapping[str, Any]) -> Ruling:
    """Parse what a journal entry (RULED, CLAIMED) decided."""
    values = dict(facts)
    if "kind" in values:
        values["kind"] = Kind(values["kind"])
    if "happened" in values:
        values["event_date"] = date.fromisoformat(values.pop("happened"))
    return Ruling(**values)


def _told(session: Session, seq: int) -> str:
    row = session.get(JournalRow, seq)
    who = row.who if row else ""
    return f"这篇稿件刚刚由 {who} 处理过，您的改动没有保存。请看过新的结果再决定。"
